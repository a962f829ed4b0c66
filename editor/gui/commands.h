// What the commands do: one table Command -> action, beside the table of keys (shortcuts.h).
#pragma once

#include "editor/gui/canvas.h"
#include "editor/gui/file_flow.h"
#include "editor/gui/modals.h"
#include "editor/gui/overlays.h"
#include "editor/gui/side_panel.h"
#include "editor/gui/timeline.h"
#include "editor/gui/window.h"
#include "editor/gui/window_state.h"

namespace handtint {

// The parts of the program that commands act on.
struct Parts {
  WindowState& state;
  Modals& modals;
  SidePanel& panel;
  FileFlow& files;
  PhotoCanvas& canvas;
  Timeline& timeline;
  Guide& guide;
  Window& window;
};

// Does what is asked for, or nothing where it makes no sense: without a photo, in the middle of a gesture.
void carry_out(const Request& request, const Parts& parts);

}  // namespace handtint
