#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <stdexcept>

#include "editor/document/rasterise.h"
#include "tests/editor/document/rasterising.h"

using namespace handtint;
using namespace handtint::tests;

namespace {

// Distance of a pixel's centre from the hull of two discs, by brute force over the discs between them.
bool in_brush(const StrokePoint& p, const StrokePoint& q, double x, double y) {
  for (int i = 0; i <= 2000; ++i) {
    const double t = i / 2000.0;
    const double r = p.radius + t * (q.radius - p.radius);
    if (std::hypot(x - (p.x + t * (q.x - p.x)), y - (p.y + t * (q.y - p.y))) <= r) return true;
  }
  return false;
}

std::vector<StrokePoint> closed_polygon(double cx, double cy, double radius, int corners, double angle) {
  std::vector<StrokePoint> points;
  for (int i = 0; i <= corners; ++i) {
    const double t = angle + 2 * std::numbers::pi * (i % corners) / corners;
    points.push_back({static_cast<float>(cx + radius * std::cos(t)), static_cast<float>(cy + radius * std::sin(t)), 1});
  }
  return points;
}

// A busy picture of all kinds of strokes.
StrokeList random_strokes(int count, int width, int height, unsigned seed, float largest_radius) {
  std::mt19937 random(seed);
  const auto number = [&](float low, float high) { return std::uniform_real_distribution<float>(low, high)(random); };
  StrokeList strokes;
  for (int i = 0; i < count; ++i) {
    Stroke stroke;
    stroke.kind = static_cast<StrokeKind>(random() % 5);
    stroke.colour = {number(0, 1), number(0, 1), number(0, 1)};
    stroke.strength = number(0, 1);
    float x = number(0, static_cast<float>(width)), y = number(0, static_cast<float>(height));
    const int points = 1 + static_cast<int>(random() % 12);
    for (int k = 0; k < points; ++k) {
      stroke.points.push_back({x, y, number(0.05f, largest_radius)});
      x += number(-9, 9);
      y += number(-9, 9);
    }
    if (random() % 3 == 0) {
      for (int k = 0; k < 5; ++k) stroke.region.push_back({x + number(-20, 20), y + number(-20, 20)});
    }
    strokes.push_back(SharedStroke(stroke));
  }
  return strokes;
}

}  // namespace

TEST_CASE("a pixel is hinted exactly if its centre is inside the brush") {
  const Photo photo = grey_photo(40, 30);
  const std::vector<std::pair<StrokePoint, StrokePoint>> segments{
      {{10.2f, 9.7f, 3}, {27.9f, 17.1f, 3}},    // slanted
      {{10, 10, 1.5f}, {25, 18, 7}},            // growing
      {{20, 15, 9}, {22, 16, 2}},               // one disc inside the other
      {{12, 8, 4}, {12, 22, 4}},                // straight down
      {{5, 15, 2}, {35, 15, 2}},                // straight across
      {{-4, -3, 6}, {8, 5, 2}},                 // from outside
      {{20.5f, 15.5f, 5}, {20.5f, 15.5f, 5}}};  // a dab
  for (const auto& [p, q] : segments) {
    const StrokeList strokes = list_of({stroke_of(StrokeKind::colour, {p, q})});
    const HintPatch patch = rasterise({photo, strokes}, whole(photo));
    for (int y = 0; y < photo.height(); ++y) {
      for (int x = 0; x < photo.width(); ++x) {
        // The brute force is coarse: pixels within a hair of the rim are not asked.
        StrokePoint p_less = p, q_less = q, p_more = p, q_more = q;
        p_less.radius -= 0.01f, q_less.radius -= 0.01f, p_more.radius += 0.01f, q_more.radius += 0.01f;
        const bool surely = in_brush(p_less, q_less, x + 0.5, y + 0.5),
                   perhaps = in_brush(p_more, q_more, x + 0.5, y + 0.5);
        if (surely == perhaps) CHECK((patch.hint_strength(x, y) > 0) == surely);
      }
    }
  }
}

