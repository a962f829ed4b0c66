// The side panel's section "Colour": picker, fields, colours likely and lately used, palettes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "editor/gui/coat_panel.h"
#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"

namespace handtint {

// What the other sections do with a colour that was clicked; `last` ends the drag.
using ChooseColour = std::function<void(Rgb colour, bool last)>;

std::string words_of(const Swatch& swatch);  // its name in the person's language, else its colour

// The ab plane of the gamut at one lightness, drawn by shaders/picker.frag.
class PickerField {
 public:
  PickerField();
  // Redraws only when lightness, size or background changed.
  const gl::Texture& draw(float lightness, float extent, int side, Rgb surround);

 private:
  gl::Program program_;
  gl::VertexArray vertices_;
  gl::Target target_;
  float lightness_ = -1;
  Rgb surround_;
};

class ColourPanel {
 public:
  void section(WindowState& state, CoatPanel& coat);
  // The brush gets the colour, and so do the selected strokes; `last` ends the drag, which is one undo step. A colour
  // whose numbers were typed is exact (HintColour).
  void choose(WindowState& state, Rgb colour, bool last, bool typed = false);

  const Palette& shown_palette(const WindowState& state) const;
  void load_palette(WindowState& state, const std::filesystem::path& file);
  void save_palette(WindowState& state, const std::filesystem::path& file);

 private:
  struct Field {
    char text[40] = "";
    bool active = false;  // then the text is the person's, not the colour's
    Rgb before = {};      // the brush's colour when it became so
  };
  void recent_row(WindowState& state);
  void picker(WindowState& state);
  void colour_fields(WindowState& state);
  void natural_switch(WindowState& state);
  void palettes(WindowState& state);
  void field(WindowState& state, Field& field, const char* label, std::string (*text_of)(Rgb), bool focus);

  std::optional<PickerField> field_;
  float picker_lightness_ = 62;
  bool picking_ = false;
  std::size_t palette_ = 0;  // of starter_palettes(); the session's own comes after them
  Field hex_, rgb_, lab_;
  bool recolouring_ = false;  // the present drag has begun its undo step
};

}  // namespace handtint
