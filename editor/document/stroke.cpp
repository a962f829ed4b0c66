#include "editor/document/stroke.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::array<std::pair<StrokeKind, std::string_view>, 5> kind_names{{{StrokeKind::colour, "colour"},
                                                                             {StrokeKind::neutral, "neutral"},
                                                                             {StrokeKind::protect, "protect"},
                                                                             {StrokeKind::barrier, "barrier"},
                                                                             {StrokeKind::erase, "erase"}}};

// Far outside of any photo, and still safely an int.
int pixel_of(double coordinate) {
  return static_cast<int>(std::floor(std::clamp(coordinate, -4e6, 4e6)));
}

Rect square_around(double x, double y, double radius) {
  if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(radius)) return {};
  const double reach = std::max(0.0, radius) + 1;  // the centre line reaches over half a pixel at either side of a cut
  return {pixel_of(x - reach), pixel_of(y - reach), pixel_of(x + reach) + 1, pixel_of(y + reach) + 1};
}

bool in_range(float value, float low, float high) {
  return value >= low && value <= high;
}  // false for NaN

std::string out_of_range(const char* field, float value, const std::string& range) {
  return tr("stroke {1} {2} is not in {3}", {field, std::to_string(value), range});
}

// Distance from the brush's rim between two dabs, negative inside. Measured square to the centre line, which is exact
// for equal radii and good to a fraction of their difference otherwise: enough for a finger.
double distance_to_segment(const StrokePoint& p, const StrokePoint& q, Point place, bool centre_line) {
  const double dx = q.x - p.x, dy = q.y - p.y, length2 = dx * dx + dy * dy;
  double t = length2 > 0 ? ((place.x - p.x) * dx + (place.y - p.y) * dy) / length2 : 0;
  t = std::clamp(t, 0.0, 1.0);
  const double distance = std::hypot(place.x - (p.x + t * dx), place.y - (p.y + t * dy));
  return centre_line ? distance : distance - (p.radius + t * (q.radius - p.radius));
}

}  // namespace

std::string_view name_of(StrokeKind kind) {
  for (const auto& [known, name] : kind_names)
    if (known == kind) return name;
  return "unknown";
}

std::optional<StrokeKind> stroke_kind_from_name(std::string_view name) {
  for (const auto& [kind, known] : kind_names)
    if (known == name) return kind;
  return std::nullopt;
}

std::string validate(std::span<const Point> region) {
  if (region.size() > max_points_per_stroke) return tr("region has more than 1000000 corners");
  if (!region.empty() && region.size() < 3) return tr("region has fewer than 3 corners");
  for (const Point& p : region) {
    for (const float coordinate : {p.x, p.y}) {
      if (!in_range(coordinate, -max_coordinate, max_coordinate)) {
        return out_of_range("region", coordinate, "-1000000 .. 1000000");
      }
    }
  }
  return {};
}

std::string validate(const Stroke& stroke) {
  if (stroke.points.empty()) return tr("stroke has no points");
  if (stroke.points.size() > max_points_per_stroke) return tr("stroke has more than 1000000 points");
  if (!in_range(stroke.strength, 0, max_stroke_strength)) {
    return out_of_range("strength", stroke.strength, "0 .. 10");
  }
  for (const float channel : {stroke.colour.r, stroke.colour.g, stroke.colour.b}) {
    if (!in_range(channel, 0, 1)) return out_of_range("colour", channel, "0 .. 1");
  }
  for (const StrokePoint& p : stroke.points) {
    for (const float coordinate : {p.x, p.y}) {
      if (!in_range(coordinate, -max_coordinate, max_coordinate)) {
        return out_of_range("coordinate", coordinate, "-1000000 .. 1000000");
      }
    }
    if (!in_range(p.radius, 0, max_radius)) return out_of_range("radius", p.radius, "0 .. 100000");
  }
  if (stroke.source)
    for (const float share : {stroke.source->x, stroke.source->y})
      if (!in_range(share, 0, 1)) return out_of_range("source", share, "0 .. 1");
  if (stroke.name.size() > max_name_bytes) return tr("name has more than 200 bytes");
  if (std::any_of(stroke.name.begin(), stroke.name.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }))
    return tr("name has control characters");
  return validate(std::span<const Point>(stroke.region));
}

bool act_alike(const Stroke& p, const Stroke& q) {
  // Every member is named: a new one does not compile until somebody has said whether it acts.
  const auto& [id, kind, colour, natural, strength, points, region, frame, of, source, thing, name, hidden, foreign] =
      p;
  return (hidden && q.hidden) || (hidden == q.hidden && kind == q.kind && colour == q.colour && natural == q.natural &&
                                  strength == q.strength && region == q.region && points == q.points);
}

HintColour hint_colour(Rgb colour, bool natural) {
  const Lab lab = lab_from_srgb(colour);
  return {{lab.a, lab.b}, lab.L, natural};
}

Rgb lit_colour(float lightness, Ab ab) {
  const Rgb c = srgb_from_lab(reduce_chroma_to_gamut({lightness, ab.a, ab.b}));
  return {std::clamp(c.r, 0.0f, 1.0f), std::clamp(c.g, 0.0f, 1.0f), std::clamp(c.b, 0.0f, 1.0f)};
}

HintColour hint_colour(const Stroke& stroke) {
  return stroke.kind == StrokeKind::colour ? hint_colour(stroke.colour, stroke.natural) : HintColour{};
}

