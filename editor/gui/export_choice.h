// How a picture is exported: a row in the file dialog.
#pragma once

#include <string>

#include "editor/document/print.h"
#include "editor/gui/window_state.h"

namespace handtint {

// Format (by the name's extension, lower case with the dot), quality of JPEG, size, and whether the photo stands
// beside.
void draw_export_choice(const WindowState& state, PrintOptions& options, std::string& extension);

}  // namespace handtint
