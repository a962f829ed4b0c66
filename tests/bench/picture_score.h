// How far a coloured picture is from the true one.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "solver/lab.h"
#include "solver/plane.h"

namespace handtint::bench {

// CIEDE2000 (Sharma, Wu, Dalal 2005).
inline double ciede2000(const Lab& p, const Lab& q) {
  constexpr double pi = std::numbers::pi, degree = pi / 180;
  const auto seventh = [](double c) { return std::sqrt(std::pow(c, 7) / (std::pow(c, 7) + std::pow(25.0, 7))); };
  const double g = 0.5 * (1 - seventh((std::hypot(p.a, p.b) + std::hypot(q.a, q.b)) / 2));
  const double a1 = (1 + g) * p.a, a2 = (1 + g) * q.a;
  const double c1 = std::hypot(a1, p.b), c2 = std::hypot(a2, q.b);
  const auto hue = [&](double b, double a) { return a == 0 && b == 0 ? 0 : std::atan2(b, a) + (b < 0 ? 2 * pi : 0); };
  const double h1 = hue(p.b, a1), h2 = hue(q.b, a2);
  const bool neutral = c1 * c2 == 0;
  double dh = h2 - h1;
  if (neutral)
    dh = 0;
  else if (dh > pi)
    dh -= 2 * pi;
  else if (dh < -pi)
    dh += 2 * pi;
  double hm = (h1 + h2) / 2;
  if (neutral)
    hm = h1 + h2;
  else if (std::abs(h1 - h2) > pi)
    hm += hm < pi ? pi : -pi;
  const double dL = q.L - p.L, dC = c2 - c1, dH = 2 * std::sqrt(c1 * c2) * std::sin(dh / 2);
  const double Lm = (p.L + q.L) / 2, Cm = (c1 + c2) / 2;
  const double T = 1 - 0.17 * std::cos(hm - 30 * degree) + 0.24 * std::cos(2 * hm) +
                   0.32 * std::cos(3 * hm + 6 * degree) - 0.20 * std::cos(4 * hm - 63 * degree);
  const double around = (hm / degree - 275) / 25;
  const double sl = 1 + 0.015 * (Lm - 50) * (Lm - 50) / std::sqrt(20 + (Lm - 50) * (Lm - 50));
  const double sc = 1 + 0.045 * Cm, sh = 1 + 0.015 * Cm * T;
  const double rt = -std::sin(60 * degree * std::exp(-around * around)) * 2 * seventh(Cm);
  const double l = dL / sl, c = dC / sc, h = dH / sh;
  return std::sqrt(std::max(l * l + c * c + h * h + rt * c * h, 0.0));
}

struct Score {
  double psnr = 0;  // of the sRGB codes, dB
  double dE = 0;    // mean CIEDE2000
};

// Of a result's chroma with the true lightness, as 8-bit sRGB shows both.
inline Score score_of(const Plane<float>& L, const Chroma& truth, const Chroma& result) {
  const auto code = [](float v) { return std::round(255 * std::clamp(v, 0.0f, 1.0f)); };
  double square = 0, dE = 0;
  for (std::size_t i = 0; i < L.size(); ++i) {
    const Lab t{L.data()[i], truth.a.data()[i], truth.b.data()[i]};
    const Lab r{L.data()[i], result.a.data()[i], result.b.data()[i]};
    const Rgb p = srgb_from_lab(t), q = srgb_from_lab(r);
    const Rgb shown{code(q.r) / 255, code(q.g) / 255, code(q.b) / 255};
    for (const auto& [u, v] : {std::pair{p.r, q.r}, {p.g, q.g}, {p.b, q.b}})
      square += (code(u) - code(v)) * (code(u) - code(v));
    dE += ciede2000(lab_from_srgb(shown), t);
  }
  const auto n = static_cast<double>(L.size());
  return {-10 * std::log10(std::max(square / (3 * n * 65025), 1e-5)), dE / n};
}

}  // namespace handtint::bench
