// Sums in the order of the CPU's executor, so that both give the same bits: a row in 16 lanes (x mod 16), the lanes as
// a tree, the rows' sums likewise. Each step is an op of its own; nothing is shared between threads.
#pragma once

#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

constexpr int sum_lanes = 16;

// The values that an op returns, channel b in the rows below those of a.
template <class Op>
struct KeepValues {
  Op op;
  Out values;
  int height;
  HANDTINT_HD void begin() { start(op); }
  HANDTINT_HD void operator()(int x, int y) const {
    const Pair value = op(x, y);
    values(x, y) = value.a;
    values(x, y + height) = value.b;
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

// sums(row, 0) = the 16 lanes of that row
struct FoldLanes {
  In lanes;
  Out sums;
  HANDTINT_HD void operator()(int row, int) const {
    float part[sum_lanes];
    HANDTINT_UNROLL(16)
    for (int i = 0; i < sum_lanes; ++i) part[i] = lanes(i, row);
    HANDTINT_UNROLL(8)
    for (int i = 0; i < 8; ++i) part[i] += part[i + 8];
    HANDTINT_UNROLL(4)
    for (int i = 0; i < 4; ++i) part[i] += part[i + 4];
    HANDTINT_UNROLL(2)
    for (int i = 0; i < 2; ++i) part[i] += part[i + 2];
    sums(row, 0) = part[0] + part[1];
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
