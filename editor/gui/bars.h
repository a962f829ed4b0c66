// The parts around the canvas: top bar, tool strip and status line.
#pragma once

#include "editor/gui/ui.h"

namespace handtint {

void draw_top_bar(Ui& ui);
void draw_tool_strip(Ui& ui);
void draw_status_line(Ui& ui);

}  // namespace handtint
