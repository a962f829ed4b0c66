// Gestures on the canvas: pointer events in, strokes, selections, pans and picked colours out.
//
// Takes every cursor event, one after the other. Knows the Editor and the ViewState, no window and no ImGui.
#pragma once

#include <optional>
#include <vector>

#include "editor/work/editor.h"
#include "editor/work/view_state.h"

namespace handtint {

enum class Tool { brush, eraser, dropper, neutral, protect, barrier, lasso, select };

struct Pointer {
  Point screen;  // points
  bool shift = false, alt = false, space = false;
};

class Tools {
 public:
  enum class Button { left, middle, right };

  // Each returns the photo pixels whose strokes changed.
  Rect press(Editor& editor, ViewState& view, Button button, const Pointer& pointer);
  Rect move(Editor& editor, ViewState& view, const Pointer& pointer);
  void release(Editor& editor, const ViewState& view);
  void cancel(Editor& editor);  // as if the gesture had not begun

  bool busy() const { return gesture_ != Gesture::none; }
  bool painting() const { return gesture_ == Gesture::paint; }
  bool panning() const { return gesture_ == Gesture::pan; }
  const std::vector<Point>& lasso_in_progress() const { return lasso_; }

  // The tool that a press would use now: Alt turns the brushes into the eyedropper.
  Tool effective(bool alt) const;
  bool has_round_cursor(bool alt) const;

  Tool tool = Tool::brush;
  bool erase_whole_strokes = false;

 private:
  enum class Gesture { none, paint, erase_whole, pick, pan, lasso, drag_selection };
  void pick(Editor& editor, Point place);
  void erase_at(Editor& editor, Point place);

  Gesture gesture_ = Gesture::none;
  Point last_screen_, last_photo_;
  bool moved_ = false;
  std::vector<Point> lasso_;
};

}  // namespace handtint
