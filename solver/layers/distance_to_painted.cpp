#include "solver/layers/distance_to_painted.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "solver/connected_areas.h"
#include "solver/layers/coat_maker.h"
#include "solver/prior_weights.h"
#include "solver/resample.h"

namespace handtint {
namespace {

constexpr float nothing_painted = std::numeric_limits<float>::max();

// At this distance a cell counts as half unlike (found on dev photos, by figures and by eye).
constexpr float half_unlike = 3.5f;

// At closeness 1 it does where for every stroke
//
//   sqrt(d^2 + near_kind) (u + near_areas) (r + near_place) = half_of_one_stroke (number of strokes)^of_more_strokes
//
// with the distance d in traits, the unlikeness u of the areas between, and the distance r as a share of the grid's
// side. The form is that of a logistic regression of what lies inside a stroked thing, on 229 things of known extent:
// where it takes in four fifths of a thing it takes in half as much of what lies outside as the cheapest way in traits
// did. The more strokes there are, the less is each to speak for; the right side was found by
// tests/bench/flood_score.py.
constexpr float near_kind = 0.1f, near_areas = 5, near_place = 0.02f;
constexpr float half_of_one_stroke = 600, of_more_strokes = -0.7f;

// Cell c of `cells` covers the pixels p with p * cells / pixels == c: the first of them.
int first_pixel(int cell, int cells, int pixels) {
  return static_cast<int>((static_cast<std::int64_t>(cell) * pixels + cells - 1) / cells);
}

int cell_of(int pixel, int cells, int pixels) {
  return static_cast<int>(static_cast<std::int64_t>(pixel) * cells / pixels);
}

}  // namespace

DistanceToPainted::DistanceToPainted(std::array<Plane<float>, 3> traits, SharedPlane<float> lightness)
    : traits_(std::move(traits)),
      lightness_(std::move(lightness)),
      painted_(traits_[0].width(), traits_[0].height()),
      pixels_(traits_[0].size()),
      distance2_(traits_[0].size(), nothing_painted) {}

bool DistanceToPainted::update(const Plane<float>& strength, const Rect& changed) {
  if (distance2_.empty() || changed.empty()) return false;
  const int width = traits_[0].width(), height = traits_[0].height();
  const int photo_width = lightness_.width(), photo_height = lightness_.height();
  std::vector<std::size_t> fresh;
  bool unpainted = false, moved = false;
  for (int row = cell_of(changed.y0, height, photo_height); row <= cell_of(changed.y1 - 1, height, photo_height); ++row)
    for (int column = cell_of(changed.x0, width, photo_width); column <= cell_of(changed.x1 - 1, width, photo_width);
         ++column) {
      const int left = first_pixel(column, width, photo_width), right = first_pixel(column + 1, width, photo_width);
      Moments pixels;
      for (int y = first_pixel(row, height, photo_height); y < first_pixel(row + 1, height, photo_height); ++y) {
        const float* hints = strength.row(y);
        for (int x = left; x < right; ++x)
          if (hints[x] > 0) pixels.add(x, y);
      }
      const std::size_t cell = static_cast<std::size_t>(row) * width + column;
      const bool painted = pixels.count > 0;
      if (painted && !painted_.data()[cell]) fresh.push_back(cell);
      unpainted |= !painted && painted_.data()[cell];
      painted_.data()[cell] = painted;
      moved |= pixels != pixels_[cell];
      pixels_[cell] = pixels;
    }
  if (!moved) return false;
  few_strokes_ = few_strokes();
  other_thing_.clear();
  if (unpainted) {
    std::fill(distance2_.begin(), distance2_.end(), nothing_painted);
    fresh.clear();
    for (std::size_t cell = 0; cell < painted_.size(); ++cell)
      if (painted_.data()[cell]) fresh.push_back(cell);
  }
  for (std::size_t cell : fresh) compare_with(cell, distance2_);
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
  const double photo = static_cast<double>(lightness_.width()) * lightness_.height();
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

void DistanceToPainted::find_areas() {
  if (areas_ || distance2_.empty()) return;
  const Size grid = reduced_to(AreaTree::usual_pixels, lightness_.width(), lightness_.height());
  const auto fit = [&](const Plane<float>& plane) { return resample(plane, grid.width, grid.height); };
  areas_.emplace(fit(lightness_), std::array{fit(traits_[0]), fit(traits_[1]), fit(traits_[2])});
}

void DistanceToPainted::find_things() {
  if (!other_thing_.empty()) return;
  find_areas();
  if (!areas_) return;
  const int width = traits_[0].width(), height = traits_[0].height();
  const auto pixel_at = [&](double x, double y) {  // of the areas' grid
    return AreaTree::Pixel{cell_of(static_cast<int>(x), areas_->width(), lightness_.width()),
                           cell_of(static_cast<int>(y), areas_->height(), lightness_.height())};
  };
  std::vector<AreaTree::Pixel> middles;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      middles.push_back(pixel_at((x + 0.5) * lightness_.width() / width, (y + 0.5) * lightness_.height() / height));

  const ConnectedAreas strokes = connected_areas(painted_);
  std::vector<std::vector<int>> cells(strokes.sizes.size());
  for (const ConnectedAreas::Run& run : strokes.runs)
    for (int x = run.x0; x < run.x1; ++x) cells[static_cast<std::size_t>(run.area)].push_back(run.y * width + x);
  if (cells.empty()) return;
  const float half = half_of_one_stroke * std::pow(static_cast<float>(cells.size()), of_more_strokes);
  other_thing_.assign(distance2_.size(), nothing_painted);
  std::vector<float> d2(distance2_.size()), away2(distance2_.size());
  for (const std::vector<int>& stroke : cells) {
    std::vector<AreaTree::Pixel> marked;  // the middle of what was painted in each cell
    for (const int cell : stroke) {
      const Moments& pixels = pixels_[static_cast<std::size_t>(cell)];
      marked.push_back(pixel_at(pixels.x / pixels.count, pixels.y / pixels.count));
    }
    const std::vector<float> between = areas_->unlikeness_to(marked, middles);
    std::fill(d2.begin(), d2.end(), nothing_painted);
    std::fill(away2.begin(), away2.end(), nothing_painted);
    constexpr std::size_t most = 32;  // of a stroke's cells stand for all
    for (std::size_t i = 0, step = (stroke.size() + most - 1) / most; i < stroke.size(); i += step) {
      compare_with(static_cast<std::size_t>(stroke[i]), d2);
      const int x = stroke[i] % width, y = stroke[i] / width;
      for (int v = 0; v < height; ++v)
        for (int u = 0; u < width; ++u) {
          float& away = away2[static_cast<std::size_t>(v) * width + u];
          away = std::min(away, static_cast<float>((u - x) * (u - x) + (v - y) * (v - y)));
        }
    }
    for (std::size_t cell = 0; cell < d2.size(); ++cell)
      other_thing_[cell] = std::min(other_thing_[cell],
                                    std::sqrt(d2[cell] + near_kind) * (between[cell] + near_areas) *
                                        (std::sqrt(away2[cell] / static_cast<float>(d2.size())) + near_place) / half);
  }
}

void DistanceToPainted::compare_with(std::size_t painted, std::vector<float>& distance2) const {
  const float *first = traits_[0].data(), *second = traits_[1].data(), *third = traits_[2].data();
  const float f = first[painted], s = second[painted], t = third[painted];
  for (std::size_t i = 0; i < distance2.size(); ++i) {
    const float df = first[i] - f, ds = second[i] - s, dt = third[i] - t;
    distance2[i] = std::min(distance2[i], df * df + ds * ds + dt * dt);
  }
}

float DistanceToPainted::unlikeness(std::size_t cell, float closeness) const {
  if (distance2_.empty()) return 0;
  const float by_thing = other_thing_.empty() ? 0 : std::min(closeness, 1.0f);
  const float kind = std::min(distance2_[cell], 1e6f) / (half_unlike * half_unlike);
  const float thing = by_thing > 0 ? other_thing_[cell] : 0;
  // Things end more sharply than kinds.
  const float unlike = std::pow((1 - by_thing) * kind + by_thing * thing, 2 + 2 * by_thing);
  return unlike / (1 + unlike);
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
