// The schedule on the GPU, and its pictures for a screen.
#include "cuda/cuda_backend.h"
#include "cuda/cuda_executor.h"
#include "cuda/cuda_picture.h"
#include "solver/numerics/scheduled_engine.h"

namespace handtint {
namespace {

class CudaEngine final : public numerics::ScheduledEngine<numerics::CudaExecutor> {
 public:
  ~CudaEngine() override { cudaStreamSynchronize(executor().stream()); }  // for who reads a base

  void load(int width, int height, const float* lightness) override {
    executor().stream().wait();
    pictures_->shrink();
    for (Base& base : bases_) base = {};
    ScheduledEngine::load(width, height, lightness);
  }

  bool set_screen_base(int window, int width, int height, const float* a, const float* b) override {
    Base& base = bases_[window];
    const std::size_t size = static_cast<std::size_t>(width) * height;
    base.width = base.height = 0;
    if (size == 0) return true;
    return with_memory([&] {
      if (base.memory.bytes() < 2 * size * sizeof(float)) {
        executor().stream().wait();  // for who reads the old one
        base.memory = {};
        base.memory = CudaBlock(2 * size * sizeof(float));
      }
      base.width = width;
      base.height = height;
      executor().upload(a, width, base.a(), {width, height});
      executor().upload(b, width, base.b(), {width, height});
    });
  }

  numerics::ScreenPicture* show(const numerics::ScreenPart& part, int window, bool to_host) override {
    const Base& base = bases_[window];
    const numerics::In2 under = base.width ? numerics::In2{in(base.a()), in(base.b())} : numerics::In2{};
    numerics::ScreenPicture* picture = nullptr;
    with_memory([&] {
      picture = pictures_->make(part.columns(), part.rows(), executor().stream(), to_host, [&](auto* codes) {
        schedule().show(part, under, {codes, part.columns()});
      });
    });
    return picture;
  }

 private:
  // Dense planes of a and b, one behind the other.
  struct Base {
    CudaBlock memory;
    int width = 0, height = 0;

    numerics::Out a() const { return {static_cast<float*>(memory.data()), width}; }
    numerics::Out b() const { return {a().origin + static_cast<std::ptrdiff_t>(width) * height, width}; }
  };

  // Without memory for a screen the solve goes on all the same.
  template <class Call>
  static bool with_memory(Call call) {
    try {
      call();
      return true;
    } catch (const CudaError& failure) {
      if (failure.code() != cudaErrorMemoryAllocation) throw;
      cudaGetLastError();  // it must not be reported again by the next call
      return false;
    }
  }

  Base bases_[numerics::screen_windows];
  std::shared_ptr<CudaPictures> pictures_ = std::make_shared<CudaPictures>();
};

}  // namespace

std::unique_ptr<numerics::Engine> make_cuda_engine() {
  return std::make_unique<CudaEngine>();
}

}  // namespace handtint
