// Brings planes to another size.
#pragma once

#include <algorithm>
#include <vector>

#include "solver/plane.h"

namespace handtint {

// Output sample i is the sum of weights[k] * input[first + k].
struct Tap {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Tap> resampling_taps(int from, int to);

// value(x, y) of a width x height picture, at the new size: the mean over the area when shrinking, linear interpolation
// when enlarging.
template <class Value>
Plane<float> resample(int width, int height, int new_width, int new_height, Value value) {
  const std::vector<Tap> across = resampling_taps(width, new_width), down = resampling_taps(height, new_height);
  Plane<float> narrow(new_width, height), result(new_width, new_height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < new_width; ++x) {
      const Tap& tap = across[x];
      float sum = 0;
      for (std::size_t k = 0; k < tap.weights.size(); ++k)
        sum += tap.weights[k] * value(tap.first + static_cast<int>(k), y);
      narrow(x, y) = sum;
    }
  for (int y = 0; y < new_height; ++y)
    for (std::size_t k = 0; k < down[y].weights.size(); ++k) {
      const float weight = down[y].weights[k];
      const float* row = narrow.row(down[y].first + static_cast<int>(k));
      for (int x = 0; x < new_width; ++x) result(x, y) += weight * row[x];
    }
  return result;
}

inline Plane<float> resample(const Plane<float>& plane, int width, int height) {
  if (plane.width() == width && plane.height() == height) return plane;
  return resample(plane.width(), plane.height(), width, height, [&](int x, int y) { return plane(x, y); });
}

// The mean of each step x step pixels of a part of the plane; the last row and column may hold fewer.
Plane<float> box_means(const Plane<float>& plane, const Rect& part, int step);

// A place between two pixels of a row or a column, whose centres lie at half-integers.
struct Between {
  int low, high;
  float share;  // of the high one

  Between(float place, int pixels) {
    const float from_first = std::clamp(place - 0.5f, 0.0f, pixels - 1.0f);
    low = static_cast<int>(from_first);
    high = std::min(low + 1, pixels - 1);
    share = from_first - low;
  }
};

inline float between_rows(const float* upper, const float* lower, const Between& x, float share) {
  const float top = upper[x.low] + x.share * (upper[x.high] - upper[x.low]);
  const float bottom = lower[x.low] + x.share * (lower[x.high] - lower[x.low]);
  return top + share * (bottom - top);
}

// A plane read between its pixels: bilinear.
inline float value_at(const Plane<float>& plane, const Between& x, const Between& y) {
  return between_rows(plane.row(y.low), plane.row(y.high), x, y.share);
}
inline float value_at(const Plane<float>& plane, float x, float y) {
  return value_at(plane, Between(x, plane.width()), Between(y, plane.height()));
}

// What of a plane, stretched over a photo of that size, lies over a rectangle of the photo, as width x height values:
// bilinear, and the plane's own values where the sizes agree.
Plane<float> stretched_part(const Plane<float>& plane, int photo_width, int photo_height, const Rect& rect, int width,
                            int height);

// Bilinear stretch; the identity when sizes agree.
Chroma resize(const Chroma& chroma, int width, int height);

}  // namespace handtint
