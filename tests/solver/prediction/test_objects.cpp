#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <utility>

#include "solver/prediction/objects.h"
#include "solver/prediction/thing_at.h"
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

namespace {

// Dark on the left, light on the right with a dark square in it; grain all over.
Plane<float> grainy_photo() {
  Plane<float> lightness(200, 120);
  for (int y = 0; y < 120; ++y)
    for (int x = 0; x < 200; ++x) {
      const bool square = x >= 140 && x < 170 && y >= 40 && y < 80;
      lightness(x, y) = (x < 100 || square ? 40.0f : 70.0f) + static_cast<float>((x * 7 + y * 13) % 5) * 0.3f;
    }
  return lightness;
}

std::int64_t size_of(const Plane<std::uint8_t>& thing) {
  return std::count(thing.begin(), thing.end(), 1);
}

}  // namespace

TEST_CASE("the thing at a place ends at the photo's edges, and where the traits change") {
  const ThingFinder by_light(grainy_photo(), {});
  REQUIRE(by_light.width() == 200);
  const auto left = by_light.find(30, 60), right = by_light.find(120, 20), square = by_light.find(150, 60);
  CHECK(size_of(left) == 100 * 120);
  constexpr std::int64_t corners = 4;  // of the square are rounded
  CHECK(std::abs(size_of(square) - 30 * 40) <= corners);
  CHECK(size_of(right) == 200 * 120 - size_of(left) - size_of(square));
  CHECK(left(99, 0) == 1);
  CHECK(left(100, 0) == 0);
  // The network sees another thing in the upper half of what is dark.
  std::array<Plane<float>, 3> traits;
  traits.fill(Plane<float>(20, 12));
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 20; ++x) traits[0](x, y) = 8;
  const ThingFinder by_both(grainy_photo(), traits);
  const auto upper = by_both.find(30, 20);
  CHECK(upper(30, 20) == 1);
  CHECK(upper(60, 30) == 1);
  CHECK(upper(30, 90) == 0);
  CHECK(upper(120, 20) == 0);
  CHECK(size_of(by_both.find(30, 20, 0.3f)) <= size_of(upper));
  CHECK(size_of(by_both.find(30, 20, 1000)) == 200 * 120);
}

TEST_CASE("a thing does not run out where its edge has a gap") {
  // Dark turns light at once, but in ten rows in the middle within sixty pixels.
  Plane<float> lightness(200, 120);
  for (int y = 0; y < 120; ++y)
    for (int x = 0; x < 200; ++x) {
      const bool gap = y >= 55 && y < 65;
      lightness(x, y) = gap       ? std::clamp(40 + 0.5f * static_cast<float>(x - 70), 40.0f, 70.0f)
                        : x < 100 ? 40.0f
                                  : 70.0f;
      lightness(x, y) += static_cast<float>((x * 7 + y * 13) % 5) * 0.3f;
    }
  const ThingFinder finder(lightness, {});
  const auto dark = finder.find(30, 20);
  int beyond = 0;
  for (int y = 0; y < 120; ++y)
    for (int x = 105; x < 200; ++x) beyond += y < 55 || y >= 65 ? dark(x, y) : 0;
  CHECK(dark(90, 110) == 1);
  CHECK(beyond == 0);
}

TEST_CASE("a thing's outline goes around it, and its core lies well inside") {
  Plane<std::uint8_t> thing(60, 40);  // a T, which touches the upper rim
  for (int x = 5; x < 55; ++x)
    for (int y = 0; y < 10; ++y) thing(x, y) = 1;
  for (int y = 10; y < 36; ++y)
    for (int x = 25; x < 35; ++x) thing(x, y) = 1;
  const std::vector<CellPoint> outline = outline_of(thing);
  double twice_area = 0;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const CellPoint &p = outline[i], &q = outline[(i + 1) % outline.size()];
    twice_area += static_cast<double>(p.x) * q.y - static_cast<double>(q.x) * p.y;
  }
  CHECK(std::abs(twice_area) / 2 == doctest::Approx(760).epsilon(0.03));
  CHECK(outline.size() < 60);
  const std::vector<CorePoint> core = core_of(thing);
  REQUIRE(core.size() > 3);
  float left = 60, right = 0, bottom = 0;
  for (const CorePoint& p : core) {
    CHECK(p.radius > 1);
    for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
      const int x = static_cast<int>(p.x + static_cast<float>(dx) * (p.radius - 0.5f));
      const int y = std::max(0, static_cast<int>(p.y + static_cast<float>(dy) * (p.radius - 0.5f)));
      CHECK(thing(x, y) == 1);
    }
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    bottom = std::max(bottom, p.y);
  }
  CHECK(left < 15);  // all three arms
  CHECK(right > 45);
  CHECK(bottom > 26);
  CHECK(outline_of(Plane<std::uint8_t>(3, 3)).empty());
  CHECK(core_of(Plane<std::uint8_t>(3, 3)).empty());
  CHECK(core_of(Plane<std::uint8_t>(1, 1, 1)).size() == 1);
}
