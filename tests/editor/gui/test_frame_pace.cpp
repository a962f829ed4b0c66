// When the loop sleeps, and for how long.
#include <doctest/doctest.h>

#include "editor/gui/frame_pace.h"

using namespace handtint;

TEST_CASE("after an event come a few frames, then the loop sleeps until something happens") {
  FramePace pace;
  pace.forget();
  CHECK(pace.sleep_s(0, false, false) < 0);
  pace.settle();
  pace.want(1);  // less than is wanted already
  for (int i = 0; i < FramePace::frames_after_event; ++i) {
    CHECK(pace.sleep_s(0, false, false) == 0);
    pace.begin(0);
  }
  CHECK_FALSE(pace.wanted());
  CHECK(pace.sleep_s(0, false, false) < 0);
  CHECK(pace.sleep_s(0, true, false) == 0);  // the window lost its picture
  CHECK(pace.sleep_s(0, false, true) > 0);   // a text cursor blinks
}

TEST_CASE("a frame that was asked for comes at its time, and only once") {
  FramePace pace;
  pace.forget();
  pace.begin(10);
  pace.wake_in(5);
  pace.wake_in(2);
  CHECK(pace.sleep_s(11, false, false) == doctest::Approx(1));
  pace.look_at_clock(11, false);
  CHECK_FALSE(pace.wanted());
  pace.look_at_clock(12, false);
  CHECK(pace.wanted());
  pace.begin(12);
  pace.look_at_clock(20, false);
  CHECK_FALSE(pace.wanted());
}

TEST_CASE("a frame without news of a stroke is held back for a moment after the last one") {
  FramePace pace;
  pace.shown(1000);
  CHECK(pace.held_back_ms(1010) > 0);
  CHECK(pace.held_back_ms(1100) <= 0);
}