TEST_CASE("a hint is the colour's a and b, with the stroke's strength") {
  const Photo photo = grey_photo(20, 20);
  Stroke stroke = stroke_of(StrokeKind::colour, {{10, 10, 3}});
  stroke.strength = 0.25f;
  const HintPatch patch = rasterise({photo, list_of({stroke})}, whole(photo));
  const Lab lab = lab_from_srgb(stroke.colour);
  CHECK(patch.hint_a(10, 10) == lab.a);
  CHECK(patch.hint_b(10, 10) == lab.b);
  CHECK(patch.hint_strength(10, 10) == 25);
  CHECK(patch.hint_strength(1, 1) == 0);
}

TEST_CASE("a natural stroke hints each pixel by the photo's light there; an exact one beside it, all alike") {
  Photo photo = grey_photo(40, 20);
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 40; ++x) photo.lightness.edit()(x, y) = 2.5f * static_cast<float>(x);
  Stroke stroke = stroke_of(StrokeKind::colour, {{4, 10, 3}, {36, 10, 3}});
  stroke.natural = true;
  const HintColour hint = hint_colour(stroke);
  const StrokeList strokes = list_of({stroke});
  const HintPatch patch = rasterise({photo, strokes}, whole(photo));
  const StrokeMask mask = mask_from_strokes({photo, strokes}), flat = mask_from_strokes({photo, strokes}, true);
  for (int x = 5; x < 36; ++x) {
    const Ab ab = hint.at(photo.lightness(x, 10));
    CHECK(patch.hint_a(x, 10) == ab.a);
    CHECK(patch.hint_b(x, 10) == ab.b);
    CHECK(mask.colour(x, 10) == codes_of(lit_colour(photo.lightness(x, 10), ab)));
    CHECK(flat.colour(x, 10) == codes_of(stroke.colour));
  }
  CHECK(patch.hint_a(30, 10) > 1.3f * patch.hint_a(5, 10));
  // While it is drawn, and in a lasso of its own, just the same.
  CHECK(rasterise({photo, {}, nullptr, &stroke}, whole(photo)).hint_a == patch.hint_a);
  Stroke limited = stroke;
  limited.region = {{0, 0}, {40, 0}, {40, 20}, {0, 20}};
  const HintPatch in_region = rasterise({photo, list_of({limited})}, whole(photo));
  CHECK(in_region.regions.at(0).hint_a(5, 10) == patch.hint_a(5, 10));
}

TEST_CASE("thin strokes have at least a pixel, and no gap") {
  const Photo photo = grey_photo(40, 40);
  CHECK(count_hints(
            rasterise({photo, list_of({stroke_of(StrokeKind::colour, {{7.02f, 9.98f, 0.01f}})})}, whole(photo))) == 1);
  CHECK(rasterise({photo, list_of({stroke_of(StrokeKind::colour, {{7.02f, 9.98f, 0}})})}, whole(photo))
            .hint_strength(7, 9) > 0);

  for (double angle = 0; angle < 6.28; angle += 0.1) {
    const StrokePoint p{20, 20, 0.1f};
    const StrokePoint q{static_cast<float>(20 + 17 * std::cos(angle)), static_cast<float>(20 + 17 * std::sin(angle)),
                        0.1f};
    const HintPatch patch = rasterise({photo, list_of({stroke_of(StrokeKind::colour, {p, q})})}, whole(photo));
    // Every pixel of the line has a neighbour on it: flood over the hints reaches all of them.
    Plane<std::uint8_t> seen(40, 40);
    std::vector<std::pair<int, int>> open{{20, 20}};
    seen(20, 20) = 1;
    int reached = 0;
    while (!open.empty()) {
      const auto [x, y] = open.back();
      open.pop_back();
      ++reached;
      for (int v = y - 1; v <= y + 1; ++v) {
        for (int u = x - 1; u <= x + 1; ++u) {
          if (seen(u, v) || patch.hint_strength(u, v) == 0) continue;
          seen(u, v) = 1;
          open.push_back({u, v});
        }
      }
    }
    CHECK(patch.hint_strength(20, 20) > 0);
    CHECK(patch.hint_strength(static_cast<int>(q.x), static_cast<int>(q.y)) > 0);
    CHECK(reached == count_hints(patch));
  }
}

