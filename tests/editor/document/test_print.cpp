// Prints: smaller pictures, and the photo beside them.
#include <doctest/doctest.h>

#include "editor/document/print.h"

using namespace handtint;

namespace {

Photo striped(int width, int height) {
  Photo photo;
  Plane<float> light(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) light(x, y) = x % 2 ? 80.0f : 20.0f;
  photo.lightness = std::move(light);
  return photo;
}

}  // namespace

TEST_CASE("a print has the mean of the pixels that it shrinks, and never grows") {
  const Photo photo = striped(8, 4);
  const Chroma chroma{Plane<float>(8, 4, 30), Plane<float>(8, 4, -10)};
  const Print small = make_print(photo, chroma, {.longest_side = 4});
  REQUIRE(small.lightness.width() == 4);
  REQUIRE(small.lightness.height() == 2);
  for (float L : small.lightness) CHECK(L == doctest::Approx(50));
  for (float a : small.chroma.a) CHECK(a == doctest::Approx(30));
  CHECK(small.alpha.empty());
  CHECK(make_print(photo, chroma, {.longest_side = 100}).lightness.width() == 8);
}

TEST_CASE("beside the photo: its own colour to the left, the new one to the right, transparency in both") {
  Photo photo = striped(6, 2);
  photo.a = Plane<float>(6, 2, 5);
  photo.b = Plane<float>(6, 2, 7);
  photo.alpha = Plane<std::uint16_t>(6, 2, 1000);
  const Print both = make_print(photo, {Plane<float>(6, 2, 30), Plane<float>(6, 2, -10)}, {.beside_photo = true});
  REQUIRE(both.lightness.width() == 12);
  CHECK(both.chroma.a(5, 1) == 5);
  CHECK(both.chroma.b(0, 0) == 7);
  CHECK(both.chroma.a(6, 1) == 30);
  CHECK(both.chroma.b(11, 0) == -10);
  CHECK(both.lightness(7, 0) == 80);
  CHECK(both.alpha(0, 0) == 1000);
  CHECK(both.alpha(11, 1) == 1000);
  photo.a = photo.b = {};
  CHECK(make_print(photo, {Plane<float>(6, 2, 30), Plane<float>(6, 2, -10)}, {.beside_photo = true}).chroma.a(2, 1) ==
        0);
}
