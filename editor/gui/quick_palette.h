// A palette at the cursor, by a right click: colours lately used, likely there, and of the palette that is chosen.
#pragma once

#include "editor/gui/colour_panel.h"
#include "editor/gui/window_state.h"

namespace handtint {

// Opens where state.quick_palette_asked says so, and stays until a colour is taken or something else is clicked.
void draw_quick_palette(WindowState& state, ColourPanel& colours);

}  // namespace handtint
