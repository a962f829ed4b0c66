#include "editor/work/unsure_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "solver/resample.h"

namespace handtint {
namespace {

// Violet is rare in photos, and neither the accent nor a colour that the overlay could be taken for.
constexpr std::array<std::uint8_t, 3> ink{176, 64, 255};
constexpr float strongest = 0.55f;  // alpha: the photo must still be recognised below it

// From the photo's middling uncertainty to its most unsure twentieth; but differences smaller than this mean nothing,
// and below this level the network is sure enough.
constexpr float least_range = 0.15f, sure_enough = 0.2f;

constexpr int enlargement = 6;  // texels per cell

float percentile(std::vector<float> values, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

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

UnsurePicture unsure_picture(const Plane<float>& unsure) {
  UnsurePicture picture;
  if (unsure.empty()) return picture;
  const std::vector<float> values(unsure.begin(), unsure.end());
  const float low = std::max(percentile(values, 0.5), sure_enough);
  const float high = std::max(percentile(values, 0.95), low + least_range);

  picture.width = unsure.width() * enlargement;
  picture.height = unsure.height() * enlargement;
  Plane<float> soft = resample(unsure, picture.width, picture.height);
  // Twice: the creases of the linear enlargement vanish.
  for (int i = 0; i < 4; ++i) soft = blurred_and_turned(soft, enlargement / 2);
  picture.rgba.reserve(soft.size() * 4);
  for (float u : soft) {
    const float t = std::clamp((u - low) / (high - low), 0.0f, 1.0f);
    picture.rgba.insert(picture.rgba.end(), ink.begin(), ink.end());
    picture.rgba.push_back(static_cast<std::uint8_t>(std::lround(255 * strongest * t * t * (3 - 2 * t))));
  }
  return picture;
}

}  // namespace handtint
