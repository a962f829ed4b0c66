// What runs the ops. Everything that decides (schedule.h and what it is made of) is a template on an executor, which
// owns memory and runs ops; CpuExecutor (solver/cpu) and CudaExecutor (cuda) are two, and share all the rest.
//
// An Executor offers
//
//   View<float> plane(Extent), View<std::uint8_t> byte_plane(Extent), View<Small> small_plane(Extent)
//     a plane with zeroed margins; it lives until release()
//   Stack<T> stack<T>(Extent, int count)
//     memory for so many planes of up to this extent each; until release()
//   void divide(Stack<T>, Extent, View<T>* planes)
//     planes of one extent in it, margins zeroed; former planes are gone
//   void give_up(View<T>, Extent), void give_up(Stack<T>)
//     nobody needs what they hold, nor the planes before they are divided anew: their memory may go back to the system
//   void take_back(Stack<T>&)
//     nobody needs its planes any more: their memory may serve others
//   void run(Extent, op)
//     start(op) on a copy (view.h), then op(x, y) for every pixel, in any order
//   void sum(Extent, op, View<float> out)
//     op returns Sums<n> (sums.h); out(0..n-1, 0) receive the sums
//   void chain(Extent, View<float> out, Scratch, ops...)
//     as if run one after the other; the last may sum. Free to overlap them: row by row on a CPU, tile by tile on a
//     GPU. An op in it may stand on the grid of half the size (per_cell)
//   bool repeat(int key, piece)
//     piece(), which runs ops and answers whether it ran them all; with a key seen before it would run the very same
//     ops, so they may be replayed instead
//   void forget_repeats()
//     keys mean something else from now on
//   void upload(T* rows, stride, View<T>, Extent), void download(In, Extent, float* rows)
//     host rows into a plane and back
//   float fetch(In)
//     a scalar to the host
//   bool interrupted()
//     true: give up this step; asked between ops
#pragma once

#include "solver/numerics/sums.h"
#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// Memory for planes of up to `largest` pixels that come and go together.
template <class T>
struct Stack {
  T* memory = nullptr;
  Extent largest;
  int count = 0;

  bool fits(Extent e) const { return memory && e.width <= largest.width && e.height <= largest.height; }
};

// Planes whose content nobody needs after a chain: an executor may leave memory without it.
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
