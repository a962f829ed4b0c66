#include "cuda/cuda_error.h"
#include "solver/tr.h"

namespace handtint {
namespace {

std::string version_words(int version) {  // 12040 is 12.4
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// The runtime reports a missing and an old driver by the same code.
std::string about_the_driver() {
  int driver = 0, runtime = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) return tr("no NVIDIA driver is installed");
  cudaRuntimeGetVersion(&runtime);
  return tr("the NVIDIA driver is too old: it serves CUDA {1}, this program needs {2}",
            {version_words(driver), version_words(runtime)});
}

}  // namespace

std::string sentence_about(cudaError_t code) {
  switch (code) {
    case cudaErrorInsufficientDriver:
      return about_the_driver();
    case cudaErrorNoDevice:
      return tr("the NVIDIA driver finds no GPU");
    case cudaErrorMemoryAllocation:
      return tr("the GPU's memory is full");
    case cudaErrorNoKernelImageForDevice:
      return tr("this program holds no code for this GPU");
    case cudaErrorUnsupportedPtxVersion:
      return tr("the NVIDIA driver is too old for this program's GPU code");
    case cudaErrorDevicesUnavailable:
      return tr("another program has the GPU to itself");
    default:
      return tr("the GPU failed: {1} ({2})", {cudaGetErrorString(code), cudaGetErrorName(code)});
  }
}

// Translators: {1} what is wrong, {2} what was done, such as "taking memory on the GPU"
CudaError::CudaError(cudaError_t code, const char* doing)
    : std::runtime_error(tr("{1}, while {2}", {sentence_about(code), tr(doing)})), code_(code) {}

}  // namespace handtint
