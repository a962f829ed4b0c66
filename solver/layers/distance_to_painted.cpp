#include "solver/layers/distance_to_painted.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "solver/connected_areas.h"
#include "solver/prior_weights.h"

namespace handtint {
namespace {

constexpr float nothing_painted = std::numeric_limits<float>::max();

// At this distance a cell counts as half unlike; at this way, too, at closeness 1 (found on dev photos, by figures and
// by eye).
constexpr float half_unlike = 3.5f, half_way = 8;

// What the way across the whole grid costs, beside what changes on it.
constexpr float across = 0.8f;

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
      painted_(traits_[0].width(), traits_[0].height()),
      pixels_(traits_[0].size()),
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
      Moments pixels;
      for (int y = first_pixel(row, height, photo_height_); y < first_pixel(row + 1, height, photo_height_); ++y) {
        const float* hints = strength.row(y);
        for (int x = left; x < right; ++x)
          if (hints[x] > 0) pixels.add(x, y);
      }
      const std::size_t cell = static_cast<std::size_t>(row) * width + column;
      const bool painted = pixels.count > 0;
      if (painted && !painted_.data()[cell]) fresh.push_back(cell);
      unpainted |= !painted && painted_.data()[cell];
      painted_.data()[cell] = painted;
      pixels_[cell] = pixels;
    }
  const float few_before = std::exchange(few_strokes_, few_strokes());
  if (fresh.empty() && !unpainted) return few_strokes_ != few_before;
  if (unpainted) {
    std::fill(distance2_.begin(), distance2_.end(), nothing_painted);
    way_.clear();
    fresh.clear();
    for (std::size_t cell = 0; cell < painted_.size(); ++cell)
      if (painted_.data()[cell]) fresh.push_back(cell);
  }
  for (std::size_t cell : fresh) {
    compare_with(cell);
    if (!way_.empty()) way_[cell] = 0;
  }
  shorter_ways_ = true;
  return true;
}

void DistanceToPainted::Moments::add(double px, double py) {
  ++count;
  x += px;
  y += py;
  xx += px * px;
  xy += px * py;
  yy += py * py;
}

void DistanceToPainted::Moments::add(const Moments& other) {
  count += other.count;
  x += other.x;
  y += other.y;
  xx += other.xx;
  xy += other.xy;
  yy += other.yy;
}

// As long as a bar of the same spread along its axis.
double DistanceToPainted::Moments::length() const {
  const double sxx = xx / count - x / count * (x / count), syy = yy / count - y / count * (y / count);
  const double sxy = xy / count - x / count * (y / count);
  const double largest = (sxx + syy) / 2 + std::hypot((sxx - syy) / 2, sxy);
  return std::sqrt(std::max(12 * largest, 0.0) + 1);
}

// In steps, so that the pull need not follow every pixel of a stroke.
float DistanceToPainted::few_strokes() const {
  constexpr float steps = 16;
  const ConnectedAreas places = connected_areas(painted_);
  if (places.sizes.empty()) return 0;
  std::vector<Moments> pixels(places.sizes.size());
  for (const ConnectedAreas::Run& run : places.runs)
    for (int x = run.x0; x < run.x1; ++x)
      pixels[static_cast<std::size_t>(run.area)].add(pixels_[static_cast<std::size_t>(run.y) * painted_.width() + x]);
  const double photo = static_cast<double>(photo_width_) * photo_height_;
  double all = 0, strokes = 0;
  for (const Moments& place : pixels) {
    const auto slender = static_cast<float>(place.length() * place.length() / place.count);
    all += place.count;
    strokes += place.count * prior_weights::share_of_stroke(slender, static_cast<float>(place.count / photo));
  }
  const float few = prior_weights::share_of_few(static_cast<int>(pixels.size())) * static_cast<float>(strokes / all);
  return std::round(steps * few) / steps;
}

float DistanceToPainted::closeness(float reach) const {
  return distance2_.empty() ? 0 : prior_weights::closeness(reach, few_strokes_);
}

// Shortest ways by sweeps there and back until nothing changes (Danielsson 1980 for plain distances): a few for most
// pictures, and the ends do not depend on where they began.
void DistanceToPainted::find_ways() {
  if (distance2_.empty() || (!way_.empty() && !shorter_ways_)) return;
  if (way_.empty()) {
    way_.assign(distance2_.size(), nothing_painted);
    for (std::size_t cell = 0; cell < way_.size(); ++cell)
      if (painted_.data()[cell]) way_[cell] = 0;
  }
  shorter_ways_ = false;
  const int width = traits_[0].width(), height = traits_[0].height();
  const float straight = across / std::sqrt(static_cast<float>(width) * height), diagonal = 1.41421356f * straight;
  const auto step = [&](std::size_t from, std::size_t to, float length) {
    float d2 = 0;
    for (const Plane<float>& trait : traits_) {
      const float d = trait.data()[from] - trait.data()[to];
      d2 += d * d;
    }
    return way_[from] + d2 + length;
  };
  bool changed = true;
  const auto visit = [&](int x, int y, int back) {
    const std::size_t here = static_cast<std::size_t>(y) * width + x;
    const struct {
      int dx, dy;
      float length;
    } neighbours[] = {{-back, 0, straight}, {-1, -back, diagonal}, {0, -back, straight}, {1, -back, diagonal}};
    for (const auto& n : neighbours) {
      const int u = x + n.dx, v = y + n.dy;
      if (u < 0 || u >= width || v < 0 || v >= height) continue;
      const std::size_t there = static_cast<std::size_t>(v) * width + u;
      if (const float way = step(there, here, n.length); way < way_[here]) {
        way_[here] = way;
        changed = true;
      }
    }
  };
  while (std::exchange(changed, false)) {
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) visit(x, y, 1);
    for (int y = height; y-- > 0;)
      for (int x = width; x-- > 0;) visit(x, y, -1);
  }
}

void DistanceToPainted::compare_with(std::size_t painted) {
  const float *first = traits_[0].data(), *second = traits_[1].data(), *third = traits_[2].data();
  const float f = first[painted], s = second[painted], t = third[painted];
  for (std::size_t i = 0; i < distance2_.size(); ++i) {
    const float df = first[i] - f, ds = second[i] - s, dt = third[i] - t;
    distance2_[i] = std::min(distance2_[i], df * df + ds * ds + dt * dt);
  }
}

float DistanceToPainted::unlikeness(std::size_t cell, float closeness) const {
  if (distance2_.empty()) return 0;
  const float by_way = way_.empty() ? 0 : std::min(closeness, 1.0f);
  const float d2 = (1 - by_way) * std::min(distance2_[cell], 1e6f) / (half_unlike * half_unlike) +
                   by_way * std::min(way_.empty() ? 0 : way_[cell], 1e6f) / (half_way * half_way);
  return d2 * d2 / (1 + d2 * d2);
}

Prior pull_to_none(Prior prior, const DistanceToPainted& distance, float closeness) {
  const float unlike = prior_weights::unlike_painted_at(closeness);
  std::fill(prior.a.begin(), prior.a.end(), 0.0f);
  std::fill(prior.b.begin(), prior.b.end(), 0.0f);
  for (std::size_t cell = 0; cell < prior.weight.size(); ++cell)
    prior.weight.data()[cell] *= 1 + (unlike - 1) * distance.unlikeness(cell, closeness);
  return prior;
}

}  // namespace handtint
