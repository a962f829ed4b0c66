#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "solver/prediction/objects.h"
#include "tests/solver/prediction/scene.h"

using namespace handtint;
using tests::Band;
using tests::garden;
using tests::Scene;
using tests::scene_of;

namespace {

struct Matched {
  Scene scene = scene_of(garden, 24, 16);
  Matches matches;
  explicit Matched(const std::vector<Band>& reference = garden) {
    const Scene other = scene_of(reference, 24, 16, 2);
    matches = match(scene.description, other.description, other.chroma);
  }
};

int band_of(Place place) {
  return static_cast<int>(4 * place.x);
}

}  // namespace

TEST_CASE("things are connected, cover the photo and do not reach over borders of kind") {
  const Matched m;
  const Plane<int> things = find_things(m.scene.description, m.matches);
  CHECK(things.width() == 48);
  CHECK(things.height() == 32);
  std::array<std::set<int>, 4> in_band;
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 48; ++x)
      if (x % 12 > 1 && x % 12 < 10) in_band[x / 12].insert(things(x, y));
  for (int i = 0; i < 4; ++i)
    for (int k = i + 1; k < 4; ++k)
      for (int thing : in_band[i]) CHECK(in_band[k].count(thing) == 0);
}

TEST_CASE("each thing gets a line of its colour, well inside, that knows where in the reference it came from") {
  const Matched m;
  const std::vector<SuggestedLine> lines = suggest_lines(m.scene.description, m.matches);
  REQUIRE(lines.size() >= 4);
  CHECK(lines.size() <= 40);
  std::set<int> bands;
  for (const SuggestedLine& line : lines) {
    REQUIRE(line.points.size() >= 2);
    const int band = band_of(line.points.front());
    bands.insert(band);
    for (const Place& place : line.points) {
      CHECK(band_of(place) == band);
      CHECK(std::abs(4 * place.x - static_cast<float>(band) - 0.5f) < 0.46f);
      CHECK(place.y > 0);
      CHECK(place.y < 1);
    }
    CHECK(std::hypot(line.colour.a - garden[band].colour.a, line.colour.b - garden[band].colour.b) < 1);
    CHECK(band_of(line.source) == band);
    CHECK(line.confidence > 0.5f);
    CHECK(line.radius > 0);
  }
  CHECK(bands.size() == 4);
}

TEST_CASE("no more lines than asked for, the largest and surest first; none for a dial at its end without a match") {
  const Matched m;
  const auto all = suggest_lines(m.scene.description, m.matches);
  LineSettings few;
  few.most = 2;
  const auto two = suggest_lines(m.scene.description, m.matches, few);
  REQUIRE(two.size() == 2);
  CHECK(two[0].points == all[0].points);
  few.most = 0;
  CHECK(suggest_lines(m.scene.description, m.matches, few).empty());
  CHECK(suggest_lines(m.scene.description, {}).empty());
  CHECK(suggest_lines({}, m.matches).empty());
}

TEST_CASE("the more daring, the more lines; a thing without a sure match gets one only when daring") {
  std::vector<Band> partly = garden;
  partly[2] = {9, 90, {50, 50}};  // what the third band shows is not in the reference
  const Matched m(partly);
  std::size_t before = 0;
  for (const float daring : {0.0f, 0.25f, 0.5f, 0.75f, 1.0f}) {
    LineSettings settings;
    settings.daring = daring;
    const std::size_t now = suggest_lines(m.scene.description, m.matches, settings).size();
    CHECK(now >= before);
    before = now;
  }
  LineSettings careful;
  careful.daring = 0;
  const auto lines = suggest_lines(m.scene.description, m.matches, careful);
  CHECK_FALSE(lines.empty());
  for (const SuggestedLine& line : lines) CHECK(band_of(line.points[0]) != 2);
}

TEST_CASE("what a person painted gets no line") {
  const Matched m;
  LineSettings settings;
  settings.painted = Plane<float>(48, 32);
  for (int y = 0; y < 32; ++y)
    for (int x = 12; x < 24; ++x) settings.painted(x, y) = 1;
  const auto lines = suggest_lines(m.scene.description, m.matches, settings);
  CHECK_FALSE(lines.empty());
  for (const SuggestedLine& line : lines) CHECK(band_of(line.points[0]) != 1);
}
