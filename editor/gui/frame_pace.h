// When the next frame is due: the loop sleeps while nothing happens. Knows neither clock nor window.
#pragma once

#include <algorithm>
#include <limits>

namespace handtint {

class FramePace {
 public:
  // After an event the toolkit needs a few frames until hover, focus and layout have settled.
  static constexpr int frames_after_event = 3;

  void want(int frames) { frames_ = std::max(frames_, frames); }
  void settle() { want(frames_after_event); }
  void forget() { frames_ = 0; }  // nobody sees them
  bool wanted() const { return frames_ > 0; }

  // A frame begins. Whoever wants the next one at a certain time says so again.
  void begin(double now_s) {
    if (frames_ > 0) --frames_;
    time_s_ = now_s;
    next_s_ = never;
  }
  double time_s() const { return time_s_; }  // of this frame
  void wake_in(double seconds) { next_s_ = std::min(next_s_, time_s_ + seconds); }

  // How long the loop may sleep; < 0 = until something happens. `redraw`: the window lost its picture, `blinking`:
  // there is a text cursor.
  double sleep_s(double now_s, bool redraw, bool blinking) const {
    if (wanted() || redraw) return 0;
    if (next_s_ < never) return std::max(0.001, next_s_ - now_s);
    return blinking ? 0.4 : -1;
  }
  // After the sleep: the time that somebody waited for has come.
  void look_at_clock(double now_s, bool blinking) {
    if (now_s >= next_s_ || blinking) want(1);
  }

  // Without a GPU a frame takes the processor from the solver: while the next colour of a stroke is on its way, a frame
  // that would not show it can wait a little. Milliseconds from now on, <= 0 = it has waited.
  double held_back_ms(double now_ms) const { return shown_ms_ + longest_hold_ms - now_ms; }
  void shown(double now_ms) { shown_ms_ = now_ms; }  // a frame is on the screen

 private:
  static constexpr double never = std::numeric_limits<double>::infinity();
  static constexpr double longest_hold_ms = 30;
  int frames_ = frames_after_event;
  double time_s_ = 0, next_s_ = never, shown_ms_ = 0;
};

}  // namespace handtint
