// Owners of what the CUDA runtime hands out. Constructors and methods throw CudaError; destructors ignore errors, since
// after a lost device every call fails and nothing is left to do.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "cuda/cuda_error.h"
#include "solver/tr.h"

namespace handtint {

class CudaStream {
 public:
  CudaStream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), tr_noop("opening a stream")); }
  ~CudaStream() { cudaStreamDestroy(stream_); }
  CudaStream(const CudaStream&) = delete;
  CudaStream& operator=(const CudaStream&) = delete;

  operator cudaStream_t() const { return stream_; }
  void wait() const { check(cudaStreamSynchronize(stream_), tr_noop("waiting for the GPU")); }

 private:
  cudaStream_t stream_ = nullptr;
};

// A moment in a stream. Any thread may wait for it, and any stream be told to.
class CudaEvent {
 public:
  CudaEvent() { check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), tr_noop("making an event")); }
  ~CudaEvent() { cudaEventDestroy(event_); }
  CudaEvent(const CudaEvent&) = delete;
  CudaEvent& operator=(const CudaEvent&) = delete;

  operator cudaEvent_t() const { return event_; }
  // When all is done that was queued so far. Before the first time the moment has passed.
  void mark(const CudaStream& stream) { check(cudaEventRecord(event_, stream), tr_noop("marking a copy")); }
  void wait() const { check(cudaEventSynchronize(event_), tr_noop("waiting for a copy")); }
  // What is queued on the stream from now on waits.
  void hold(const CudaStream& stream) const {
    check(cudaStreamWaitEvent(stream, event_, 0), tr_noop("waiting for a copy"));
  }

 private:
  cudaEvent_t event_ = nullptr;
};

// Device memory for any stream and thread, not cleared. When it is given back nobody may be using it any more; and that
// waits for the whole device: seldom, please.
class CudaBlock {
 public:
  CudaBlock() = default;
  explicit CudaBlock(std::size_t bytes) : bytes_(bytes) {
    check(cudaMalloc(&memory_, bytes), tr_noop("taking memory on the GPU"));
  }
  CudaBlock(CudaBlock&& other) noexcept { *this = std::move(other); }
  CudaBlock& operator=(CudaBlock&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~CudaBlock() { cudaFree(memory_); }

  void* data() const { return memory_; }
  std::size_t bytes() const { return bytes_; }

 private:
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
};

// Device memory of one stream, given back all at once. Every block is an allocation of its own, so that
// compute-sanitizer sees a step beyond a plane; the stream's pool keeps that cheap.
class CudaArena {
 public:
  explicit CudaArena(const CudaStream& stream) : stream_(stream) {}
  ~CudaArena() { free_all(); }
  CudaArena(const CudaArena&) = delete;
  CudaArena& operator=(const CudaArena&) = delete;

  // Zeroed in the stream's order; lives until release().
  void* allocate(std::size_t bytes) {
    blocks_.reserve(blocks_.size() + 1);
    void* block = nullptr;
    check(cudaMallocAsync(&block, bytes, stream_), tr_noop("taking memory on the GPU"));
    blocks_.push_back(block);
    check(cudaMemsetAsync(block, 0, bytes, stream_), tr_noop("clearing memory on the GPU"));
    return block;
  }
  void release() {
    free_all();
    check(cudaStreamSynchronize(stream_), tr_noop("giving back memory of the GPU"));
  }

 private:
  void free_all() {
    for (void* block : blocks_) cudaFreeAsync(block, stream_);
    blocks_.clear();
  }

  const CudaStream& stream_;
  std::vector<void*> blocks_;
};

// Host memory that the device reads and writes at full speed, and the moment when it is done with it.
class PinnedBuffer {
 public:
  PinnedBuffer() = default;
  ~PinnedBuffer() {
    cudaEventSynchronize(done_);
    cudaFreeHost(memory_);
  }
  PinnedBuffer(const PinnedBuffer&) = delete;
  PinnedBuffer& operator=(const PinnedBuffer&) = delete;

  // At least this much memory; the content is lost when it grows. Waits until the device is done with it.
  char* reserve(std::size_t bytes) {
    wait();
    if (bytes > size_) {
      cudaFreeHost(std::exchange(memory_, nullptr));
      size_ = 0;
      check(cudaHostAlloc(&memory_, bytes, cudaHostAllocDefault), tr_noop("taking pinned memory"));
      size_ = bytes;
    }
    return data();
  }
  char* data() const { return static_cast<char*>(memory_); }
  // What was queued so far uses this buffer.
  void in_use(const CudaStream& stream) { done_.mark(stream); }
  void wait() const { done_.wait(); }

 private:
  void* memory_ = nullptr;
  std::size_t size_ = 0;
  CudaEvent done_;
};

}  // namespace handtint
