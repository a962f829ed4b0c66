// The side panel's section "Reference": a colour photo to pick colours from.
#pragma once

#include <filesystem>
#include <functional>
#include <utility>

#include "editor/gui/colour_panel.h"
#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"
#include "editor/work/background.h"
#include "editor/work/thumbnail.h"

namespace handtint {

class ReferencePanel {
 public:
  explicit ReferencePanel(std::function<void()> wake_up) : wake_up_(std::move(wake_up)) {}

  void open(const std::filesystem::path& file);  // loads in the background
  void take_loaded(WindowState& state);          // shows what was loaded
  void section(WindowState& state, const ChooseColour& choose);

 private:
  std::function<void()> wake_up_;
  Background<Thumbnail> loader_;
  Thumbnail reference_;
  gl::Texture texture_;
  bool scroll_to_it_ = false;
};

}  // namespace handtint