TEST_CASE("later strokes lie over earlier ones, erase takes away, and the mask is below") {
  const Photo photo = grey_photo(40, 20);
  StrokeMask imported(40, 20);
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 40; ++x) {
      imported.drawn(x, y) = 1;
      imported.colour(x, y) = {0, 0, 255};
    }
  }
  const Rgb red{1, 0, 0}, green{0, 1, 0};
  const StrokeList strokes =
      list_of({stroke_of(StrokeKind::colour, {{5, 10, 4}, {35, 10, 4}}, red),
               stroke_of(StrokeKind::colour, {{20, 10, 3}}, green), stroke_of(StrokeKind::erase, {{30, 10, 3}}),
               stroke_of(StrokeKind::neutral, {{10, 10, 2}})});
  const HintPatch patch = rasterise({photo, strokes, &imported}, whole(photo));
  const auto is = [&](int x, int y, Rgb colour) {
    const Lab lab = lab_from_srgb(colour);
    return patch.hint_a(x, y) == lab.a && patch.hint_b(x, y) == lab.b && patch.hint_strength(x, y) == 100;
  };
  CHECK(is(15, 10, red));
  CHECK(is(20, 10, green));
  CHECK(is(2, 2, {0, 0, 1}));
  CHECK(patch.hint_strength(30, 10) == 0);  // the stroke and the mask under it
  CHECK(patch.hint_strength(10, 10) == 100);
  CHECK(patch.hint_a(10, 10) == 0);
  CHECK(patch.hint_b(10, 10) == 0);

  // The stroke in progress is on top of all.
  const Stroke now = stroke_of(StrokeKind::colour, {{30, 10, 1}}, green);
  const HintPatch with = rasterise({photo, strokes, &imported, &now}, {29, 9, 31, 11});
  CHECK(with.hint_strength(1, 1) == 100);

  StrokeMask other(4, 4);
  CHECK_THROWS_AS(rasterise({photo, strokes, &other}, whole(photo)), std::invalid_argument);
}

TEST_CASE("protect is a hard hint of the photo's own colour") {
  Photo photo = grey_photo(20, 20);
  Stroke stroke = stroke_of(StrokeKind::protect, {{10, 10, 3}});
  stroke.strength = 0.1f;
  HintPatch patch = rasterise({photo, list_of({stroke})}, whole(photo));
  CHECK(patch.hint_strength(10, 10) == 100);
  CHECK(patch.hint_a(10, 10) == 0);

  photo.a = Plane<float>(20, 20, 3.0f);
  photo.b = Plane<float>(20, 20, -7.0f);
  photo.b(10, 10) = -8;
  patch = rasterise({photo, list_of({stroke})}, {5, 5, 15, 15});
  CHECK(patch.hint_a(5, 5) == 3);
  CHECK(patch.hint_b(5, 5) == -8);
  CHECK(patch.hint_b(5, 6) == -7);
}

TEST_CASE("the raster of a rectangle is that part of the whole one, bit for bit") {
  Photo photo = grey_photo(90, 70);
  photo.a = Plane<float>(90, 70, 1.5f);
  photo.b = Plane<float>(90, 70, 2.5f);
  std::mt19937 random(5);
  for (unsigned seed = 0; seed < 30; ++seed) {
    const StrokeList strokes = random_strokes(25, 90, 70, seed, 12);
    const HintPatch all = rasterise({photo, strokes}, whole(photo));
    for (int i = 0; i < 10; ++i) {
      Rect rect{static_cast<int>(random() % 95) - 5, static_cast<int>(random() % 75) - 5, 0, 0};
      rect.x1 = rect.x0 + 1 + static_cast<int>(random() % 40);
      rect.y1 = rect.y0 + 1 + static_cast<int>(random() % 40);
      const HintPatch part = rasterise({photo, strokes}, rect);
      REQUIRE(part.rect == (intersect(rect, whole(photo)).empty() ? Rect{} : intersect(rect, whole(photo))));
      bool same = true;
      for (int y = 0; y < part.rect.height(); ++y) {
        for (int x = 0; x < part.rect.width(); ++x) {
          const int u = x + part.rect.x0, v = y + part.rect.y0;
          same &= part.hint_a(x, y) == all.hint_a(u, v) && part.hint_b(x, y) == all.hint_b(u, v) &&
                  part.hint_strength(x, y) == all.hint_strength(u, v) && part.cuts(x, y) == all.cuts(u, v);
        }
      }
      REQUIRE(part.regions.size() == (part.rect.empty() ? 0 : all.regions.size()));
      for (std::size_t k = 0; k < part.regions.size(); ++k) {
        const RegionPatch &p = part.regions[k], &q = all.regions[k];
        same &= p.id == q.id && p.bounds == q.bounds;
        for (int y = 0; y < p.rect.height(); ++y) {
          for (int x = 0; x < p.rect.width(); ++x) {
            const int u = x + p.rect.x0 - q.rect.x0, v = y + p.rect.y0 - q.rect.y0;
            same &= p.mask(x, y) == q.mask(u, v) && p.hint_strength(x, y) == q.hint_strength(u, v) &&
                    p.hint_a(x, y) == q.hint_a(u, v) && p.cuts(x, y) == q.cuts(u, v);
          }
        }
      }
      CHECK(same);
    }
  }
}

