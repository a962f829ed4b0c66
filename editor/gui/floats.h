// What floats over the canvas for a while: notices, the hint on an empty photo, and the guided start.
#pragma once

#include <deque>
#include <string>

#include "editor/gui/ui.h"

namespace handtint {

class Notices {
 public:
  void add(Notice notice, double now_s);
  void draw(Ui& ui, const Area& area);

 private:
  struct Shown {
    Notice notice;
    double until_s;
  };
  std::deque<Shown> shown_;
};

// "Pick a colour, draw a line across the face", while nothing is painted.
void draw_empty_hint(Ui& ui);

// Five steps on the example; each is done by doing it. About a minute.
class Guide {
 public:
  void start() { step_ = 0; }
  void stop() { step_ = -1; }
  bool active() const { return step_ >= 0; }
  void draw(Ui& ui);

 private:
  bool done(const Ui& ui) const;
  int step_ = -1;
  int watched_step_ = -1;  // whose beginning is noted in the members below
  Rgb colour_at_start_;
  std::size_t strokes_at_start_ = 0;
};

}  // namespace handtint
