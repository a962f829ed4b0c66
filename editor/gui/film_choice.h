// How a film is exported: the row in the file browser.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "editor/gui/window_state.h"

namespace handtint {

// What the name of an export may end in; that of a folder of pictures stands for a name without one.
std::vector<std::string> film_export_extensions();

void draw_film_choice(const WindowState& state, std::string& extension);

// The name without the ending that stands for a folder.
std::filesystem::path film_target(std::filesystem::path file);
bool is_one_frame(const std::filesystem::path& file);  // a picture's name

}  // namespace handtint
