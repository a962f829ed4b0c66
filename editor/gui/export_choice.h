// How a picture is exported: a row in the file dialog.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "editor/document/print.h"
#include "editor/gui/window_state.h"

namespace handtint {

struct ExportChoice {
  PrintOptions print;                                // as the last export was
  std::vector<std::filesystem::path> profiles = {};  // installed, as they were when the list was opened

  // Format (by the name's extension, lower case with the dot), colour space, size, quality, and whether the photo
  // stands beside.
  void draw(const WindowState& state, std::string& extension);

 private:
  void draw_profiles(const Style& style, float width, bool layers);
};

// Of the formats that this build can write.
std::vector<std::string> export_extensions();

}  // namespace handtint
