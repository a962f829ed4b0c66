#include "editor/work/tools.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace handtint {
namespace {

constexpr float reach_points = 5;       // how near to a thin stroke a click counts
constexpr float lasso_step_points = 3;  // between corners
constexpr std::size_t lasso_least_corners = 4;

std::optional<StrokeKind> kind_of(Tool tool) {
  switch (tool) {
    case Tool::brush:
      return StrokeKind::colour;
    case Tool::neutral:
      return StrokeKind::neutral;
    case Tool::protect:
      return StrokeKind::protect;
    case Tool::barrier:
      return StrokeKind::barrier;
    case Tool::eraser:
      return StrokeKind::erase;
    default:
      return std::nullopt;
  }
}

}  // namespace

Tool Tools::effective(bool alt) const {
  return alt && (tool == Tool::brush || tool == Tool::neutral || tool == Tool::protect) ? Tool::dropper : tool;
}

bool Tools::has_round_cursor(bool alt) const {
  const Tool now = effective(alt);
  return now == Tool::brush || now == Tool::eraser || now == Tool::neutral || now == Tool::protect;
}

Rect Tools::press(Editor& editor, ViewState& view, Button button, const Pointer& pointer) {
  if (busy() || !editor.sitting().has_document()) return {};
  const Point place = photo_from_screen(view, pointer.screen);
  last_screen_ = pointer.screen;
  last_photo_ = place;
  moved_ = false;
  if (button == Button::middle || (button == Button::left && pointer.space)) {
    gesture_ = Gesture::pan;
    return {};
  }
  if (button == Button::right) {  // a quick way to the colour under the cursor
    gesture_ = Gesture::pick;
    pick(editor, place);
    return {};
  }
  const Tool now = effective(pointer.alt);
  const float reach = photo_length(view, reach_points);
  switch (now) {
    case Tool::dropper:
      gesture_ = Gesture::pick;
      pick(editor, place);
      return {};
    case Tool::lasso:
      gesture_ = Gesture::lasso;
      lasso_ = {place};
      return {};
    case Tool::select: {
      gesture_ = Gesture::drag_selection;
      const auto hit_id = topmost_at(editor.document().strokes(), place, reach);
      std::vector<StrokeId> ids = editor.sitting().selection();
      if (!hit_id) {
        if (!pointer.shift) ids.clear();
      } else if (const auto it = std::find(ids.begin(), ids.end(), *hit_id); it == ids.end()) {
        if (!pointer.shift) ids.clear();
        ids.push_back(*hit_id);
      } else if (pointer.shift) {
        ids.erase(it);
      }
      if (const Stroke* stroke = hit_id ? find(editor.document().strokes(), *hit_id) : nullptr;
          stroke && stroke->kind == StrokeKind::colour && !pointer.shift && editor.sitting().selection() != ids) {
        editor.brush().set_colour(stroke->colour);
      }
      editor.select(std::move(ids));
      return {};
    }
    case Tool::eraser:
      if (erase_whole_strokes) {
        gesture_ = Gesture::erase_whole;
        erase_at(editor, place);
        return {};
      }
      [[fallthrough]];
    default:
      break;
  }
  const StrokeKind kind = *kind_of(now);
  if (pointer.shift && editor.brush().can_go_straight()) {
    editor.add_straight(kind, {place.x, place.y, 1});
    return bounds(*editor.document().strokes().back());
  }
  gesture_ = Gesture::paint;
  editor.begin_stroke(kind, {place.x, place.y, 1});
  return bounds(*editor.brush().stroke());
}

Rect Tools::move(Editor& editor, ViewState& view, const Pointer& pointer) {
  const Point place = photo_from_screen(view, pointer.screen);
  Rect changed;
  switch (gesture_) {
    case Gesture::none:
      break;
    case Gesture::paint:
      changed = editor.extend_stroke({place.x, place.y, 1});
      break;
    case Gesture::erase_whole:
      erase_at(editor, place);
      break;
    case Gesture::pick:
      pick(editor, place);
      break;
    case Gesture::pan:
      view = pan(view, pointer.screen.x - last_screen_.x, pointer.screen.y - last_screen_.y);
      break;
    case Gesture::lasso:
      if (std::hypot(place.x - lasso_.back().x, place.y - lasso_.back().y) >= photo_length(view, lasso_step_points)) {
        lasso_.push_back(place);
      }
      break;
    case Gesture::drag_selection:
      if (!editor.sitting().selection().empty() && (place.x != last_photo_.x || place.y != last_photo_.y)) {
        editor.change([&](Document& d) {
          return d.move(editor.sitting().selection(), place.x - last_photo_.x, place.y - last_photo_.y,
                        moved_ ? Step::fold : Step::own);
        });
        moved_ = true;
      }
      break;
  }
  last_screen_ = pointer.screen;
  last_photo_ = photo_from_screen(view, pointer.screen);
  return changed;
}

void Tools::release(Editor& editor, const ViewState&) {
  switch (gesture_) {
    case Gesture::paint:
      editor.end_stroke();
      break;
    case Gesture::pick:
      editor.brush().remember_colour();
      break;
    case Gesture::lasso:
      editor.limit_strokes(lasso_.size() >= lasso_least_corners ? std::move(lasso_) : std::vector<Point>{});
      break;
    default:
      break;
  }
  lasso_.clear();
  gesture_ = Gesture::none;
}

void Tools::cancel(Editor& editor) {
  if (gesture_ == Gesture::paint) editor.cancel_stroke();
  if (gesture_ == Gesture::drag_selection && moved_) editor.undo();
  lasso_.clear();
  gesture_ = Gesture::none;
}

void Tools::pick(Editor& editor, Point place) {
  if (const auto colour = editor.colouring().result_at(place)) editor.brush().set_colour(*colour);
}

void Tools::erase_at(Editor& editor, Point place) {
  if (const auto id = topmost_at(editor.document().strokes(), place, editor.brush().radius())) {
    editor.change([&](Document& d) { return d.remove(std::array{*id}); });
  }
}

}  // namespace handtint
