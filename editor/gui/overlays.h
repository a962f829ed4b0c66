// What lies over the canvas: marks on the photo, and for a while notices, the hint on an empty photo, the guided start.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "editor/gui/window_state.h"

namespace handtint {

void draw_likely_place(const WindowState& state, ImDrawList* list);
// A line of points of the photo.
void draw_outline(const WindowState& state, ImDrawList* list, const std::vector<Point>& points, bool closed);
// The cells of a grid over the photo that are not 0, in a colour that lets the photo show.
void draw_cells(const WindowState& state, ImDrawList* list, const Plane<std::uint8_t>& cells, Rgb colour);
void draw_split(const WindowState& state, ImDrawList* list);
// Words over the middle of the canvas' upper edge.
void draw_caption(const WindowState& state, ImDrawList* list, const char* words);
// "Inside lasso", with a button that ends it; nothing without one.
void draw_lasso_chip(WindowState& state);

class Notices {
 public:
  void add(Notice notice, double now_s);
  void draw(WindowState& state, const Area& area);

 private:
  struct Shown {
    Notice notice;
    double until_s;
  };
  std::deque<Shown> shown_;
};

// "Pick a colour, draw a line across one thing", while nothing is painted.
void draw_empty_hint(WindowState& state);

// Six steps on the example, or on the photo that is open; each is done by doing it. About a minute.
class Guide {
 public:
  void start() { step_ = 0, watched_step_ = -1; }
  void stop() { step_ = -1; }
  bool active() const { return step_ >= 0; }
  void draw(WindowState& state);

 private:
  bool done(const WindowState& state) const;
  int step_ = -1;
  int watched_step_ = -1;  // whose beginning is noted in the members below
  Rgb colour_at_start_;
  std::size_t strokes_at_start_ = 0;
  float split_at_start_ = 0;
  bool split_dragged_ = false;
};

}  // namespace handtint
