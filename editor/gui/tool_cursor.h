// What lies around the cursor on the photo: a ring of the brush's size that shows what the tool will do, and for a
// moment a word about what it has not done.
#pragma once

#include <string>
#include <string_view>

#include "editor/gui/window_state.h"

namespace handtint {

// In the colour for the brush, half filled for neutral, striped for protect, dashed for the eraser; a dashed line for
// the barrier. `at` is a point of the screen.
void draw_tool_cursor(const WindowState& state, ImDrawList* list, Tool tool, Point at);

// Beside the cursor, until it has been read.
class CursorWord {
 public:
  void say(std::string_view word, Point at, double now_s);
  void draw(WindowState& state, ImDrawList* list);

 private:
  std::string word_;
  Point at_;
  double until_s_ = 0;
};

}  // namespace handtint
