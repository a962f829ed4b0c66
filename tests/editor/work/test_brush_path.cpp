#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "editor/document/rasterise.h"
#include "editor/work/brush_path.h"

using namespace handtint;

namespace {

// A hand's path, by its length: a circle's quarter, then straight on.
BrushEvent on_path(double t, double length) {
  const double radius = 60, l = t * length, quarter = radius * 1.5707963;
  if (l < quarter) {
    return {static_cast<float>(100 + radius * std::sin(l / radius)),
            static_cast<float>(100 + radius * (1 - std::cos(l / radius))), 1};
  }
  return {static_cast<float>(100 + radius), static_cast<float>(100 + radius + (l - quarter)), 1};
}

std::vector<StrokePoint> drawn(const BrushSettings& settings, int events) {
  BrushPath path(settings, on_path(0, 200));
  for (int i = 1; i <= events; ++i) path.extend(on_path(static_cast<double>(i) / events, 200));
  path.finish();
  return path.points();
}

double distance_to(const std::vector<StrokePoint>& points, const StrokePoint& p) {
  double best = 1e30;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const StrokePoint &a = points[i - 1], &b = points[i];
    const double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    const double t = length2 > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.0, 1.0) : 0;
    best = std::min(best, std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy));
  }
  return best;
}

// How far the two lines are apart at most.
double difference(const std::vector<StrokePoint>& p, const std::vector<StrokePoint>& q) {
  double worst = 0;
  for (const StrokePoint& point : p) worst = std::max(worst, distance_to(q, point));
  for (const StrokePoint& point : q) worst = std::max(worst, distance_to(p, point));
  return worst;
}

}  // namespace

TEST_CASE("without smoothing every event is a point of the line") {
  BrushSettings settings;
  settings.spacing = 0.5f;
  BrushPath path(settings, {10, 10, 1});
  std::vector<StrokePoint> hand{{10, 10, 12}};
  for (int i = 1; i < 60; ++i) {
    hand.push_back({10.0f + 3 * static_cast<float>(i), 10.0f + 20 * std::sin(static_cast<float>(i)), 12});
    path.extend({hand.back().x, hand.back().y, 1});
  }
  path.finish();
  CHECK(path.events() == 60);
  CHECK(path.points() == hand);
}

TEST_CASE("points are thinned by distance, and the first and last are exact") {
  for (const float smoothing : {0.0f, 0.4f, 1.0f}) {
    BrushSettings settings;
    settings.smoothing = smoothing;
    settings.spacing = 2;
    BrushPath path(settings, {10.3f, 10.7f, 1});
    for (int i = 1; i <= 1000; ++i) path.extend({10.3f + 0.1f * static_cast<float>(i), 10.7f, 1});
    path.finish();
    CHECK(path.events() == 1001);
    CHECK(path.points().size() <= 60);
    CHECK(path.points().size() >= 30);
    CHECK(path.points().front() == StrokePoint{10.3f, 10.7f, 12});
    CHECK(path.points().back().x == 10.3f + 0.1f * 1000);
    CHECK(path.points().back().y == 10.7f);
    for (std::size_t i = 2; i + 1 < path.points().size(); ++i) {
      CHECK(path.points()[i].x - path.points()[i - 1].x >= 1.99f);
    }
  }
}

TEST_CASE("a slow and a fast mouse draw the same stroke") {
  for (const float smoothing : {0.0f, 0.3f, 1.0f}) {
    BrushSettings settings;
    settings.smoothing = smoothing;
    INFO("smoothing ", smoothing);
    CHECK(difference(drawn(settings, 200), drawn(settings, 2000)) < 0.5);
    CHECK(difference(drawn(settings, 60), drawn(settings, 2000)) < 1.0);
  }
}

TEST_CASE("on a straight path the number of events makes no difference at all") {
  BrushSettings settings;
  settings.smoothing = 1;
  for (const int events : {1, 7, 100}) {
    BrushPath path(settings, {0, 0, 1});
    for (int i = 1; i <= events; ++i) path.extend({100.0f * static_cast<float>(i) / static_cast<float>(events), 0, 1});
    // The lag of 36 pixels has built up: s = h - lag (1 - exp(-h / lag)).
    CHECK(path.points().back().x == doctest::Approx(100 - 36 * (1 - std::exp(-100.0 / 36))).epsilon(0.001));
  }
}

TEST_CASE("smoothing calms a trembling hand") {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> tremble(-2, 2);
  std::vector<BrushEvent> hand;
  for (int i = 0; i < 200; ++i) hand.push_back({2.0f * static_cast<float>(i), 100 + tremble(random), 1});
  const auto roughness = [&](float smoothing) {
    BrushSettings settings;
    settings.smoothing = smoothing;
    BrushPath path(settings, hand[0]);
    for (std::size_t i = 1; i < hand.size(); ++i) path.extend(hand[i]);
    double sum = 0;
    for (const StrokePoint& p : path.points()) sum += (p.y - 100) * (p.y - 100);
    return std::sqrt(sum / static_cast<double>(path.points().size()));
  };
  CHECK(roughness(0.3f) < 0.6 * roughness(0));
  CHECK(roughness(1) < 0.8 * roughness(0.3f));
}