TEST_CASE("what a stroke changes lies inside its bounds") {
  const Photo photo = grey_photo(90, 70);
  const HintPatch nothing = rasterise({photo, {}}, whole(photo));
  for (unsigned seed = 100; seed < 160; ++seed) {
    const StrokeList strokes = random_strokes(1, 90, 70, seed, 12);
    const HintPatch patch = rasterise({photo, strokes}, whole(photo));
    const Rect box = strokes[0].bounds();
    bool inside = true;
    for (int y = 0; y < 70; ++y) {
      for (int x = 0; x < 90; ++x) {
        const bool changed = patch.hint_strength(x, y) != nothing.hint_strength(x, y) || patch.cuts(x, y) != 0;
        inside &= !changed || (x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1);
      }
    }
    CHECK(inside);
  }
}

TEST_CASE("a closed barrier does not leak, at any angle, place and size, and isolates no pixel far from it") {
  const Photo photo = grey_photo(48, 48);
  std::mt19937 random(11);
  std::uniform_real_distribution<double> shift(-0.5, 0.5);
  int tested = 0;
  const auto test = [&](const std::vector<StrokePoint>& points, double cx, double cy, double inner, double outer) {
    const HintPatch patch = rasterise({photo, list_of({stroke_of(StrokeKind::barrier, points)})}, whole(photo));
    CHECK(count_hints(patch) == 0);
    const Plane<std::uint8_t> inside = flood(patch.cuts, static_cast<int>(cx), static_cast<int>(cy));
    const Plane<std::uint8_t> outside = flood(patch.cuts, 0, 0);
    bool leaks = false, misses = false;
    for (int y = 0; y < 48; ++y) {
      for (int x = 0; x < 48; ++x) {
        const double distance = std::hypot(x + 0.5 - cx, y + 0.5 - cy);
        leaks |= inside(x, y) && outside(x, y);
        misses |= (distance < inner && !inside(x, y)) || (distance > outer && !outside(x, y));
      }
    }
    CHECK_FALSE(leaks);
    CHECK_FALSE(misses);
    ++tested;
  };
  for (int corners = 3; corners <= 9; ++corners) {
    for (int i = 0; i < 40; ++i) {
      const double cx = 24 + shift(random), cy = 24 + shift(random), radius = 8 + 10 * std::abs(shift(random));
      const double inner = radius * std::cos(std::numbers::pi / corners) - 0.01;
      test(closed_polygon(cx, cy, radius, corners, 6.3 * shift(random)), cx, cy, inner, radius + 0.01);
    }
  }
  // Corners and sides exactly on pixel centres and on pixel borders: the hard cases.
  for (const double offset : {0.0, 0.5}) {
    for (const int corners : {4}) {
      for (const double angle : {0.0, std::numbers::pi / 4}) {
        std::vector<StrokePoint> points = closed_polygon(24 + offset, 24 + offset, 10, corners, angle);
        for (StrokePoint& p : points) {
          p.x = std::round(p.x * 2) / 2;
          p.y = std::round(p.y * 2) / 2;
        }
        test(points, 24 + offset, 24 + offset, 6.0, 11.0);
      }
    }
  }
  // Steps of 1 pixel and less, as a hand draws them.
  std::vector<StrokePoint> circle = closed_polygon(24.3, 23.8, 15, 400, 0.1);
  test(circle, 24.3, 23.8, 14.9, 15.1);
  CHECK(tested == 7 * 40 + 4 + 1);
}

