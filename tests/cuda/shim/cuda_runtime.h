// A stand-in for NVIDIA's header of this name, for tests only: the .cu files of the CUDA backend, compiled by g++ with
// this folder first in the include path, run on the CPU. It holds what they use and no more.
//
// - A launch is a loop over grid and block, in forward, reversed or shuffled order: a race between threads shows as
//   other bits. With shared memory it is a loop over blocks, whose threads are fibers (fibers.h): each runs, in that
//   order, up to the next barrier. A missing barrier shows as other bits, too; one that not all threads reach is
//   counted and ends the device.
// - Work on a stream is kept until somebody waits for it, as late as the real thing could do it: a missing wait shows.
// - Blocks of memory lie between guard bytes that are looked at when the block is freed (and poisoned under the address
//   sanitizer), and start and end as NaNs.
// - Faults are made to order (cuda_shim::machine).
//
// OpenGL's side of the interop is in cuda_gl_interop.h. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#include "tests/cuda/shim/fibers.h"

#define __global__
#define __device__
#define __shared__
#define __grid_constant__
#define __launch_bounds__(...)

enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInsufficientDriver = 35,
  cudaErrorDevicesUnavailable = 46,
  cudaErrorNoDevice = 100,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorUnsupportedPtxVersion = 222,
  cudaErrorNotMapped = 211,
  cudaErrorInvalidResourceHandle = 400,
  cudaErrorLaunchFailure = 719,
  cudaErrorStreamCaptureUnsupported = 900,
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2, cudaMemcpyDeviceToDevice = 3 };
constexpr unsigned cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2, cudaHostAllocDefault = 0;

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  dim3() = default;
  explicit dim3(unsigned width, unsigned height = 1, unsigned depth = 1) : x(width), y(height), z(depth) {}
};
inline dim3 threadIdx, blockIdx;

namespace cuda_shim {

enum class Order { forward, reversed, shuffled };

struct Machine {
  Order order = Order::forward;
  cudaError_t found = cudaSuccess;  // what cudaGetDeviceCount says
  int driver = 13000, capability = 90;
  std::size_t memory = std::size_t{8} << 30;
  long calls_until_failure = -1;  // then every call fails with `failure`; negative: never
  cudaError_t failure = cudaErrorLaunchFailure;

  bool failed = false;
  long calls = 0;
  std::size_t in_use = 0;
  std::set<void*> blocks, pinned;
  int broken_guards = 0;
  long launches = 0, replays = 0, launches_with_barriers = 0;
  int broken_barriers = 0;
  std::set<void*> graphs;

  cudaError_t call() {
    ++calls;
    if (calls_until_failure == 0) {
      failed = true;
      return failure;
    }
    if (calls_until_failure > 0) --calls_until_failure;
    return cudaSuccess;
  }
};
inline Machine machine;

constexpr std::size_t guard = 512;
constexpr unsigned char guard_byte = 0xA5, fresh_byte = 0xFF;

inline void poison([[maybe_unused]] void* at, [[maybe_unused]] bool on) {
#if defined(__SANITIZE_ADDRESS__)
  if (on)
    __asan_poison_memory_region(at, guard);
  else
    __asan_unpoison_memory_region(at, guard);
#endif
}

inline void* take(std::size_t bytes) {
  char* base = static_cast<char*>(std::aligned_alloc(guard, (bytes + 3 * guard - 1) / guard * guard));
  std::memcpy(base, &bytes, sizeof bytes);
  std::memset(base + sizeof bytes, guard_byte, guard - sizeof bytes);
  std::memset(base + guard, fresh_byte, bytes);
  std::memset(base + guard + bytes, guard_byte, guard);
  poison(base, true);
  if (bytes % 8 == 0) poison(base + guard + bytes, true);
  machine.in_use += bytes;
  machine.blocks.insert(base + guard);
  return base + guard;
}

inline void give_back(void* block) {
  if (machine.blocks.erase(block) == 0) std::abort();  // freed twice, or never taken
  char* base = static_cast<char*>(block) - guard;
  poison(base, false);
  std::size_t bytes;
  std::memcpy(&bytes, base, sizeof bytes);
  poison(base + guard + bytes, false);
  for (std::size_t i = sizeof bytes; i < guard; ++i)
    machine.broken_guards += static_cast<unsigned char>(base[i]) != guard_byte;
  for (std::size_t i = 0; i < guard; ++i)
    machine.broken_guards += static_cast<unsigned char>(base[guard + bytes + i]) != guard_byte;
  machine.in_use -= bytes;
  std::memset(block, fresh_byte, bytes);  // who still reads it shall notice
  asm volatile("" ::: "memory");          // or the compiler would leave that out
  std::free(base);
}

// Once the device has failed nothing is carried out any more; only memory is given back.
struct Work {
  std::function<void()> carry_out;
  bool gives_back = false;
};

struct Graph {
  std::deque<Work> work;
};

struct Stream {
  long number = 0;  // no two have the same
  std::deque<Work> queue;
  std::size_t done = 0;  // pieces of work since the start
  Graph* recording = nullptr;

