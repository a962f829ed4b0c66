// The one panel: colour, brush, first coat, strokes, picture (the solve), view and a reference photo, each a section.
#pragma once

#include <functional>
#include <utility>

#include "editor/gui/coat_panel.h"
#include "editor/gui/colour_panel.h"
#include "editor/gui/picture_panel.h"
#include "editor/gui/reference_panel.h"
#include "editor/gui/strokes_panel.h"
#include "editor/gui/window_state.h"

namespace handtint {

class SidePanel {
 public:
  explicit SidePanel(std::function<void()> wake_up) : reference(std::move(wake_up)) {}

  void draw(WindowState& state);

  ColourPanel colour;
  ReferencePanel reference;

 private:
  CoatPanel coat_;
  StrokesPanel strokes_;
  PicturePanel picture_;
};

}  // namespace handtint
