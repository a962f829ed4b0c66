// The window's picture, kept from frame to frame: only what has changed is drawn again, then all of it goes to the
// window in one copy. On a renderer without a GPU the interface alone costs more than the colours that arrive.
//
// Its first row is the top, as in the window's own memory. Needs the GL context; used by the UI thread alone.
#pragma once

#include <imgui.h>

#include <functional>
#include <vector>

#include "editor/gui/gl/gl.h"
#include "solver/plane.h"

namespace handtint {

class WindowPicture {
 public:
  // Begins a frame of this size, pixels; another size than before means that everything is drawn.
  void begin(int width, int height);

  // These pixels must be drawn again.
  void damage(const Rect& pixels);
  void damage_all() { damage({0, 0, picture_.width(), picture_.height()}); }

  // Finds what of the interface differs from the frame before, and draws all that is damaged: first `draw_below` for
  // each rectangle, which draws on picture() what lies under the interface, then the interface. The data are changed.
  // Returns whether anything was drawn.
  bool draw(ImDrawData& interface, const std::function<void(const Rect&)>& draw_below);

  // Copies the picture to the window's back buffer.
  void present() const;

  const gl::Target& picture() const { return picture_; }

 private:
  struct Layer {  // one of the interface's lists as it was drawn
    std::vector<ImDrawVert> vertices;
    std::vector<ImDrawIdx> indices;
    std::vector<ImDrawCmd> commands;
    Rect place;
  };
  void damage_by(ImDrawData& interface);

  gl::Target picture_;
  std::vector<Layer> layers_;
  std::vector<Rect> damaged_;
};

}  // namespace handtint
