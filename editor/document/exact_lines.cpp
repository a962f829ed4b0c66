#include "editor/document/exact_lines.h"

#include <utility>

namespace handtint {
namespace {

constexpr std::int64_t grid = 256;

GridPoint centre_of(int x, int y) {
  return {x * grid + grid / 2, y * grid + grid / 2};
}

int sign_of(std::int64_t v) {
  return (v > 0) - (v < 0);
}

std::int64_t turn(const GridPoint& p, const GridPoint& q, const GridPoint& r) {
  return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
}

// The side of the line p -> q on which the shifted centre lies: +1 or -1 (p != q).
int side_of_centre(const GridPoint& p, const GridPoint& q, const GridPoint& centre) {
  if (const int s = sign_of(turn(p, q, centre))) return s;
  return q.y != p.y ? -sign_of(q.y - p.y) : sign_of(q.x - p.x);
}

// The side of the line through two shifted centres on which p lies: +1 or -1.
int side_of_point(const GridPoint& c, const GridPoint& d, const GridPoint& p) {
  if (const int s = sign_of(turn(c, d, p))) return s;
  return d.y != c.y ? sign_of(d.y - c.y) : -sign_of(d.x - c.x);
}

}  // namespace

GridPoint on_grid(float x, float y) {
  const auto to_grid = [](double v) {
    return static_cast<std::int64_t>(std::llround(std::clamp(v, -2e6, 2e6) * grid));
  };
  return {to_grid(x), to_grid(y)};
}

void cut_along(const GridPoint& p, const GridPoint& q, const Rect& rect, int width, int height,
               Plane<std::uint8_t>& cuts) {
  if (p == q) return;
  const double px = static_cast<double>(p.x) / grid, py = static_cast<double>(p.y) / grid;
  const double qx = static_cast<double>(q.x) / grid, qy = static_cast<double>(q.y) / grid;
  const double top = std::min(py, qy), bottom = std::max(py, qy), left = std::min(px, qx), right = std::max(px, qx);
  if (bottom < rect.y0 || top > rect.y1 + 1 || right < rect.x0 - 1 || left > rect.x1 + 1) return;

  // An edge of pixel row y spans the centres from y + 0.5 to y + 1.5, and one column to either side. The segment's
  // columns within such a band are found with room to spare; the exact test decides.
  constexpr double spare = 1.0 / 64;
  const int row0 = std::max(rect.y0, static_cast<int>(std::floor(std::max(top, rect.y0 - 2.0) - 1.5 - spare)));
  const int row1 = std::min(rect.y1 - 1, static_cast<int>(std::floor(std::min(bottom, rect.y1 + 2.0) - 0.5 + spare)));
  for (int y = row0; y <= row1; ++y) {
    double x_low = left, x_high = right;
    if (bottom - top > spare) {
      const double t0 = std::clamp((y + 0.5 - spare - py) / (qy - py), 0.0, 1.0);
      const double t1 = std::clamp((y + 1.5 + spare - py) / (qy - py), 0.0, 1.0);
      const double xa = px + t0 * (qx - px), xb = px + t1 * (qx - px);
      x_low = std::min(xa, xb);
      x_high = std::max(xa, xb);
    }
    const int column0 =
        std::max<int>(rect.x0, static_cast<int>(std::floor(std::max(x_low, rect.x0 - 4.0) - 1.5 - spare)));
    const int column1 =
        std::min<int>(rect.x1 - 1, static_cast<int>(std::floor(std::min(x_high, rect.x1 + 4.0) + 0.5 + spare)));
    for (int x = column0; x <= column1; ++x) {
      const GridPoint from = centre_of(x, y);
      const int from_side = side_of_centre(p, q, from);
      for (const Neighbour& n : neighbours) {
        if (x + n.dx < 0 || x + n.dx >= width || y + n.dy >= height) continue;
        const GridPoint to = centre_of(x + n.dx, y + n.dy);
        if (side_of_centre(p, q, to) == from_side) continue;
        if (side_of_point(from, to, p) != side_of_point(from, to, q)) cuts(x - rect.x0, y - rect.y0) |= n.bit;
      }
    }
  }
}

// Each crossing as the first column whose shifted centre lies right of it.
void RegionRows::find_crossings(int row) {
  row_ = row;
  crossings_.clear();
  const std::int64_t y = centre_of(0, row).y;
  for (std::size_t i = 0; i < corners_.size(); ++i) {
    GridPoint p = corners_[i], q = corners_[(i + 1) % corners_.size()];
    if ((p.y <= y) == (q.y <= y)) continue;
    if (p.y > q.y) std::swap(p, q);
    const double x =
        p.x + static_cast<double>(y - p.y) * static_cast<double>(q.x - p.x) / static_cast<double>(q.y - p.y);
    int column = first_row(x / grid);
    // Downwards along the edge, smaller x is on the positive side.
    while (side_of_centre(p, q, centre_of(column, row)) > 0) ++column;
    while (side_of_centre(p, q, centre_of(column - 1, row)) < 0) --column;
    crossings_.push_back(column);
  }
  std::sort(crossings_.begin(), crossings_.end());
}

}  // namespace handtint
