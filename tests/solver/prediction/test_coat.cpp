#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "solver/prediction/coat.h"
#include "solver/prediction/helpful_places.h"
#include "solver/prediction/prediction_set.h"
#include "tests/solver/prediction/distributions.h"

using namespace handtint;
using namespace handtint::tests;

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
  CHECK(prediction_radius(p)(0, 0) == 0);
  CHECK(prediction_set(p, 0.5f, 0.5f).empty());
  REQUIRE(likely_colours(p, 0.5f, 0.5f).size() == 1);
  CHECK(likely_colours(p, 0.5f, 0.5f)[0].colour == AbColour{12, 12});
}

TEST_CASE("a prediction set holds the fewest bins that have its mass, the likeliest first") {
  Prediction p = cells({{{{30, 20}, 1}}, {{{30, 20}, 0.5f}, {{-30, -20}, 0.5f}}, {}});
  p.calibration.mass = 0.8f;
  const auto mass_of = [&](const std::vector<AbColour>& set, int cell) {
    double all = 0, held = 0;
    for (std::size_t q = 0; q < grid.size(); ++q) {
      const double mass = std::exp(p.logits[q * p.cells() + cell]);
      all += mass;
      if (std::find(set.begin(), set.end(), grid[q]) != set.end()) held += mass;
    }
    return held / all;
  };
  for (int cell = 0; cell < 3; ++cell) {
    std::vector<AbColour> set = prediction_set(p, (cell + 0.5f) / 3, 0.5f);
    CHECK(mass_of(set, cell) >= doctest::Approx(0.8));
    const Plane<float> radius = prediction_radius(p);
    CHECK(radius(cell, 0) == doctest::Approx(std::sqrt(100 * set.size() / 3.14159)).epsilon(0.001));
    set.pop_back();
    CHECK(mass_of(set, cell) < 0.8);
  }
  CHECK(prediction_set(p, 0, 0).front() == AbColour{30, 20});
  CHECK(prediction_set(p, 2, -3) == prediction_set(p, 0.99f, 0));  // a position outside means the border
  const Plane<float> radius = prediction_radius(p);
  CHECK(radius(1, 0) > 1.3f * radius(0, 0));
  CHECK(radius(2, 0) > 2 * radius(1, 0));
  p.calibration.mass = 0.01f;
  CHECK(prediction_set(p, 0, 0) == std::vector<AbColour>{{30, 20}});
}

TEST_CASE("the border of a set is what its squares do not share") {
  CHECK(bin_side(grid) == 10);
  CHECK(border_of({{0, 0}}, 10).size() == 4);
  CHECK(border_of({{0, 0}, {10, 0}}, 10).size() == 6);
  CHECK(border_of({{0, 0}, {10, 0}, {0, 10}, {10, 10}}, 10).size() == 8);
  CHECK(border_of({{0, 0}, {30, 0}}, 10).size() == 8);
  for (const auto& [from, to] : border_of({{0, 0}, {10, 0}}, 10)) CHECK(!(from.a == 5 && to.a == 5));
}

TEST_CASE("a stroke helps most where much like it is not known, and not where one was painted") {
  // Left half known, the right half not: a large upper part and a small lower part of another kind.
  Plane<float> radius(32, 24, 6);
  std::array<Plane<float>, 3> traits;
  traits.fill(Plane<float>(32, 24, 0));
  for (int y = 0; y < 24; ++y)
    for (int x = 16; x < 32; ++x) {
      radius(x, y) = 25;
      traits[0](x, y) = y < 16 ? 10 : -10;
    }
  const auto places = helpful_places(radius, traits, {}, 2);
  REQUIRE(places.size() == 2);
  CHECK(places[0].x > 0.5f);
  CHECK(places[0].y < 0.67f);
  CHECK(places[1].x > 0.5f);
  CHECK(places[1].y > 0.67f);
  CHECK(places[0].share > places[1].share);
  CHECK(places[1].share > 0.05f);
  CHECK(places[0].share + places[1].share <= 1);

  // Painted on the large part: the small one is left, and is the first now.
  Plane<float> painted(100, 75, 0);
  painted(static_cast<int>(100 * places[0].x), static_cast<int>(75 * places[0].y)) = 1;
  const auto after = helpful_places(radius, traits, painted, 5);
  REQUIRE(!after.empty());
  CHECK(after[0].x == places[1].x);
  CHECK(after[0].y == places[1].y);
  for (const HelpfulPlace& place : after) CHECK(std::hypot(place.x - places[0].x, place.y - places[0].y) > 0.2f);

  CHECK(helpful_places(radius, {}, {}, 5).size() <= 5);  // a network without traits: what is near is alike
  CHECK(helpful_places({}, {}, {}, 5).empty());
  CHECK(helpful_places(Plane<float>(8, 8, 0), {}, {}, 5).empty());
  CHECK(helpful_places(Plane<float>(1, 1, 9), {}, {}, 5).size() == 1);
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

TEST_CASE("where one colour leads but others are possible, three that look different are likely") {
  // One broad hill: every step of 10 away from its top is a third as likely.
  std::vector<std::pair<AbColour, float>> hill;
  for (const AbColour& bin : grid) hill.push_back({bin, std::exp(-0.11f * std::hypot(bin.a - 10, bin.b - 20))});
  float whole = 0;
  for (const auto& [bin, share] : hill) whole += share;
  for (auto& [bin, share] : hill) share /= whole;
  const Prediction p = cells({hill, {{{0, 0}, 1}}});
  const auto colours = likely_colours(p, 0.25f, 0.5f);
  REQUIRE(colours.size() == 3);
  float sum = 0;
  for (std::size_t i = 0; i < colours.size(); ++i) {
    sum += colours[i].probability;
    CHECK(colours[i].probability >= 0.02f);
    for (std::size_t j = 0; j < i; ++j)
      CHECK(std::hypot(colours[i].colour.a - colours[j].colour.a, colours[i].colour.b - colours[j].colour.b) >= 8);
  }
  CHECK(sum == doctest::Approx(1));
  CHECK(std::hypot(colours[0].colour.a - 10, colours[0].colour.b - 20) < 6);
  CHECK(likely_colours(p, 0.75f, 0.5f).size() == 1);  // where it is sure there is no choice
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
