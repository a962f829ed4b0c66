// The one panel: colour, brush, first coat, strokes, picture (the solve), view and a reference photo.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "editor/gui/coat_panel.h"
#include "editor/gui/gl/gl.h"
#include "editor/gui/ui.h"
#include "editor/work/background.h"
#include "editor/work/thumbnail.h"
#include "solver/backend.h"

namespace handtint {

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

class SidePanel {
 public:
  explicit SidePanel(std::function<void()> wake_up) : wake_up_(std::move(wake_up)) {}

  void draw(Ui& ui);
  void set_reference(const std::filesystem::path& file);  // loads in the background
  void load_palette(Ui& ui, const std::filesystem::path& file);
  void save_palette(Ui& ui, const std::filesystem::path& file);
  // The brush gets the colour, and so do the selected strokes; `last` ends the drag, which is one undo step.
  void choose(Ui& ui, Rgb colour, bool last);

  // What the panel wants of the file browser; taken by the App.
  enum class FileWish { none, reference, load_palette, save_palette, import_mask, export_mask };
  FileWish take_wish() { return std::exchange(wish_, FileWish::none); }

 private:
  struct Field {
    char text[40] = "";
    bool active = false;  // then the text is the person's, not the colour's
  };

  void colour_section(Ui& ui);
  void recent_row(Ui& ui);
  void picker(Ui& ui);
  void colour_fields(Ui& ui);
  void palettes(Ui& ui);
  void brush_section(Ui& ui);
  void strokes_section(Ui& ui);
  void colours_in_use(Ui& ui);
  void picture_section(Ui& ui);
  void view_section(Ui& ui);
  void reference_section(Ui& ui);
  void field(Ui& ui, Field& field, const char* label, const std::string& shown, bool focus);

  std::function<void()> wake_up_;
  CoatPanel coat_;
  std::optional<PickerField> field_;
  float picker_lightness_ = 62;
  bool picking_ = false;
  std::size_t palette_ = 0;         // of starter_palettes(); the session's own comes after them
  std::optional<Rgb> used_colour_;  // chosen among the picture's colours
  Field hex_, rgb_, lab_;
  bool recolouring_ = false;  // the present drag has begun its undo step
  FileWish wish_ = FileWish::none;

  Background<Thumbnail> reference_loader_;
  Thumbnail reference_;
  bool scroll_to_reference_ = false;
  gl::Texture reference_texture_;
  std::vector<BackendInfo> backends_;  // as probed when the list was opened
};

}  // namespace handtint
