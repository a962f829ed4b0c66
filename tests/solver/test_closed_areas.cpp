#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "solver/layers/closed_areas.h"
#include "solver/problem.h"

using namespace handtint;

namespace {

// By flood fill over the edges that are open: the number of each pixel's part, in the order of discovery.
Plane<int> flooded(const Plane<std::uint8_t>& cuts) {
  Plane<int> part(cuts.width(), cuts.height(), -1);
  int count = 0;
  for (int y = 0; y < cuts.height(); ++y)
    for (int x = 0; x < cuts.width(); ++x) {
      if (part(x, y) >= 0) continue;
      std::vector<std::pair<int, int>> open{{x, y}};
      part(x, y) = count;
      while (!open.empty()) {
        const auto [u, v] = open.back();
        open.pop_back();
        for (int dy = -1; dy <= 1; ++dy)
          for (int dx = -1; dx <= 1; ++dx) {
            const int s = u + dx, t = v + dy;
            if ((dx == 0 && dy == 0) || s < 0 || t < 0 || s >= cuts.width() || t >= cuts.height()) continue;
            const bool owns = dy > 0 || (dy == 0 && dx > 0);
            const int way = owns ? 3 * dy + dx : -3 * dy - dx;
            const int bit = way == 1 ? cut_east : way == 3 ? cut_south : way == 4 ? cut_south_east : cut_south_west;
            if (((owns ? cuts(u, v) : cuts(s, t)) & bit) || part(s, t) >= 0) continue;
            part(s, t) = count;
            open.push_back({s, t});
          }
      }
      ++count;
    }
  return part;
}

}  // namespace

TEST_CASE("parts are what a flood fill reaches, numbered by size") {
  std::mt19937 random(4);
  int divided = 0;
  for (int round = 0; round < 300; ++round) {
    const int width = 1 + static_cast<int>(random() % 14), height = 1 + static_cast<int>(random() % 14);
    Plane<std::uint8_t> cuts(width, height);
    const unsigned how_many = random() % 101;
    for (std::uint8_t& bits : cuts)
      if (random() % 100 < how_many) bits = static_cast<std::uint8_t>(random() % 3 ? 15 : random() % 16);
    const Plane<int> expected = flooded(cuts);
    const Plane<std::uint8_t> parts = closed_areas(cuts);
    const int count = 1 + *std::max_element(expected.begin(), expected.end());
    if (count == 1) {
      CHECK(parts.empty());
      continue;
    }
    ++divided;
    REQUIRE(parts.same_size(cuts));
    std::vector<int> size(256), number(count, -1);
    bool same = true;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      int& known = number[expected.data()[i]];
      if (known < 0) known = parts.data()[i];
      same &= known == parts.data()[i];
      ++size[parts.data()[i]];
    }
    CHECK(same);
    std::sort(number.begin(), number.end());
    CHECK(std::adjacent_find(number.begin(), number.end()) == number.end());  // no two share one
    CHECK(std::is_sorted(size.begin(), size.end(), std::greater<>()));
  }
  CHECK(divided > 100);
}

TEST_CASE("more parts than numbers: the small ones share the last") {
  Plane<std::uint8_t> cuts(40, 20, 15);  // every pixel by itself
  for (int x = 0; x < 9; ++x) cuts(x, 0) = static_cast<std::uint8_t>(15 & ~cut_east);
  const Plane<std::uint8_t> parts = closed_areas(cuts);
  CHECK(parts(5, 0) == 0);
  CHECK(parts(9, 0) == 0);
  CHECK(parts(39, 19) == most_areas - 1);
}

TEST_CASE("at a smaller size a pixel has the part of all under it, or is mixed") {
  Plane<std::uint8_t> parts(7, 5);
  for (int y = 0; y < 5; ++y)
    for (int x = 3; x < 7; ++x) parts(x, y) = 2;
  const Plane<std::uint8_t> small = shrink_areas(parts, 4, 3);
  CHECK(small(0, 0) == 0);
  CHECK(small(1, 1) == mixed_area);
  CHECK(small(2, 2) == 2);
  CHECK(small(3, 2) == 2);
  CHECK(shrink_areas(parts, 7, 5) == parts);
}
