#include "editor/work/tools.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "editor/document/things.h"
#include "editor/work/adoption.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr float lasso_step_points = 3;  // between corners
constexpr std::size_t lasso_least_corners = 4;
constexpr float click_points = 4;          // a hand that clicks moves less
constexpr float points_per_doubling = 60;  // of the brush's size, dragged sideways

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

// The strokes of its thing; if they are selected, the stroke alone.
std::vector<StrokeId> thing_or_stroke(const Editor& editor, StrokeId id) {
  for (const Thing& thing : things_of(editor.document().state()))
    if (std::find(thing.strokes.begin(), thing.strokes.end(), id) != thing.strokes.end())
      return thing.strokes == editor.sitting().selection() ? std::vector{id} : thing.strokes;
  return {id};
}

void take_colour_of(Editor& editor, const Stroke& stroke) {
  if (stroke.kind != StrokeKind::colour) return;
  editor.brush().set_colour(stroke.colour);
  editor.brush().take_nature_of(stroke);
}

}  // namespace

bool Tools::paints(Tool tool) {
  return kind_of(tool).has_value();
}

std::optional<Point> Tools::sizing_at() const {
  return gesture_ == Gesture::size_or_straight && moved_ ? std::optional(pressed_screen_) : std::nullopt;
}

Tool Tools::effective(bool pick) const {
  return pick && (tool == Tool::brush || tool == Tool::wand || tool == Tool::neutral || tool == Tool::protect)
             ? Tool::dropper
             : tool;
}

Rect Tools::press(Editor& editor, ViewState& view, Button button, const Pointer& pointer) {
  if (busy() || !editor.sitting().has_document()) return {};
  const Point place = photo_from_screen(view, pointer.screen);
  pressed_screen_ = last_screen_ = pointer.screen;
  pressed_photo_ = last_photo_ = place;
  moved_ = false;
  if (button == Button::middle || (button == Button::left && pointer.space)) {
    gesture_ = Gesture::pan;
    return {};
  }
  const Tool now = effective(pointer.pick);
  const float reach = photo_length(view, reach_points);
  switch (now) {
    case Tool::dropper:
      gesture_ = Gesture::pick;
      pick(editor, place);
      return {};
    case Tool::wand:
      refusal_ = wand.colour(editor, place);
      return {};
    case Tool::lasso:
      gesture_ = Gesture::lasso;
      lasso_ = {place};
      return {};
    case Tool::select:
      gesture_ = Gesture::drag_selection;
      select_at(editor, place, reach, pointer.shift);
      return {};
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
  if (pointer.shift) {  // a click goes straight, a drag changes the size, as in Krita
    gesture_ = Gesture::size_or_straight;
    radius_before_ = editor.brush().radius();
    return {};
  }
  gesture_ = Gesture::paint;
  editor.begin_stroke(*kind_of(now), {place.x, place.y, pointer.pressure});
  return bounds(*editor.brush().stroke());
}

Rect Tools::move(Editor& editor, ViewState& view, const Pointer& pointer) {
  const Point place = photo_from_screen(view, pointer.screen);
  const float dx = pointer.screen.x - pressed_screen_.x, dy = pointer.screen.y - pressed_screen_.y;
  const bool moved_before = moved_;
  moved_ |= std::hypot(dx, dy) >= click_points;
  Rect changed;
  switch (gesture_) {
    case Gesture::none:
      break;
    case Gesture::paint:
      changed = editor.extend_stroke({place.x, place.y, pointer.pressure});
      break;
    case Gesture::size_or_straight:
      if (moved_) editor.brush().set_radius(radius_before_ * std::exp2(dx / points_per_doubling));
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
      if (const Point from = moved_before ? last_photo_ : pressed_photo_; moved_ && place != from) {
        const Step step = adopt_picked(editor, tr_noop("Move"), moved_before ? Step::fold : Step::own);
        editor.change([&](Document& d) {
          return d.move(editor.sitting().selection(), place.x - from.x, place.y - from.y, step);
        });
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
      refusal_ = editor.end_stroke();
      break;
    case Gesture::size_or_straight:
      if (!moved_) refusal_ = editor.add_straight(*kind_of(tool), {pressed_photo_.x, pressed_photo_.y, 1});
      break;
    case Gesture::pick:
      editor.brush().remember_colour();
      colour_chosen();
      break;
    case Gesture::drag_selection:  // a second click takes all of the thing, a third the stroke again
      if (clicked_again_ && !moved_) editor.select(thing_or_stroke(editor, *clicked_again_));
      break;
    case Gesture::lasso:  // a stray click leaves the lasso that is there
      if (lasso_.size() >= lasso_least_corners) editor.limit_strokes(std::move(lasso_));
      break;
    default:
      break;
  }
  lasso_.clear();
  gesture_ = Gesture::none;
}

void Tools::cancel(Editor& editor) {
  if (gesture_ == Gesture::paint) editor.cancel_stroke();
  if (gesture_ == Gesture::size_or_straight && moved_) editor.brush().set_radius(radius_before_);
  if (gesture_ == Gesture::drag_selection && moved_ && !editor.sitting().selection().empty()) editor.undo();
  lasso_.clear();
  gesture_ = Gesture::none;
}

void Tools::change_size(Editor& editor, int steps) {
  if (tool == Tool::wand)
    wand.widen(steps);
  else
    editor.brush().set_radius(next_radius(editor.brush().radius(), steps));
}

void Tools::pick(Editor& editor, Point place) {
  if (const auto colour = result_at(editor.sitting(), editor.colouring().picture(), place)) {
    editor.brush().set_colour(*colour);
    editor.brush().take_nature(false);
  }
}

void Tools::select_at(Editor& editor, Point place, float reach, bool more) {
  const auto hit_id = topmost_at(editor.document().strokes(), place, reach);
  if (const Stroke* carried = hit_id || more ? nullptr : carried_stroke_at(editor, place, reach)) {
    clicked_again_.reset();
    take_colour_of(editor, *carried);
    return pick_carried(editor, *carried);
  }
  std::vector<StrokeId> ids = editor.sitting().selection();
  clicked_again_.reset();
  if (!hit_id) {
    if (!more) ids.clear();
  } else if (const auto it = std::find(ids.begin(), ids.end(), *hit_id); it == ids.end()) {
    if (!more) ids.clear();
    ids.push_back(*hit_id);
  } else if (more) {
    ids.erase(it);
  } else {
    clicked_again_ = hit_id;
  }
  if (const Stroke* stroke = hit_id ? find(editor.document().strokes(), *hit_id) : nullptr;
      stroke && !more && editor.sitting().selection() != ids)
    take_colour_of(editor, *stroke);
  editor.select(std::move(ids));
}

void Tools::erase_at(Editor& editor, Point place) {
  if (const auto id = topmost_at(editor.document().strokes(), place, editor.brush().radius())) {
    editor.change([&](Document& d) { return d.remove(std::array{*id}); });
  }
}

}  // namespace handtint
