#include <doctest/doctest.h>

#include <cmath>

#include "solver/prediction/coat.h"

using namespace handtint;

namespace {

const std::vector<AbColour> grid = [] {
  std::vector<AbColour> bins;
  for (int a = -50; a <= 50; a += 10)
    for (int b = -50; b <= 50; b += 10) bins.push_back({static_cast<float>(a), static_cast<float>(b)});
  return bins;
}();

// log of a sum of bumps: (centre, share) each, 6 units wide.
Prediction cells(const std::vector<std::vector<std::pair<AbColour, float>>>& mixtures) {
  Prediction p;
  p.width = static_cast<int>(mixtures.size());
  p.height = 1;
  p.bins = grid;
  p.logits.resize(grid.size() * p.cells());
  for (int x = 0; x < p.width; ++x)
    for (std::size_t q = 0; q < grid.size(); ++q) {
      float sum = 1e-9f;
      for (const auto& [centre, share] : mixtures[x])
        sum += share * std::exp(-(std::pow(grid[q].a - centre.a, 2.0f) + std::pow(grid[q].b - centre.b, 2.0f)) / 72);
      p.logits[q * p.cells() + x] = std::log(sum);
    }
  return p;
}

}  // namespace

TEST_CASE("a cell that knows its colour keeps its hue and outweighs an unsure one") {
  const Prediction p = cells({{{{30, 20}, 1}}, {{{30, 20}, 0.5f}, {{-30, -20}, 0.5f}}});
  const Prior prior = make_prior(p);
  CHECK(prior.a(0, 0) > 29);
  CHECK(prior.a(0, 0) < 37);  // at most 15 % more colourful
  CHECK(prior.b(0, 0) / prior.a(0, 0) == doctest::Approx(20.0 / 30).epsilon(0.03));
  CHECK(std::abs(prior.a(1, 0)) < 1);
  CHECK(prior.weight(0, 0) > 3 * prior.weight(1, 0));
  CHECK(prior.weight(1, 0) > 0);
}

TEST_CASE("between grey and a bright colour it is the likelier that counts, not their mean") {
  const Prediction p = cells({{{{0, 0}, 0.6f}, {{50, 50}, 0.4f}}});
  const Prior prior = make_prior(p);
  CHECK(std::hypot(prior.a(0, 0), prior.b(0, 0)) < 0.7f * 0.4f * std::hypot(50.0f, 50.0f));
}

TEST_CASE("a lower temperature goes towards the likelier colour") {
  const Prediction p = cells({{{{30, 20}, 0.6f}, {{-30, -20}, 0.4f}}});
  float last = -100;
  for (float temperature : {4.0f, 2.0f, 1.0f, 0.5f, 0.1f}) {
    const Prior prior = make_prior(p, {.temperature = temperature});
    CHECK(prior.a(0, 0) > last);
    last = prior.a(0, 0);
  }
  CHECK(last > 29);
  CHECK(last < 37);
}

TEST_CASE("vividness is a gain of chroma and leaves the trust alone") {
  const Prediction p = cells({{{{30, 20}, 1}}, {{{30, 20}, 0.5f}, {{-30, 20}, 0.5f}}});
  const Prior usual = make_prior(p);
  for (float gain : {0.0f, 0.5f, 1.0f, 2.0f}) {
    const Prior prior = make_prior(p, {.vividness = gain});
    CHECK(prior.weight == usual.weight);
    for (int x = 0; x < 2; ++x) {
      CHECK(prior.a(x, 0) == doctest::Approx(gain * usual.a(x, 0)));
      CHECK(prior.b(x, 0) == doctest::Approx(gain * usual.b(x, 0)));
    }
  }
}

TEST_CASE("the traits go with the coat, whatever its dials") {
  Prediction p = cells({{{{30, 20}, 1}}, {{{-30, 20}, 1}}});
  CHECK(!make_prior(p).has_traits());
  p.traits.fill(Plane<float>(2, 1, 3));
  p.traits[1](1, 0) = 5;
  CHECK(make_prior(p, {.amount = 0.3f, .temperature = 0.5f, .variant = 2}).traits == p.traits);
}

TEST_CASE("the amount scales colour and trust; without an amount there is no prior") {
  const Prediction p = cells({{{{30, 20}, 1}}});
  const Prior whole = make_prior(p), half = make_prior(p, {.amount = 0.5f});
  CHECK(half.a(0, 0) == doctest::Approx(whole.a(0, 0) / 2));
  CHECK(half.weight(0, 0) == doctest::Approx(whole.weight(0, 0) / 2));
  CHECK(make_prior(p, {.amount = 0}).empty());
  CHECK(make_prior({}).empty());
}

TEST_CASE("a network that proposes colours without a distribution gives a prior of even weight") {
  Prediction p;
  p.width = 2;
  p.height = 1;
  p.a = p.b = Plane<float>(2, 1, 12);
  const Prior prior = make_prior(p);
  CHECK(prior.a(1, 0) == 12);
  CHECK(prior.weight(0, 0) == prior.weight(1, 0));
  CHECK(prior.weight(0, 0) > 0);
  CHECK(uncertainty(p)(0, 0) == 0);
  REQUIRE(likely_colours(p, 0.5f, 0.5f).size() == 1);
  CHECK(likely_colours(p, 0.5f, 0.5f)[0].colour == AbColour{12, 12});
}

TEST_CASE("uncertainty is 0 where only one colour is possible and 1 where every colour is") {
  Prediction p = cells({{{{30, 20}, 1}}, {{{30, 20}, 0.5f}, {{-30, -20}, 0.5f}}, {}});
  const Plane<float> doubt = uncertainty(p);
  CHECK(doubt(0, 0) < 0.25f);
  CHECK(doubt(1, 0) > 2 * doubt(0, 0));
  CHECK(doubt(2, 0) == doctest::Approx(1));
}

TEST_CASE("likely colours are the peaks, the likeliest first, and sum to at most 1") {
  const Prediction p = cells({{{{-40, 40}, 0.2f}, {{30, 20}, 0.5f}, {{0, -40}, 0.3f}}});
  const auto colours = likely_colours(p, 0.5f, 0.5f);
  REQUIRE(colours.size() == 3);
  CHECK(colours[0].colour.a == doctest::Approx(30).epsilon(0.1));
  CHECK(colours[0].probability == doctest::Approx(0.5).epsilon(0.05));
  CHECK(colours[1].colour.b == doctest::Approx(-40).epsilon(0.1));
  CHECK(colours[2].probability == doctest::Approx(0.2).epsilon(0.1));
  CHECK(likely_colours(p, 0.5f, 0.5f, 1).size() == 1);
  CHECK(likely_colours(p, -3, 7).size() == 3);  // a position outside means the border
}

TEST_CASE("variants differ where the network hesitates, agree where it is sure, and are repeatable") {
  const Prediction p = cells({{{{30, 20}, 1}}, {{{30, 20}, 0.5f}, {{-30, -20}, 0.5f}}});
  float sure = 0, unsure = 0;
  for (std::uint32_t variant = 1; variant <= 4; ++variant) {
    const Prior one = make_prior(p, {.variant = variant}), again = make_prior(p, {.variant = variant});
    CHECK(one.a == again.a);
    const Prior plain = make_prior(p);
    sure = std::max(sure, std::abs(one.a(0, 0) - plain.a(0, 0)));
    unsure = std::max(unsure, std::abs(one.a(1, 0) - plain.a(1, 0)));
  }
  CHECK(sure < 5);
  CHECK(unsure > 15);
}
