// What can be said about the ops of a chain (Executor::chain in schedule.h).
#pragma once

#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// Planes whose content nobody needs after the chain: an executor may leave memory without it.
struct Scratch {
  Out2 planes[2];
  bool holds(const void* origin) const {
    for (const Out2& u : planes)
      if (origin == u.a.origin || origin == u.b.origin) return origin != nullptr;
    return false;
  }
};

// An op of a chain. `cells`: it stands on the grid of half the size and runs once per 2x2 pixels of the chain's extent;
// it may read one pixel beyond its cell, as any op may beyond its pixel.
template <class Operation, bool per_cell>
struct Link {
  using Op = Operation;
  static constexpr bool cells = per_cell;
  Op op;
};
template <class Op>
Link<Op, true> per_cell(const Op& op) {
  return {op};
}

template <class Op>
Link<Op, false> link(const Op& op) {
  return {op};
}
template <class Op>
Link<Op, true> link(const Link<Op, true>& op) {
  return op;
}

HANDTINT_HD Extent halved(Extent e) {
  return {(e.width + 1) / 2, (e.height + 1) / 2};
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
