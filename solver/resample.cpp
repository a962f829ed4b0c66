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

Plane<float> stretched_part(const Plane<float>& plane, int photo_width, int photo_height, const Rect& rect, int width,
                            int height) {
  if (plane.width() == photo_width && plane.height() == photo_height && width == rect.width() &&
      height == rect.height())
    return plane.cut(rect);
  const auto places = [](int begin, int length, int count, int photo_pixels, int pixels) {
    const float scale = static_cast<float>(pixels) / photo_pixels, step = static_cast<float>(length) / count;
    std::vector<Between> result;
    for (int i = 0; i < count; ++i) result.emplace_back((begin + (i + 0.5f) * step) * scale, pixels);
    return result;
  };
  const std::vector<Between> columns = places(rect.x0, rect.width(), width, photo_width, plane.width());
  const std::vector<Between> rows = places(rect.y0, rect.height(), height, photo_height, plane.height());
  Plane<float> part(width, height);
  for (int y = 0; y < height; ++y) {
    const float *upper = plane.row(rows[y].low), *lower = plane.row(rows[y].high);
    for (int x = 0; x < width; ++x) part(x, y) = between_rows(upper, lower, columns[x], rows[y].share);
  }
  return part;
}

Chroma resize(const Chroma& chroma, int width, int height) {
  if (chroma.width() == width && chroma.height() == height) return chroma;
  const auto stretched = [&](const Plane<float>& plane) {
    return stretched_part(plane, width, height, {0, 0, width, height}, width, height);
  };
  return {stretched(chroma.a), stretched(chroma.b)};
}

}  // namespace handtint
