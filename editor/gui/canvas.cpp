#include "editor/gui/canvas.h"

#include <epoxy/gl.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "editor/work/adoption.h"
#include "solver/tr.h"
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace handtint {
namespace {

// A cursor that is still for so long rests; one on its way to the panel does not.
constexpr double hover_s = 0.25;
constexpr float two_fingers_step = 24;  // points that the photo moves for what would be a notch of a wheel

Point place_of(const InputEvent& event) {
  return {static_cast<float>(event.x), static_cast<float>(event.y)};
}

Point middle_of(const Canvas& canvas) {
  return {canvas.x + canvas.width / 2, canvas.y + canvas.height / 2};
}

}  // namespace

// --- the document

void PhotoCanvas::show_document() {
  const Editor& editor = state_.editor;
  layer_.invalidate();
  layer_.forget_imported();
  if (!editor.sitting().has_document()) {
    painter_.set_source({});
    shown_.film = 0;
    return;
  }
  painter_.set_source(editor.sitting().picture_source());
  const Photo& photo = editor.sitting().photo();
  const std::uint64_t film = state_.editor.film() ? state_.editor.film()->number() : 0;
  const bool same_film = film != 0 && film == shown_.film;
  shown_.film = film;
  hovered_since_s_ = -1;
  if (same_film) return;  // another frame of it, seen as the one before
  state_.view.photo_width = photo.width();
  state_.view.photo_height = photo.height();
  state_.view.canvas = {};  // fits as soon as the canvas has its place
  state_.look = {};
  state_.look.surround = state_.style.colours.surround;
  state_.lightness_under_cursor = photo.lightness(photo.width() / 2, photo.height() / 2);
  state_.likely_place = {static_cast<float>(photo.width()) / 2, static_cast<float>(photo.height()) / 2};
}

bool PhotoCanvas::follow_document() {
  Editor& editor = state_.editor;
  const bool other = shown_.document != editor.sitting().number();
  if (other) {
    shown_.document = editor.sitting().number();
    show_document();
    state_.pace.settle();
  }
  if (const std::uint64_t coat = editor.colouring().coat_revision(); coat != shown_.coat) {
    shown_.coat = coat;
    if (coat) trace_.coat(Window::now_ms(), coat);
  }
  if (auto picture = editor.colouring().take_picture()) {
    new_picture_ = {picture->revision, picture->report.done()};
    painter_.set_chroma(std::move(*picture));
    coat_shown_.reset();
  }
  if (!editor.sitting().has_document()) return other;
  // A stroke in progress marks its own pixels; everything else is drawn anew.
  const StrokeMask* mask = editor.document().imported().get();
  const std::uint64_t ghosts = editor.film() ? editor.film()->ghosts().number() : 0;
  const Stroke* const picked = picked_carried(editor);
  const StrokeId picked_ghost = picked ? picked->id : 0;
  if (shown_.ghosts != ghosts || shown_.picked_ghost != picked_ghost) {
    shown_.ghosts = ghosts;
    shown_.picked_ghost = picked_ghost;
    layer_.invalidate();
    state_.pace.want(1);
  }
  if (shown_.revision != editor.document().revision() || shown_.selection != editor.sitting().selection() ||
      shown_.mask != mask) {
    shown_.revision = editor.document().revision();
    shown_.selection = editor.sitting().selection();
    if (shown_.mask != mask) layer_.forget_imported();
    shown_.mask = mask;
    layer_.invalidate();
    state_.pace.want(1);
  }
  return other;
}

void PhotoCanvas::trace_shown(double now_ms) {
  if (new_picture_) trace_.shown(now_ms, new_picture_->revision, new_picture_->done);
  new_picture_.reset();
}

// --- the hand

bool PhotoCanvas::is_over(Point place) const {
  const Layout& layout = state_.layout;
  if (place.x < state_.view.canvas.x) return false;  // the photo as it was, or further left
  if (!state_.editor.sitting().has_document() || modals_.open(state_) || !layout.canvas.contains(place.x, place.y))
    return false;
  if (layout.panel_over_canvas && layout.panel.contains(place.x, place.y)) return false;
  if (ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)) return false;
  return std::none_of(state_.covered.begin(), state_.covered.end(),
                      [&](const Area& a) { return a.contains(place.x, place.y); });
}

