// Sums in the order that sums.h lays down. Each step is an op of its own; nothing is shared between threads.
#pragma once

#include "solver/numerics/sums.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

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
      sum += folded(part);
    }
    sums(row, 0) = sum;
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
