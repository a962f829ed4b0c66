// Where two pictures show the same at the same place.
#pragma once

#include "solver/plane.h"

namespace handtint {

// For each place of two lightnesses (0..100, of one size): 1 = nothing speaks against it .. 0 = what both show there is
// not the same. It goes by the correlation over a window (Lewis 1995), so that another exposure, tone or blur is no
// difference; where one of them is smooth there is nothing to compare.
//
//   r = cov(p, q) / sqrt(var(p) var(q))
Plane<float> agreement(const Plane<float>& p, const Plane<float>& q);

}  // namespace handtint
