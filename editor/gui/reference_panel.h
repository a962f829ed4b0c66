// The side panel's section "Reference": a colour photo to pick colours from, to have strokes suggested by, and for its
// mood.
#pragma once

#include <memory>
#include <vector>

#include "editor/gui/colour_panel.h"
#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"

namespace handtint {

class ReferencePanel {
 public:
  void section(WindowState& state, const ChooseColour& choose);

 private:
  void follow_picture(WindowState& state);
  void picture(WindowState& state, const ChooseColour& choose);
  void mark_sources(WindowState& state, const Area& frame) const;
  void suggestions(WindowState& state);
  void mood(WindowState& state);
  Point place_at(ImVec2 screen, const Area& frame) const;  // in the reference, 0..1
  ImVec2 screen_of(Point place, const Area& frame) const;

  std::shared_ptr<const ReferencePicture> shown_;
  gl::Texture texture_;
  float zoom_ = 1;
  Point centre_{0.5f, 0.5f};  // of what is seen, in the reference, 0..1
  float daring_ = 0.5f;
  bool scroll_to_it_ = false;
};

}  // namespace handtint
