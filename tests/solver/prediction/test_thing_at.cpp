#include <doctest/doctest.h>

#include <algorithm>

#include "solver/prediction/thing_at.h"

using namespace handtint;

TEST_CASE("a thing ends at the pixel where the photo's light does, and is whole inside") {
  // Dark left of a slanting border, light right of it; a pixel of the finder's grid is 2 to 3 of the photo's.
  constexpr int width = 1000, height = 700;
  const auto border = [](int y) { return 431 + y / 3; };
  Plane<float> lightness(width, height, 80);
  for (int y = 0; y < height; ++y) std::fill_n(lightness.row(y), border(y), 20.0f);
  const ThingFinder finder(lightness, {});
  REQUIRE(finder.width() < width / 2);
  const Plane<std::uint8_t> thing = finder.find(finder.width() / 5, finder.height() / 2);
  const Plane<std::uint8_t> fine = finder.refined(thing, lightness);
  int wrong = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) wrong += (fine(x, y) != 0) != (x < border(y));
  CHECK(wrong == 0);
}