bool PhotoCanvas::is_over_split() const {
  if (state_.look.view != ViewKind::split || state_.space || state_.tools.busy() || !is_over(mouse_)) return false;
  const float photo_x = state_.look.split * static_cast<float>(state_.view.photo_width);
  return std::abs(screen_from_photo(state_.view, {photo_x, 0}).x - mouse_.x) <= state_.style.px(10);
}

Pointer PhotoCanvas::pointer(const InputEvent& event) const {
  Pointer p;
  p.screen = place_of(event);
  p.shift = event.mods & GLFW_MOD_SHIFT;
  p.pick = event.mods & (GLFW_MOD_ALT | GLFW_MOD_CONTROL);
  p.space = state_.space;
  p.pressure = event.pressure;
  return p;
}

void PhotoCanvas::handle(const InputEvent& event) {
  switch (event.kind) {
    case InputEvent::Kind::cursor:
      move(event);
      break;
    case InputEvent::Kind::button:
      mouse_ = place_of(event);
      if (event.pressed)
        press(event);
      else
        release(event);
      break;
    case InputEvent::Kind::scroll:
      if (!is_over(place_of(event)) || state_.tools.painting()) break;
      if (event.mods & GLFW_MOD_SHIFT)
        state_.tools.change_size(state_.editor, event.scroll_y + event.scroll_x > 0 ? 1 : -1);
      else if (event.touchpad && !(event.mods & GLFW_MOD_CONTROL))
        state_.view = pan(state_.view, static_cast<float>(event.scroll_x) * state_.style.px(two_fingers_step),
                          static_cast<float>(event.scroll_y) * state_.style.px(two_fingers_step));
      else
        state_.view = zoom_by_steps(state_.view, event.scroll_y * 2, place_of(event));
      break;
    case InputEvent::Kind::left:
      mouse_inside_ = false;
      break;
    default:
      break;
  }
}

void PhotoCanvas::move(const InputEvent& event) {
  mouse_ = place_of(event);
  mouse_inside_ = true;
  Editor& editor = state_.editor;
  if (!editor.sitting().has_document()) return;
  if (split_dragged_) {
    const float x = photo_from_screen(state_.view, mouse_).x;
    state_.look.split = std::clamp(x / static_cast<float>(state_.view.photo_width), 0.0f, 1.0f);
    return;
  }
  if (state_.tools.busy()) {
    const bool painting = state_.tools.painting();
    layer_.invalidate(state_.tools.move(editor, state_.view, pointer(event)));
    if (painting) trace_.point(event.time_ms, editor.colouring().revision());
  }
  if (is_over(mouse_)) {
    const Point place = photo_from_screen(state_.view, mouse_);
    if (const auto L = editor.sitting().lightness_at(place)) {
      if (!state_.tools.painting()) state_.lightness_under_cursor = *L;
      hover_place_ = place;
      hovered_since_s_ = event.time_ms / 1000;
    }
  } else {
    hovered_since_s_ = -1;
  }
}

void PhotoCanvas::release(const InputEvent& event) {
  if (event.button != pressed_button_) return;  // another button does not end what this one began
  pressed_button_ = -1;
  split_dragged_ = false;
  if (!state_.tools.busy()) return;
  const bool painting = state_.tools.painting();
  if (const Stroke* stroke = state_.editor.brush().stroke()) layer_.invalidate(bounds(*stroke));
  state_.tools.release(state_.editor, state_.view);
  if (const std::string_view refusal = state_.tools.take_refusal(); !refusal.empty())
    word_.say(refusal, mouse_, event.time_ms / 1000);
  if (painting) trace_.release(event.time_ms, state_.editor.colouring().revision());
}