TEST_CASE("pressure gives the radius, as far as it is asked to") {
  BrushSettings settings;
  settings.radius = 20;
  CHECK(BrushPath(settings, {0, 0, 0.1f}).points()[0].radius == 20);
  settings.pressure_to_size = 1;
  CHECK(BrushPath(settings, {0, 0, 0.5f}).points()[0].radius == doctest::Approx(10));
  CHECK(BrushPath(settings, {0, 0, 0}).points()[0].radius == min_brush_radius);
  settings.pressure_to_size = 0.5f;
  CHECK(BrushPath(settings, {0, 0, 0.5f}).points()[0].radius == doctest::Approx(15));

  settings.pressure_to_size = 1;
  BrushPath resting(settings, {5, 5, 0.2f});
  resting.extend({5, 5, 0.8f});
  CHECK(resting.points().size() == 1);
  CHECK(resting.points()[0].radius == doctest::Approx(16));
  resting.extend({5, 5, 0});  // lifting takes nothing away
  CHECK(resting.points()[0].radius == doctest::Approx(16));
}

TEST_CASE("the reported rectangles hold everything that changes while drawing") {
  Photo photo;
  photo.lightness = Plane<float>(160, 120, 50.0f);
  std::mt19937 random(6);
  std::uniform_real_distribution<float> step(-9, 9);
  for (const float smoothing : {0.0f, 0.5f}) {
    BrushSettings settings;
    settings.radius = 6;
    settings.smoothing = smoothing;
    settings.pressure_to_size = 1;
    settings.spacing = 3;
    Stroke stroke;
    stroke.colour = {1, 0, 0};
    BrushEvent hand{80, 60, 0.5f};
    BrushPath path(settings, hand);
    stroke.points = path.points();
    HintPatch known = rasterise({photo, {}, nullptr, &stroke}, {0, 0, 160, 120});
    for (int i = 0; i <= 120; ++i) {
      hand.x = std::clamp(hand.x + step(random), 0.0f, 160.0f);
      hand.y = std::clamp(hand.y + step(random), 0.0f, 120.0f);
      hand.pressure = std::clamp(hand.pressure + step(random) / 20, 0.0f, 1.0f);
      if (i % 10 == 3) hand.pressure = 1;
      const Rect changed = i < 120 ? path.extend(hand) : path.finish();
      stroke.points = path.points();
      const HintPatch patch = rasterise({photo, {}, nullptr, &stroke}, changed);
      for (int y = 0; y < patch.rect.height(); ++y) {
        for (int x = 0; x < patch.rect.width(); ++x) {
          known.hint_strength(x + patch.rect.x0, y + patch.rect.y0) = patch.hint_strength(x, y);
        }
      }
      REQUIRE(known.hint_strength == rasterise({photo, {}, nullptr, &stroke}, {0, 0, 160, 120}).hint_strength);
    }
  }
}

TEST_CASE("strange events are passed over") {
  BrushSettings settings;
  settings.smoothing = 0.5f;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  BrushPath path(settings, {10, 10, 1});
  CHECK(path.extend({nan, 1, 1}).empty());
  CHECK(path.extend({1, 1e20f, 1}).empty());
  CHECK(path.extend({1, 1, nan}).empty());
  path.extend({20, 10, 1});
  path.finish();
  Stroke stroke;
  stroke.points = path.points();
  CHECK(validate(stroke).empty());
  CHECK(path.points().back() == StrokePoint{20, 10, 12});
}

TEST_CASE("shift-click draws a straight line between the two places") {
  BrushSettings settings;
  settings.radius = 7;
  const std::vector<StrokePoint> line = straight_line(settings, {1, 2, 1}, {30, 40, 1});
  CHECK(line == std::vector<StrokePoint>{{1, 2, 7}, {30, 40, 7}});
}

TEST_CASE("[ and ] step through well-spaced sizes and come back") {
  CHECK(next_radius(1, 1) == 1.5f);
  CHECK(next_radius(min_brush_radius, -1) == min_brush_radius);
  float radius = min_brush_radius;
  int steps = 0;
  for (; radius < 400; ++steps) {
    const float larger = next_radius(radius, 1);
    REQUIRE(larger >= radius + 0.5f);
    REQUIRE((larger <= radius + 0.5f || larger <= 1.15f * radius));
    radius = larger;
  }
  CHECK(steps < 80);
  CHECK(next_radius(radius, -3) < radius);
  CHECK(next_radius(12, 3) == next_radius(next_radius(next_radius(12, 1), 1), 1));
  CHECK(next_radius(1e9f, 1) <= 5000);
}
