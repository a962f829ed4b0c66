// Packing a picture for a screen. No part of a solve: its bytes are not declared in planes_of.h.
#pragma once

#include "solver/device_picture.h"
#include "solver/numerics/chroma_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// Steps of 0.004, far below what an eye or an 8-bit screen can tell. To the nearest, halves to even, as lrintf does it:
// beside 1.5 * 2^23 a float has no room for fractions, and its lowest bits are the integer.
HANDTINT_HD std::int16_t screen_code(float ab) {
  const float sum = smaller(larger(ab, -128.0f), 128.0f) * (32767.0f / 128.0f) + 12582912.0f;
  std::int32_t bits;
  std::memcpy(&bits, &sum, sizeof bits);
  return static_cast<std::int16_t>(bits - 0x4b400000);
}

// The codes of a part of the picture: box means of (a, b) = s(L) u, as ToChroma and a mean of its answer would give
// them, and what lies under the picture added to them (a first coat, of which u is the deviation).
struct PackForScreen {
  In2 u;         // the whole picture
  In lightness;  // likewise
  In2 base;      // at the codes' size; empty: 0
  View<ScreenCode> codes;
  ScreenPart part;

  HANDTINT_HD void operator()(int x, int y) const {
    const int left = part.x + x * part.step, right = smaller(left + part.step, part.x + part.width);
    const int top = part.y + y * part.step, bottom = smaller(top + part.step, part.y + part.height);
    Pair sum = {0, 0};
    for (int v = top; v < bottom; ++v)
      for (int h = left; h < right; ++h) sum = sum + chroma_scale(lightness(h, v)) * u(h, v);
    const float count = static_cast<float>((right - left) * (bottom - top));
    Pair mean = {sum.a / count, sum.b / count};
    if (base.a) mean = mean + base(x, y);
    codes(x, y) = {screen_code(mean.a), screen_code(mean.b)};
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