void PhotoCanvas::press(const InputEvent& event) {
  if (!is_over(mouse_) || state_.tools.busy() || split_dragged_) return;
  if (FilmSitting* film = state_.editor.film(); film && is_coming(*film))
    return word_.say(tr("The frame is being read"), mouse_, event.time_ms / 1000);
  pressed_button_ = event.button;
  Editor& editor = state_.editor;
  ImGui::ClearActiveID();  // a field that was being typed in is done
  if (event.button == GLFW_MOUSE_BUTTON_LEFT && is_over_split()) {
    split_dragged_ = true;
    return;
  }
  if (event.button > GLFW_MOUSE_BUTTON_MIDDLE) return;
  if (const Point place = photo_from_screen(state_.view, mouse_); editor.sitting().lightness_at(place))
    state_.likely_place = place;
  if (event.button == GLFW_MOUSE_BUTTON_RIGHT) {
    state_.quick_palette_asked = true;
    return;
  }
  layer_.invalidate(state_.tools.press(
      editor, state_.view, event.button == GLFW_MOUSE_BUTTON_MIDDLE ? Tools::Button::middle : Tools::Button::left,
      pointer(event)));
  if (const std::string_view refusal = state_.tools.take_refusal(); !refusal.empty())
    word_.say(refusal, mouse_, event.time_ms / 1000);
  if (const Stroke* carried = picked_carried(editor); carried && state_.tools.busy())
    word_.say(words_of_carried(carried->of->frame), mouse_, event.time_ms / 1000);
  const bool clicked = state_.tools.effective(state_.pick) == Tool::wand;
  if (clicked) trace_.release(event.time_ms, editor.colouring().revision());
  if (!state_.tools.painting() && !clicked) return;
  if (state_.look.view == ViewKind::photo) state_.look.view = ViewKind::result;  // what is painted is to be seen
  if (clicked) return;
  trace_.point(event.time_ms, editor.colouring().revision());
}

void PhotoCanvas::cancel_gesture() {
  if (const Stroke* stroke = state_.editor.brush().stroke()) layer_.invalidate(bounds(*stroke));
  state_.tools.cancel(state_.editor);
  pressed_button_ = -1;
}

Point PhotoCanvas::fixed_point() const {
  return mouse_inside_ && is_over(mouse_) ? mouse_ : middle_of(state_.view.canvas);
}

void PhotoCanvas::zoom(double steps) {
  state_.view = zoom_by_steps(state_.view, steps, fixed_point());
}

void PhotoCanvas::show_actual_pixels() {
  state_.view = actual_pixels(state_.view, fixed_point());
}

void PhotoCanvas::take_likely_place() {
  if (hovered_since_s_ >= 0) state_.likely_place = hover_place_;
}

void PhotoCanvas::settle_likely_place() {
  if (hovered_since_s_ < 0 || state_.tools.busy()) return;
  const double rest = hovered_since_s_ + hover_s - state_.pace.time_s();
  if (rest > 0) return state_.pace.wake_in(rest);
  state_.likely_place = hover_place_;
  hovered_since_s_ = -1;
}

// --- a frame

void PhotoCanvas::lay_out(Canvas canvas) {
  const Canvas& old = state_.view.canvas;
  if (state_.side_by_side) {
    const float half = std::ceil(canvas.width / 2);
    canvas.x += half;
    canvas.width -= half;
  }
  if (!state_.editor.sitting().has_document()) return;
  if (old.width <= 1) {  // a new photo
    state_.view.canvas = canvas;
    state_.view = fit(state_.view);
    state_.editor.brush().fit_to(photo_length(state_.view, 1));
  } else if (!(old == canvas)) {
    const bool was_fitted = std::abs(state_.view.zoom / fit_zoom(state_.view) - 1) < 1e-6;
    state_.view = resized(state_.view, canvas);
    if (was_fitted) state_.view = fit(state_.view);
  }
}

void PhotoCanvas::draw_overlays() {
  state_.lit.clear();  // the list comes after this
  settle_likely_place();
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  const Area& c = state_.layout.canvas;
  list->PushClipRect({state_.view.canvas.x, c.y}, {c.x + c.width, c.y + c.height});
  film_.draw(state_, list);
  unsure_.draw(state_, list);
  if (state_.likely_hovered) draw_likely_place(state_, list);
  if (state_.editor.brush().region().size() > 2) draw_outline(state_, list, state_.editor.brush().region(), true);
  if (state_.tools.lasso_in_progress().size() > 1) draw_outline(state_, list, state_.tools.lasso_in_progress(), false);
  if (state_.look.view == ViewKind::split) draw_split(state_, list);
  if (state_.photo_shown) draw_caption(state_, list, tr("The photo as it was"));
  const bool on_canvas = mouse_inside_ && (is_over(mouse_) || state_.tools.busy());
  const bool on_split = on_canvas && (split_dragged_ || is_over_split());
  const Tool tool = state_.tools.effective(state_.pick);
  if (on_canvas && Tools::paints(tool) && !state_.space && !state_.tools.panning() && !on_split)
    draw_tool_cursor(state_, list, tool, state_.tools.sizing_at().value_or(mouse_));
  if (on_canvas && tool == Tool::wand && !state_.space && !state_.tools.busy() && !on_split) draw_thing(list);
  note_carried_stroke(on_canvas);
  word_.draw(state_, list);
  list->PopClipRect();
  set_cursor(on_canvas, on_split);
}

