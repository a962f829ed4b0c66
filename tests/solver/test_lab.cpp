#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "solver/lab.h"

using namespace handtint;

namespace {

Lab row_lab(Rgb c) {
  const float rgb[3] = {c.r, c.g, c.b};
  Lab lab;
  lab_row_from_srgb(rgb, 1, &lab.L, &lab.a, &lab.b);
  return lab;
}

Rgb row_rgb(Lab c) {
  float rgb[3];
  srgb_row_from_lab(&c.L, &c.a, &c.b, 1, rgb);
  return {rgb[0], rgb[1], rgb[2]};
}

float chroma_of(Lab c) {
  return std::hypot(c.a, c.b);
}

float quantised(float value, float levels) {
  return std::round(value * levels) / levels;
}

float largest_difference(Lab p, Lab q) {
  return std::max({std::abs(p.L - q.L), std::abs(p.a - q.a), std::abs(p.b - q.b)});
}
float largest_difference(Rgb p, Rgb q) {
  return std::max({std::abs(p.r - q.r), std::abs(p.g - q.g), std::abs(p.b - q.b)});
}

// Random Lab colours, most far outside of sRGB, a third of them very dark.
struct WildColours {
  std::mt19937 engine{7};

  Lab next() {
    const auto uniform = [this](float low, float high) {
      return std::uniform_real_distribution<float>(low, high)(engine);
    };
    return {uniform(0, 1) < 0.33f ? uniform(0, 4) : uniform(0, 100), uniform(-128, 128), uniform(-128, 128)};
  }
};

}  // namespace

TEST_CASE("known colours have their published Lab values") {
  // Lindbloom's calculator, sRGB, D65, no adaptation.
  struct Known {
    Rgb rgb;
    Lab lab;
  };
  const Known table[] = {{{1, 0, 0}, {53.2408f, 80.0925f, 67.2032f}},
                         {{0, 1, 0}, {87.7347f, -86.1827f, 83.1793f}},
                         {{0, 0, 1}, {32.2970f, 79.1875f, -107.8602f}},
                         {{1, 1, 1}, {100, 0, 0}},
                         {{0, 0, 0}, {0, 0, 0}},
                         {{0.5f, 0.5f, 0.5f}, {53.3890f, 0, 0}}};
  for (const Known& known : table) {
    CHECK(largest_difference(lab_from_srgb(known.rgb), known.lab) < 0.01f);
    CHECK(largest_difference(srgb_from_lab(known.lab), known.rgb) < 2e-4f);
  }
}

TEST_CASE("every 16-bit grey is neutral and comes back as itself, by scalar and by row") {
  int changed = 0, coloured = 0;
  for (int code = 0; code <= 65535; ++code) {
    const float grey = code / 65535.0f;
    const Lab scalar = lab_from_srgb({grey, grey, grey}), row = row_lab({grey, grey, grey});
    coloured += scalar.a != 0 || scalar.b != 0 || row.a != 0 || row.b != 0;
    const Rgb back = row_rgb(row);
    coloured += back.r != back.g || back.g != back.b;
    changed += std::lround(back.r * 65535) != code;
    changed += std::lround(grey_from_lightness(lightness_from_grey(grey)) * 65535) != code;
    changed += std::lround(row_rgb({lightness_from_grey(grey), 0, 0}).r * 65535) != code;
  }
  CHECK(coloured == 0);
  CHECK(changed == 0);
}

TEST_CASE("rows agree with the scalar formulas inside the gamut") {
  std::mt19937 engine(3);
  std::uniform_real_distribution<float> unit(0, 1);
  float worst_lab = 0, worst_rgb = 0;
  for (int i = 0; i < 200'000; ++i) {
    const float scale = i % 3 == 0 ? 0.05f : 1.0f;  // a third of them dark
    const Rgb rgb{scale * unit(engine), scale * unit(engine), scale * unit(engine)};
    const Lab lab = lab_from_srgb(rgb);
    worst_lab = std::max(worst_lab, largest_difference(row_lab(rgb), lab));
    worst_rgb = std::max(worst_rgb, largest_difference(row_rgb(lab), rgb));
  }
  CHECK(worst_lab < 3e-4f);
  CHECK(worst_rgb < 1e-5f);
}

