// The whole photo small in a corner of the canvas, while it does not fit there, with a frame around what is seen.
#pragma once

#include <memory>

#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"
#include "solver/plane.h"

namespace handtint {

class Navigator {
 public:
  // Also moves the view, while it is held.
  void draw(WindowState& state);

 private:
  void renew(WindowState& state, int side);

  gl::Texture picture_;
  const Photo* photo_ = nullptr;          // that it shows
  std::shared_ptr<const Chroma> colour_;  // too
  Finish finish_;
  int side_ = 0;
  double renewed_s_ = 0;
  Point grabbed_;  // from the middle of what is seen to where the hand took it, photo pixels
};

}  // namespace handtint
