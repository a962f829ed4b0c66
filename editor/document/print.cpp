#include "editor/document/print.h"

#include <algorithm>
#include <cmath>

#include "solver/resample.h"

namespace handtint {
namespace {

Plane<std::uint16_t> resampled_alpha(const Plane<std::uint16_t>& alpha, int width, int height) {
  if (alpha.empty()) return {};
  const Plane<float> means = resample(alpha.width(), alpha.height(), width, height,
                                      [&](int x, int y) { return static_cast<float>(alpha(x, y)); });
  Plane<std::uint16_t> codes(width, height);
  std::transform(means.begin(), means.end(), codes.begin(),
                 [](float v) { return static_cast<std::uint16_t>(std::lround(v)); });
  return codes;
}

template <class T>
Plane<T> side_by_side(const Plane<T>& left, const Plane<T>& right) {
  if (right.empty()) return {};
  const int width = right.width();
  Plane<T> both(2 * width, right.height());
  if (!left.empty()) both.paste(left, {0, 0, width, right.height()});
  both.paste(right, {width, 0, 2 * width, right.height()});
  return both;
}

}  // namespace

Print make_print(const Photo& photo, const Chroma& chroma, const PrintOptions& options) {
  const int longest = std::max(photo.width(), photo.height());
  const double scale =
      options.longest_side > 0 ? std::min(1.0, static_cast<double>(options.longest_side) / longest) : 1;
  const int width = std::max(1, static_cast<int>(std::lround(scale * photo.width()))),
            height = std::max(1, static_cast<int>(std::lround(scale * photo.height())));
  const auto at_size = [&](const Plane<float>& plane) {
    return plane.empty() ? Plane<float>() : resample(plane, width, height);
  };
  Print print{
      at_size(photo.lightness), {at_size(chroma.a), at_size(chroma.b)}, resampled_alpha(photo.alpha, width, height)};
  if (!options.beside_photo) return print;
  print.chroma = {side_by_side(at_size(photo.a), print.chroma.a), side_by_side(at_size(photo.b), print.chroma.b)};
  print.lightness = side_by_side(print.lightness, print.lightness);
  print.alpha = side_by_side(print.alpha, print.alpha);
  return print;
}

}  // namespace handtint
