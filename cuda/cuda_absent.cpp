// Stands in for the CUDA backend where it was not built.
#include <stdexcept>

#include "cuda/cuda_backend.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr const char* reason = tr_noop("this program was built without CUDA");

}  // namespace

CudaDevice probe_cuda() noexcept {
  CudaDevice device;
  device.description = tr(reason);
  return device;
}

std::unique_ptr<numerics::Engine> make_cuda_engine() {
  throw std::runtime_error(tr(reason));
}

std::unique_ptr<numerics::SharedScreen> make_cuda_shared_screen() {
  throw std::runtime_error(tr(reason));
}

}  // namespace handtint
