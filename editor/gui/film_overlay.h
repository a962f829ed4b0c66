// The frame of a film that somebody looks at while another one is open: as a small picture over the photo's place,
// until the frame itself is there.
#pragma once

#include <cstdint>

#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"

namespace handtint {

class FilmOverlay {
 public:
  void draw(WindowState& state, ImDrawList* list);

 private:
  gl::Texture texture_;
  int frame_ = -1;  // that it shows
  std::uint32_t number_ = 0;
};

}  // namespace handtint