void PhotoCanvas::note_carried_stroke(bool on_canvas) {
  state_.carried_from.reset();
  if (state_.tools.effective(state_.pick) != Tool::select) return;
  const Stroke* carried = nullptr;
  if (on_canvas && !state_.tools.busy())
    carried = carried_stroke_at(state_.editor, photo_from_screen(state_.view, mouse_),
                                photo_length(state_.view, Tools::reach_points));
  if (!carried) carried = picked_carried(state_.editor);
  if (carried) state_.carried_from = carried->of->frame;
}

// What a click of the wand would colour.
void PhotoCanvas::draw_thing(ImDrawList* list) {
  const double begin = Window::now_ms();
  Wand& wand = state_.tools.wand;
  const std::uint64_t looks = wand.looks();
  const Wand::Thing* thing = wand.look_at(state_.editor, photo_from_screen(state_.view, mouse_));
  if (!thing) return;
  draw_cells(state_, list, thing->cells, state_.editor.brush().colour());
  draw_outline(state_, list, thing->outline, true);
  if (wand.looks() != looks) trace_.hover(Window::now_ms() - begin);
}

// The system's arrow would hide the spot under a small brush.
void PhotoCanvas::set_cursor(bool on_canvas, bool on_split) const {
  if (on_split) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  } else if (on_canvas && !state_.tools.panning() && !state_.space) {
    ImGui::SetMouseCursor(state_.tools.tool == Tool::select                    ? ImGuiMouseCursor_Arrow
                          : Tools::paints(state_.tools.effective(state_.pick)) ? ImGuiMouseCursor_None
                                                                               : ImGuiMouseCursor_Hand);
  } else if (on_canvas) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
  }
}

float PhotoCanvas::strokes_shown() {
  constexpr double rest_s = 0.5, frame_s = 0.05;
  const double fading_s = state_.desktop.reduced_motion ? 0 : 0.3;
  if (!state_.preferences.strokes_fade || state_.look.view == ViewKind::strokes) return 1;
  const Editor& editor = state_.editor;
  const auto on_stroke = [&] {
    if (!is_over(mouse_)) return false;
    const Point place = photo_from_screen(state_.view, mouse_);
    const float reach = photo_length(state_.view, state_.style.px(3));
    return topmost_at(editor.document().strokes(), place, reach) || carried_stroke_at(editor, place, reach);
  };
  const bool wanted = state_.tools.busy() || state_.tools.tool == Tool::select || state_.tools.tool == Tool::eraser ||
                      !editor.sitting().selection().empty() || !state_.lit.empty() || on_stroke();
  const double now = state_.pace.time_s();
  if (wanted) strokes_wanted_s_ = now;
  const double since = now - strokes_wanted_s_;
  if (since >= rest_s + fading_s) return 0;
  state_.pace.wake_in(since < rest_s ? rest_s - since : frame_s);
  return static_cast<float>(std::clamp(1 - (since - rest_s) / fading_s, 0.0, 1.0));
}

// The colours of a coat that somebody looks at before they take it, over the photo's own light.
void PhotoCanvas::show_coat_looked_at() {
  if (state_.coat_looked_at == coat_shown_) return;
  coat_shown_ = state_.coat_looked_at;
  if (coat_shown_) {
    SolvedPicture picture;
    picture.chroma = picture.overview = coat_shown_;
    picture.report.stop = StopReason::converged;
    painter_.set_chroma(std::move(picture));
  } else if (const auto& picture = state_.editor.colouring().picture()) {
    painter_.set_chroma(*picture);
  }
}