TEST_CASE("a barrier exactly through pixel centres isolates no pixel") {
  const Photo photo = grey_photo(21, 21);
  for (const auto& [p, q] : std::vector<std::pair<StrokePoint, StrokePoint>>{{{-1, 10.5f, 1}, {30, 10.5f, 1}},
                                                                             {{10.5f, -1, 1}, {10.5f, 30, 1}},
                                                                             {{-1, -1, 1}, {30, 30, 1}},
                                                                             {{22, -1, 1}, {-1, 22, 1}}}) {
    const HintPatch patch = rasterise({photo, list_of({stroke_of(StrokeKind::barrier, {p, q})})}, whole(photo));
    const Plane<std::uint8_t> one = flood(patch.cuts, 1, 5), other = flood(patch.cuts, 19, 15);
    const auto count = [](const Plane<std::uint8_t>& plane) { return std::count(plane.begin(), plane.end(), 1); };
    CHECK(one(19, 15) == 0);
    CHECK(count(one) + count(other) == 21 * 21);  // two sides, nothing between them
  }
}

TEST_CASE("only the edges that cross the line are cut") {
  const Photo photo = grey_photo(10, 10);
  // Between columns 4 and 5, from row 2 to row 6.
  const HintPatch patch =
      rasterise({photo, list_of({stroke_of(StrokeKind::barrier, {{5, 2.2f, 1}, {5, 6.8f, 1}})})}, whole(photo));
  for (int y = 0; y < 10; ++y) {
    for (int x = 0; x < 10; ++x) {
      int expected = 0;
      if (x == 4 && y >= 2 && y <= 6) expected |= cut_east;
      if (x == 4 && y >= 2 && y <= 5) expected |= cut_south_east;
      if (x == 5 && y >= 2 && y <= 5) expected |= cut_south_west;
      INFO(x, " ", y);
      CHECK(patch.cuts(x, y) == expected);
    }
  }
  CHECK(rasterise({photo, {}}, whole(photo), false).cuts.empty());
}

TEST_CASE("an eraser opens a barrier where it passes") {
  const Photo photo = grey_photo(40, 40);
  const Stroke ring = stroke_of(StrokeKind::barrier, closed_polygon(20, 20, 12, 60, 0.3));
  const Stroke eraser = stroke_of(StrokeKind::erase, {{32, 20, 3}});
  const HintPatch open = rasterise({photo, list_of({ring, eraser})}, whole(photo));
  CHECK(flood(open.cuts, 20, 20)(0, 0) == 1);
  const HintPatch closed = rasterise({photo, list_of({eraser, ring})}, whole(photo));  // a barrier drawn over it stands
  CHECK(flood(closed.cuts, 20, 20)(0, 0) == 0);
}

TEST_CASE("has_cuts") {
  CHECK_FALSE(has_cuts({}));
  CHECK_FALSE(has_cuts(list_of({stroke_of(StrokeKind::colour, {{1, 1, 1}})})));
  CHECK(has_cuts(list_of({stroke_of(StrokeKind::barrier, {{1, 1, 1}})})));
  Stroke limited = stroke_of(StrokeKind::colour, {{1, 1, 1}});
  limited.region = {{0, 0}, {1, 0}, {0, 1}};
  CHECK_FALSE(has_cuts(list_of({limited})));
}

TEST_CASE("strange strokes are harmless") {
  const Photo photo = grey_photo(16, 16);
  const float nan = std::numeric_limits<float>::quiet_NaN(), huge = std::numeric_limits<float>::max();
  for (const StrokeKind kind : {StrokeKind::colour, StrokeKind::barrier, StrokeKind::erase}) {
    Stroke stroke = stroke_of(kind, {{nan, 1, 1}, {huge, -huge, huge}, {-huge, huge, 1}, {3, 3, -5}, {1, nan, nan}});
    stroke.region = {{nan, 0}, {huge, huge}, {-huge, 3}};
    const StrokeList strokes = list_of({stroke, stroke_of(kind, {})});
    CHECK(rasterise({photo, strokes}, whole(photo)).rect == whole(photo));
    CHECK(rasterise({photo, strokes}, {-100, -100, -50, -50}).rect.empty());
  }
}

