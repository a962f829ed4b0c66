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

// At closeness 1 a small area does where for every stroke
//
//   sqrt(d^2 + near_kind) (u + near_areas) (r + near_place) = half_of_one_stroke (number of strokes)^of_more_strokes
//
// with the distance d in traits, the unlikeness u of the areas between, and the distance r as a share of the photo's
// side. The form is that of a logistic regression of what lies inside a stroked thing, on 229 things of known extent:
// where it takes in four fifths of a thing it takes in half as much of what lies outside as the cheapest way in traits
// did. The more strokes there are, the less is each to speak for; the right side was found by
// tests/bench/flood_score.py.
constexpr float near_kind = 0.1f, near_areas = 3, near_place = 0.02f;
constexpr float half_of_one_stroke = 760, of_more_strokes = -0.75f;

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

bool DistanceToPainted::look_again(std::array<Plane<float>, 3> traits) {
  if (traits[0].empty() || !traits[0].same_size(traits_[0])) return false;
  traits_ = std::move(traits);
  areas_.reset();
  small_areas_.clear();
  things_.clear();
  other_thing_.clear();
  compare_with_all();
  return true;
}

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
    compare_with_all();
  } else {
    for (const std::size_t cell : fresh) compare_with(cell);
  }
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
  if (small_lightness_.empty()) small_lightness_ = fit(lightness_);
  const std::array traits{fit(traits_[0]), fit(traits_[1]), fit(traits_[2])};
  areas_.emplace(small_lightness_, traits);
  const Plane<int>& area_of = areas_->smallest();
  small_areas_.resize(static_cast<std::size_t>(areas_->smallest_count()));
  std::vector<float> pixels(small_areas_.size());
  for (std::size_t i = 0; i < area_of.size(); ++i) {
    const auto number = static_cast<std::size_t>(area_of.data()[i]);
    SmallArea& area = small_areas_[number];
    ++pixels[number];
    area.x += static_cast<float>(i % grid.width);
    area.y += static_cast<float>(i / grid.width);
    for (std::size_t k = 0; k < traits.size(); ++k) area.traits[k] += traits[k].data()[i];
  }
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    SmallArea& area = small_areas_[i];
    area.x /= pixels[i];
    area.y /= pixels[i];
    for (float& trait : area.traits) trait /= pixels[i];
  }
}

// The smallest areas that each connected stroke lies on.
std::vector<std::vector<int>> DistanceToPainted::areas_of_strokes() const {
  const ConnectedAreas strokes = connected_areas(painted_);
  std::vector<std::vector<int>> areas(strokes.sizes.size());
  for (const ConnectedAreas::Run& run : strokes.runs)
    for (int x = run.x0; x < run.x1; ++x) {
      // At the middle of what was painted in the cell.
      const Moments& pixels = pixels_[static_cast<std::size_t>(run.y) * painted_.width() + x];
      const int u = cell_of(static_cast<int>(pixels.x / pixels.count), areas_->width(), lightness_.width());
      const int v = cell_of(static_cast<int>(pixels.y / pixels.count), areas_->height(), lightness_.height());
      areas[static_cast<std::size_t>(run.area)].push_back(areas_->smallest()(u, v));
    }
  return areas;
}

// Of each small area, how far it is from the thing that a stroke lies on.
std::vector<float> DistanceToPainted::distance_to(const std::vector<int>& stroke) const {
  const std::vector<float> between = areas_->unlikeness_to(stroke);
  const float pixels = static_cast<float>(areas_->width()) * areas_->height();
  constexpr std::size_t most = 32;  // of a stroke's areas stand for all
  const std::size_t step = (stroke.size() + most - 1) / most;
  std::vector<float> distance(small_areas_.size());
  for (std::size_t i = 0; i < distance.size(); ++i) {
    const SmallArea& area = small_areas_[i];
    float d2 = nothing_painted, away2 = nothing_painted;
    for (std::size_t k = 0; k < stroke.size(); k += step) {
      const SmallArea& painted = small_areas_[static_cast<std::size_t>(stroke[k])];
      const float first = area.traits[0] - painted.traits[0], second = area.traits[1] - painted.traits[1],
                  third = area.traits[2] - painted.traits[2];
      d2 = std::min(d2, first * first + second * second + third * third);
      const float across = area.x - painted.x, down = area.y - painted.y;
      away2 = std::min(away2, across * across + down * down);
    }
    distance[i] = std::sqrt(d2 + near_kind) * (between[i] + near_areas) * (std::sqrt(away2 / pixels) + near_place);
  }
  return distance;
}

