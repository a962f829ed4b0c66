#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "editor/work/picker_geometry.h"

using namespace handtint;

namespace {

constexpr float pi = std::numbers::pi_v<float>;

float distance(Ab p, Ab q) {
  return std::hypot(p.a - q.a, p.b - q.b);
}

}  // namespace

TEST_CASE("panel and colour plane: exact corners, exact inverse, b points up") {
  const PickerPanel panel{100, 50, 220};
  CHECK(panel.ab_at({210, 160}) == Ab{0, 0});
  CHECK(panel.ab_at({100, 50}) == Ab{-picker_extent, picker_extent});
  CHECK(panel.ab_at({320, 270}) == Ab{picker_extent, -picker_extent});
  CHECK(panel.place_of({0, 0}) == Point{210, 160});
  std::mt19937 random(1);
  std::uniform_real_distribution<float> number(-120, 120);
  for (int i = 0; i < 200; ++i) {
    const Ab ab{number(random), number(random)};
    CHECK(distance(panel.ab_at(panel.place_of(ab)), ab) < 1e-3f);
  }
}

TEST_CASE("all of sRGB fits into the plane") {
  for (int r = 0; r <= 16; ++r) {
    for (int g = 0; g <= 16; ++g) {
      for (int b = 0; b <= 16; ++b) {
        const Lab lab =
            lab_from_srgb({static_cast<float>(r) / 16, static_cast<float>(g) / 16, static_cast<float>(b) / 16});
        CHECK(std::abs(lab.a) < picker_extent);
        CHECK(std::abs(lab.b) < picker_extent);
      }
    }
  }
}

TEST_CASE("a ray from neutral leaves the gamut once, but for a hair at the edge of yellow: halving is allowed") {
  int rays = 0, grazing = 0;
  for (float L = 2; L < 100; L += 3.5f) {
    for (float hue = 0; hue < 2 * pi; hue += 0.05f) {
      int changes = 0;
      bool inside = true;
      for (float chroma = 0; chroma < 160; chroma += 0.5f) {
        const bool now = in_gamut(L, {chroma * std::cos(hue), chroma * std::sin(hue)});
        changes += now != inside;
        inside = now;
      }
      ++rays;
      if (changes == 1) continue;
      ++grazing;
      CHECK(L > 90);
      CHECK(std::abs(hue - 1.8f) < 0.1f);
    }
  }
  CHECK(grazing <= rays / 1000);
}

TEST_CASE("max_chroma is on the border") {
  for (float L = 1; L < 100; L += 7) {
    for (float hue = 0; hue < 2 * pi; hue += 0.1f) {
      const float chroma = max_chroma(L, hue);
      CHECK(in_gamut(L, {chroma * std::cos(hue), chroma * std::sin(hue)}));
      CHECK_FALSE(in_gamut(L, {(chroma + 0.01f) * std::cos(hue), (chroma + 0.01f) * std::sin(hue)}));
    }
  }
  CHECK(max_chroma(0, 1) == 0);
  CHECK(max_chroma(100, 1) == 0);
  CHECK(max_chroma(-5, 1) == 0);
  // Pure sRGB red lies on the border at its own lightness.
  const Lab red = lab_from_srgb({1, 0, 0});
  CHECK(max_chroma(red.L, std::atan2(red.b, red.a)) == doctest::Approx(std::hypot(red.a, red.b)).epsilon(0.002));
}

TEST_CASE("the outline goes once around neutral, counter-clockwise") {
  for (const float L : {5.0f, 30.0f, 60.0f, 95.0f}) {
    const std::vector<Ab> outline = gamut_boundary(L, 90);
    REQUIRE(outline.size() == 90);
    float turned = 0, area = 0;
    for (std::size_t i = 0; i < outline.size(); ++i) {
      const Ab p = outline[i], q = outline[(i + 1) % outline.size()];
      area += p.a * q.b - q.a * p.b;
      turned += std::atan2(p.a * q.b - q.a * p.b, p.a * q.a + p.b * q.b);
    }
    CHECK(area > 0);
    CHECK(turned == doctest::Approx(2 * pi).epsilon(0.001));
  }
  CHECK(gamut_boundary(0) == std::vector<Ab>{Ab{}});
  CHECK(gamut_boundary(100) == std::vector<Ab>{Ab{}});
}

TEST_CASE("the nearest colour: itself inside, else as near as any on a fine outline") {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> number(-110, 110), lightness(3, 97);
  for (int i = 0; i < 60; ++i) {
    const float L = lightness(random);
    const Ab wanted{number(random), number(random)};
    const Ab got = nearest_in_gamut(L, wanted);
    CHECK(in_gamut(L, got));
    if (in_gamut(L, wanted)) {
      CHECK(got == wanted);
      continue;
    }
    float best = 1e9f;
    for (const Ab& corner : gamut_boundary(L, 3600)) best = std::min(best, distance(corner, wanted));
    CHECK(distance(got, wanted) <= best + 0.02f);
  }
  CHECK(nearest_in_gamut(0, {40, 40}) == Ab{});
}

TEST_CASE("the picked colour has the wanted lightness and a, b") {
  for (const float L : {20.0f, 50.0f, 80.0f}) {
    const Ab wanted{12, -9};
    const Rgb colour = picked_colour(L, wanted);
    const Lab lab = lab_from_srgb(colour);
    CHECK(lab.L == doctest::Approx(L).epsilon(0.001));
    CHECK(lab.a == doctest::Approx(wanted.a).epsilon(0.002));
    CHECK(lab.b == doctest::Approx(wanted.b).epsilon(0.002));
  }
  const Rgb far = picked_colour(50, {110, 110});
  for (const float channel : {far.r, far.g, far.b}) CHECK((channel >= 0 && channel <= 1));
  CHECK(lab_from_srgb(far).L == doctest::Approx(50).epsilon(0.005));
}