  void push(Work work) { (recording ? recording->work : queue).push_back(std::move(work)); }

  void run_until(std::size_t last) {
    for (; done < last; ++done) {
      if (queue.front().gives_back || !machine.failed) queue.front().carry_out();
      queue.pop_front();
    }
  }
  void run_all() { run_until(done + queue.size()); }
};
inline std::map<long, Stream*> streams;  // those that live

// A moment of a stream, which may be gone by now: then all of its work is done.
struct Event {
  long stream = 0;  // 0: never recorded
  std::size_t at = 0;

  void wait() const {
    const auto found = streams.find(stream);
    if (found != streams.end()) found->second->run_until(at);
  }
};

// Number i of `count` in the chosen order; a shuffle is a walk in steps that share no factor with the count.
inline std::size_t place(std::size_t i, std::size_t count, std::size_t step) {
  switch (machine.order) {
    case Order::forward:
      return i;
    case Order::reversed:
      return count - 1 - i;
    case Order::shuffled:
      return (i * step + count / 3) % count;
  }
  return i;
}

// A step for place().
inline std::size_t step_of(std::size_t count) {
  std::size_t step = static_cast<std::size_t>(count * 0.618) | 1;
  while (std::gcd(step, count) != 1) step += 2;
  return step;
}

inline void set_thread(dim3 block, std::size_t thread) {
  threadIdx.x = static_cast<unsigned>(thread % block.x);
  threadIdx.y = static_cast<unsigned>(thread / block.x);
}

template <class Body>
void for_each_thread(dim3 grid, dim3 block, const Body& body) {
  const std::size_t per_block = std::size_t{block.x} * block.y, count = per_block * grid.x, step = step_of(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = place(i, count, step);
    blockIdx.x = static_cast<unsigned>(at / per_block);
    set_thread(block, at % per_block);
    body();
  }
}

constexpr std::size_t most_shared_bytes = 48 << 10;  // what a kernel gets without asking for more
extern char* const shared;

inline void poison_shared(std::size_t from, bool on) {
#if defined(__SANITIZE_ADDRESS__)
  if (on)
    __asan_poison_memory_region(shared + from, most_shared_bytes - from);
  else
    __asan_unpoison_memory_region(shared + from, most_shared_bytes - from);
#else
  (void)from, (void)on;
#endif
}

template <class Body>
void for_each_block(dim3 grid, dim3 block, std::size_t shared_bytes, const Body& body) {
  const std::size_t count = std::size_t{block.x} * block.y, step = step_of(count), block_step = step_of(grid.x);
  static Fibers fibers;
  for (std::size_t i = 0; i < grid.x; ++i) {
    blockIdx.x = static_cast<unsigned>(place(i, grid.x, block_step));
    std::memset(shared, fresh_byte, shared_bytes);
    poison_shared(shared_bytes, true);
    fibers.start(count, body);
    // Between two barriers every thread has its turn, in the chosen order.
    for (std::size_t waiting = count; waiting > 0;) {
      waiting = 0;
      for (std::size_t k = 0; k < count; ++k) {
        const std::size_t thread = place(k, count, step);
        set_thread(block, thread);
        waiting += fibers.resume(thread);
      }
      if (waiting != 0 && waiting != count) {
        ++machine.broken_barriers;
        machine.failed = true;  // the real thing hangs
        machine.calls_until_failure = 0;
        break;
      }
    }
    poison_shared(shared_bytes, false);
  }
}

}  // namespace cuda_shim

