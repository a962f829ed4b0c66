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

TEST_CASE("what may be far from the true colour is violet, what is known stays clear, and what lies between is soft") {
  Plane<float> radius(20, 10, 8);
  for (int y = 3; y < 7; ++y)
    for (int x = 12; x < 16; ++x) radius(x, y) = 25;
  const UnsurePicture picture = unsure_picture(radius);
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
  CHECK(steepest < 60);  // of 140: a hard edge would be all of it
  CHECK(steepest > 0);
}

TEST_CASE("the same violet means the same on every photo") {
  for (const float radius : {4.0f, clear_radius, 16.0f, violet_radius, 90.0f}) {
    const UnsurePicture picture = unsure_picture(Plane<float>(8, 8, radius));
    for (std::size_t i = 3; i < picture.rgba.size(); i += 4) REQUIRE(picture.rgba[i] == unsure_ink(radius)[3]);
  }
  CHECK(unsure_ink(clear_radius)[3] == 0);
  CHECK(unsure_ink(16)[3] > 10);
  CHECK(unsure_ink(16)[3] < unsure_ink(violet_radius)[3]);
  CHECK(unsure_ink(90) == unsure_ink(violet_radius));
  CHECK(unsure_picture({}).rgba.empty());
}