void DistanceToPainted::find_things() {
  if (!other_thing_.empty()) return;
  find_areas();
  if (!areas_) return;
  std::vector<StrokeThing> things;  // what is being painted is another stroke at every event, the rest is known
  for (std::vector<int>& stroke : areas_of_strokes()) {
    const auto known =
        std::find_if(things_.begin(), things_.end(), [&](const StrokeThing& t) { return t.areas == stroke; });
    std::vector<float> distance = known == things_.end() ? distance_to(stroke) : known->distance;
    things.push_back({std::move(stroke), std::move(distance)});
  }
  things_ = std::move(things);
  if (things_.empty()) return;
  const float half = half_of_one_stroke * std::pow(static_cast<float>(things_.size()), of_more_strokes);
  other_thing_.assign(small_areas_.size(), nothing_painted);
  for (const StrokeThing& thing : things_)
    for (std::size_t i = 0; i < other_thing_.size(); ++i)
      other_thing_[i] = std::min(other_thing_[i], thing.distance[i] / half);
}

void DistanceToPainted::compare_with(std::size_t painted) {
  const float *first = traits_[0].data(), *second = traits_[1].data(), *third = traits_[2].data();
  const float f = first[painted], s = second[painted], t = third[painted];
  for (std::size_t i = 0; i < distance2_.size(); ++i) {
    const float df = first[i] - f, ds = second[i] - s, dt = third[i] - t;
    distance2_[i] = std::min(distance2_[i], df * df + ds * ds + dt * dt);
  }
}

void DistanceToPainted::compare_with_all() {
  std::fill(distance2_.begin(), distance2_.end(), nothing_painted);
  for (std::size_t cell = 0; cell < painted_.size(); ++cell)
    if (painted_.data()[cell]) compare_with(cell);
}

Plane<float> DistanceToPainted::unlikeness(float closeness) const {
  const float by_thing = other_thing_.empty() ? 0 : std::min(closeness, 1.0f);
  // Things end more sharply than kinds.
  const auto unlike = [by_thing](float kind, float thing) {
    const float power = std::pow((1 - by_thing) * kind + by_thing * thing, 2 + 2 * by_thing);
    return power / (1 + power);
  };
  Plane<float> kind(traits_[0].width(), traits_[0].height());
  for (std::size_t cell = 0; cell < kind.size(); ++cell)
    kind.data()[cell] = std::min(distance2_[cell], 1e6f) / (half_unlike * half_unlike);
  if (!(by_thing > 0)) {
    for (float& value : kind) value = unlike(value, 0);
    return kind;
  }
  const float cells_across = static_cast<float>(kind.width()) / areas_->width();
  const float cells_down = static_cast<float>(kind.height()) / areas_->height();
  std::vector<float> of_area;
  for (std::size_t i = 0; i < small_areas_.size(); ++i) {
    const SmallArea& area = small_areas_[i];
    of_area.push_back(
        unlike(value_at(kind, (area.x + 0.5f) * cells_across, (area.y + 0.5f) * cells_down), other_thing_[i]));
  }
  Plane<float> result(areas_->width(), areas_->height());
  std::transform(areas_->smallest().begin(), areas_->smallest().end(), result.begin(),
                 [&](int area) { return of_area[static_cast<std::size_t>(area)]; });
  return result;
}

Prior pull_to_none(const Prior& prior, const DistanceToPainted& distance, float closeness) {
  Plane<float> factor = distance.unlikeness(closeness);
  if (factor.empty()) factor = Plane<float>(prior.weight.width(), prior.weight.height());
  const int width = factor.width(), height = factor.height();
  Prior pull{{width, height}, {width, height}, resample(prior.weight, width, height), prior.traits};
  const float unlike = prior_weights::unlike_painted_at(closeness);
  for (std::size_t i = 0; i < factor.size(); ++i) pull.weight.data()[i] *= 1 + (unlike - 1) * factor.data()[i];
  return pull;
}

}  // namespace handtint