using cudaStream_t = cuda_shim::Stream*;
using cudaEvent_t = cuda_shim::Event*;
using cudaGraph_t = cuda_shim::Graph*;
using cudaGraphExec_t = cuda_shim::Graph*;
enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal = 1 };
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  std::size_t dynamicSmemBytes = 0;
  cudaStream_t stream = nullptr;
};
struct cudaDeviceProp {
  char name[256];
  int major, minor;
};

#define CUDA_SHIM_CALL \
  if (const cudaError_t failed = cuda_shim::machine.call(); failed != cudaSuccess) return failed

// What is left of the block waits until it is here, too.
inline void __syncthreads() {
  cuda_shim::Fibers::wait();
}

inline const char* cudaGetErrorString(cudaError_t) {
  return "a failure made to order";
}
inline const char* cudaGetErrorName(cudaError_t) {
  return "cudaErrorOfTheShim";
}
inline cudaError_t cudaGetLastError() {
  return cudaSuccess;
}
inline cudaError_t cudaDriverGetVersion(int* version) {
  *version = cuda_shim::machine.driver;
  return cudaSuccess;
}
inline cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}
inline cudaError_t cudaGetDeviceCount(int* count) {
  CUDA_SHIM_CALL;
  if (cuda_shim::machine.found == cudaSuccess) *count = 1;
  return cuda_shim::machine.found;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  CUDA_SHIM_CALL;
  std::strcpy(properties->name, "Shim");
  properties->major = cuda_shim::machine.capability / 10;
  properties->minor = cuda_shim::machine.capability % 10;
  return cudaSuccess;
}
inline cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  CUDA_SHIM_CALL;
  *total = cuda_shim::machine.memory;
  *free = *total - std::min(*total, cuda_shim::machine.in_use);
  return cudaSuccess;
}

inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  CUDA_SHIM_CALL;
  static long number = 0;
  *stream = new cuda_shim::Stream;
  (*stream)->number = ++number;
  cuda_shim::streams[number] = *stream;
  return cudaSuccess;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (!stream) return cudaSuccess;
  stream->run_all();
  cuda_shim::streams.erase(stream->number);
  delete stream;
  return cudaSuccess;
}
inline cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  CUDA_SHIM_CALL;
  if (stream->recording) return cudaErrorStreamCaptureUnsupported;
  stream->run_all();
  return cudaSuccess;
}
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  CUDA_SHIM_CALL;
  *event = new cuda_shim::Event;
  return cudaSuccess;
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
inline cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  CUDA_SHIM_CALL;
  *event = {stream->number, stream->done + stream->queue.size()};
  return cudaSuccess;
}
inline cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  CUDA_SHIM_CALL;
  stream->push({[moment = *event] { moment.wait(); }});
  return cudaSuccess;
}
inline cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  CUDA_SHIM_CALL;
  event->wait();
  return cudaSuccess;
}

