#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "solver/prediction/mood.h"
#include "solver/prior_weights.h"
#include "tests/solver/prediction/scene.h"

using namespace handtint;

namespace {

// Skies, leaves, skin and grey walls, with their spreads.
std::vector<WeightedColour> scenery(unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 1);
  std::vector<WeightedColour> colours;
  for (const Lab& thing : {Lab{75, -5, -25}, {40, -20, 25}, {65, 15, 20}, {50, 0, 0}})
    for (int i = 0; i < 500; ++i)
      colours.push_back({{thing.L + 8 * normal(random), thing.a + 5 * normal(random), thing.b + 5 * normal(random)}});
  return colours;
}

template <class Change>
std::vector<WeightedColour> changed(std::vector<WeightedColour> colours, Change change) {
  for (WeightedColour& c : colours) change(c.colour);
  return colours;
}

template <class Expected>
float worst(const Mood& mood, const std::vector<WeightedColour>& colours, Expected expected) {
  float result = 0;
  for (const WeightedColour& c : colours) {
    const AbColour got = mood(c.colour), wanted = expected(c.colour);
    result = std::max(result, std::hypot(got.a - wanted.a, got.b - wanted.b));
  }
  return result;
}

}  // namespace

TEST_CASE("a photo to itself moves nothing") {
  for (const MoodMethod method : {MoodMethod::transport, MoodMethod::reinhard})
    CHECK(worst(mood_between(scenery(), scenery(), method), scenery(), [](const Lab& c) {
            return AbColour{c.a, c.b};
          }) < 0.1f);
}

TEST_CASE("a constant cast is undone to half a unit") {
  const auto cast = changed(scenery(), [](Lab& c) {
    c.a += 12;
    c.b -= 9;
  });
  for (const MoodMethod method : {MoodMethod::transport, MoodMethod::reinhard})
    CHECK(worst(mood_between(cast, scenery(), method), cast, [](const Lab& c) {
            return AbColour{c.a - 12, c.b + 9};
          }) < 0.5f);
}

TEST_CASE("twice the saturation is taken over to five percent") {
  const auto vivid = changed(scenery(), [](Lab& c) {
    c.a *= 2;
    c.b *= 2;
  });
  const Mood mood = mood_between(scenery(), vivid);
  const AbColour red = mood({50, 20, 0}), grey = mood({50, 0, 0});
  CHECK(red.a - grey.a == doctest::Approx(40).epsilon(0.05));
}

TEST_CASE("a tint that grows with the lightness is taken over; Reinhard's mood knows none") {
  const auto tinted = changed(scenery(), [](Lab& c) { c.b += 0.4f * (c.L - 50); });
  const auto expected = [](const Lab& c) { return AbColour{c.a, c.b + 0.4f * (c.L - 50)}; };
  const float transport = worst(mood_between(scenery(), tinted), scenery(), expected);
  const float reinhard = worst(mood_between(scenery(), tinted, MoodMethod::reinhard), scenery(), expected);
  CHECK(transport < reinhard);
}

TEST_CASE("a reference of one tint leaves that tint") {
  const auto sepia = changed(scenery(), [](Lab& c) {
    c.a = 8;
    c.b = 20;
  });
  const Mood mood = mood_between(scenery(), sepia);
  double a = 0, b = 0;
  for (const WeightedColour& c : scenery()) {
    a += mood(c.colour).a / 2000;
    b += mood(c.colour).b / 2000;
  }
  CHECK(a == doctest::Approx(8).epsilon(0.1));
  CHECK(b == doctest::Approx(20).epsilon(0.1));
}

TEST_CASE("grey and single colours are no fault; nothing at all is") {
  const std::vector<WeightedColour> grey(100, {{50, 0, 0}}), dot{{{30, 10, 10}}};
  for (const auto& from : {grey, dot, scenery()})
    for (const auto& to : {grey, dot, scenery()})
      for (const MoodMethod method : {MoodMethod::transport, MoodMethod::reinhard}) {
        const AbColour colour = mood_between(from, to, method)({60, 20, 20});
        CHECK(std::isfinite(colour.a));
        CHECK(std::isfinite(colour.b));
        CHECK(std::hypot(colour.a, colour.b) < 150);
      }
  CHECK_THROWS_AS(mood_between({}, scenery()), std::invalid_argument);
  CHECK_THROWS_AS(mood_between(scenery(), {}), std::invalid_argument);
}