TEST_CASE("a mask of the strokes: hints as colours, neutral and protect as what they keep") {
  Photo photo = grey_photo(40, 20);
  photo.a = Plane<float>(40, 20, 20.0f);
  photo.b = Plane<float>(40, 20, 10.0f);
  const Rgb colour{200 / 255.0f, 100 / 255.0f, 50 / 255.0f};
  const StrokeList strokes =
      list_of({stroke_of(StrokeKind::colour, {{5, 10, 3}}, colour), stroke_of(StrokeKind::neutral, {{15, 10, 3}}),
               stroke_of(StrokeKind::protect, {{25, 10, 3}}), stroke_of(StrokeKind::barrier, {{0, 0, 9}, {40, 20, 9}}),
               stroke_of(StrokeKind::colour, {{35, 10, 3}}, colour), stroke_of(StrokeKind::erase, {{35, 10, 9}})});
  const StrokeMask mask = mask_from_strokes({photo, strokes});
  CHECK(mask.drawn(5, 10) == 1);
  CHECK(mask.colour(5, 10) == Rgb8{200, 100, 50});
  CHECK(mask.drawn(15, 10) == 1);
  CHECK(mask.colour(15, 10).r == mask.colour(15, 10).g);
  CHECK(std::abs(mask.colour(15, 10).r / 255.0f - grey_from_lightness(50)) < 0.003f);
  const Lab kept =
      lab_from_srgb({mask.colour(25, 10).r / 255.0f, mask.colour(25, 10).g / 255.0f, mask.colour(25, 10).b / 255.0f});
  CHECK(kept.a == doctest::Approx(20).epsilon(0.03));
  CHECK(kept.b == doctest::Approx(10).epsilon(0.05));
  CHECK(mask.drawn(35, 10) == 0);
  CHECK(mask.colour(35, 10) == Rgb8{});
  CHECK(mask.drawn(20, 2) == 0);

  // The same pixels are hinted as in the raster.
  const HintPatch patch = rasterise({photo, strokes}, whole(photo));
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 40; ++x) CHECK((patch.hint_strength(x, y) > 0) == (mask.drawn(x, y) == 1));
  }
  // And an exported mask, imported again, hints the same colour.
  const StrokeMask again = mask_from_strokes({photo, {}, &mask});
  CHECK(again == mask);
}

TEST_CASE("speed at 12 megapixels") {
  const Photo photo = grey_photo(4000, 3000);
  StrokeList strokes;
  std::mt19937 random(3);
  const auto number = [&](double low, double high) {
    return static_cast<float>(std::uniform_real_distribution<double>(low, high)(random));
  };
  for (int i = 0; i < 500; ++i) {
    Stroke stroke = stroke_of(StrokeKind::colour, {});
    float x = number(0, 4000), y = number(0, 3000);
    for (int k = 0; k < 100; ++k) {
      stroke.points.push_back({x, y, 12});
      x += number(-1, 6);
      y += number(-4, 4);
    }
    strokes.push_back(SharedStroke(stroke));
  }
  const auto median_ms = [](auto&& work) {
    std::vector<double> times;
    for (int i = 0; i < 5; ++i) {
      const auto start = std::chrono::steady_clock::now();
      work();
      times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    return times[2];
  };
  const double full = median_ms([&] { rasterise({photo, strokes}, whole(photo)); });
  Stroke now = stroke_of(StrokeKind::colour, {});
  for (int k = 0; k < 300; ++k) now.points.push_back({1000.0f + 3 * static_cast<float>(k), 1500, 12});
  const double segment = median_ms([&] { rasterise({photo, strokes, nullptr, &now}, {1880, 1485, 1915, 1515}); });
  MESSAGE("12 MP, 500 strokes: whole ", full, " ms, one more segment ", segment, " ms");
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(segment < 2.0);  // about 0.03; generous for a machine that does other things
  CHECK(full < 1000.0);
#endif
}
