// A key's colours found again by what a network sees, where they could not be carried to.
#include <doctest/doctest.h>

#include <stdexcept>

#include "editor/film/film_colours.h"
#include "editor/film/key_matcher.h"
#include "solver/resample.h"
#include "tests/editor/film/moving_square.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
using namespace handtint::tests;

namespace fs = std::filesystem;

namespace {

// A network that sees light and its changes, and has no opinion on colours.
Description described(const Plane<float>& lightness) {
  constexpr int width = film_width / 4, height = film_height / 4;
  const Plane<float> light = resample(lightness, width, height);
  Description description;
  description.lightness = lightness;
  description.prediction.width = width;
  description.prediction.height = height;
  description.prediction.a = description.prediction.b = Plane<float>(width, height);
  FeatureMap layer{2, width, height, {}};
  layer.values.assign(light.begin(), light.end());
  for (float L : light) layer.values.push_back(L > 60 ? 1.0f : 0.0f);
  description.features.push_back(layer);
  return description;
}

Predictor seeing(std::vector<Plane<float>>* asked = nullptr) {
  Predictor predictor;
  predictor.describe = [=](const Plane<float>& lightness, const Plane<float>&, std::stop_token) {
    if (asked) asked->push_back(lightness);
    return described(lightness);
  };
  return predictor;
}

Carried all_trusted(Chroma colour, float trust = 1) {
  Plane<float> plane(film_width, film_height, trust);
  return {std::move(colour), std::move(plane)};
}

}  // namespace

TEST_CASE("a frame gets the colours that a key has at places alike, of which the trusted ones count") {
  KeyMatcher matcher([] { return seeing(); }, "a network");
  constexpr int frame = 12;
  Carried key = all_trusted(frame_colour(0));
  Prior likely = matcher.colours_for(frame_light(frame), frame_light(0), key);
  REQUIRE_FALSE(likely.empty());
  const auto at = [&](const Plane<float>& plane, int x, int y) {
    return plane(x * plane.width() / film_width, y * plane.height() / film_height);
  };
  const int x = square_left(frame) + square_side / 2, y = square_top + square_side / 2;
  CHECK(at(likely.a, x, y) > 20);
  CHECK(at(likely.a, 8, 56) < -10);
  CHECK(at(likely.weight, x, y) > 0);

  for (int v = 0; v < film_height; ++v)
    for (int u = 0; u < film_width; ++u)
      if (in_square(0, u, v)) key.trust(u, v) = 0.1f;
  likely = matcher.colours_for(frame_light(frame), frame_light(0), key);
  CHECK(at(likely.a, x, y) < 0);  // nobody knows that the square is red
  CHECK(matcher.why_not().empty());
}

TEST_CASE("a network that fails is asked once, and one that cannot compare says nothing") {
  int asked = 0;
  KeyMatcher failing(
      [&]() -> Predictor {
        ++asked;
        throw std::runtime_error("no network here");
      },
      "a network");
  for (int i = 0; i < 3; ++i)
    CHECK(failing.colours_for(frame_light(1), frame_light(0), all_trusted(frame_colour(0))).empty());
  CHECK(asked == 1);
  CHECK(failing.why_not() == "no network here");

  KeyMatcher dumb([] { return Predictor{}; }, "a network");
  CHECK(dumb.colours_for(frame_light(1), frame_light(0), all_trusted(frame_colour(0))).empty());
  CHECK(dumb.why_not().empty());
}

TEST_CASE("what was guessed again and again is decided anew, and what is trusted stays as it is") {
  Carrier carrier(1, false);
  Chroma green{{film_width, film_height, -20.0f}, {film_width, film_height, 15.0f}};
  Carried carried = all_trusted(green);
  for (int y = 0; y < film_height; ++y)
    for (int x = 0; x < film_width; ++x)
      if (in_square(0, x, y)) carried.trust(x, y) = 0.05f;
  const Carried before = carried;
  const Chroma truth = frame_colour(0);
  Prior likely{truth.a, truth.b, Plane<float>(film_width, film_height, 1e-3f)};
  carrier.decide_again(carried, {}, frame_light(0), {});
  CHECK(carried.colour.a == before.colour.a);  // nothing is likely
  carrier.decide_again(carried, likely, frame_light(0), {});
  const int x = square_left(0) + square_side / 2, y = square_top + square_side / 2;
  CHECK(carried.colour.a(x, y) > 15);
  CHECK(carried.trust(x, y) >= 0.1f);
  CHECK(carried.trust(x, y) < 0.3f);
  for (int v = 0; v < film_height; ++v)
    for (int u = 0; u < film_width; ++u)
      if (!in_square(0, u, v)) REQUIRE(carried.colour.a(u, v) == before.colour.a(u, v));
}

TEST_CASE("every eighth frame from its key is compared with it, and another network makes the frames anew") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  WorkFolder work(folder / "work", "one film");
  const int frames = 12;
  for (int n = 0; n < frames; ++n) write_frame(folder / "film" / numbered("f%03d.png", n), frame_light(n));
  const Survey survey = survey_film(folder / "film", {}, 1e6, 1, work, [](float, std::string_view) { return true; });
  REQUIRE(survey.shots == std::vector<Shot>{{0, frames}});
  const fs::path picture = folder / "key.png";
  write_frame(picture, frame_light(1), frame_colour(1));

  std::vector<Plane<float>> asked;
  FilmRecipe recipe;
  recipe.threads = 1;
  recipe.keys.pictures[1] = picture;
  recipe.matcher = std::make_shared<KeyMatcher>([&] { return seeing(&asked); }, "a network");
  FilmColours colours(work, survey);
  colours.begin(recipe);
  REQUIRE(colours.carry(survey.shots[0], [] { return true; }));
  REQUIRE(asked.size() == 2);
  CHECK(asked[0] == light_of(work, 9));
  CHECK(asked[1] == light_of(work, 1));

  colours.begin(recipe);
  CHECK(work.has(kept::forward, 5));
  recipe.matcher = std::make_shared<KeyMatcher>([&] { return seeing(&asked); }, "another network");
  colours.begin(recipe);
  CHECK_FALSE(work.has(kept::forward, 5));
}
