// The schedule on the GPU.
#include "cuda_backend.h"
#include "cuda_executor.h"
#include "solver/numerics/scheduled_engine.h"

namespace handtint {

std::unique_ptr<numerics::Engine> make_cuda_engine() {
  return std::make_unique<numerics::ScheduledEngine<numerics::CudaExecutor>>();
}

}  // namespace handtint
