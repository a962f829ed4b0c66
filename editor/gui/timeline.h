// The strip under the canvas while a film is open: small pictures of its frames, cuts, keys, how far the colours can be
// trusted, and where one is. Dragging scrubs; it plays what is solved.
#pragma once

#include <cstdint>
#include <vector>

#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"

namespace handtint {

class Timeline {
 public:
  static float height(const WindowState& state);  // points; 0 without a film

  void draw(WindowState& state);

  bool playing() const { return playing_; }
  void toggle(WindowState& state);
  void stop(WindowState& state);  // at the frame that is seen
  // The space bar moves the photo while it is held; a tap plays.
  void space(WindowState& state, bool pressed, double now_s);

 private:
  struct Thumb {
    gl::Texture texture;
    int frame = -1;  // that it shows
    std::uint32_t number = 0;
  };
  void play(WindowState& state);
  void draw_head(WindowState& state, const Area& area);
  void draw_frames(WindowState& state, const Area& area, const Area& marks);
  void draw_thumbs(WindowState& state, ImDrawList* list, const Area& area);
  void draw_marks(WindowState& state, ImDrawList* list, const Area& area, const Area& marks);
  void ask_about_cut(WindowState& state, const Area& area, int frame);
  void draw_cut_menu(WindowState& state);
  void want_pictures(WindowState& state);
  std::vector<int> thumb_frames(const WindowState& state, const Area& area) const;

  bool playing_ = false;
  double play_began_s_ = 0, space_pressed_s_ = -1;
  int play_from_ = 0;
  int cut_at_ = 0;  // that the menu is about
  std::vector<Thumb> thumbs_;
  std::vector<int> thumb_frames_;  // of the strip's pictures, left to right
};

}  // namespace handtint
