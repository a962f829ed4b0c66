// The unit of chroma that the solve works in, c = (a, b) / s(L), and the way back.
#pragma once

#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// s(L) = ((L + 16) / 66)^(3/8): a dark shadow carries less chroma than the same material in light. 0.4 was the exponent
// found by trial; 3/8 costs no quality and needs square roots only.
HANDTINT_HD float chroma_scale(float lightness) {
  const float fourth = root(root((lightness + 16.0f) * (1.0f / 66)));
  return fourth * root(fourth);
}

// Chroma as people see it: (a, b) = s(L) c.
struct ToChroma {
  In2 u;
  In lightness;
  Out2 chroma;

  HANDTINT_HD void operator()(int x, int y) const { chroma.set(x, y, chroma_scale(lightness(x, y)) * u(x, y)); }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
