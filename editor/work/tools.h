// Gestures on the canvas: pointer events in, strokes, selections, pans and picked colours out.
//
// Takes every cursor event, one after the other. Knows the Editor and the ViewState, no window and no ImGui.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "editor/work/editor.h"
#include "editor/work/view_state.h"
#include "editor/work/wand.h"

namespace handtint {

enum class Tool { brush, wand, eraser, dropper, neutral, protect, barrier, lasso, select };

struct Pointer {
  Point screen;  // points
  bool shift = false, space = false;
  bool pick = false;   // Alt or Ctrl: the brushes are eyedroppers
  float pressure = 1;  // of a pen, 0..1
};

class Tools {
 public:
  enum class Button { left, middle };
  static constexpr float reach_points = 5;  // how near to a thin stroke a click counts

  // Each returns the photo pixels whose strokes changed.
  Rect press(Editor& editor, ViewState& view, Button button, const Pointer& pointer);
  Rect move(Editor& editor, ViewState& view, const Pointer& pointer);
  void release(Editor& editor, const ViewState& view);
  void cancel(Editor& editor);  // as if the gesture had not begun

  bool busy() const { return gesture_ != Gesture::none; }
  bool painting() const { return gesture_ == Gesture::paint; }
  bool panning() const { return gesture_ == Gesture::pan; }
  const std::vector<Point>& lasso_in_progress() const { return lasso_; }

  // The tool that a press would use now; `pick` as in Pointer.
  Tool effective(bool pick) const;
  static bool paints(Tool tool);  // its gestures are strokes
  // Where the brush's size is being dragged: its middle stays there, in points of the screen.
  std::optional<Point> sizing_at() const;
  // Why the last stroke was not kept; taken once. Empty: it was.
  std::string_view take_refusal() { return std::exchange(refusal_, {}); }
  // Somebody chose a colour: they want to paint with it.
  void colour_chosen() {
    if (paints(tool)) tool = Tool::brush;
  }
  // The brush, or what the wand takes for a thing.
  void change_size(Editor& editor, int steps);

  Tool tool = Tool::brush;
  Wand wand;
  bool erase_whole_strokes = false;

 private:
  enum class Gesture { none, paint, size_or_straight, erase_whole, pick, pan, lasso, drag_selection };
  void pick(Editor& editor, Point place);
  void erase_at(Editor& editor, Point place);
  void select_at(Editor& editor, Point place, float reach, bool more);

  Gesture gesture_ = Gesture::none;
  Point pressed_screen_, pressed_photo_, last_screen_, last_photo_;
  bool moved_ = false;                     // farther than a click
  std::optional<StrokeId> clicked_again_;  // it was selected already
  float radius_before_ = 1;
  std::string_view refusal_;
  std::vector<Point> lasso_;
};

}  // namespace handtint
