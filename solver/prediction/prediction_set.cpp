#include "solver/prediction/prediction_set.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "solver/prediction/distribution.h"

namespace handtint {
namespace {

// Bins in the order of their probability, as many as hold the mass: they come to stand at the end of `order`, the
// likeliest last. Returns how many.
std::size_t take_likeliest(const std::vector<float>& probability, float mass, std::vector<std::size_t>& order) {
  order.resize(probability.size());
  std::iota(order.begin(), order.end(), 0);
  const auto less_likely = [&](std::size_t p, std::size_t q) {
    return probability[p] < probability[q] || (probability[p] == probability[q] && p > q);
  };
  std::make_heap(order.begin(), order.end(), less_likely);
  float held = 0;
  auto end = order.end();
  do {
    std::pop_heap(order.begin(), end, less_likely);
    held += probability[*--end];
  } while (held < mass && end != order.begin());
  return static_cast<std::size_t>(order.end() - end);
}

}  // namespace

std::vector<AbColour> prediction_set(const Prediction& prediction, float x, float y) {
  if (prediction.empty() || !prediction.has_distribution()) return {};
  std::vector<float> probability;
  distribution_at(prediction, cell_at(prediction, x, y), 1, {}, probability);
  std::vector<std::size_t> order;
  const std::size_t count = take_likeliest(probability, prediction.calibration.mass, order);
  std::vector<AbColour> set;
  for (std::size_t i = 1; i <= count; ++i) set.push_back(prediction.bins[order[order.size() - i]]);
  return set;
}

float bin_side(const std::vector<AbColour>& bins) {
  float least = 0;
  for (std::size_t p = 0; p < bins.size(); ++p)
    for (std::size_t q = p + 1; q < bins.size(); ++q) {
      const float distance = std::max(std::abs(bins[p].a - bins[q].a), std::abs(bins[p].b - bins[q].b));
      if (distance > 0 && (least == 0 || distance < least)) least = distance;
    }
  return least > 0 ? least : 10;
}

std::vector<std::pair<AbColour, AbColour>> border_of(const std::vector<AbColour>& set, float side) {
  const float half = side / 2;
  const auto holds = [&](float a, float b) {
    return std::any_of(set.begin(), set.end(),
                       [&](AbColour c) { return std::abs(c.a - a) < half && std::abs(c.b - b) < half; });
  };
  std::vector<std::pair<AbColour, AbColour>> border;
  for (const auto [a, b] : set) {
    if (!holds(a + side, b)) border.push_back({{a + half, b - half}, {a + half, b + half}});
    if (!holds(a - side, b)) border.push_back({{a - half, b - half}, {a - half, b + half}});
    if (!holds(a, b + side)) border.push_back({{a - half, b + half}, {a + half, b + half}});
    if (!holds(a, b - side)) border.push_back({{a - half, b - half}, {a + half, b - half}});
  }
  return border;
}

Plane<float> prediction_radius(const Prediction& prediction) {
  Plane<float> radius(prediction.width, prediction.height);
  if (!prediction.has_distribution()) return radius;
  const float of_one_bin = bin_side(prediction.bins) / std::sqrt(std::numbers::pi_v<float>);
  std::vector<float> probability;
  std::vector<std::size_t> order;
  for (std::size_t cell = 0; cell < radius.size(); ++cell) {
    distribution_at(prediction, cell, 1, {}, probability);
    const std::size_t count = take_likeliest(probability, prediction.calibration.mass, order);
    radius.data()[cell] = of_one_bin * std::sqrt(static_cast<float>(count));
  }
  return radius;
}

}  // namespace handtint
