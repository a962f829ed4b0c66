// A film for tests: a bright square that wanders over a darker ground, both with a pattern of their own.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>

#include "editor/files/photo.h"
#include "editor/film/survey.h"

namespace handtint::tests {

constexpr int film_width = 96, film_height = 64, square_side = 28, square_top = 18;

inline int square_left(int frame) {
  return 10 + 3 * frame;
}
inline bool in_square(int frame, int x, int y) {
  return x >= square_left(frame) && x < square_left(frame) + square_side && y >= square_top &&
         y < square_top + square_side;
}

// Random numbers on a grid of `step` pixels, smooth between: something that motion can be seen by.
inline float pattern(float x, float y, float step, unsigned seed) {
  const auto at = [&](int i, int j) {
    unsigned n = seed + 374761393u * static_cast<unsigned>(i) + 668265263u * static_cast<unsigned>(j);
    n = (n ^ (n >> 13)) * 1274126177u;
    return static_cast<float>((n ^ (n >> 16)) & 0xffff) / 65535.0f;
  };
  const int i = static_cast<int>(std::floor(x / step)), j = static_cast<int>(std::floor(y / step));
  const float u = x / step - i, v = y / step - j;
  return (at(i, j) * (1 - u) + at(i + 1, j) * u) * (1 - v) + (at(i, j + 1) * (1 - u) + at(i + 1, j + 1) * u) * v;
}

// Frames of another `scene` have nothing in common.
inline Plane<float> frame_light(int frame, unsigned scene = 1) {
  Plane<float> light(film_width, film_height);
  for (int y = 0; y < film_height; ++y)
    for (int x = 0; x < film_width; ++x)
      light(x, y) = in_square(frame, x, y) ? 65 + 20 * pattern(x - square_left(frame), y, 4, 7 * scene)
                                           : (scene == 1 ? 20 : 45) + 25 * pattern(x, y, 5, 99 * scene);
  return light;
}

// Red square, green ground.
inline Chroma frame_colour(int frame) {
  Chroma colour{{film_width, film_height, -20.0f}, {film_width, film_height, 15.0f}};
  for (int y = 0; y < film_height; ++y)
    for (int x = 0; x < film_width; ++x)
      if (in_square(frame, x, y)) colour.a(x, y) = 30, colour.b(x, y) = 18;
  return colour;
}

inline std::string numbered(const char* pattern, int number) {
  char name[64];
  std::snprintf(name, sizeof name, pattern, number);
  return name;
}

inline void write_frame(const std::filesystem::path& path, const Plane<float>& light, const Chroma& colour = {}) {
  std::filesystem::create_directories(path.parent_path());
  const Chroma grey{{light.width(), light.height()}, {light.width(), light.height()}};
  WriteOptions options;
  options.overwrite = true;
  REQUIRE(write_photo(path, light, colour.empty() ? grey : colour, {}, options));
}

// Eight frames of the square, written to `film`.
inline Survey surveyed_square(const std::filesystem::path& film, WorkFolder& work) {
  for (int n = 0; n < 8; ++n) write_frame(film / numbered("f%03d.png", n), frame_light(n));
  return survey_film(film, {}, 1e6, 1, work, [](float, std::string_view) { return true; });
}

// Mean distance in a, b from the true colours.
inline float colour_error(const Photo& photo, int frame) {
  const Chroma truth = frame_colour(frame);
  double sum = 0;
  for (std::size_t i = 0; i < truth.a.size(); ++i) {
    const float a = photo.a.empty() ? 0 : photo.a.data()[i], b = photo.b.empty() ? 0 : photo.b.data()[i];
    sum += std::hypot(a - truth.a.data()[i], b - truth.b.data()[i]);
  }
  return static_cast<float>(sum / static_cast<double>(truth.a.size()));
}

}  // namespace handtint::tests
