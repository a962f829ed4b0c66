// Times of what the hand did and of what the screen showed, and where the controls are, as lines of text for the
// benchmarks in tests/bench and the sittings in tests/window.
//
//   start T                the program's first instruction of main
//   point T REVISION       a cursor event became part of a stroke; the answer has that revision or a later one
//   release T REVISION     the stroke ended, or the wand clicked
//   frame T MS PAINTING    a frame was on the screen at T after MS of work; PAINTING is 1 during a stroke
//   shown T REVISION DONE  the frame showed a picture of that revision; DONE is 1 if it is the refined one
//   hover MS               the thing under the wand was found and drawn, in so many ms
//   coat T REVISION        a first coat was sent to the solver: pictures of that revision on may show it
//   control NAME X0 Y0 X1 Y1
//                          the control came into view, moved, or went (0 0 0 0): its visible part in window pixels.
//                          NAME may hold spaces; of several with one name the second is "NAME 2"
//
// T is in ms since the start of main. Does nothing when no file was asked for.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "solver/plane.h"

namespace handtint {

class Trace {
 public:
  Trace() = default;
  Trace(const std::filesystem::path& file, double start_ms);  // throws FileError
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  void point(double ms, std::uint64_t revision);
  void release(double ms, std::uint64_t revision);
  void hover(double work_ms);
  void coat(double ms, std::uint64_t revision);
  void frame(double ms, double work_ms, bool painting);
  void shown(double ms, std::uint64_t revision, bool done);

  // For every control in every frame; `place` is empty where nothing of it can be seen. Writes what has changed.
  void control(int frame, std::string_view name, Rect place);

 private:
  struct Control {
    Rect place;  // as the file says
    int frame;   // the last one that had it
  };
  void move(std::string_view name, Control& control, Rect place);

  std::map<std::string, Control, std::less<>> controls_;
  int frame_ = -1;  // the one whose controls are coming in
  std::FILE* file_ = nullptr;
  double start_ms_ = 0;
};

}  // namespace handtint