void PhotoCanvas::update(WindowPicture& whole) {
  Editor& editor = state_.editor;
  show_coat_looked_at();
  PictureLook picture = state_.look;
  if (editor.sitting().has_document()) picture.finish = editor.document().state().finish;
  if (state_.photo_shown) picture.view = ViewKind::photo;
  const ViewKind view = picture.view;
  const bool strokes_are_shown = editor.sitting().has_document() && !state_.strokes_hidden && view != ViewKind::photo;
  const float opacity = !strokes_are_shown          ? 0.0f
                        : view == ViewKind::strokes ? 1.0f
                                                    : strokes_shown() * state_.preferences.stroke_opacity;
  const Look look{editor.sitting().has_document(), opacity, pixels(), place_of_strokes()};
  if (!(look == look_)) whole.damage_all();
  look_ = look;
  if (!look.document) return;
  const auto damage = [&](const Rect& r) {
    if (!r.empty())
      whole.damage({r.x0 + look.place.x0, r.y0 + look.place.y0, r.x1 + look.place.x0, r.y1 + look.place.y0});
  };
  damage(painter_.draw(state_.view, picture));
  update_before(whole);
  editor.colouring().set_screen(painter_.transfer(), painter_.wanted_close_up());
  if (const std::string& why = painter_.why_not_shared(); why != reported_why_not_shared_) {
    reported_why_not_shared_ = why;
    std::fprintf(stderr, "handtint-editor: %s\n",
                 tr("the GPU's pictures are copied to the screen: {1}", {why}).c_str());
  }
  if (!strokes_are_shown) return;
  if (shown_.lit != state_.lit) {
    shown_.lit = state_.lit;
    layer_.invalidate();
  }
  const StrokeScene scene{editor.document().strokes(),
                          editor.film() ? &editor.film()->ghosts().strokes() : nullptr,
                          shown_.picked_ghost,
                          editor.document().imported().get(),
                          editor.brush().stroke(),
                          editor.sitting().selection(),
                          state_.lit,
                          rgb_of(state_.style.colours.accent)};
  damage(layer_.draw(scene, state_.view));
}

// The photo as it was has a painter of its own, and a canvas as large as the picture's.
void PhotoCanvas::update_before(WindowPicture& whole) {
  if (!state_.side_by_side) return before_.reset();
  if (!before_ || before_document_ != shown_.document) {
    before_.emplace();
    before_->set_source(state_.editor.sitting().picture_source());
    before_document_ = shown_.document;
  }
  const PictureLook look{.view = ViewKind::photo, .surround = state_.look.surround};
  if (!before_->draw(state_.view, look).empty()) whole.damage_all();
}

Rect PhotoCanvas::pixels() const {
  const Canvas& c = state_.view.canvas;
  const auto in_pixels = [&](float points) { return static_cast<int>(std::lround(points * c.pixel_scale)); };
  return {in_pixels(c.x), in_pixels(c.y), in_pixels(c.x) + std::max(1, in_pixels(c.width)),
          in_pixels(c.y) + std::max(1, in_pixels(c.height))};
}

// In the split view the photo before has no strokes on it, unless they are being painted there.
Rect PhotoCanvas::place_of_strokes() const {
  const Canvas& c = state_.view.canvas;
  const Rect canvas = pixels();
  Rect place{0, 0, canvas.width(), canvas.height()};
  if (state_.look.view != ViewKind::split || state_.tools.busy()) return place;
  const float photo_x = state_.look.split * static_cast<float>(state_.view.photo_width);
  const Point split = screen_from_photo(state_.view, {photo_x, 0});
  place.x0 = std::clamp(static_cast<int>(std::lround((split.x - c.x) * c.pixel_scale)), 0, place.x1);
  return place;
}

void PhotoCanvas::draw(const WindowPicture& whole, const Rect& part) {
  const Rect canvas = look_.place, seen = intersect(part, canvas);
  if (!look_.document || seen != part) {
    whole.picture().bind();
    glEnable(GL_SCISSOR_TEST);
    glScissor(part.x0, part.y0, part.width(), part.height());
    const Rgb& c = state_.look.surround;
    glClearColor(c.r, c.g, c.b, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    glDisable(GL_SCISSOR_TEST);
  }
  if (!look_.document) return;
  if (before_) {
    const Rect left{canvas.x0 - canvas.width(), canvas.y0, canvas.x0, canvas.y1}, shown = intersect(part, left);
    if (!shown.empty())
      before_->picture().copy_to(whole.picture(), shown.x0 - left.x0, shown.y0 - left.y0, shown.width(), shown.height(),
                                 shown.x0, shown.y0);
  }
  if (seen.empty()) return;
  const Rect local{seen.x0 - canvas.x0, seen.y0 - canvas.y0, seen.x1 - canvas.x0, seen.y1 - canvas.y0};
  painter_.picture().copy_to(whole.picture(), local.x0, local.y0, local.width(), local.height(), seen.x0, seen.y0);
  layer_.lay_over(whole.picture(), intersect(local, look_.strokes), look_.stroke_opacity, canvas.x0, canvas.y0);
}

}  // namespace handtint