inline cudaError_t cudaMallocAsync(void** block, std::size_t bytes, cudaStream_t stream) {
  CUDA_SHIM_CALL;
  if (stream->recording) return cudaErrorStreamCaptureUnsupported;  // allowed by CUDA, not meant by us
  if (cuda_shim::machine.in_use + bytes > cuda_shim::machine.memory) return cudaErrorMemoryAllocation;
  *block = cuda_shim::take(bytes);
  return cudaSuccess;
}
inline cudaError_t cudaFreeAsync(void* block, cudaStream_t stream) {
  stream->queue.push_back({[block] { cuda_shim::give_back(block); }, true});
  return cudaSuccess;
}
inline cudaError_t cudaMalloc(void** block, std::size_t bytes) {
  CUDA_SHIM_CALL;
  if (cuda_shim::machine.in_use + bytes > cuda_shim::machine.memory) return cudaErrorMemoryAllocation;
  *block = cuda_shim::take(bytes);
  return cudaSuccess;
}
// Does not wait for the device, as the real one does: who needs that must have seen to it.
inline cudaError_t cudaFree(void* block) {
  if (block) cuda_shim::give_back(block);
  return cudaSuccess;
}
inline cudaError_t cudaGetDevice(int* device) {
  CUDA_SHIM_CALL;
  *device = 0;
  return cudaSuccess;
}
inline cudaError_t cudaHostAlloc(void** block, std::size_t bytes, unsigned) {
  CUDA_SHIM_CALL;
  *block = std::malloc(bytes);
  std::memset(*block, cuda_shim::fresh_byte, bytes);
  cuda_shim::machine.pinned.insert(*block);
  return cudaSuccess;
}
inline cudaError_t cudaFreeHost(void* block) {
  if (block && cuda_shim::machine.pinned.erase(block) == 0) std::abort();
  std::free(block);
  return cudaSuccess;
}

inline cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  CUDA_SHIM_CALL;
  stream->recording = new cuda_shim::Graph;
  return cudaSuccess;
}
inline cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  cuda_shim::Graph* recorded = std::exchange(stream->recording, nullptr);
  *graph = nullptr;
  if (const cudaError_t failed = cuda_shim::machine.call(); failed != cudaSuccess) {
    delete recorded;
    return failed;
  }
  *graph = recorded;
  cuda_shim::machine.graphs.insert(recorded);
  return cudaSuccess;
}
inline cudaError_t cudaGraphInstantiate(cudaGraphExec_t* made, cudaGraph_t graph, unsigned long long) {
  CUDA_SHIM_CALL;
  *made = new cuda_shim::Graph(*graph);
  cuda_shim::machine.graphs.insert(*made);
  return cudaSuccess;
}
inline cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  if (cuda_shim::machine.graphs.erase(graph) == 0) std::abort();
  delete graph;
  return cudaSuccess;
}
inline cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
  return cudaGraphDestroy(graph);
}
inline cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
  CUDA_SHIM_CALL;
  ++cuda_shim::machine.replays;
  for (const cuda_shim::Work& work : graph->work) stream->push(work);
  return cudaSuccess;
}

inline cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  CUDA_SHIM_CALL;
  stream->push({[=] { std::memset(to, value, bytes); }});
  return cudaSuccess;
}
inline cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                                     std::size_t width, std::size_t height, cudaMemcpyKind, cudaStream_t stream) {
  CUDA_SHIM_CALL;
  if (width > to_pitch || width > from_pitch) return cudaErrorInvalidValue;
  stream->push({[=] {
    for (std::size_t y = 0; y < height; ++y)
      std::memcpy(static_cast<char*>(to) + y * to_pitch, static_cast<const char*>(from) + y * from_pitch, width);
  }});
  return cudaSuccess;
}
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                                   cudaStream_t stream) {
  return cudaMemcpy2DAsync(to, bytes, from, bytes, bytes, 1, kind, stream);
}

template <class... Expected, class... Actual>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Expected...), Actual&&... arguments) {
  CUDA_SHIM_CALL;
  const dim3 grid = config->gridDim, block = config->blockDim;
  if (grid.x == 0 || grid.x > 0x7fffffffu || block.x * block.y > 1024) return cudaErrorInvalidValue;
  if (config->dynamicSmemBytes > cuda_shim::most_shared_bytes) return cudaErrorInvalidValue;
  static_assert((sizeof(Expected) + ... + 0) <= 4096, "more than a kernel takes");
  ++cuda_shim::machine.launches;
  cuda_shim::machine.launches_with_barriers += config->dynamicSmemBytes > 0;
  const std::size_t shared_bytes = config->dynamicSmemBytes;
  config->stream->push({[=] {
    const auto thread = [&] { kernel(Expected(arguments)...); };
    if (shared_bytes > 0)
      cuda_shim::for_each_block(grid, block, shared_bytes, thread);
    else
      cuda_shim::for_each_thread(grid, block, thread);
  }});
  return cudaSuccess;
}