TEST_CASE("the amount goes from the coat to the mood; weight and traits stay") {
  Prior coat{Plane<float>(4, 3, 10), Plane<float>(4, 3, 5), Plane<float>(4, 3, 1e-5f)};
  coat.traits[0] = Plane<float>(4, 3, 2);
  const auto cast = changed(scenery(), [](Lab& c) { c.a += 10; });
  const Mood mood = mood_between(scenery(), cast);
  const Plane<float> L(8, 6, 50);
  CHECK(with_mood(coat, L, mood, 0).a == coat.a);
  const Prior half = with_mood(coat, L, mood, 0.5f), whole = with_mood(coat, L, mood, 1);
  CHECK(half.a(1, 1) == doctest::Approx((coat.a(1, 1) + whole.a(1, 1)) / 2));
  CHECK(whole.a(1, 1) == doctest::Approx(20).epsilon(0.03));
  CHECK(whole.weight == coat.weight);
  CHECK(whole.traits[0] == coat.traits[0]);
}

TEST_CASE("where things are matched, their colours decide the mood, not the rest of the reference") {
  using tests::Band;
  const std::vector<Band> photo{{1, 70, {}}, {2, 40, {}}},
      reference{{1, 70, {0, -30}}, {2, 40, {-20, 25}}, {9, 55, {70, 50}}};
  const tests::Scene here = tests::scene_of(photo, 24, 16), there = tests::scene_of(reference, 24, 16, 2);
  const Matches matches = match(here.description, there.description, there.chroma);
  const Prior coat{Plane<float>(48, 32), Plane<float>(48, 32), Plane<float>(48, 32, 1e-5f)};
  const auto mean_a = [&](const Matches& m) {
    const Mood mood = mood_of(coat, here.description.lightness, there.description.lightness, there.chroma, m).value();
    const Prior graded = with_mood(coat, here.description.lightness, mood, 1);
    double sum = 0;
    for (float a : graded.a) sum += a / static_cast<double>(graded.a.size());
    return sum;
  };
  CHECK(mean_a({}) > 10);
  CHECK(mean_a(matches) < -5);
  CHECK_FALSE(mood_of({}, here.description.lightness, there.description.lightness, there.chroma, {}));
}

TEST_CASE("what is surely matched has the reference's colour and holds as firmly as a picture; the rest stays") {
  const Plane<float> four(4, 1);
  Prior coat{four, four, Plane<float>(4, 1, prior_weights::network_sure)};
  Matches matches;
  matches.distance = matches.variance = four;
  matches.chroma = {Plane<float>(4, 1, 20), Plane<float>(4, 1, -10)};
  matches.confidence = four;
  matches.confidence(1, 0) = 0.25f;
  matches.confidence(2, 0) = 1;
  const Prior matched = with_matches(coat, matches, 1);
  CHECK(matched.a(0, 0) == 0);
  CHECK(matched.a(1, 0) == doctest::Approx(10));
  CHECK(matched.b(2, 0) == doctest::Approx(-10));
  CHECK(matched.weight(0, 0) == prior_weights::network_sure);
  CHECK(matched.weight(2, 0) == doctest::Approx(prior_weights::picture));
  CHECK(matched.weight(1, 0) > matched.weight(0, 0));
  CHECK(matched.weight(1, 0) < matched.weight(2, 0));
  coat.weight(2, 0) = 2 * prior_weights::picture;
  CHECK(with_matches(coat, matches, 1).weight(2, 0) == coat.weight(2, 0));
  CHECK(with_matches(coat, matches, 0).a == coat.a);
}

TEST_CASE("moods have names") {
  for (const MoodMethod method : {MoodMethod::transport, MoodMethod::reinhard})
    CHECK(mood_method_from_name(name_of(method)) == method);
  CHECK_FALSE(mood_method_from_name("vivid"));
}
