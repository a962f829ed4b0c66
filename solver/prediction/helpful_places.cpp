#include "solver/prediction/helpful_places.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "solver/resample.h"

namespace handtint {
namespace {

// At this difference of traits and at this distance, by the photo's shorter side, the claim of a stroke has fallen to
// exp(-1/2). Found by trying, on 15 photos that were not trained on.
constexpr float alike = 1, near = 0.35f;

constexpr float least_share = 0.02f;  // of all that is not known: a place that decides less is not worth a mark
constexpr int most_cells = 1000;      // each is compared with each

// What is known at so many cells that each can be compared with each.
struct Coarse {
  int width = 0, height = 0;
  Plane<float> unknown;                // squared radius
  std::array<Plane<float>, 3> traits;  // may be empty
  float cell = 0;                      // its side, by the photo's shorter side

  Coarse(Plane<float> radius, const std::array<Plane<float>, 3>& fine) {
    const double shrink = std::min(1.0, std::sqrt(most_cells / static_cast<double>(radius.size())));
    width = std::max(1, static_cast<int>(shrink * radius.width()));
    height = std::max(1, static_cast<int>(shrink * radius.height()));
    cell = 1 / static_cast<float>(std::min(width, height));
    for (float& r : radius) r *= r;
    unknown = resample(radius, width, height);
    for (int i = 0; i < 3; ++i)
      if (!fine[i].empty()) traits[i] = resample(fine[i], width, height);
  }

  float claim(int from, int to) const {
    const float dx = cell * static_cast<float>(from % width - to % width);
    const float dy = cell * static_cast<float>(from / width - to / width);
    float d2 = (dx * dx + dy * dy) / (near * near);
    for (const Plane<float>& trait : traits) {
      if (trait.empty()) continue;
      const float d = (trait.data()[from] - trait.data()[to]) / alike;
      d2 += d * d;
    }
    return std::exp(-d2 / 2);
  }
};

}  // namespace

std::vector<HelpfulPlace> helpful_places(const Plane<float>& radius, const std::array<Plane<float>, 3>& traits,
                                         const Plane<float>& painted, int most) {
  if (radius.empty()) return {};
  const Coarse coarse(radius, traits);
  const auto count = static_cast<std::size_t>(coarse.width) * coarse.height;
  std::vector<float> claims(count * count);
  for (std::size_t from = 0; from < count; ++from)
    for (std::size_t to = 0; to <= from; ++to)
      claims[from * count + to] = claims[to * count + from] =
          coarse.claim(static_cast<int>(from), static_cast<int>(to));

  std::vector<float> claimed(count);  // of each cell, by the stroke that is nearest in kind
  const auto paint = [&](std::size_t from) {
    for (std::size_t to = 0; to < count; ++to) claimed[to] = std::max(claimed[to], claims[from * count + to]);
  };
  if (!painted.empty()) {
    const Plane<float> strokes = resample(painted, coarse.width, coarse.height);
    for (std::size_t from = 0; from < count; ++from)
      if (strokes.data()[from] > 0) paint(from);
  }
  const float all = std::accumulate(coarse.unknown.begin(), coarse.unknown.end(), 0.0f);
  std::vector<HelpfulPlace> places;
  while (static_cast<int>(places.size()) < most) {
    std::size_t best = count;
    float largest = least_share * all;
    for (std::size_t from = 0; from < count; ++from) {
      float gain = 0;
      for (std::size_t to = 0; to < count; ++to)
        gain += coarse.unknown.data()[to] * std::max(claims[from * count + to] - claimed[to], 0.0f);
      if (gain > largest) {
        largest = gain;
        best = from;
      }
    }
    if (best == count) break;
    const auto column = static_cast<float>(best % coarse.width), row = static_cast<float>(best / coarse.width);
    places.push_back({(column + 0.5f) / static_cast<float>(coarse.width),
                      (row + 0.5f) / static_cast<float>(coarse.height), largest / all});
    paint(best);
  }
  return places;
}

}  // namespace handtint
