// Sums in the order of the CPU's executor, so that both give the same bits: within a block of 256 pixels of a row in 16
// lanes (x mod 16), the lanes as a tree, a row's blocks in order, the rows' sums in 16 lanes and the same tree. Each
// step is an op of its own; nothing is shared between threads.
#pragma once

#include <utility>

#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

constexpr int sum_lanes = 16, sum_block = 256;

template <class T>
constexpr int count_of_sums = 0;
template <int n>
constexpr int count_of_sums<Sums<n>> = n;
// How many sums an op returns; 0: void.
template <class Op>
constexpr int sums_of = count_of_sums<decltype(std::declval<const Op&>()(0, 0))>;

// One lane of a block: op at every 16th pixel, added up. Sum k is in row y + k * height. The 16 lanes read neighbouring
// pixels.
template <class Op>
struct SumBlocks {
  Op op;
  Out lanes;
  Extent extent;
  HANDTINT_HD void begin() { start(op); }
  HANDTINT_HD void operator()(int column, int y) const {
    constexpr int n = sums_of<Op>;
    const int first = column / sum_lanes * sum_block + column % sum_lanes;
    const int end = smaller(column / sum_lanes * sum_block + sum_block, extent.width);
    float sum[n] = {};
    for (int x = first; x < end; x += sum_lanes) {
      const Sums<n> value = op(x, y);
      HANDTINT_UNROLL(5)
      for (int k = 0; k < n; ++k) sum[k] += value.value[k];
    }
    HANDTINT_UNROLL(5)
    for (int k = 0; k < n; ++k) lanes(column, y + k * extent.height) = sum[k];
  }
};

// lanes(l, y) = values(l, y) + values(l + 16, y) + ...
struct SumLanes {
  In values;
  Out lanes;
  int width;
  HANDTINT_HD void operator()(int lane, int y) const {
    float sum = 0;
    for (int x = lane; x < width; x += sum_lanes) sum += values(x, y);
    lanes(lane, y) = sum;
  }
};

// sums(row, 0) = the 16 lanes of each block of that row
struct FoldBlocks {
  In lanes;
  Out sums;
  int blocks;
  HANDTINT_HD void operator()(int row, int) const {
    float sum = 0;
    for (int block = 0; block < blocks; ++block) {
      float part[sum_lanes];
      HANDTINT_UNROLL(16)
      for (int i = 0; i < sum_lanes; ++i) part[i] = lanes(block * sum_lanes + i, row);
      HANDTINT_UNROLL(8)
      for (int i = 0; i < 8; ++i) part[i] += part[i + 8];
      HANDTINT_UNROLL(4)
      for (int i = 0; i < 4; ++i) part[i] += part[i + 4];
      HANDTINT_UNROLL(2)
      for (int i = 0; i < 2; ++i) part[i] += part[i + 2];
      sum += part[0] + part[1];
    }
    sums(row, 0) = sum;
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
