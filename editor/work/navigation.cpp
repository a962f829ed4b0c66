#include "editor/work/navigation.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "solver/lab.h"
#include "solver/resample.h"

namespace handtint {

bool is_cut_off(const ViewState& view) {
  return visible_photo(view) != Rect{0, 0, view.photo_width, view.photo_height};
}

ViewState centred_on(ViewState view, Point photo) {
  view.centre_x = photo.x;
  view.centre_y = photo.y;
  return clamped(view);
}

SmallPicture small_picture(const PictureSource& source, const Chroma* colour, int side, const Finish& finish) {
  const LightnessPyramid& light = *source.lightness;
  int level = 0;
  while (level + 1 < light.levels() && std::max(light.width(level + 1), light.height(level + 1)) >= side) ++level;
  const int width = light.width(level), height = light.height(level);
  const double scale = std::min(1.0, static_cast<double>(side) / std::max(width, height));
  SmallPicture small;
  small.width = std::max(1, static_cast<int>(std::lround(scale * width)));
  small.height = std::max(1, static_cast<int>(std::lround(scale * height)));
  const std::vector<std::uint16_t> codes = light.window(level, {0, 0, width, height});
  const Plane<float> lightness = resample(width, height, small.width, small.height, [&](int x, int y) {
    return static_cast<float>(codes[static_cast<std::size_t>(y) * width + x]) * (100.0f / 65535.0f);
  });
  const auto at_size = [&](const Plane<float>* plane) {
    return plane && !plane->empty() ? resample(*plane, small.width, small.height)
                                    : Plane<float>(small.width, small.height);
  };
  const auto [a, b] =
      finished({at_size(colour ? &colour->a : nullptr), at_size(colour ? &colour->b : nullptr)}, finish);
  std::vector<float> rgb(3 * static_cast<std::size_t>(small.width));
  small.rgba.reserve(4 * lightness.size());
  for (int y = 0; y < small.height; ++y) {
    srgb_row_from_lab(lightness.row(y), a.row(y), b.row(y), small.width, rgb.data());
    for (std::size_t i = 0; i < rgb.size(); ++i) {
      small.rgba.push_back(static_cast<std::uint8_t>(std::lround(255 * rgb[i])));
      if (i % 3 == 2) small.rgba.push_back(255);
    }
  }
  return small;
}

std::string zoom_text(double zoom) {
  return std::to_string(std::lround(100 * zoom)) + " %";
}

std::optional<double> zoom_from_text(std::string_view text) {
  std::string number;
  for (const char c : text)
    if (c != ' ') number += c == ',' ? '.' : c;
  if (number.ends_with('%')) number.pop_back();
  double percent = 0;
  const char* const end = number.data() + number.size();
  const auto [rest, error] = std::from_chars(number.data(), end, percent, std::chars_format::fixed);
  if (error != std::errc() || rest != end || !(percent > 0 && std::isfinite(percent))) return std::nullopt;
  return percent / 100;
}

}  // namespace handtint
