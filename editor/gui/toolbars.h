// The parts around the canvas: top bar, tool strip and status line.
#pragma once

#include "editor/gui/window_state.h"

namespace handtint {

void draw_top_bar(WindowState& state);
void draw_tool_strip(WindowState& state);
void draw_status_line(WindowState& state);

}  // namespace handtint
