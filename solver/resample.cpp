#include "solver/resample.h"

namespace handtint {

std::vector<Tap> resampling_taps(int from, int to) {
  std::vector<Tap> taps(to);
  const double step = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    Tap& tap = taps[i];
    if (step > 1) {
      const double begin = i * step, end = std::min<double>(begin + step, from);
      tap.first = static_cast<int>(begin);
      for (int k = tap.first; k < end; ++k) {
        const double covered = std::min<double>(k + 1, end) - std::max<double>(k, begin);
        tap.weights.push_back(static_cast<float>(covered / (end - begin)));
      }
    } else {
      const double centre = std::clamp((i + 0.5) * step - 0.5, 0.0, from - 1.0);
      tap.first = std::min(static_cast<int>(centre), std::max(from - 2, 0));
      const auto share = static_cast<float>(centre - tap.first);
      tap.weights = {1 - share};
      if (from > 1) tap.weights.push_back(share);
    }
  }
  return taps;
}

Plane<float> box_means(const Plane<float>& plane, const Rect& part, int step) {
  const int width = (part.width() + step - 1) / step, height = (part.height() + step - 1) / step;
  Plane<float> means(width, height);
  std::vector<float> sum(width);
  for (int y = 0; y < height; ++y) {
    std::fill(sum.begin(), sum.end(), 0.0f);
    const int top = part.y0 + y * step, bottom = std::min(top + step, part.y1);
    for (int v = top; v < bottom; ++v) {
      const float* in = plane.row(v) + part.x0;
      for (int x = 0; x < width; ++x) {
        const int end = std::min((x + 1) * step, part.width());
        for (int u = x * step; u < end; ++u) sum[x] += in[u];
      }
    }
    float* out = means.row(y);
    for (int x = 0; x < width; ++x) {
      const int columns = std::min((x + 1) * step, part.width()) - x * step;
      out[x] = sum[x] / static_cast<float>(columns * (bottom - top));
    }
  }
  return means;
}

}  // namespace handtint
