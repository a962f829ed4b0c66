#include "editor/work/lightness_pyramid.h"

namespace handtint {
namespace {

constexpr float code_per_L = 65535.0f / 100.0f;

std::uint16_t lightness_code(float L) {
  return static_cast<std::uint16_t>(std::clamp(L * code_per_L, 0.0f, 65535.0f) + 0.5f);
}

// `value(x, y)` of a picture of that size -> its half.
template <class Value>
Plane<std::uint16_t> halve(int width, int height, Value value) {
  Plane<std::uint16_t> half((width + 1) / 2, (height + 1) / 2);
  for (int y = 0; y < half.height(); ++y) {
    const int y0 = 2 * y, y1 = std::min(y0 + 1, height - 1);
    std::uint16_t* out = half.row(y);
    for (int x = 0; x < half.width(); ++x) {
      const int x0 = 2 * x, x1 = std::min(x0 + 1, width - 1);
      out[x] =
          static_cast<std::uint16_t>((value(x0, y0) + value(x1, y0) + value(x0, y1) + value(x1, y1)) * 0.25f + 0.5f);
    }
  }
  return half;
}

}  // namespace

LightnessPyramid::LightnessPyramid(std::shared_ptr<const Photo> photo) : photo_(std::move(photo)) {
  constexpr int smallest = 64;  // pixels; a window is never this small
  const Plane<float>& full = photo_->lightness;
  int width = full.width(), height = full.height();
  if (std::min(width, height) < 2 * smallest) return;
  halved_.push_back(
      halve(width, height, [&](int x, int y) { return std::clamp(full.row(y)[x] * code_per_L, 0.0f, 65535.0f); }));
  while (std::min(halved_.back().width(), halved_.back().height()) >= 2 * smallest) {
    const Plane<std::uint16_t>& last = halved_.back();
    halved_.push_back(
        halve(last.width(), last.height(), [&](int x, int y) { return static_cast<float>(last.row(y)[x]); }));
  }
}

int LightnessPyramid::width(int level) const {
  return level == 0 ? photo_->width() : halved_[static_cast<std::size_t>(level) - 1].width();
}
int LightnessPyramid::height(int level) const {
  return level == 0 ? photo_->height() : halved_[static_cast<std::size_t>(level) - 1].height();
}

std::vector<std::uint16_t> LightnessPyramid::window(int level, const Rect& rect) const {
  std::vector<std::uint16_t> codes(static_cast<std::size_t>(rect.width()) * rect.height());
  std::uint16_t* out = codes.data();
  for (int y = rect.y0; y < rect.y1; ++y, out += rect.width()) {
    if (level == 0) {
      const float* in = photo_->lightness.row(y) + rect.x0;
      std::transform(in, in + rect.width(), out, lightness_code);
    } else {
      const std::uint16_t* in = halved_[static_cast<std::size_t>(level) - 1].row(y) + rect.x0;
      std::copy(in, in + rect.width(), out);
    }
  }
  return codes;
}

}  // namespace handtint
