#include <algorithm>
#include <vector>

#include "cuda/cuda_memory.h"
#include "cuda/launch.h"
#include "tests/gpu/accidents.h"

namespace handtint {

struct TakenMemory::Blocks {
  std::vector<CudaBlock> all;
};

#if defined(__CUDACC__)

namespace {

struct WriteNowhere {
  float* nowhere;
  HANDTINT_HD void operator()(int, int) const { *nowhere = 1; }
};

}  // namespace

TakenMemory::TakenMemory(std::size_t left) : blocks_(std::make_unique<Blocks>()) {
  constexpr std::size_t smallest = std::size_t{2} << 20;
  for (std::size_t most = ~std::size_t{0}; most >= smallest;) {
    std::size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "asking the GPU for its memory");
    if (free < left + smallest) return;
    const std::size_t bytes = std::min(free - left, most);
    try {
      blocks_->all.emplace_back(bytes);
    } catch (const CudaError&) {  // not in one piece
      cudaGetLastError();
      most = bytes / 2;
    }
  }
}
TakenMemory::~TakenMemory() = default;

void kill_context() {
  CudaStream stream;
  numerics::launch({1, 1}, WriteNowhere{reinterpret_cast<float*>(64)}, stream);
  cudaStreamSynchronize(stream);  // fails, as it shall
}

#else  // on the stand-in of tests/cuda/shim, whose device fails to order

TakenMemory::TakenMemory(std::size_t left) {
  cuda_shim::machine.memory = cuda_shim::machine.in_use + left;
}
TakenMemory::~TakenMemory() {
  cuda_shim::machine.memory = std::size_t{8} << 30;
}

void kill_context() {
  cuda_shim::machine.calls_until_failure = 0;
}

#endif

}  // namespace handtint
