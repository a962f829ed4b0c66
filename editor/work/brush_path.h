// Cursor events -> stroke points. Pure; knows neither the clock nor the window.
//
// Every event counts. Points are thinned by distance, never by time, and smoothing works along the path, so a slow and
// a fast hand, and a mouse of 60 or 1000 events per second, draw the same stroke. The first and the last point are
// exactly where the hand was.
#pragma once

#include <cstddef>
#include <vector>

#include "editor/document/stroke.h"
#include "solver/plane.h"

namespace handtint {

struct BrushEvent {
  float x = 0, y = 0;  // photo pixels
  float pressure = 1;  // 0..1; a mouse has 1
};

struct BrushSettings {
  float radius = 12;           // photo pixels, at full pressure
  float smoothing = 0;         // 0 = the path of the hand .. 1 = the line lags behind by `max_lag` radii
  float pressure_to_size = 0;  // 0 = pressure ignored .. 1 = radius follows pressure
  float spacing = 0.5f;        // photo pixels between points at least
};
inline constexpr float min_brush_radius = 0.5f, max_brush_radius = 5000;
inline constexpr float max_lag = 3.0f;  // radii of the brush; a brush below 4 pixels counts as 4

class BrushPath {
 public:
  BrushPath(const BrushSettings& settings, const BrushEvent& first);

  // Returns the pixels that the stroke now touches and may not have touched before, or that it no longer touches (the
  // tip moves).
  Rect extend(const BrushEvent& event);
  Rect finish();  // the tip goes to the last event, exactly

  // The stroke so far; its last point is the tip, which the next event may move.
  const std::vector<StrokePoint>& points() const { return points_; }
  std::size_t events() const { return events_; }

 private:
  StrokePoint at(const BrushEvent& event) const;
  Rect put(const StrokePoint& point);
  Rect tip_bounds() const;

  BrushSettings settings_;
  BrushEvent last_;    // the newest event
  BrushEvent smooth_;  // where the line is: behind the hand when smoothing
  std::vector<StrokePoint> points_;
  std::size_t events_ = 1;
};

// Shift-click: a straight stroke from where the last one ended.
std::vector<StrokePoint> straight_line(const BrushSettings& settings, const BrushEvent& from, const BrushEvent& to);

// [ and ]: the next smaller or larger of well-spaced sizes (about 10 % apart, at least half a pixel).
float next_radius(float radius, int steps);

// Pixels of the capsule around two neighbouring points.
Rect segment_bounds(const StrokePoint& p, const StrokePoint& q);

}  // namespace handtint
