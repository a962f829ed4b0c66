#include "editor/document/rasterise.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

namespace handtint {
namespace {

constexpr float full_strength = 100;  // Problem::hint_strength of a stroke of strength 1

// --- What a brush covers

struct Span {
  int y, x0, x1;  // half-open in x
};

// The pixels of one stroke inside a rectangle, as horizontal spans. Neighbouring dabs overlap, so nearly always one
// open span per row is enough; it is put aside when a disjoint one comes. Spans may overlap each other.
class Coverage {
 public:
  void reset(const Rect& rect) {
    rect_ = rect;
    open_.assign(rect.empty() ? 0 : rect.height(), {std::numeric_limits<int>::max(), std::numeric_limits<int>::min()});
    aside_.clear();
  }

  const Rect& rect() const { return rect_; }

  void add(int y, int x0, int x1) {
    x0 = std::max(x0, rect_.x0);
    x1 = std::min(x1, rect_.x1);
    if (x0 >= x1) return;
    auto& [open0, open1] = open_[y - rect_.y0];
    if (open0 <= open1 && (x0 > open1 || x1 < open0)) {
      aside_.push_back({y, open0, open1});
      open0 = x0;
      open1 = x1;
    } else {
      open0 = std::min(open0, x0);
      open1 = std::max(open1, x1);
    }
  }

  template <class F>
  void each(F&& f) const {
    for (const Span& span : aside_) f(span);
    for (int row = 0; row < static_cast<int>(open_.size()); ++row) {
      if (open_[row].first < open_[row].second) f(Span{rect_.y0 + row, open_[row].first, open_[row].second});
    }
  }

 private:
  Rect rect_;
  std::vector<std::pair<int, int>> open_;
  std::vector<Span> aside_;
};

int first_row(double y) {
  return static_cast<int>(std::ceil(y - 0.5));
}  // first pixel whose centre is at or after y
int end_row(double y) {
  return static_cast<int>(std::floor(y - 0.5)) + 1;
}  // one after the last whose centre is at or before y

bool finite(const StrokePoint& p) {
  return std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.radius);
}

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

// --- Exact geometry of lines and pixel centres
//
// Lines are brought to a grid of 1/256 pixel; 64 bits then hold every product exactly. Pixel centres are thought of as
// shifted by (e, e^2), e > 0 infinitesimal (Edelsbrunner, Muecke: Simulation of Simplicity, 1990), so no centre ever
// lies on a line, and a closed line has every centre on one definite side.

constexpr std::int64_t grid = 256;

struct GridPoint {
  std::int64_t x, y;
  friend bool operator==(const GridPoint&, const GridPoint&) = default;
};

GridPoint on_grid(float x, float y) {
  const auto to_grid = [](double v) {
    return static_cast<std::int64_t>(std::llround(std::clamp(v, -2e6, 2e6) * grid));
  };
  return {to_grid(x), to_grid(y)};
}
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

struct Neighbour {
  int dx, dy;
  std::uint8_t bit;
};
constexpr std::array<Neighbour, 4> neighbours{
    {{1, 0, cut_east}, {0, 1, cut_south}, {1, 1, cut_south_east}, {-1, 1, cut_south_west}}};

// Sets the bits of the edges that the segment crosses, for the pixels of `rect`; `cuts` has the rectangle's size. Edges
// that lead out of the photo are none.
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
  // Each crossing as the first column whose shifted centre lies right of it.
  void find_crossings(int row) {
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

  std::vector<GridPoint> corners_;
  std::vector<int> crossings_;
  int row_ = std::numeric_limits<int>::min();
};

// --- Strokes, bottom to top

struct PlacedStroke {
  const Stroke& stroke;
  Rect bounds;
  Ab ab;
  std::uint64_t region_id;  // of a limited stroke
};

template <class F>
void each_stroke(const Painting& painting, const Rect& rect, F&& f) {
  for (const SharedStroke& stroke : painting.strokes) {
    if (!intersect(stroke.bounds(), rect).empty())
      f(PlacedStroke{*stroke, stroke.bounds(), stroke.ab(), stroke.region_id()});
  }
  if (const Stroke* now = painting.in_progress) {
    f(PlacedStroke{*now, bounds(*now), hint_ab(*now), now->limited() ? region_id(now->region) : 0});
  }
}

// Calls f(Span) for what a stroke's brush covers inside the rectangle, its region respected.
template <class F>
void each_span(const PlacedStroke& placed, const Rect& rect, Coverage& coverage, F&& f) {
  const Stroke& stroke = placed.stroke;
  coverage.reset(intersect(placed.bounds, rect));
  cover_brush(stroke.points, coverage);
  if (stroke.region.empty()) {
    coverage.each(f);
  } else {
    RegionRows region(stroke.region);
    coverage.each([&](const Span& span) { region.clip(span, f); });
  }
}

// a and b of 8-bit colours; masks hold few of them.
class AbCache {
 public:
  Ab of(Rgb8 colour) {
    const std::uint32_t key = (colour.r << 16 | colour.g << 8 | colour.b) + 1u;
    if (entries_.empty()) entries_.resize(size);
    Entry& entry = entries_[key * 2654435761u >> 22];
    if (entry.key != key) {
      const Lab lab = lab_from_srgb({colour.r / 255.0f, colour.g / 255.0f, colour.b / 255.0f});
      entry = {key, {lab.a, lab.b}};
    }
    return entry.ab;
  }

