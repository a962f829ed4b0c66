// How a picture is exported: a row in the file dialog.
#pragma once

#include <string>
#include <vector>

#include "editor/document/print.h"
#include "editor/film/growing.h"
#include "editor/gui/window_state.h"

namespace handtint {

// What the name of an export may end in.
std::vector<std::string> picture_export_extensions();

// Format (by the name's extension, lower case with the dot); of a picture quality of JPEG, size, and whether the photo
// stands beside; of the strokes growing their length and size.
void draw_export_choice(const WindowState& state, PrintOptions& options, GrowingOptions& growing,
                        std::string& extension);

}  // namespace handtint
