// Colours, fonts and measures of the interface: neutral greys, one accent, an 8-pixel rhythm.
//
// A coloured interface falsifies the eye, so everything but the accent has equal red, green and blue.
#pragma once

#include <imgui.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "editor/work/preferences.h"
#include "solver/lab.h"

namespace handtint {

struct Colours {
  Rgb surround;               // around the photo
  ImU32 panel, panel_raised;  // tool strip, side panel; fields and buttons on them
  ImU32 hover, pressed;
  ImU32 line;  // separators
  ImU32 text, text_dim;
  ImU32 accent, on_accent;  // what is active; text and icons on it
  ImU32 shadow;
  ImU32 warning;
};

struct Style {
  Colours colours;
  ImFont* text = nullptr;
  ImFont* small = nullptr;
  ImFont* heading = nullptr;
  ImFont* title = nullptr;
  float scale = 1;  // points per design pixel

  float px(float design_pixels) const { return std::floor(design_pixels * scale + 0.5f); }
};

// Fills ImGui's style and font atlas. Call again (before NewFrame, then rebuild the font texture) when the theme or the
// scale changes. `pixel_scale`: framebuffer pixels per point.
Style make_style(bool dark, float scale, float pixel_scale);

// A font file for the interface: Inter, else Roboto, Noto Sans, DejaVu Sans; empty if none is installed.
// `bold` asks for the semi-bold or bold face.
std::filesystem::path find_font(bool bold);

ImU32 imgui_colour(Rgb colour, float alpha = 1);
Rgb rgb_of(ImU32 colour);

}  // namespace handtint
