// What others do with a reference photo, from their papers: the peers of bench_reference. Chroma at the size of `L`.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>

#include "solver/plane.h"

namespace handtint::bench {

struct Coloured {
  Plane<float> L;
  Chroma ab;
};

// E[a, b given L] of the reference: a kernel of 4 L units, drawn towards the mean colour.
inline Chroma colour_by_lightness(const Plane<float>& L, const Coloured& reference) {
  constexpr int steps = 101;
  std::array<double, steps> a{}, b{}, n{};
  double mean_a = 0, mean_b = 0;
  for (std::size_t i = 0; i < reference.L.size(); ++i) {
    const int step = std::clamp(static_cast<int>(std::lround(reference.L.data()[i])), 0, steps - 1);
    a[step] += reference.ab.a.data()[i];
    b[step] += reference.ab.b.data()[i];
    n[step] += 1;
    mean_a += reference.ab.a.data()[i] / static_cast<double>(reference.L.size());
    mean_b += reference.ab.b.data()[i] / static_cast<double>(reference.L.size());
  }
  std::array<float, steps> at_a{}, at_b{};
  const double drawn = 0.002 * static_cast<double>(reference.L.size());
  for (int step = 0; step < steps; ++step) {
    double sum_a = drawn * mean_a, sum_b = drawn * mean_b, sum = drawn;
    for (int k = 0; k < steps; ++k) {
      const double weight = std::exp(-0.5 * (k - step) * (k - step) / 16.0);
      sum_a += weight * a[k];
      sum_b += weight * b[k];
      sum += weight * n[k];
    }
    at_a[step] = static_cast<float>(sum_a / sum);
    at_b[step] = static_cast<float>(sum_b / sum);
  }
  Chroma result{Plane<float>(L.width(), L.height()), Plane<float>(L.width(), L.height())};
  for (std::size_t i = 0; i < L.size(); ++i) {
    const int step = std::clamp(static_cast<int>(std::lround(L.data()[i])), 0, steps - 1);
    result.a.data()[i] = at_a[step];
    result.b.data()[i] = at_b[step];
  }
  return result;
}

// The deviation of L in 5 x 5 pixels.
inline Plane<float> texture_of(const Plane<float>& L) {
  Plane<float> result(L.width(), L.height());
  for (int y = 0; y < L.height(); ++y)
    for (int x = 0; x < L.width(); ++x) {
      double sum = 0, square = 0;
      for (int dy = -2; dy <= 2; ++dy)
        for (int dx = -2; dx <= 2; ++dx) {
          const double v = L(std::clamp(x + dx, 0, L.width() - 1), std::clamp(y + dy, 0, L.height() - 1));
          sum += v;
          square += v * v;
        }
      result(x, y) = static_cast<float>(std::sqrt(std::max(square / 25 - sum * sum / 625, 0.0)));
    }
  return result;
}

// Welsh, Ashikhmin, Mueller 2002: about 200 jittered samples of the reference, its lightness brought to the target's
// mean and deviation; each pixel takes the colour of the sample nearest in lightness and texture, half each.
inline Chroma welsh(const Plane<float>& L, const Coloured& reference) {
  const auto moments = [](const Plane<float>& plane) {
    double sum = 0, square = 0;
    for (float v : plane) {
      sum += v;
      square += static_cast<double>(v) * v;
    }
    const double n = static_cast<double>(plane.size());
    return std::pair{sum / n, std::sqrt(std::max(square / n - sum * sum / n / n, 1e-6))};
  };
  const auto [mean_t, deviation_t] = moments(L);
  const auto [mean_r, deviation_r] = moments(reference.L);
  const Plane<float> here = texture_of(L), there = texture_of(reference.L);
  struct Sample {
    float L, texture, a, b;
  };
  std::vector<Sample> samples;
  std::mt19937 random(7);
  constexpr int across = 14;
  for (int row = 0; row < across; ++row)
    for (int column = 0; column < across; ++column) {
      const auto place = [&](int k, int size) {
        const double jitter = static_cast<double>(random()) / 4294967296.0;
        return std::min(static_cast<int>((k + jitter) * size / across), size - 1);
      };
      const int x = place(column, reference.L.width()), y = place(row, reference.L.height());
      samples.push_back({static_cast<float>((reference.L(x, y) - mean_r) * deviation_t / deviation_r + mean_t),
                         there(x, y), reference.ab.a(x, y), reference.ab.b(x, y)});
    }
  Chroma result{Plane<float>(L.width(), L.height()), Plane<float>(L.width(), L.height())};
  for (std::size_t i = 0; i < L.size(); ++i) {
    float least = 1e30f;
    for (const Sample& s : samples) {
      const float dl = s.L - L.data()[i], dt = s.texture - here.data()[i], d = dl * dl + dt * dt;
      if (d >= least) continue;
      least = d;
      result.a.data()[i] = s.a;
      result.b.data()[i] = s.b;
    }
  }
  return result;
}

}  // namespace handtint::bench
