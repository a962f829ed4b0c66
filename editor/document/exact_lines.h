// Exact geometry of lines and pixel centres: what a barrier cuts, and what is inside a region. Internal to rasterise.
//
// Lines are brought to a grid of 1/256 pixel; 64 bits then hold every product exactly. Pixel centres are thought of as
// shifted by (e, e^2), e > 0 infinitesimal (Edelsbrunner, Muecke: Simulation of Simplicity, 1990), so no centre ever
// lies on a line, and a closed line has every centre on one definite side.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "editor/document/brush_coverage.h"
#include "editor/document/stroke.h"
#include "solver/plane.h"
#include "solver/problem.h"

namespace handtint {

struct GridPoint {
  std::int64_t x, y;
  friend bool operator==(const GridPoint&, const GridPoint&) = default;
};

GridPoint on_grid(float x, float y);

struct Neighbour {
  int dx, dy;
  std::uint8_t bit;
};
constexpr std::array<Neighbour, 4> neighbours{
    {{1, 0, cut_east}, {0, 1, cut_south}, {1, 1, cut_south_east}, {-1, 1, cut_south_west}}};

// Sets the bits of the edges that the segment crosses, for the pixels of `rect`; `cuts` has the rectangle's size. Edges
// that lead out of the photo are none.
void cut_along(const GridPoint& p, const GridPoint& q, const Rect& rect, int width, int height,
               Plane<std::uint8_t>& cuts);

// The intervals of a row that are inside a polygon, by the same shifted centres, so a hint inside a region is never
// outside of its cuts.
class RegionRows {
 public:
  explicit RegionRows(std::span<const Point> polygon) {
    for (const Point& p : polygon) {
      if (std::isfinite(p.x) && std::isfinite(p.y)) corners_.push_back(on_grid(p.x, p.y));
    }
  }

  template <class F>
  void clip(const Span& span, F&& f) {
    if (span.y != row_) find_crossings(span.y);
    for (std::size_t i = 0; i + 1 < crossings_.size(); i += 2) {
      const int x0 = std::max(span.x0, crossings_[i]), x1 = std::min(span.x1, crossings_[i + 1]);
      if (x0 < x1) f(Span{span.y, x0, x1});
    }
  }

 private:
  void find_crossings(int row);

  std::vector<GridPoint> corners_;
  std::vector<int> crossings_;
  int row_ = std::numeric_limits<int>::min();
};

}  // namespace handtint