 private:
  static constexpr std::size_t size = 1024;  // 10 bits of the hash
  struct Entry {
    std::uint32_t key = 0;
    Ab ab;
  };
  std::vector<Entry> entries_;
};

void require_size(const StrokeMask& mask, const Photo& photo) {
  if (mask.width() != photo.width() || mask.height() != photo.height()) {
    throw std::invalid_argument("the imported mask has another size than the photo");
  }
}

void paint_mask(const StrokeMask& mask, const Rect& rect, HintPatch& patch) {
  AbCache cache;
  for (int y = rect.y0; y < rect.y1; ++y) {
    const std::uint8_t* drawn = mask.drawn.row(y);
    const Rgb8* colour = mask.colour.row(y);
    for (int x = rect.x0; x < rect.x1; ++x) {
      if (!drawn[x]) continue;
      const Ab ab = cache.of(colour[x]);
      patch.hint_a(x - rect.x0, y - rect.y0) = ab.a;
      patch.hint_b(x - rect.x0, y - rect.y0) = ab.b;
      patch.hint_strength(x - rect.x0, y - rect.y0) = full_strength;
    }
  }
}

void paint_stroke(const PlacedStroke& placed, const Photo& photo, const Span& span, HintPatch& patch) {
  const Rect& rect = patch.rect;
  if (span.y < rect.y0 || span.y >= rect.y1) return;
  const int x0 = std::max(span.x0, rect.x0), x1 = std::min(span.x1, rect.x1);
  if (x0 >= x1) return;
  float* a = patch.hint_a.row(span.y - rect.y0) - rect.x0;
  float* b = patch.hint_b.row(span.y - rect.y0) - rect.x0;
  float* strength = patch.hint_strength.row(span.y - rect.y0) - rect.x0;
  const StrokeKind kind = placed.stroke.kind;
  if (kind == StrokeKind::protect && !photo.a.empty()) {
    std::copy(photo.a.row(span.y) + x0, photo.a.row(span.y) + x1, a + x0);
    std::copy(photo.b.row(span.y) + x0, photo.b.row(span.y) + x1, b + x0);
  } else {
    std::fill(a + x0, a + x1, placed.ab.a);
    std::fill(b + x0, b + x1, placed.ab.b);
  }
  const float value = kind == StrokeKind::erase     ? 0
                      : kind == StrokeKind::protect ? full_strength
                                                    : full_strength * placed.stroke.strength;
  std::fill(strength + x0, strength + x1, value);
}

void cut_barrier(const Stroke& barrier, const Rect& rect, const Photo& photo, Plane<std::uint8_t>& cuts) {
  const StrokePoint* last = nullptr;
  for (const StrokePoint& p : barrier.points) {
    if (!finite(p)) continue;
    if (last) cut_along(on_grid(last->x, last->y), on_grid(p.x, p.y), rect, photo.width(), photo.height(), cuts);
    last = &p;
  }
}

// Opens every edge that begins or ends in the span.
void uncut(const Span& span, const Rect& rect, Plane<std::uint8_t>& cuts) {
  const auto clear = [&](int x, int y, int bits) {
    if (x < rect.x0 || x >= rect.x1 || y < rect.y0 || y >= rect.y1) return;
    cuts(x - rect.x0, y - rect.y0) &= static_cast<std::uint8_t>(~bits);
  };
  for (int x = span.x0; x < span.x1; ++x) {
    clear(x, span.y, cut_east | cut_south | cut_south_east | cut_south_west);
    for (const Neighbour& n : neighbours) clear(x - n.dx, span.y - n.dy, n.bit);
  }
}

Rect grown(const Rect& rect) {
  return {rect.x0 - 1, rect.y0 - 1, rect.x1 + 1, rect.y1 + 1};
}

Rgb8 codes_of(Rgb colour) {
  return {code_of(colour.r), code_of(colour.g), code_of(colour.b)};
}

Rect whole(const Photo& photo) {
  return {0, 0, photo.width(), photo.height()};
}

// Hints and cuts of the strokes that may speak; calls on_span(stroke, span) for what each of them covers.
template <class MaySpeak, class OnSpan>
HintPatch draw(const Painting& painting, const Rect& rect, bool with_cuts, MaySpeak may_speak, OnSpan on_span) {
  const Photo& photo = painting.photo;
  HintPatch patch;
  patch.rect = rect;
  patch.hint_a = Plane<float>(rect.width(), rect.height());
  patch.hint_b = Plane<float>(rect.width(), rect.height());
  patch.hint_strength = Plane<float>(rect.width(), rect.height());
  if (with_cuts) patch.cuts = Plane<std::uint8_t>(rect.width(), rect.height());
  if (painting.imported) paint_mask(*painting.imported, rect, patch);
  Coverage coverage;
  each_stroke(painting, grown(rect), [&](const PlacedStroke& placed) {
    const Stroke& stroke = placed.stroke;
    if (!may_speak(placed)) return;
    if (stroke.kind == StrokeKind::barrier) {
      if (with_cuts) cut_barrier(stroke, rect, photo, patch.cuts);
      return;
    }
    const bool opens = with_cuts && stroke.kind == StrokeKind::erase;
    each_span(placed, opens ? grown(rect) : rect, coverage, [&](const Span& span) {
      paint_stroke(placed, photo, span, patch);
      if (opens) uncut(span, rect, patch.cuts);
      on_span(placed, span);
    });
  });
  return patch;
}
template <class MaySpeak>
HintPatch draw(const Painting& painting, const Rect& rect, bool with_cuts, MaySpeak may_speak) {
  return draw(painting, rect, with_cuts, may_speak, [](const PlacedStroke&, const Span&) {});
}

// --- Regions

struct RegionOutline {
  std::uint64_t id;
  std::span<const Point> polygon;
};

// In the order of the last stroke in each: where regions overlap, the one painted last lies on top.
std::vector<RegionOutline> outlines_of(const Painting& painting) {
  std::vector<RegionOutline> outlines;  // topmost first
  const auto add = [&](std::uint64_t id, std::span<const Point> polygon) {
    for (const RegionOutline& known : outlines)
      if (known.id == id) return;
    if (!intersect(bounds(polygon), whole(painting.photo)).empty()) outlines.push_back({id, polygon});
  };
  if (!painting.lasso.empty()) add(region_id(painting.lasso), painting.lasso);
  if (const Stroke* now = painting.in_progress; now && now->limited()) add(region_id(now->region), now->region);
  for (auto stroke = painting.strokes.rbegin(); stroke != painting.strokes.rend(); ++stroke)
    if ((*stroke)->limited()) add(stroke->region_id(), (*stroke)->region);
  return {outlines.rbegin(), outlines.rend()};
}

// The last of `outlines`, lowest first. In a region speaks what may speak there: unlimited strokes, those limited to
// it, and those of regions below, which else would be hidden. Those of regions above speak there, and only there.
RegionPatch draw_region(const Painting& painting, std::span<const RegionOutline> outlines, const Rect& rect,
                        bool with_cuts) {
  const Photo& photo = painting.photo;
  const RegionOutline& outline = outlines.back();
  RegionPatch patch;
  patch.id = outline.id;
  patch.bounds = intersect(bounds(outline.polygon), whole(photo));
  patch.rect = intersect(rect, patch.bounds);
  if (patch.rect.empty()) {
    patch.rect = {};
    return patch;
  }
  const Rect& part = patch.rect;
  patch.mask = Plane<std::uint8_t>(part.width(), part.height());
  const auto may_speak = [&](const PlacedStroke& placed) {
    const auto is_its = [&](const RegionOutline& known) { return known.id == placed.region_id; };
    return !placed.stroke.limited() || std::any_of(outlines.begin(), outlines.end(), is_its);
  };
  const auto note_owner = [&](const PlacedStroke& placed, const Span& span) {
    if (span.y < part.y0 || span.y >= part.y1) return;
    const bool own = placed.stroke.limited() && placed.region_id == outline.id;
    const int x0 = std::max(span.x0, part.x0), x1 = std::min(span.x1, part.x1);
    if (x0 < x1) std::fill_n(patch.mask.row(span.y - part.y0) + x0 - part.x0, x1 - x0, own ? region_own : 0);
  };
  HintPatch hints =
      draw(painting, part, with_cuts || (patch.complete() && has_cuts(painting.strokes)), may_speak, note_owner);
  patch.cuts = std::move(hints.cuts);

  // Outside nothing speaks.
  Plane<float> strength = std::exchange(hints.hint_strength, Plane<float>(part.width(), part.height()));
  Plane<std::uint8_t> mask = std::exchange(patch.mask, Plane<std::uint8_t>(part.width(), part.height()));
  RegionRows rows(outline.polygon);
  for (int y = part.y0; y < part.y1; ++y)
    rows.clip({y, part.x0, part.x1}, [&](const Span& span) {
      const int row = y - part.y0;
      for (int x = span.x0 - part.x0; x < span.x1 - part.x0; ++x) {
        patch.mask(x, row) = static_cast<std::uint8_t>(mask(x, row) | region_inside);
        hints.hint_strength(x, row) = strength(x, row);
      }
    });
  patch.hint_a = std::move(hints.hint_a);
  patch.hint_b = std::move(hints.hint_b);
  patch.hint_strength = std::move(hints.hint_strength);
  if (patch.complete()) {
    Plane<float> lightness(part.width(), part.height());
    for (int y = part.y0; y < part.y1; ++y)
      std::copy_n(photo.lightness.row(y) + part.x0, part.width(), lightness.row(y - part.y0));
    patch.lightness = std::move(lightness);
  }
  return patch;
}

}  // namespace

