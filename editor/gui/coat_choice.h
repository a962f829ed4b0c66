// Six small pictures of coats over the canvas' lower edge: hovering one shows it large, a click takes it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"

namespace handtint {

class CoatChoice {
 public:
  // Shown when a photo is opened, until something is painted, and when it is asked for (WindowState::coats_asked).
  void draw(WindowState& state);
  bool shown() const { return on_screen_; }

 private:
  bool wanted(WindowState& state);

  std::vector<gl::Texture> pictures_;
  std::uint64_t shown_ = 0;     // number of the coats in the pictures
  std::uint64_t document_ = 0;  // that was seen last
  bool on_screen_ = false;
  bool fresh_ = false;  // it was opened with a coat, and nothing has been done yet
};

}  // namespace handtint
