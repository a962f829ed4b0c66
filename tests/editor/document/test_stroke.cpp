#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "editor/document/stroke.h"

using namespace handtint;

namespace {

Stroke line(StrokeKind kind, std::vector<StrokePoint> points) {
  Stroke stroke;
  stroke.kind = kind;
  stroke.colour = {0.8f, 0.4f, 0.2f};
  stroke.points = std::move(points);
  return stroke;
}

}  // namespace

TEST_CASE("kinds and their names agree") {
  for (const StrokeKind kind :
       {StrokeKind::colour, StrokeKind::neutral, StrokeKind::protect, StrokeKind::barrier, StrokeKind::erase}) {
    CHECK(stroke_kind_from_name(name_of(kind)) == kind);
  }
  CHECK_FALSE(stroke_kind_from_name("color"));
}

TEST_CASE("the hint's a and b are those of the colour, and grey for every other kind") {
  Stroke stroke = line(StrokeKind::colour, {{5, 5, 2}});
  const Lab lab = lab_from_srgb(stroke.colour);
  for (const float L : {0.0f, 50.0f, 100.0f}) CHECK(hint_colour(stroke).at(L) == Ab{lab.a, lab.b});
  stroke.kind = StrokeKind::neutral;
  stroke.natural = true;
  CHECK(hint_colour(stroke).at(20) == Ab{0, 0});
}

TEST_CASE("a natural colour is itself at its own lightness, keeps its hue, and is paler in shade than an exact one") {
  const Rgb wood{0.75f, 0.5f, 0.3f};
  const Lab lab = lab_from_srgb(wood);
  const HintColour natural = hint_colour(wood, true);
  const Ab itself = natural.at(lab.L);
  CHECK(itself.a == doctest::Approx(lab.a));
  CHECK(itself.b == doctest::Approx(lab.b));
  const float chroma = std::hypot(lab.a, lab.b);
  float before = 0;
  for (float L = 0; L <= 100; L += 5) {
    const Ab ab = natural.at(L);
    CHECK(ab.a * lab.b == doctest::Approx(ab.b * lab.a));
    const float now = std::hypot(ab.a, ab.b);
    CHECK(now > before);
    CHECK(now < 1.5f * chroma);
    before = now;
    // Between the chroma painted and the one that the same surface has in less, or more, light.
    const float lit = chroma * (L + 16) / (lab.L + 16);
    CHECK(now >= std::min(chroma, lit) - 1e-3f);
    CHECK(now <= std::max(chroma, lit) + 1e-3f);
  }
  const Lab shown = lab_from_srgb(lit_colour(25, natural.at(25)));  // what the window calls "Here"
  CHECK(shown.L == doctest::Approx(25).epsilon(0.01));
  CHECK(shown.a == doctest::Approx(natural.at(25).a).epsilon(0.01));
  CHECK(shown.b == doctest::Approx(natural.at(25).b).epsilon(0.01));
}

TEST_CASE("bounds hold the brush with a pixel to spare, a barrier's centre line, and the region") {
  const Rect dab = bounds(line(StrokeKind::colour, {{10, 20, 3}}));
  CHECK(dab.x0 <= 7);
  CHECK(dab.x1 >= 13);
  CHECK(dab.y0 <= 17);
  CHECK(dab.y1 >= 23);
  CHECK(dab.width() <= 10);

  const Rect barrier = bounds(line(StrokeKind::barrier, {{10, 20, 300}, {14, 20, 300}}));
  CHECK(barrier.width() <= 10);

  Stroke limited = line(StrokeKind::colour, {{10, 20, 3}});
  limited.region = {{0, 0}, {100, 0}, {0, 90}};
  const Rect with_region = bounds(limited);
  CHECK(with_region.x0 <= 0);
  CHECK(with_region.x1 >= 100);
  CHECK(with_region.y1 >= 90);

  CHECK(bounds(Stroke{}).empty());
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(bounds(line(StrokeKind::colour, {{nan, 0, 1}})).empty());
  const Rect far = bounds(line(StrokeKind::colour, {{-1e30f, 1e30f, 1e30f}}));
  CHECK(far.width() > 0);  // clamped, not overflown
}

TEST_CASE("hit") {
  const Stroke stroke = line(StrokeKind::colour, {{10, 10, 2}, {30, 10, 4}});
  CHECK(hit(stroke, {20, 12.5f}));  // radius 3 half-way
  CHECK_FALSE(hit(stroke, {20, 13.5f}));
  CHECK(hit(stroke, {20, 13.5f}, 1));
  CHECK(hit(stroke, {8.5f, 10}));
  CHECK_FALSE(hit(stroke, {7.5f, 10}));
  CHECK(hit(stroke, {33.5f, 10}));
  CHECK_FALSE(hit(Stroke{}, {0, 0}, 100));

  const Stroke barrier = line(StrokeKind::barrier, {{10, 10, 50}, {30, 10, 50}});
  CHECK_FALSE(hit(barrier, {20, 12}));  // a barrier has no width
  CHECK(hit(barrier, {20, 12}, 2.5f));

  Stroke limited = stroke;
  limited.region = {{0, 0}, {20, 0}, {20, 20}, {0, 20}};
  CHECK(hit(limited, {15, 10}));
  CHECK_FALSE(hit(limited, {25, 10}));
}

