// Parts of planes that are stretched over a photo.
#pragma once

#include <algorithm>
#include <cmath>

#include "solver/plane.h"

namespace handtint {

// A plane read between its pixels, whose centres lie at half-integers.
inline float value_at(const Plane<float>& plane, float x, float y) {
  const float fx = std::clamp(x - 0.5f, 0.0f, plane.width() - 1.0f);
  const float fy = std::clamp(y - 0.5f, 0.0f, plane.height() - 1.0f);
  const int x0 = static_cast<int>(fx), y0 = static_cast<int>(fy);
  const int x1 = std::min(x0 + 1, plane.width() - 1), y1 = std::min(y0 + 1, plane.height() - 1);
  const float tx = fx - x0, ty = fy - y0;
  const float upper = plane(x0, y0) + tx * (plane(x1, y0) - plane(x0, y0));
  const float lower = plane(x0, y1) + tx * (plane(x1, y1) - plane(x0, y1));
  return upper + ty * (lower - upper);
}

// What of a plane, stretched over a photo of that size, lies over a rectangle of the photo, as width x height values.
inline Plane<float> cut_out(const Plane<float>& plane, int photo_width, int photo_height, const Rect& rect, int width,
                            int height) {
  Plane<float> part(width, height);
  if (plane.width() == photo_width && plane.height() == photo_height && width == rect.width() &&
      height == rect.height()) {
    for (int y = 0; y < height; ++y) std::copy_n(plane.row(rect.y0 + y) + rect.x0, width, part.row(y));
    return part;
  }
  const float scale_x = static_cast<float>(plane.width()) / photo_width;
  const float scale_y = static_cast<float>(plane.height()) / photo_height;
  const float step_x = static_cast<float>(rect.width()) / width, step_y = static_cast<float>(rect.height()) / height;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      part(x, y) =
          value_at(plane, (rect.x0 + (x + 0.5f) * step_x) * scale_x, (rect.y0 + (y + 0.5f) * step_y) * scale_y);
  return part;
}

}  // namespace handtint
