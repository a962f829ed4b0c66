// How a picture is exported: a row in the file dialog.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "editor/document/print.h"
#include "editor/film/growing.h"
#include "editor/gui/window_state.h"

namespace handtint {

struct ExportChoice {
  PrintOptions print;  // as the last export was
  GrowingOptions growing = {};
  std::vector<std::filesystem::path> profiles = {};  // installed, as they were when the list was opened

  // Format (by the name's extension, lower case with the dot); of a picture colour space, size, quality, and whether
  // the photo stands beside; of the strokes growing size and length.
  void draw(const WindowState& state, std::string& extension);

 private:
  class Columns;
  void draw_picture(const Style& style, const Columns& columns, const std::string& extension);
  void draw_growing(const Style& style, const Columns& columns);
  void draw_profiles(const Style& style, float width, bool layers);
};

// Of the pictures and moving pictures that this build can write.
std::vector<std::string> export_extensions();

}  // namespace handtint
