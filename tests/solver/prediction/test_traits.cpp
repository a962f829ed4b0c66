#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "solver/prediction/traits.h"

using namespace handtint;

namespace {

// Cells whose probabilities are given, a row of them per cell.
Prediction with_probabilities(const std::vector<std::vector<float>>& cells) {
  Prediction p;
  p.width = static_cast<int>(cells.size());
  p.height = 1;
  for (std::size_t q = 0; q < cells.front().size(); ++q) p.bins.push_back({10.0f * q, -10.0f * q});
  p.logits.resize(p.bins.size() * p.cells());
  for (std::size_t i = 0; i < cells.size(); ++i)
    for (std::size_t q = 0; q < p.bins.size(); ++q)
      p.logits[q * p.cells() + i] = 7 + std::log(std::max(cells[i][q], 1e-12f));  // any constant may be added
  return p;
}

float distance(const std::array<Plane<float>, 3>& traits, int x, int other) {
  float sum = 0;
  for (const Plane<float>& trait : traits) sum += std::pow(trait(x, 0) - trait(other, 0), 2.0f);
  return std::sqrt(sum);
}

float hellinger(const std::vector<float>& p, const std::vector<float>& q) {
  float sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) sum += std::pow(std::sqrt(p[i]) - std::sqrt(q[i]), 2.0f);
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("the distance of traits is the distance of the distributions, not of their means") {
  const std::vector<float> blue_or_red{0.5f, 0, 0, 0, 0.5f}, grey{0, 0, 1, 0, 0}, brown{0, 0.9f, 0.1f, 0, 0};
  const auto traits = traits_of(with_probabilities({blue_or_red, grey, brown, grey}));
  CHECK(distance(traits, 0, 1) == doctest::Approx(6 * hellinger(blue_or_red, grey)).epsilon(1e-3));
  CHECK(distance(traits, 1, 2) == doctest::Approx(6 * hellinger(grey, brown)).epsilon(1e-3));
  CHECK(distance(traits, 1, 3) < 1e-3);
}

TEST_CASE("three axes keep what matters of many different cells, and the same answer comes twice") {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> unit(0, 1);
  std::vector<std::vector<float>> cells;
  for (int i = 0; i < 60; ++i) {  // mixtures of three kinds, and some noise
    std::vector<float> p(40, 0.002f * unit(random));
    p[5] += i % 3 == 0 ? 0.8f : 0.1f;
    p[20] += i % 3 == 1 ? 0.8f : 0.1f;
    p[33] += i % 3 == 2 ? 0.8f : 0.1f;
    float sum = 0;
    for (float v : p) sum += v;
    for (float& v : p) v /= sum;
    cells.push_back(std::move(p));
  }
  const auto traits = traits_of(with_probabilities(cells));
  CHECK(traits == traits_of(with_probabilities(cells)));
  for (int i = 1; i < 60; ++i) {
    INFO(i);
    CHECK(distance(traits, 0, i) == doctest::Approx(6 * hellinger(cells[0], cells[i])).epsilon(0.1));
  }
}

TEST_CASE("colours without a distribution are their own traits") {
  Prediction p;
  p.width = 2;
  p.height = 1;
  p.a = Plane<float>(2, 1, 10);
  p.b = Plane<float>(2, 1, 10);
  p.a(1, 0) = 14;
  CHECK(distance(traits_of(p), 0, 1) == doctest::Approx(1));
}

TEST_CASE("one cell, few bins or none") {
  CHECK(traits_of({})[0].empty());
  const auto one = traits_of(with_probabilities({{0.2f, 0.3f, 0.5f}}));
  CHECK(one[0].size() == 1);
  for (const Plane<float>& trait : one) CHECK(std::abs(trait(0, 0)) < 1e-3);
  const auto same = traits_of(with_probabilities({{0.2f, 0.8f}, {0.2f, 0.8f}}));
  CHECK(distance(same, 0, 1) < 1e-3);
  CHECK(distance(traits_of(with_probabilities({{1, 0}, {0, 1}})), 0, 1) > 1);
}
