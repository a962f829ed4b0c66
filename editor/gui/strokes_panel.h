// The side panel's sections "Brush" and "Strokes".
#pragma once

#include <optional>

#include "editor/gui/colour_panel.h"
#include "editor/gui/window_state.h"

namespace handtint {

void brush_section(WindowState& state);

class StrokesPanel {
 public:
  void section(WindowState& state, const ChooseColour& choose);

 private:
  void colours_in_use(WindowState& state);

  std::optional<Rgb> used_colour_;  // chosen among the picture's colours
};

}  // namespace handtint
