#include <doctest/doctest.h>

#include <algorithm>

#include "editor/work/unsure_picture.h"

using namespace handtint;

namespace {

int alpha(const UnsurePicture& picture, double x, double y) {  // at a share of width and height
  const int column = static_cast<int>(x * picture.width), row = static_cast<int>(y * picture.height);
  return picture.rgba[4 * (static_cast<std::size_t>(row) * picture.width + column) + 3];
}

}  // namespace

TEST_CASE("the most unsure place is violet, the sure ones stay clear, and what lies between is soft") {
  Plane<float> unsure(20, 10, 0.25f);
  for (int y = 3; y < 7; ++y)
    for (int x = 12; x < 16; ++x) unsure(x, y) = 0.7f;
  const UnsurePicture picture = unsure_picture(unsure);
  REQUIRE(picture.rgba.size() == static_cast<std::size_t>(picture.width) * picture.height * 4);
  CHECK(alpha(picture, 0.7, 0.5) > 100);
  CHECK(alpha(picture, 0.7, 0.5) < 200);  // the photo shows through
  CHECK(alpha(picture, 0.2, 0.5) == 0);
  int steepest = 0;
  for (int x = 1; x < picture.width; ++x) {
    const auto at = [&](int column) {
      return picture.rgba[4 * (static_cast<std::size_t>(picture.height / 2) * picture.width + column) + 3];
    };
    steepest = std::max(steepest, std::abs(at(x) - at(x - 1)));
  }
  CHECK(steepest < 40);
  CHECK(steepest > 0);
}

TEST_CASE("a photo on which the network is sure stays clear; so does one on which it is equally unsure everywhere") {
  for (const float level : {0.05f, 0.6f}) {
    const UnsurePicture picture = unsure_picture(Plane<float>(8, 8, level));
    for (std::size_t i = 3; i < picture.rgba.size(); i += 4) REQUIRE(picture.rgba[i] == 0);
  }
  CHECK(unsure_picture({}).rgba.empty());
  CHECK(unsure_picture(Plane<float>(1, 1, 0.9f)).width > 0);
}
