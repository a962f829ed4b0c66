// The thing at a place of a photo, as somebody means it who points there: what lies around the place within the photo's
// edges and the changes of what a network sees. For clicks that colour.
//
// Works on a grid over the photo, so that an answer takes a few milliseconds whatever the photo's size. All places are
// in cells of the grid: x * photo width / grid width is a pixel of the photo.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "solver/area_tree.h"
#include "solver/plane.h"

namespace handtint {

class ThingFinder {
 public:
  static constexpr double grid_pixels = AreaTree::usual_pixels;  // at most, more or less

  // `lightness`: CIE L, of the photo or smaller. `traits` as in Prior, or empty.
  ThingFinder(const Plane<float>& lightness, const std::array<Plane<float>, 3>& traits);

  int width() const { return width_; }
  int height() const { return height_; }

  // 1 = belongs to the thing at the cell, which does; connected, and without small holes. `extent` > 0: how unlike its
  // parts may be; 1 = usual. A greater one holds the smaller. Calls may come from several threads.
  Plane<std::uint8_t> find(int x, int y, float extent = 1) const;

  // The same thing on the pixels of a larger `lightness`: near its border each goes to the side that it is like.
  Plane<std::uint8_t> refined(const Plane<std::uint8_t>& thing, const Plane<float>& lightness) const;

 private:
  int width_ = 0, height_ = 0;
  Plane<float> lightness_;              // of the grid
  std::array<Plane<float>, 3> traits_;  // of the grid's size, or empty
  std::optional<AreaTree> areas_;
};

struct CellPoint {
  float x = 0, y = 0;
};

// The outer border of a thing as a closed polygon, smooth to a cell; of several parts that of the topmost. Holes are
// inside.
std::vector<CellPoint> outline_of(const Plane<std::uint8_t>& thing);

struct CorePoint {
  float x = 0, y = 0, radius = 0;
};

// A brush's way through the middle of a thing, there and back along its arms, well inside everywhere.
std::vector<CorePoint> core_of(const Plane<std::uint8_t>& thing);

}  // namespace handtint
