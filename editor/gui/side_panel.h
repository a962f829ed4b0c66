// The one panel: colour, things, brush, first coat, strokes, picture (the solve), view and a reference photo, each a
// section.
#pragma once

#include "editor/gui/coat_panel.h"
#include "editor/gui/colour_panel.h"
#include "editor/gui/picture_panel.h"
#include "editor/gui/reference_panel.h"
#include "editor/gui/strokes_panel.h"
#include "editor/gui/things_panel.h"
#include "editor/gui/window_state.h"

namespace handtint {

class SidePanel {
 public:
  void draw(WindowState& state);

  ColourPanel colour;

 private:
  CoatPanel coat_;
  ThingsPanel things_;
  StrokesPanel strokes_;
  PicturePanel picture_;
  ReferencePanel reference_;
};

}  // namespace handtint