TEST_CASE("inside_polygon: even-odd, each point of a tiling in exactly one part") {
  const std::vector<Point> left{{0, 0}, {5, 0}, {5, 10}, {0, 10}}, right{{5, 0}, {10, 0}, {10, 10}, {5, 10}};
  CHECK(inside_polygon(left, {2, 5}));
  CHECK_FALSE(inside_polygon(left, {7, 5}));
  for (int y = 1; y < 10; ++y) {
    for (int x = 1; x < 10; ++x) {
      const Point place{static_cast<float>(x), static_cast<float>(y)};
      CHECK(inside_polygon(left, place) != inside_polygon(right, place));
    }
  }
  CHECK_FALSE(inside_polygon({}, {1, 1}));
}

TEST_CASE("topmost_at gives the newest stroke there, and nothing where it was erased") {
  StrokeList strokes;
  for (StrokeId id = 1; id <= 3; ++id) {
    Stroke stroke = line(StrokeKind::colour, {{10.0f * static_cast<float>(id), 10, 8}});
    stroke.id = id;
    strokes.push_back(SharedStroke(stroke));
  }
  CHECK(topmost_at(strokes, {15, 10}, 0) == StrokeId{2});
  CHECK(topmost_at(strokes, {5, 10}, 0) == StrokeId{1});
  CHECK_FALSE(topmost_at(strokes, {60, 10}, 0));
  CHECK(topmost_at(strokes, {39, 10}, 2) == StrokeId{3});

  Stroke eraser = line(StrokeKind::erase, {{15, 10, 3}});
  eraser.id = 4;
  strokes.push_back(SharedStroke(eraser));
  CHECK_FALSE(topmost_at(strokes, {15, 10}, 4));
  CHECK(topmost_at(strokes, {22, 10}, 4) == StrokeId{3});
}

TEST_CASE("move and recolour") {
  Stroke stroke = line(StrokeKind::neutral, {{1, 2, 3}});
  stroke.region = {{0, 0}, {4, 0}, {4, 4}};
  move(stroke, 10, -1);
  CHECK(stroke.points[0] == StrokePoint{11, 1, 3});
  CHECK(stroke.region[2] == Point{14, 3});

  recolour(stroke, {0, 0, 1});
  CHECK(stroke.kind == StrokeKind::colour);
  CHECK(same_colour(stroke.colour, {0, 0, 1}));
  CHECK_FALSE(stroke.natural);
  recolour(stroke, {0, 1, 0}, true);
  recolour(stroke, {1, 0, 0});
  CHECK(stroke.natural);

  Stroke barrier = line(StrokeKind::barrier, {{1, 2, 3}});
  recolour(barrier, {0, 0, 1});
  CHECK(barrier.kind == StrokeKind::barrier);
}

TEST_CASE("same_colour compares what 8 bits can tell apart") {
  CHECK(same_colour({0.5f, 0.5f, 0.5f}, {0.5005f, 0.5f, 0.5f}));
  CHECK_FALSE(same_colour({0.5f, 0.5f, 0.5f}, {0.51f, 0.5f, 0.5f}));
  CHECK(code_of(1.5f) == 255);
  CHECK(code_of(-1) == 0);
}

TEST_CASE("validate names the field") {
  const Stroke good = line(StrokeKind::colour, {{1, 1, 1}});
  CHECK(validate(good).empty());
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  const auto complains = [&](const char* word, auto&& spoil) {
    Stroke bad = good;
    spoil(bad);
    INFO(word);
    CHECK(validate(bad).find(word) != std::string::npos);
  };
  complains("points", [](Stroke& s) { s.points.clear(); });
  complains("coordinate", [&](Stroke& s) { s.points[0].x = nan; });
  complains("coordinate", [&](Stroke& s) { s.points[0].y = infinity; });
  complains("radius", [](Stroke& s) { s.points[0].radius = -1; });
  complains("radius", [&](Stroke& s) { s.points[0].radius = nan; });
  complains("strength", [](Stroke& s) { s.strength = 11; });
  complains("colour", [](Stroke& s) { s.colour.g = 1.1f; });
  complains("region", [](Stroke& s) { s.region = {{0, 0}, {1, 1}}; });
  complains("region", [&](Stroke& s) { s.region = {{0, 0}, {1, 1}, {nan, 0}}; });
}