TEST_CASE("lightness survives any colour") {
  WildColours wild;
  float worst_16 = 0, worst_8 = 0;
  int outside = 0;
  for (int i = 0; i < 200'000; ++i) {
    const Lab wanted = wild.next();
    const Rgb shown = row_rgb(wanted);
    outside += std::min({shown.r, shown.g, shown.b}) < 0 || std::max({shown.r, shown.g, shown.b}) > 1;
    const Rgb deep{quantised(shown.r, 65535), quantised(shown.g, 65535), quantised(shown.b, 65535)};
    const Rgb byte{quantised(shown.r, 255), quantised(shown.g, 255), quantised(shown.b, 255)};
    worst_16 = std::max(worst_16, std::abs(lab_from_srgb(deep).L - wanted.L));
    worst_8 = std::max(worst_8, std::abs(lab_from_srgb(byte).L - wanted.L));
  }
  CHECK(outside == 0);
  CHECK(worst_16 < 2e-3f);
  CHECK(worst_8 < 0.25f);  // half a code of every channel; the writers do better by choosing codes
}

TEST_CASE("reduction keeps L and hue and stops at the border") {
  WildColours wild;
  float least_share = 1, worst_hue = 0;
  int wasteful = 0, reduced = 0, left_outside = 0;
  for (int i = 0; i < 50'000; ++i) {
    const Lab wanted = wild.next(), shown = reduce_chroma_to_gamut(wanted);
    CHECK(shown.L == wanted.L);
    left_outside += !in_gamut(shown, 1e-4f);
    worst_hue = std::max(worst_hue, std::abs(shown.a * wanted.b - shown.b * wanted.a) / (chroma_of(wanted) + 1e-3f));
    if (chroma_of(shown) < chroma_of(wanted)) {
      ++reduced;
      wasteful += wanted.L > 1 && in_gamut({shown.L, 1.01f * shown.a, 1.01f * shown.b}, 0.0f);
    }
    if (wanted.L > 1) least_share = std::min(least_share, chroma_of(lab_from_srgb(row_rgb(wanted))) / chroma_of(shown));
  }
  CHECK(reduced > 30'000);
  CHECK(left_outside == 0);
  CHECK(wasteful == 0);
  CHECK(worst_hue < 1e-3f);
  CHECK(least_share > 0.98f);
}

TEST_CASE("a colour inside the gamut is left as it is") {
  const Lab inside{60, 20, -10};
  const Lab same = reduce_chroma_to_gamut(inside);
  CHECK(same.a == inside.a);
  CHECK(same.b == inside.b);
  CHECK(in_gamut(inside));
  CHECK_FALSE(in_gamut({60, 120, 0}));
}

TEST_CASE("senseless values stay inside 0..1") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  const float values[] = {nan, infinity, -infinity, 1e30f, -1e30f, 0, 50, 100, 150, -20};
  for (float L : values)
    for (float a : values)
      for (float b : values) {
        const Rgb c = row_rgb({L, a, b});
        for (float channel : {c.r, c.g, c.b}) CHECK((channel >= 0 && channel <= 1));
      }
  for (float v : values) CHECK(std::isfinite(row_lab({v, v, 0.5f}).L));
}

TEST_CASE("a row is the same as its pixels one by one") {
  WildColours wild;
  const int n = 1000;  // several chunks and a rest
  std::vector<float> L(n), a(n), b(n), rgb(3 * n), back_L(n), back_a(n), back_b(n);
  for (int i = 0; i < n; ++i) {
    const Lab colour = wild.next();
    L[i] = colour.L;
    a[i] = i % 5 == 0 ? colour.a : 0.1f * colour.a;
    b[i] = i % 5 == 0 ? colour.b : 0.1f * colour.b;
  }
  srgb_row_from_lab(L.data(), a.data(), b.data(), n, rgb.data());
  lab_row_from_srgb(rgb.data(), n, back_L.data(), back_a.data(), back_b.data());
  float worst = 0;
  for (int i = 0; i < n; ++i) {
    const Rgb alone = row_rgb({L[i], a[i], b[i]});
    worst = std::max(worst, largest_difference(alone, Rgb{rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]}));
    worst = std::max(worst, largest_difference(row_lab(alone), Lab{back_L[i], back_a[i], back_b[i]}));
  }
  CHECK(worst == 0);
}