HintPatch rasterise(const Painting& painting, Rect rect, bool with_cuts, bool only_regions) {
  const Photo& photo = painting.photo;
  if (painting.imported) require_size(*painting.imported, photo);
  HintPatch patch;
  rect = intersect(rect, whole(photo));
  if (rect.empty()) return patch;
  if (!only_regions)
    patch = draw(painting, rect, with_cuts, [](const PlacedStroke& placed) { return !placed.stroke.limited(); });
  patch.rect = rect;
  const std::vector<RegionOutline> outlines = outlines_of(painting);
  for (std::size_t i = 0; i < outlines.size(); ++i)
    patch.regions.push_back(draw_region(painting, {outlines.begin(), outlines.begin() + i + 1}, rect, with_cuts));
  return patch;
}

bool has_cuts(const StrokeList& strokes) {
  return std::any_of(strokes.begin(), strokes.end(), [](const SharedStroke& stroke) { return stroke->cuts(); });
}

StrokeMask mask_from_strokes(const Painting& painting) {
  const Photo& photo = painting.photo;
  StrokeMask mask = painting.imported ? *painting.imported : StrokeMask(photo.width(), photo.height());
  require_size(mask, photo);
  const Rect all = whole(photo);
  Coverage coverage;
  each_stroke(painting, all, [&](const PlacedStroke& placed) {
    const Stroke& stroke = placed.stroke;
    if (stroke.kind == StrokeKind::barrier) return;
    each_span(placed, all, coverage, [&](const Span& span) {
      const Rgb8 flat = stroke.kind == StrokeKind::colour ? codes_of(stroke.colour) : Rgb8{};
      for (int x = span.x0; x < span.x1; ++x) {
        Rgb8 colour = flat;
        if (stroke.kind == StrokeKind::neutral || stroke.kind == StrokeKind::protect) {
          const bool own = stroke.kind == StrokeKind::protect && !photo.a.empty();
          const Lab lab{photo.lightness(x, span.y), own ? photo.a(x, span.y) : 0, own ? photo.b(x, span.y) : 0};
          colour = codes_of(srgb_from_lab(lab));
        }
        mask.colour(x, span.y) = colour;
        mask.drawn(x, span.y) = stroke.kind != StrokeKind::erase;
      }
    });
  });
  return mask;
}

}  // namespace handtint
