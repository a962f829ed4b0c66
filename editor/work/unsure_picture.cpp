#include "editor/work/unsure_picture.h"

#include <algorithm>
#include <cmath>

#include "solver/resample.h"

namespace handtint {
namespace {

// Violet is rare in photos, and neither the accent nor a colour that the overlay could be taken for.
constexpr std::array<std::uint8_t, 3> ink{176, 64, 255};
constexpr float strongest = 0.55f;  // alpha: the photo must still be recognised below it

constexpr int enlargement = 6;  // texels per cell

// The mean of 2r+1 neighbours along rows, the picture transposed: twice brings it back, blurred both ways.
Plane<float> blurred_and_turned(const Plane<float>& from, int r) {
  Plane<float> to(from.height(), from.width());
  for (int y = 0; y < from.height(); ++y)
    for (int x = 0; x < from.width(); ++x) {
      float sum = 0;
      for (int d = -r; d <= r; ++d) sum += from(std::clamp(x + d, 0, from.width() - 1), y);
      to(y, x) = sum / static_cast<float>(2 * r + 1);
    }
  return to;
}

}  // namespace

std::array<std::uint8_t, 4> unsure_ink(float radius) {
  const float t = std::clamp((radius - clear_radius) / (violet_radius - clear_radius), 0.0f, 1.0f);
  const float alpha = strongest * t * t * (3 - 2 * t);
  return {ink[0], ink[1], ink[2], static_cast<std::uint8_t>(std::lround(255 * alpha))};
}

UnsurePicture unsure_picture(const Plane<float>& radius) {
  UnsurePicture picture;
  if (radius.empty()) return picture;
  picture.width = radius.width() * enlargement;
  picture.height = radius.height() * enlargement;
  Plane<float> soft = resample(radius, picture.width, picture.height);
  // Twice: the creases of the linear enlargement vanish.
  for (int i = 0; i < 4; ++i) soft = blurred_and_turned(soft, enlargement / 2);
  picture.rgba.reserve(soft.size() * 4);
  for (const float r : soft) {
    const auto colour = unsure_ink(r);
    picture.rgba.insert(picture.rgba.end(), colour.begin(), colour.end());
  }
  return picture;
}

}  // namespace handtint
