#include <algorithm>
#include <chrono>

#include "cuda/cuda_memory.h"
#include "tests/bench/cuda_bandwidth.h"

namespace handtint {

double cuda_copy_bandwidth(std::size_t bytes) {
  using Clock = std::chrono::steady_clock;
  constexpr int copies = 8, repeats = 5;
  CudaStream stream;
  CudaArena memory(stream);
  void *from = memory.allocate(bytes), *to = memory.allocate(bytes);
  stream.wait();
  double best = 0;
  for (int i = 0; i < repeats; ++i) {
    const Clock::time_point start = Clock::now();
    for (int k = 0; k < copies; ++k)
      check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream), "copying on the GPU");
    stream.wait();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::max(best, 2.0 * bytes * copies / seconds);
  }
  return best;
}

}  // namespace handtint
