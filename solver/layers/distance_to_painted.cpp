#include "solver/layers/distance_to_painted.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "solver/prior_weights.h"

namespace handtint {
namespace {

constexpr float nothing_painted = std::numeric_limits<float>::max();

// At this distance a cell counts as half unlike (found on dev photos, by figures and by eye).
constexpr float half_unlike = 3.5f;

// Cell c of `cells` covers the pixels p with p * cells / pixels == c: the first of them.
int first_pixel(int cell, int cells, int pixels) {
  return static_cast<int>((static_cast<std::int64_t>(cell) * pixels + cells - 1) / cells);
}

int cell_of(int pixel, int cells, int pixels) {
  return static_cast<int>(static_cast<std::int64_t>(pixel) * cells / pixels);
}

}  // namespace

DistanceToPainted::DistanceToPainted(std::array<Plane<float>, 3> traits, int photo_width, int photo_height)
    : traits_(std::move(traits)),
      photo_width_(photo_width),
      photo_height_(photo_height),
      painted_(traits_[0].size()),
      distance2_(traits_[0].size(), nothing_painted) {}

bool DistanceToPainted::update(const Plane<float>& strength, const Rect& changed) {
  if (distance2_.empty() || changed.empty()) return false;
  const int width = traits_[0].width(), height = traits_[0].height();
  std::vector<std::size_t> fresh;
  bool unpainted = false;
  for (int row = cell_of(changed.y0, height, photo_height_); row <= cell_of(changed.y1 - 1, height, photo_height_);
       ++row)
    for (int column = cell_of(changed.x0, width, photo_width_); column <= cell_of(changed.x1 - 1, width, photo_width_);
         ++column) {
      const int left = first_pixel(column, width, photo_width_), right = first_pixel(column + 1, width, photo_width_);
      bool painted = false;
      for (int y = first_pixel(row, height, photo_height_); y < first_pixel(row + 1, height, photo_height_); ++y) {
        const float* pixels = strength.row(y);
        painted |= std::any_of(pixels + left, pixels + right, [](float h) { return h > 0; });
      }
      const std::size_t cell = static_cast<std::size_t>(row) * width + column;
      if (painted && !painted_[cell]) fresh.push_back(cell);
      unpainted |= !painted && painted_[cell];
      painted_[cell] = painted;
    }
  if (unpainted) {
    std::fill(distance2_.begin(), distance2_.end(), nothing_painted);
    for (std::size_t cell = 0; cell < painted_.size(); ++cell)
      if (painted_[cell]) compare_with(cell);
    return true;
  }
  for (std::size_t cell : fresh) compare_with(cell);
  return !fresh.empty();
}

void DistanceToPainted::compare_with(std::size_t painted) {
  const float *first = traits_[0].data(), *second = traits_[1].data(), *third = traits_[2].data();
  const float f = first[painted], s = second[painted], t = third[painted];
  for (std::size_t i = 0; i < distance2_.size(); ++i) {
    const float df = first[i] - f, ds = second[i] - s, dt = third[i] - t;
    distance2_[i] = std::min(distance2_[i], df * df + ds * ds + dt * dt);
  }
}

float DistanceToPainted::unlikeness(std::size_t cell) const {
  if (distance2_.empty()) return 0;
  const float d2 = std::min(distance2_[cell], 1e6f) / (half_unlike * half_unlike);
  return d2 * d2 / (1 + d2 * d2);
}

Prior pull_to_none(Prior prior, const DistanceToPainted& distance) {
  std::fill(prior.a.begin(), prior.a.end(), 0.0f);
  std::fill(prior.b.begin(), prior.b.end(), 0.0f);
  for (std::size_t cell = 0; cell < prior.weight.size(); ++cell)
    prior.weight.data()[cell] *= 1 + (prior_weights::unlike_painted - 1) * distance.unlikeness(cell);
  return prior;
}

}  // namespace handtint
