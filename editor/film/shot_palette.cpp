#include "editor/film/shot_palette.h"

#include <algorithm>
#include <cmath>

namespace handtint {
namespace {

constexpr int rounds = 8;
constexpr int grid = 64;                                   // cells of L, a and b for known_
constexpr float lightness_noise = 2.5f, colour_noise = 5;  // about the distance between two entries

float distance(const Lab& p, const Lab& q) {
  const float l = p.L - q.L, a = p.a - q.a, b = p.b - q.b;
  return l * l + a * a + b * b;
}

Rgb8Entry code_of(const Lab& colour) {
  const Rgb rgb = srgb_from_lab(reduce_chroma_to_gamut(colour));
  const auto code = [](float v) { return static_cast<std::uint8_t>(std::lrint(std::clamp(v, 0.0f, 1.0f) * 255)); };
  return {code(rgb.r), code(rgb.g), code(rgb.b)};
}

// 0..1, evenly spread over any few neighbours.
float noise(int x, int y, int layer) {
  const float place = 0.06711056f * (x + 47 * layer) + 0.00583715f * (y + 17 * layer);
  const float v = 52.9829189f * (place - std::floor(place));
  return v - std::floor(v);
}

}  // namespace

ShotPalette::ShotPalette(const std::vector<Lab>& samples) : known_(grid * grid * grid, -1) {
  for (int i = 0; i < palette_greys; ++i) lab_.push_back({lightness_from_grey(i / float(palette_greys - 1)), 0, 0});
  std::vector<Lab> sorted;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(sorted),
               [](const Lab& c) { return c.a * c.a + c.b * c.b > 4; });
  const std::size_t centres = palette_entries - palette_greys;
  if (sorted.size() >= centres) {
    // Begun along the hue, so that each has some.
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Lab& p, const Lab& q) { return std::atan2(p.b, p.a) < std::atan2(q.b, q.a); });
    for (std::size_t i = 0; i < centres; ++i) lab_.push_back(sorted[i * sorted.size() / centres]);
    for (int round = 0; round < rounds; ++round) {
      std::vector<Lab> sum(lab_.size());
      std::vector<int> count(lab_.size());
      for (const Lab& c : sorted) {
        const std::uint8_t i = nearest(c);
        sum[i] = {sum[i].L + c.L, sum[i].a + c.a, sum[i].b + c.b};
        ++count[i];
      }
      for (std::size_t i = palette_greys; i < lab_.size(); ++i)
        if (count[i] > 0) lab_[i] = {sum[i].L / count[i], sum[i].a / count[i], sum[i].b / count[i]};
    }
  } else {
    lab_.insert(lab_.end(), sorted.begin(), sorted.end());
  }
  while (lab_.size() < palette_entries) lab_.push_back(lab_.back());
  for (const Lab& c : lab_) rgb_.push_back(code_of(c));
  for (std::size_t i = 0; i < lab_.size(); ++i)  // what is really shown
    lab_[i] = lab_from_srgb({rgb_[i].r / 255.0f, rgb_[i].g / 255.0f, rgb_[i].b / 255.0f});
}

std::uint8_t ShotPalette::nearest(const Lab& colour) const {
  std::size_t best = 0;
  float least = distance(colour, lab_[0]);
  for (std::size_t i = 1; i < lab_.size(); ++i)
    if (const float d = distance(colour, lab_[i]); d < least) least = d, best = i;
  return static_cast<std::uint8_t>(best);
}

std::uint8_t ShotPalette::index(Lab colour, int x, int y) {
  colour.L += (noise(x, y, 0) - 0.5f) * lightness_noise;
  // Grey stays grey.
  const float share = std::min(1.0f, std::hypot(colour.a, colour.b) / 8);
  colour.a += (noise(x, y, 1) - 0.5f) * colour_noise * share;
  colour.b += (noise(x, y, 2) - 0.5f) * colour_noise * share;
  const auto cell = [](float v, float low, float step) {
    return std::clamp(static_cast<int>((v - low) / step), 0, grid - 1);
  };
  constexpr float l_step = 100.0f / grid, ab_step = 4;
  const int l = cell(colour.L, 0, l_step), a = cell(colour.a, -128, ab_step), b = cell(colour.b, -128, ab_step);
  std::int16_t& known = known_[(static_cast<std::size_t>(l) * grid + a) * grid + b];
  if (known < 0) known = nearest({(l + 0.5f) * l_step, -128 + (a + 0.5f) * ab_step, -128 + (b + 0.5f) * ab_step});
  return static_cast<std::uint8_t>(known);
}

}  // namespace handtint
