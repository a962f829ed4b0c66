#include "editor/work/brush_path.h"

#include <algorithm>
#include <cmath>

namespace handtint {
namespace {

float pressed_radius(const BrushSettings& settings, float pressure) {
  const float follow = std::clamp(settings.pressure_to_size, 0.0f, 1.0f);
  const float size = 1 - follow + follow * std::clamp(pressure, 0.0f, 1.0f);
  return std::clamp(settings.radius * size, min_brush_radius, max_radius);
}

bool usable(const BrushEvent& event) {
  return std::abs(event.x) <= max_coordinate && std::abs(event.y) <= max_coordinate && std::isfinite(event.pressure);
}

// Path length over which the line forgets where it was. A hair-thin brush still needs a few pixels to become smooth.
float lag_of(const BrushSettings& settings) {
  return std::clamp(settings.smoothing, 0.0f, 1.0f) * max_lag * std::max(settings.radius, 4.0f);
}

}  // namespace

BrushPath::BrushPath(const BrushSettings& settings, const BrushEvent& first)
    : settings_(settings), last_(usable(first) ? first : BrushEvent{}), smooth_(last_) {
  points_.push_back(at(last_));
}

StrokePoint BrushPath::at(const BrushEvent& event) const {
  return {event.x, event.y, pressed_radius(settings_, event.pressure)};
}

Rect BrushPath::tip_bounds() const {
  return segment_bounds(points_[points_.size() < 2 ? 0 : points_.size() - 2], points_.back());
}

// The tip stays where it is once it is far enough from the point before it; else it moves on.
Rect BrushPath::put(const StrokePoint& point) {
  Rect changed = tip_bounds();
  const bool tip_is_settled =
      points_.size() == 1 || std::hypot(points_.back().x - points_[points_.size() - 2].x,
                                        points_.back().y - points_[points_.size() - 2].y) >= settings_.spacing;
  if (tip_is_settled && points_.size() < max_points_per_stroke) {
    points_.push_back(point);
  } else {
    points_.back() = point;
  }
  return unite(changed, tip_bounds());
}

Rect BrushPath::extend(const BrushEvent& event) {
  if (!usable(event)) return {};
  ++events_;
  const BrushEvent from = last_;
  last_ = event;
  const double dx = static_cast<double>(event.x) - from.x, dy = static_cast<double>(event.y) - from.y;
  const double length = std::hypot(dx, dy);
  if (length == 0) {
    // Ink that is there stays there: a pen that rests may press harder, lifting it takes nothing away.
    smooth_.pressure = std::max(smooth_.pressure, event.pressure);
    points_.back().radius = std::max(points_.back().radius, pressed_radius(settings_, event.pressure));
    return tip_bounds();
  }
  const float lag = lag_of(settings_);
  if (lag == 0) {
    smooth_ = event;
    return put(at(event));
  }

  // The line s follows the hand h by ds/dl = (h - s) / lag, l being the length of the hand's path. While the hand goes
  // straight this has a closed solution, so it does not matter into how many events the path was cut.
  Rect changed;
  const BrushEvent start = smooth_;
  const int steps = std::max(1, static_cast<int>(std::ceil(std::min(length / (lag / 4), 64.0))));
  for (int i = 1; i <= steps; ++i) {
    const double l = length * i / steps, fade = std::exp(-l / lag);
    const auto follow = [&](double h0, double slope, double s0) {
      return static_cast<float>(h0 + slope * l - lag * slope + (s0 - h0 + lag * slope) * fade);
    };
    smooth_.x = follow(from.x, dx / length, start.x);
    smooth_.y = follow(from.y, dy / length, start.y);
    smooth_.pressure = follow(from.pressure, (event.pressure - from.pressure) / length, start.pressure);
    changed = unite(changed, put(at(smooth_)));
  }
  return changed;
}

Rect BrushPath::finish() {
  if (smooth_.x == last_.x && smooth_.y == last_.y) return {};
  smooth_ = last_;
  return put(at(last_));
}

std::vector<StrokePoint> straight_line(const BrushSettings& settings, const BrushEvent& from, const BrushEvent& to) {
  std::vector<StrokePoint> points;
  for (const BrushEvent& event : {from, to}) {
    if (usable(event)) points.push_back({event.x, event.y, pressed_radius(settings, event.pressure)});
  }
  return points;
}

float next_radius(float radius, int steps) {
  constexpr float factor = 1.1f, grain = 0.5f;
  const auto on_grain = [](float r) { return std::round(r / grain) * grain; };
  radius = std::clamp(radius, min_brush_radius, max_brush_radius);
  for (; steps > 0; --steps) radius = std::max(on_grain(radius) + grain, on_grain(radius * factor));
  for (; steps < 0; ++steps) radius = std::min(on_grain(radius) - grain, on_grain(radius / factor));
  return std::clamp(radius, min_brush_radius, max_brush_radius);
}

Rect segment_bounds(const StrokePoint& p, const StrokePoint& q) {
  Stroke segment;
  segment.points = {p, q};
  return bounds(segment);
}

}  // namespace handtint
