// What tests of photo reading compare: pixels of the photo with those that a file was made of, and the words of errors.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>

#include "editor/files/photo.h"
#include "solver/lab.h"
#include "tests/support/picture_files.h"

namespace handtint {

// sRGB of a pixel, 0..1, back from the photo's Lab.
inline Rgb shown(const Photo& photo, int x, int y) {
  return srgb_from_lab(
      {photo.lightness(x, y), photo.a.empty() ? 0 : photo.a(x, y), photo.b.empty() ? 0 : photo.b(x, y)});
}

// Float Lab holds every 8-bit colour and every 16-bit grey to the code, 16-bit colours to one of 65535 steps.
inline constexpr double deep_step = 1.0;
inline double allowed(const TestPicture& picture) {
  return picture.bits == 16 && picture.channels >= 3 ? deep_step : 0.1;
}

// The largest difference between the photo and what the file was made of, in steps of `levels`.
inline double worst_step(const Photo& photo, const TestPicture& picture, double levels,
                         const std::function<Rgb(int x, int y)>& expected) {
  if (photo.width() != picture.width || photo.height() != picture.height) return 1e9;
  double worst = 0;
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x) {
      const Rgb is = shown(photo, x, y), should = expected(x, y);
      worst = std::max({worst, std::abs(is.r - should.r) * levels, std::abs(is.g - should.g) * levels,
                        std::abs(is.b - should.b) * levels});
    }
  return worst;
}

inline double worst_rgb_step(const Photo& photo, const TestPicture& picture) {
  const double top = (1 << picture.bits) - 1;
  return worst_step(photo, picture, top, [&](int x, int y) {
    const auto value = [&](int c) { return static_cast<float>(picture.at(x, y, c) / top); };
    return picture.channels >= 3 ? Rgb{value(0), value(1), value(2)} : Rgb{value(0), value(0), value(0)};
  });
}

inline std::string reason(const std::filesystem::path& path) {
  try {
    read_photo(path);
  } catch (const FileError& error) {
    CHECK(error.path() == path);
    CHECK(std::string(error.what()).starts_with(path.string() + ": "));
    return error.what();
  }
  return "";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace handtint
