// Pictures for a screen in the device's memory, and the memory that they share by turns.
//
// The engine's thread makes one: it fills a slot's device memory on the engine's stream, and marks the moment. Another
// thread (the screen's) reads it on a stream of its own, which waits for that moment, marks its own, and drops the
// picture. The slot is then free for the engine, whose stream waits for the reader's moment: no thread does.
#pragma once

#include <memory>
#include <mutex>

#include "cuda/cuda_memory.h"
#include "solver/device_picture.h"
#include "solver/tr.h"

namespace handtint {

class CudaPictures : public std::enable_shared_from_this<CudaPictures> {
 public:
  // `fill` queues on the stream whatever writes the codes into the memory it is given. Throws CudaError; with
  // cudaErrorMemoryAllocation nothing has happened.
  template <class Fill>
  numerics::ScreenPicture* make(int width, int height, const CudaStream& stream, bool to_host, Fill fill) {
    const std::size_t bytes = static_cast<std::size_t>(width) * height * sizeof(numerics::ScreenCode);
    auto picture = std::make_unique<Picture>(shared_from_this(), take(bytes), width, height);
    Slot& slot = *picture->slot;
    slot.read.hold(stream);
    fill(static_cast<numerics::ScreenCode*>(slot.codes.data()));
    slot.filled.mark(stream);
    if (to_host) slot.copy_to_host(bytes, stream);
    picture->on_its_way = to_host;
    return picture.release();
  }

  // Gives back the memory that no picture holds.
  void shrink() {
    std::vector<std::unique_ptr<Slot>> dropped;
    const std::lock_guard<std::mutex> lock(mutex_);
    std::swap(dropped, free_);
  }

  // Queues a copy to other memory of the device, of at least this size. For pictures of make() only.
  static std::size_t bytes_of(const numerics::ScreenPicture& picture) {
    return static_cast<std::size_t>(picture.width()) * picture.height() * sizeof(numerics::ScreenCode);
  }
  static void copy(numerics::ScreenPicture& picture, void* to, const CudaStream& stream) {
    auto* ours = dynamic_cast<Picture*>(&picture);
    if (!ours) throw std::runtime_error(tr("the picture is of another device"));
    Slot& slot = *ours->slot;
    slot.filled.hold(stream);
    check(cudaMemcpyAsync(to, slot.codes.data(), bytes_of(picture), cudaMemcpyDeviceToDevice, stream),
          tr_noop("handing a picture over to OpenGL"));
    slot.read.mark(stream);
  }

 private:
  struct Slot {
    explicit Slot(std::size_t bytes) : codes(bytes) {}
    ~Slot() {
      cudaEventSynchronize(filled);
      cudaEventSynchronize(read);
    }
    void copy_to_host(std::size_t bytes, const CudaStream& stream) {
      check(cudaMemcpyAsync(host.reserve(bytes), codes.data(), bytes, cudaMemcpyDeviceToHost, stream),
            tr_noop("fetching a picture from the GPU"));
      host.in_use(stream);
    }
    CudaBlock codes;
    PinnedBuffer host;
    CudaEvent filled, read;
  };

  class Picture final : public numerics::ScreenPicture {
   public:
    Picture(std::shared_ptr<CudaPictures> home, std::unique_ptr<Slot> made, int width, int height)
        : ScreenPicture(width, height), slot(std::move(made)), home_(std::move(home)) {}
    ~Picture() override { home_->give_back(std::move(slot)); }

    const numerics::ScreenCode* codes() override {
      if (!on_its_way) {
        const CudaStream stream;
        slot->filled.hold(stream);
        slot->copy_to_host(bytes_of(*this), stream);
        on_its_way = true;
      }
      slot->host.wait();
      return reinterpret_cast<const numerics::ScreenCode*>(slot->host.data());
    }

    std::unique_ptr<Slot> slot;
    bool on_its_way = false;  // to host memory

   private:
    std::shared_ptr<CudaPictures> home_;
  };

  // Sizes are few (the screen's two windows) and come again; a size like it will do.
  std::unique_ptr<Slot> take(std::size_t bytes) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (auto slot = free_.begin(); slot != free_.end(); ++slot) {
        const std::size_t size = (*slot)->codes.bytes();
        if (size < bytes || size > 2 * rounded(bytes)) continue;
        std::unique_ptr<Slot> found = std::move(*slot);
        free_.erase(slot);
        return found;
      }
    }
    return std::make_unique<Slot>(rounded(bytes));
  }
  void give_back(std::unique_ptr<Slot> slot) {
    std::unique_ptr<Slot> dropped;  // after the lock: freeing waits for the device
    const std::lock_guard<std::mutex> lock(mutex_);
    if (free_.size() == most_free) {
      dropped = std::move(free_.front());
      free_.erase(free_.begin());
    }
    free_.push_back(std::move(slot));
  }
  static std::size_t rounded(std::size_t bytes) { return (bytes + (std::size_t{1} << 20) - 1) >> 20 << 20; }

  static constexpr std::size_t most_free = 4;  // one for each window and hand that passes pictures on
  std::mutex mutex_;
  std::vector<std::unique_ptr<Slot>> free_;
};

}  // namespace handtint
