// Sums over all pixels, in one order for every executor, so that any number of threads, any vector width and a GPU give
// the same bits: within a block of 256 pixels of a row in 16 lanes (x mod 16), the lanes as a tree, a row's blocks in
// order, the rows' sums in 16 lanes (y mod 16) and the same tree.
#pragma once

#include <utility>

#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

constexpr int sum_lanes = 16, sum_block = 256;
constexpr int max_sums = 5;  // of one op

// What an op that sums returns at a pixel: one number for each sum.
template <int n>
struct Sums {
  float value[n];
};

template <class T>
constexpr int count_of_sums = 0;
template <int n>
constexpr int count_of_sums<Sums<n>> = n;
// How many sums an op returns; 0: void.
template <class Op>
constexpr int sums_of = count_of_sums<decltype(std::declval<const Op&>()(0, 0))>;

// The lanes as a tree. Leaves them in disorder.
HANDTINT_HD float folded(float* lane) {
  HANDTINT_UNROLL(8)
  for (int i = 0; i < 8; ++i) lane[i] += lane[i + 8];
  HANDTINT_UNROLL(4)
  for (int i = 0; i < 4; ++i) lane[i] += lane[i + 4];
  HANDTINT_UNROLL(2)
  for (int i = 0; i < 2; ++i) lane[i] += lane[i + 2];
  return lane[0] + lane[1];
}

// Blocks of a row of so many pixels.
HANDTINT_HD constexpr int sum_blocks(int width) {
  return (width + sum_block - 1) / sum_block;
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
