#include <cstdio>
#include <exception>

#include "cuda/cuda_backend.h"
#include "cuda/launch.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr int oldest_major = 7, oldest_minor = 5;  // Turing: the oldest that CUDA 13 compiles for

struct WriteSquares {
  numerics::View<float> to;
  HANDTINT_HD void operator()(int x, int y) const { to(x, y) = static_cast<float>(x * x); }
};

bool small_kernel_runs() {
  constexpr int count = 64;
  CudaStream stream;
  CudaArena memory(stream);
  PinnedBuffer result;
  float* squares = static_cast<float*>(memory.allocate(count * sizeof(float)));
  numerics::launch({count, 1}, WriteSquares{{squares, count}}, stream);
  char* staged = result.reserve(count * sizeof(float));
  check(cudaMemcpyAsync(staged, squares, count * sizeof(float), cudaMemcpyDeviceToHost, stream),
        tr_noop("trying the GPU"));
  stream.wait();
  const float* values = reinterpret_cast<const float*>(staged);
  for (int x = 0; x < count; ++x)
    if (values[x] != static_cast<float>(x * x)) return false;
  return true;
}

std::string gigabytes(std::size_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", bytes / 1e9);
  return text;
}

CudaDevice examine() {
  CudaDevice device;
  int count = 0;
  const cudaError_t found = cudaGetDeviceCount(&count);
  if (found != cudaSuccess || count == 0) {
    device.description = sentence_about(found != cudaSuccess ? found : cudaErrorNoDevice);
    return device;
  }
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, 0), tr_noop("asking the GPU for its name"));
  if (properties.major * 10 + properties.minor < oldest_major * 10 + oldest_minor) {
    device.description = tr("{1} is too old: compute capability {2}, needed is {3}",
                            {properties.name, std::to_string(properties.major) + "." + std::to_string(properties.minor),
                             std::to_string(oldest_major) + "." + std::to_string(oldest_minor)});
    return device;
  }
  if (!small_kernel_runs()) {
    device.description = tr("{1} computed a wrong result in a trial", {properties.name});
    return device;
  }
  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), tr_noop("asking the GPU for its memory"));
  device.usable = true;
  device.description = tr("{1}, {2} GB, {3} GB free", {properties.name, gigabytes(total), gigabytes(free)});
  device.memory_budget = free / 10 * 9;  // the rest for a first coat, the desktop and other programs
  return device;
}

}  // namespace

CudaDevice probe_cuda() noexcept {
  CudaDevice device;
  try {
    return examine();
  } catch (const std::exception& failure) {
    device.description = failure.what();
  }
  cudaGetLastError();  // a failed call must not be reported again by the next one
  return device;
}

}  // namespace handtint
