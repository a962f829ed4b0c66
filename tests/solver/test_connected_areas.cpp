#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "solver/connected_areas.h"

using namespace handtint;

namespace {

Plane<std::uint8_t> plane_of(const std::vector<std::string>& rows) {
  Plane<std::uint8_t> plane(static_cast<int>(rows[0].size()), static_cast<int>(rows.size()));
  for (int y = 0; y < plane.height(); ++y)
    for (int x = 0; x < plane.width(); ++x) plane(x, y) = rows[y][x] == '#';
  return plane;
}

std::vector<std::int64_t> sorted_sizes(const Plane<std::uint8_t>& plane) {
  std::vector<std::int64_t> sizes = connected_areas(plane).sizes;
  std::sort(sizes.begin(), sizes.end());
  return sizes;
}

// By flooding, pixel after pixel.
std::vector<std::int64_t> flooded_sizes(Plane<std::uint8_t> plane) {
  std::vector<std::int64_t> sizes;
  for (int y = 0; y < plane.height(); ++y)
    for (int x = 0; x < plane.width(); ++x) {
      if (!plane(x, y)) continue;
      std::int64_t size = 0;
      std::vector<std::pair<int, int>> open{{x, y}};
      plane(x, y) = 0;
      while (!open.empty()) {
        const auto [px, py] = open.back();
        open.pop_back();
        ++size;
        for (int ny = std::max(py - 1, 0); ny <= std::min(py + 1, plane.height() - 1); ++ny)
          for (int nx = std::max(px - 1, 0); nx <= std::min(px + 1, plane.width() - 1); ++nx)
            if (plane(nx, ny)) {
              plane(nx, ny) = 0;
              open.push_back({nx, ny});
            }
      }
      sizes.push_back(size);
    }
  std::sort(sizes.begin(), sizes.end());
  return sizes;
}

}  // namespace

TEST_CASE("corners connect, gaps do not") {
  CHECK(sorted_sizes(plane_of({"#...", ".#..", "...#"})) == std::vector<std::int64_t>{1, 2});
  CHECK(sorted_sizes(plane_of({"#.#", "#.#", "###"})) == std::vector<std::int64_t>{7});
  CHECK(sorted_sizes(plane_of({"#.#.#", ".....", "#####"})) == std::vector<std::int64_t>{1, 1, 1, 5});
  CHECK(sorted_sizes(plane_of({"...", "..."})).empty());
  CHECK(connected_areas({}).sizes.empty());
}

TEST_CASE("runs cover the drawn pixels, each named with its area") {
  const Plane<std::uint8_t> plane = plane_of({"##.#", "....", ".###"});
  const ConnectedAreas areas = connected_areas(plane);
  Plane<std::uint8_t> rebuilt(4, 3);
  std::vector<std::int64_t> counted(areas.sizes.size());
  for (const auto& run : areas.runs)
    for (int x = run.x0; x < run.x1; ++x) {
      rebuilt(x, run.y) = 1;
      ++counted[run.area];
    }
  CHECK(rebuilt == plane);
  CHECK(counted == areas.sizes);
}

TEST_CASE("random planes agree with flooding") {
  std::mt19937 engine(5);
  for (int round = 0; round < 60; ++round) {
    Plane<std::uint8_t> plane(1 + static_cast<int>(engine() % 40), 1 + static_cast<int>(engine() % 40));
    const unsigned density = 1 + engine() % 9;
    for (auto& value : plane) value = engine() % 10 < density;
    CHECK(sorted_sizes(plane) == flooded_sizes(plane));
  }
}
