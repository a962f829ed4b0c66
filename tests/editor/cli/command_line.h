// What the tests of the command line share.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "editor/document/document.h"
#include "editor/document/render.h"
#include "editor/document/session.h"
#include "editor/files/photo.h"
#include "editor/files/stroke_mask.h"
#include "solver/lab.h"
#include "tests/support/picture_files.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

namespace handtint::tests {

namespace fs = std::filesystem;

constexpr Rgb8 red{200, 60, 50}, blue{120, 150, 210}, grey{128, 128, 128};

inline Outcome handtint_says(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), HANDTINT_PROGRAM);
  return run_program(arguments);
}

// One complaint: a single line on standard error that starts as documented and says `part`.
inline void check_one_line(const Outcome& outcome, const std::string& part) {
  CHECK(outcome.err.starts_with("handtint: "));
  CHECK_MESSAGE(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1, outcome.err);
  CHECK(outcome.err.ends_with('\n'));
  CHECK_MESSAGE(outcome.err.find(part) != std::string::npos, outcome.err);
}

inline void check_fails(const Outcome& outcome, int exit_code, const std::string& part) {
  CHECK(outcome.exit_code == exit_code);
  check_one_line(outcome, part);
}

inline Chroma neutral(int width, int height) {
  return {Plane<float>(width, height), Plane<float>(width, height)};
}

// Dark left half, bright right half, a little grain so that it looks like a photograph to the solver.
inline Plane<float> two_fields(int width, int height) {
  Plane<float> lightness(width, height);
  std::uint32_t noise = 1;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      noise = noise * 1664525u + 1013904223u;
      lightness(x, y) = (x < width / 2 ? 45.0f : 65.0f) + static_cast<float>(noise >> 24) / 255.0f;
    }
  return lightness;
}

inline void write_grey(const fs::path& path, const Plane<float>& lightness, int bits = 8) {
  WriteOptions options;
  options.bits = bits;
  REQUIRE(write_photo(path, lightness, neutral(lightness.width(), lightness.height()), {}, options));
}

inline void paint(StrokeMask& mask, Rect rect, Rgb8 colour) {
  for (int y = rect.y0; y < rect.y1; ++y)
    for (int x = rect.x0; x < rect.x1; ++x) {
      mask.colour(x, y) = colour;
      mask.drawn(x, y) = 1;
    }
}

inline StrokeMask red_and_blue(int width, int height) {
  StrokeMask mask(width, height);
  paint(mask, {width / 8, height / 4, width / 8 + 6, height / 2}, red);
  paint(mask, {width * 3 / 4, height / 2, width * 3 / 4 + 6, height * 3 / 4}, blue);
  return mask;
}

inline Lab lab_of(Rgb8 c) {
  return lab_from_srgb({c.r / 255.0f, c.g / 255.0f, c.b / 255.0f});
}

inline float ab_distance(const Photo& photo, int x, int y, Rgb8 colour) {
  const Lab wanted = lab_of(colour);
  return std::hypot(photo.a(x, y) - wanted.a, photo.b(x, y) - wanted.b);
}

// A photo, its mask, and a folder of its own for what comes out.
struct Table {
  ScratchFolder folder;
  ScratchFolder output;
  std::string photo = folder / "photo.png", mask = folder / "mask.png", out = output / "out.png";
  static constexpr int width = 96, height = 64;

  Table() {
    write_grey(photo, two_fields(width, height));
    write_stroke_mask(mask, red_and_blue(width, height), MaskFormat::rgba);
  }
  Outcome colorize(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"colorize", photo, "--strokes", mask, "-o", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return handtint_says(arguments);
  }
};

}  // namespace handtint::tests
