// The photo in the window: picture and strokes brought up to date, and what the hand does on them.
//
// Needs the GL context; used by the UI thread alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "editor/gui/doubt.h"
#include "editor/gui/film_overlay.h"
#include "editor/gui/modals.h"
#include "editor/gui/overlays.h"
#include "editor/gui/picture_painter.h"
#include "editor/gui/stroke_layer.h"
#include "editor/gui/tool_cursor.h"
#include "editor/gui/window.h"
#include "editor/gui/window_picture.h"
#include "editor/gui/window_state.h"
#include "editor/work/trace.h"

namespace handtint {

class PhotoCanvas {
 public:
  PhotoCanvas(WindowState& state, const Modals& modals, Trace& trace) : state_(state), modals_(modals), trace_(trace) {}

  // Takes over what is new: a document, a picture, strokes. True if another document is shown now.
  bool follow_document();
  // The next frame shows a picture that none has shown.
  bool has_new_picture() const { return new_picture_.has_value(); }
  void trace_shown(double now_ms);  // that frame is on the screen

  // --- the hand
  void handle(const InputEvent& event);  // of the mouse
  void cancel_gesture();
  void zoom(double steps);
  void show_actual_pixels();
  void take_likely_place();  // a key was pressed for the place under the cursor: no need to wait until it rests

  // --- a frame
  void lay_out(Canvas canvas);
  void draw_overlays();  // by ImGui, under the panels
  // Brings picture and strokes up to date and tells the window's picture where they changed.
  void update(WindowPicture& whole);
  // What lies under the interface.
  void draw(const WindowPicture& whole, const Rect& part);

 private:
  struct Look {  // what else decides how picture and strokes come to the screen
    bool document = false;
    float stroke_opacity = 0;
    Rect place;    // pixels
    Rect strokes;  // where strokes are shown, pixels of the canvas
    friend bool operator==(const Look&, const Look&) = default;
  };
  struct Shown {  // of the document
    std::uint64_t document = 0, coat = 0, revision = 0;
    std::uint64_t film = 0;  // 0: a photo
    std::vector<StrokeId> selection, lit;
    std::uint64_t ghosts = 0;  // and below: of strokes of other frames
    StrokeId picked_ghost = 0;
    const StrokeMask* mask = nullptr;
  };
  struct NewPicture {
    std::uint64_t revision;
    bool done;
  };

  void show_document();
  void move(const InputEvent& event);
  void press(const InputEvent& event);
  void release(const InputEvent& event);
  bool is_over(Point place) const;
  bool is_over_split() const;
  Point fixed_point() const;  // of a zoom
  Rect pixels() const;
  Rect place_of_strokes() const;
  void update_before(WindowPicture& whole);
  void settle_likely_place();
  void draw_thing(ImDrawList* list);
  void note_carried_stroke(bool on_canvas);
  void show_coat_looked_at();
  void set_cursor(bool on_canvas, bool on_split) const;
  float strokes_shown();  // 0 .. 1: how much of them has not faded
  Pointer pointer(const InputEvent& event) const;

  WindowState& state_;
  const Modals& modals_;
  Trace& trace_;
  PicturePainter painter_;
  std::optional<PicturePainter> before_;  // while the photo lies beside the picture
  std::uint64_t before_document_ = 0;     // that it shows
  StrokeLayer layer_;
  UnsureOverlay unsure_;
  FilmOverlay film_;
  Look look_;
  Shown shown_;
  std::optional<NewPicture> new_picture_;
  std::shared_ptr<const Chroma> coat_shown_;  // instead of the picture; null: the picture
  std::string reported_why_not_shared_;

  Point mouse_{-1, -1};
  bool mouse_inside_ = false;  // the window
  bool split_dragged_ = false;
  int pressed_button_ = -1;  // GLFW's, of the gesture that goes on; -1: none
  CursorWord word_;
  double strokes_wanted_s_ = 0;  // the last time that somebody looked at them
  Point hover_place_;            // of the photo; becomes the likely place when the cursor rests
  double hovered_since_s_ = -1;  // < 0: it has
};

}  // namespace handtint
