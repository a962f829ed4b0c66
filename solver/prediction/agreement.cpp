#include "solver/prediction/agreement.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace handtint {
namespace {

// Half a window, as a share of the longer side: large enough for a structure, small enough for a thing that was moved.
constexpr float window_share = 1 / 50.0f;

// Standard deviations, in L: below the first a window is smooth, above the second it has structure.
constexpr float smooth = 1.5f, structured = 3.5f;

// Correlations: below the first the windows do not show the same, above the second they do.
constexpr float other = 0.2f, same = 0.7f;

// The mean of value(i) over the window about each place, cut at the borders.
template <class Value>
Plane<float> window_means(int width, int height, int radius, const Value& value) {
  Plane<float> across(width, height), result(width, height);
  for (int y = 0; y < height; ++y) {
    double sum = 0;
    for (int x = -radius; x < width; ++x) {
      const int in = x + radius, out = x - radius - 1;
      if (in < width) sum += value(in, y);
      if (out >= 0) sum -= value(out, y);
      if (x >= 0) across(x, y) = static_cast<float>(sum / (std::min(in, width - 1) - std::max(out, -1)));
    }
  }
  std::vector<double> sums(static_cast<std::size_t>(width));
  for (int y = -radius; y < height; ++y) {
    const int in = y + radius, out = y - radius - 1;
    const float rows = static_cast<float>(std::min(in, height - 1) - std::max(out, -1));
    for (int x = 0; x < width; ++x) {
      double& sum = sums[static_cast<std::size_t>(x)];
      if (in < height) sum += across(x, in);
      if (out >= 0) sum -= across(x, out);
      if (y >= 0) result(x, y) = static_cast<float>(sum / rows);
    }
  }
  return result;
}

float ramp(float value, float from, float to) {
  return std::clamp((value - from) / (to - from), 0.0f, 1.0f);
}

}  // namespace

Plane<float> agreement(const Plane<float>& p, const Plane<float>& q) {
  const int width = p.width(), height = p.height();
  const int radius = std::max(2, static_cast<int>(std::lround(window_share * std::max(width, height))));
  const auto means = [&](const auto& value) { return window_means(width, height, radius, value); };
  const Plane<float> mean_p = means([&](int x, int y) { return p(x, y); });
  const Plane<float> mean_q = means([&](int x, int y) { return q(x, y); });
  const Plane<float> pp = means([&](int x, int y) { return p(x, y) * p(x, y); });
  const Plane<float> qq = means([&](int x, int y) { return q(x, y) * q(x, y); });
  const Plane<float> pq = means([&](int x, int y) { return p(x, y) * q(x, y); });
  Plane<float> result(width, height);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const float mp = mean_p.data()[i], mq = mean_q.data()[i];
    const float sd_p = std::sqrt(std::max(0.0f, pp.data()[i] - mp * mp));
    const float sd_q = std::sqrt(std::max(0.0f, qq.data()[i] - mq * mq));
    const float structure = ramp(std::min(sd_p, sd_q), smooth, structured);
    const float r = structure > 0 ? (pq.data()[i] - mp * mq) / (sd_p * sd_q) : 1;
    result.data()[i] = 1 - structure * (1 - ramp(r, other, same));
  }
  return result;
}

}  // namespace handtint
