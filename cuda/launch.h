// The one kernel and the arithmetic of its launch: op(x, y) for every pixel of an extent.
#pragma once

#include "cuda/cuda_error.h"
#include "cuda/cuda_memory.h"
#include "solver/numerics/view.h"
#include "solver/tr.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// A warp takes 32 neighbours of a row, whose 128 bytes are one access to memory; the rows above and below that an op
// reads are mostly those of the same block.
constexpr int block_width = 32, block_height = 8;

// Blocks are numbered row by row in one dimension: the others end at 65535 blocks, and a photo may be a pixel wide.
struct Tiling {
  unsigned columns, blocks;
};
inline Tiling tiling_of(Extent extent) {
  const unsigned columns = (static_cast<unsigned>(extent.width) + block_width - 1) / block_width;
  const unsigned rows = (static_cast<unsigned>(extent.height) + block_height - 1) / block_height;
  return {columns, columns * rows};
}

// Two blocks at a time on a multiprocessor, at least: left alone the compiler rations registers for more, and spills.
template <class Op>
__global__ void __launch_bounds__(block_width* block_height, 2) each_pixel(Extent extent, unsigned columns, Op op) {
  const int x = static_cast<int>(blockIdx.x % columns * block_width + threadIdx.x);
  const int y = static_cast<int>(blockIdx.x / columns * block_height + threadIdx.y);
  if (x >= extent.width || y >= extent.height) return;
  start(op);
  op(x, y);
}

template <class Op>
void launch(Extent extent, const Op& op, const CudaStream& stream) {
  if (extent.width <= 0 || extent.height <= 0) return;
  const Tiling tiling = tiling_of(extent);
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(tiling.blocks);
  config.blockDim = dim3(block_width, block_height);
  config.stream = stream;
  check(cudaLaunchKernelEx(&config, each_pixel<Op>, extent, tiling.columns, op), tr_noop("starting a kernel"));
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
