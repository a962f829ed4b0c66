// Zeroing the margins of planes that were laid into used memory.
#pragma once

#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

template <class T>
struct ClearPixels {
  View<T> plane;
  HANDTINT_HD void operator()(int x, int y) const { plane(x, y) = T{}; }
};

// The rows above and below the planes of a stack, numbered from the first plane's upper ones on.
template <class T>
struct ClearRows {
  View<T> first;
  int pitch, height, margin;  // pitch: rows from one plane to the next; margin: rows above and as many below
  HANDTINT_HD void operator()(int x, int y) const {
    const int plane = y / (2 * margin), row = y % (2 * margin) - margin;
    first(x, plane * pitch + (row < 0 ? row : height + row)) = T{};
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