Rect bounds(const Stroke& stroke) {
  Rect rect;
  const bool centre_line = stroke.kind == StrokeKind::barrier;
  for (const StrokePoint& p : stroke.points) {
    rect = unite(rect, square_around(p.x, p.y, centre_line ? 0 : p.radius));
  }
  if (stroke.points.empty() || !stroke.paints()) return rect;
  return unite(rect, bounds(stroke.region));
}

Rect bounds(std::span<const Point> region) {
  Rect rect;
  for (const Point& p : region) rect = unite(rect, square_around(p.x, p.y, 0));
  return rect;
}

std::uint64_t region_id(std::span<const Point> region) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, a float at a time
  for (const Point& p : region)
    for (const float value : {p.x, p.y}) {
      hash ^= std::bit_cast<std::uint32_t>(value);
      hash *= 0x100000001b3U;
      hash ^= hash >> 29;
    }
  return hash;
}

bool hit(const Stroke& stroke, Point place, float reach) {
  if (stroke.points.empty()) return false;
  const bool centre_line = stroke.kind == StrokeKind::barrier;
  if (!centre_line && !stroke.region.empty() && !inside_polygon(stroke.region, place)) return false;
  const std::vector<StrokePoint>& points = stroke.points;
  if (points.size() == 1) return distance_to_segment(points[0], points[0], place, centre_line) <= reach;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (distance_to_segment(points[i - 1], points[i], place, centre_line) <= reach) return true;
  }
  return false;
}

bool touches(const Stroke& stroke, const std::function<bool(Point)>& inside) {
  constexpr int around = 8;
  const auto dab_touches = [&](const StrokePoint& p) {
    if (inside({p.x, p.y})) return true;
    for (int i = 0; i < around; ++i) {
      const float angle = 2 * std::numbers::pi_v<float> * static_cast<float>(i) / around;
      if (inside({p.x + p.radius * std::cos(angle), p.y + p.radius * std::sin(angle)})) return true;
    }
    return false;
  };
  for (std::size_t i = 0; i < stroke.points.size(); ++i) {
    const StrokePoint& p = stroke.points[i];
    const StrokePoint& from = stroke.points[i > 0 ? i - 1 : 0];
    const float step = std::max(0.5f, 0.5f * std::max(from.radius, p.radius));
    const int steps = std::max(1, static_cast<int>(std::ceil(std::hypot(p.x - from.x, p.y - from.y) / step)));
    for (int k = 1; k <= steps; ++k) {
      const float t = static_cast<float>(k) / static_cast<float>(steps);
      if (dab_touches({std::lerp(from.x, p.x, t), std::lerp(from.y, p.y, t), std::lerp(from.radius, p.radius, t)}))
        return true;
    }
  }
  return false;
}

void move(Stroke& stroke, float dx, float dy) {
  for (StrokePoint& p : stroke.points) {
    p.x += dx;
    p.y += dy;
  }
  for (Point& p : stroke.region) {
    p.x += dx;
    p.y += dy;
  }
}

void recolour(Stroke& stroke, Rgb colour, std::optional<bool> natural) {
  if (!stroke.paints()) return;
  stroke.kind = StrokeKind::colour;
  stroke.colour = colour;
  stroke.natural = natural.value_or(stroke.natural);
  stroke.source.reset();
}

std::uint8_t code_of(float channel) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(channel, 0.0f, 1.0f) * 255));
}

Rgb8 codes_of(Rgb colour) {
  return {code_of(colour.r), code_of(colour.g), code_of(colour.b)};
}

bool same_colour(Rgb p, Rgb q) {
  return codes_of(p) == codes_of(q);
}

SharedStroke::SharedStroke(Stroke stroke) {
  const Rect bounds = handtint::bounds(stroke);
  const HintColour hint = hint_colour(stroke);
  const std::uint64_t region = stroke.limited() ? handtint::region_id(stroke.region) : 0;
  node_ = std::make_shared<const Node>(Node{std::move(stroke), bounds, hint, region});
}

const Stroke* find(const StrokeList& strokes, StrokeId id) {
  for (const SharedStroke& stroke : strokes)
    if (stroke->id == id) return &*stroke;
  return nullptr;
}

bool inside_polygon(std::span<const Point> polygon, Point place) {
  bool inside = false;
  for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const Point &p = polygon[i], &q = polygon[j];
    if ((p.y <= place.y) == (q.y <= place.y)) continue;
    const double x = p.x + (static_cast<double>(place.y) - p.y) * (static_cast<double>(q.x) - p.x) /
                               (static_cast<double>(q.y) - p.y);
    if (x <= place.x) inside = !inside;
  }
  return inside;
}

std::optional<StrokeId> topmost_at(const StrokeList& strokes, Point place, float reach) {
  for (auto it = strokes.rbegin(); it != strokes.rend(); ++it) {
    const SharedStroke& stroke = *it;
    if (stroke->hidden) continue;
    const Rect& box = stroke.bounds();
    if (place.x < box.x0 - reach || place.x > box.x1 + reach || place.y < box.y0 - reach || place.y > box.y1 + reach) {
      continue;
    }
    const bool erases = stroke->kind == StrokeKind::erase;
    if (hit(*stroke, place, erases ? 0 : reach)) return erases ? std::nullopt : std::optional(stroke->id);
  }
  return std::nullopt;
}

}  // namespace handtint
