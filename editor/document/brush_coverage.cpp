#include "editor/document/brush_coverage.h"

#include <algorithm>
#include <array>
#include <limits>

namespace handtint {
namespace {

// The convex hull of two discs. Along a row it is one interval: the union of the discs' own and of the points where the
// row meets their two common tangents.
void cover_dabs(const StrokePoint& p, const StrokePoint& q, Coverage& coverage) {
  const Rect& rect = coverage.rect();
  const double pr = std::max(0.0f, p.radius), qr = std::max(0.0f, q.radius);
  const double top = std::min(p.y - pr, q.y - qr), bottom = std::max(p.y + pr, q.y + qr);
  if (bottom < rect.y0 || top > rect.y1) return;
  if (std::max(p.x + pr, q.x + qr) < rect.x0 || std::min(p.x - pr, q.x - qr) > rect.x1) return;

  struct Tangent {
    double x0, y0, x1, y1;
  };
  std::array<Tangent, 2> tangents{};
  const double dx = static_cast<double>(q.x) - p.x, dy = static_cast<double>(q.y) - p.y;
  const double length = std::hypot(dx, dy);
  const bool have_tangents = length > std::abs(pr - qr);  // else one disc holds the other
  if (have_tangents) {
    const double ux = dx / length, uy = dy / length;
    const double sine = (pr - qr) / length, cosine = std::sqrt(1 - sine * sine);
    for (int side = 0; side < 2; ++side) {
      const double sign = side ? 1 : -1;
      const double nx = sine * ux - sign * cosine * uy, ny = sine * uy + sign * cosine * ux;
      tangents[side] = {p.x + pr * nx, p.y + pr * ny, q.x + qr * nx, q.y + qr * ny};
    }
  }

  const int row0 = std::max(rect.y0, first_row(std::max(top, rect.y0 - 1.0)));
  const int row1 = std::min(rect.y1, end_row(std::min(bottom, rect.y1 + 1.0)));
  for (int row = row0; row < row1; ++row) {
    const double y = row + 0.5;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    const auto reach_disc = [&](double cx, double cy, double radius) {
      const double half2 = radius * radius - (y - cy) * (y - cy);
      if (half2 < 0) return;
      const double half = std::sqrt(half2);
      low = std::min(low, cx - half);
      high = std::max(high, cx + half);
    };
    reach_disc(p.x, p.y, pr);
    reach_disc(q.x, q.y, qr);
    if (have_tangents) {
      for (const Tangent& t : tangents) {
        if ((y < t.y0) == (y < t.y1)) continue;
        const double x = t.x0 + (y - t.y0) * (t.x1 - t.x0) / (t.y1 - t.y0);
        low = std::min(low, x);
        high = std::max(high, x);
      }
    }
    if (low > high) continue;
    low = std::max(low, rect.x0 - 1.0);
    high = std::min(high, rect.x1 + 1.0);
    if (low <= high) coverage.add(row, first_row(low), end_row(high));
  }
}

void cover_pixel(double x, double y, Coverage& coverage) {
  const Rect& rect = coverage.rect();
  if (x < rect.x0 || x >= rect.x1 || y < rect.y0 || y >= rect.y1) return;
  const int column = static_cast<int>(std::floor(x));
  coverage.add(static_cast<int>(std::floor(y)), column, column + 1);
}

// The pixels that the centre line runs through, one per column or row, so a thin stroke leaves no gap.
void cover_centre_line(const StrokePoint& p, const StrokePoint& q, Coverage& coverage) {
  const Rect& rect = coverage.rect();
  cover_pixel(p.x, p.y, coverage);
  cover_pixel(q.x, q.y, coverage);
  const bool flat = std::abs(q.x - p.x) >= std::abs(q.y - p.y);
  const double u0 = flat ? p.x : p.y, u1 = flat ? q.x : q.y, v0 = flat ? p.y : p.x, v1 = flat ? q.y : q.x;
  if (u0 == u1) return;
  const int begin = flat ? rect.x0 : rect.y0, end = flat ? rect.x1 : rect.y1;
  const int first = first_row(std::clamp(std::min(u0, u1), begin - 1.0, end + 1.0));
  const int last = end_row(std::clamp(std::max(u0, u1), begin - 1.0, end + 1.0));
  for (int i = std::max(first, begin); i < std::min(last, end); ++i) {
    const double u = i + 0.5, v = v0 + (u - u0) * (v1 - v0) / (u1 - u0);
    flat ? cover_pixel(u, v, coverage) : cover_pixel(v, u, coverage);
  }
}

// Below this radius a disc around a point may miss the centre of the point's own pixel.
constexpr float thin = 0.7072f;

}  // namespace

void cover_brush(const std::vector<StrokePoint>& points, Coverage& coverage) {
  if (coverage.rect().empty()) return;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const StrokePoint& p = points[i == 0 ? 0 : i - 1];
    const StrokePoint& q = points[i];
    if (i == 0 && points.size() > 1) continue;
    if (!finite(p) || !finite(q)) continue;
    cover_dabs(p, q, coverage);
    if (p.radius < thin || q.radius < thin) cover_centre_line(p, q, coverage);
  }
}

}  // namespace handtint
