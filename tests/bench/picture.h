// The picture and the stroke that the benchmarks of the solver share.
#pragma once

#include <algorithm>
#include <cmath>

#include "solver/problem.h"

namespace handtint::bench {

// A picture with flat parts, edges and texture, and some forty strokes.
inline Problem picture(double megapixels) {
  const int width = static_cast<int>(std::lround(std::sqrt(megapixels * 1e6 * 1.5)));
  const int height = static_cast<int>(std::lround(megapixels * 1e6 / width));
  Problem p;
  p.lightness = Plane<float>(width, height);
  p.hint_a = p.hint_b = p.hint_strength = Plane<float>(width, height);
  const double unit = width / 40.0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double u = x / unit, v = y / unit;
      const double blocks = std::sin(u * 0.7) + std::sin(v * 0.9 + 1) + std::sin((u + v) * 0.45) > 0.2 ? 30 : 0;
      const double texture = 6 * std::sin(u * 9) * std::sin(v * 7) + 3 * std::sin(x * 0.9 + y * 1.7);
      p.lightness.edit()(x, y) =
          static_cast<float>(std::clamp(35 + blocks + texture + 10 * std::sin(u * 0.2), 0.0, 100.0));
    }
  unsigned seed = 1;
  const auto random = [&] { return (seed = seed * 1664525u + 1013904223u) / 4294967296.0; };
  for (int k = 0; k < 40; ++k) {
    const int x0 = static_cast<int>(random() * width * 0.95), y0 = static_cast<int>(random() * height * 0.95);
    const float a = static_cast<float>(80 * random() - 40), b = static_cast<float>(80 * random() - 40);
    for (int y = y0; y < std::min(height, y0 + height / 60 + 1); ++y)
      for (int x = x0; x < std::min(width, x0 + width / 25 + 1); ++x) {
        p.hint_a(x, y) = a;
        p.hint_b(x, y) = b;
        p.hint_strength(x, y) = 100;
      }
  }
  return p;
}

// One more small stroke, for the warm start.
inline HintPatch stroke(const Problem& p) {
  const int side = std::min(24, p.height());
  return {{p.width() / 3, p.height() / 3, p.width() / 3 + side, p.height() / 3 + side / 2},
          Plane<float>(side, side / 2, 40),
          Plane<float>(side, side / 2, 30),
          Plane<float>(side, side / 2, 100),
          {}};
}

}  // namespace handtint::bench
