#include "editor/gui/reference_panel.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "editor/gui/texture_id.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr float most_zoom = 8;

std::vector<std::uint8_t> rgba_of(const ReferencePicture& picture) {
  std::vector<std::uint8_t> rgba;
  rgba.reserve(4 * picture.lightness.size());
  for (std::size_t i = 0; i < picture.lightness.size(); ++i) {
    const Rgb rgb =
        srgb_from_lab({picture.lightness.data()[i], picture.chroma.a.data()[i], picture.chroma.b.data()[i]});
    for (const float channel : {rgb.r, rgb.g, rgb.b}) rgba.push_back(code_of(channel));
    rgba.push_back(255);
  }
  return rgba;
}

std::vector<StrokeId> suggested_of(const Editor& editor, bool selected_alone) {
  std::vector<StrokeId> ids;
  const std::vector<StrokeId>& selection = editor.sitting().selection();
  for (const SharedStroke& stroke : editor.document().strokes()) {
    const bool selected = std::find(selection.begin(), selection.end(), stroke->id) != selection.end();
    if (stroke->source && (selected || !selected_alone)) ids.push_back(stroke->id);
  }
  return ids;
}

Point middle_of(const Stroke& stroke) {
  const StrokePoint &from = stroke.points.front(), &to = stroke.points.back();
  return {(from.x + to.x) / 2, (from.y + to.y) / 2};
}

}  // namespace

void ReferencePanel::follow_picture(WindowState& state) {
  const auto picture = state.editor.colouring().reference().picture();
  if (picture == shown_) return;
  shown_ = picture;
  zoom_ = 1;
  centre_ = {0.5f, 0.5f};
  texture_.clear();
  state.textures_changed = true;
  state.pace.settle();  // scrolling takes a frame more
  if (!shown_) return;
  texture_.resize(shown_->lightness.width(), shown_->lightness.height(), gl::Texture::rgba8);
  texture_.upload_rows(0, shown_->lightness.height(), rgba_of(*shown_).data());
  scroll_to_it_ = true;
}

void ReferencePanel::section(WindowState& state, const ChooseColour& choose) {
  follow_picture(state);
  const Style& style = state.style;
  if (!controls::section(style, tr_noop("Reference"), false, scroll_to_it_)) return;
  ReferencePhoto& reference = state.editor.colouring().reference();
  if (shown_)
    picture(state, choose);
  else
    controls::dim_text(
        style, reference.busy() ? tr("Opening\u2026") : tr("A colour photo of the same people, place or things."));
  if (controls::text_button(style, tr_noop("Open a reference\u2026"))) state.post(Command::open_reference);
  if (shown_) {
    suggestions(state);
    mood(state);
  }
  if (std::exchange(scroll_to_it_, false)) ImGui::SetScrollHereY(1);
  ImGui::Dummy({1, style.px(4)});
}

// --- the picture

Point ReferencePanel::place_at(ImVec2 screen, const Area& frame) const {
  return {centre_.x + ((screen.x - frame.x) / frame.width - 0.5f) / zoom_,
          centre_.y + ((screen.y - frame.y) / frame.height - 0.5f) / zoom_};
}

ImVec2 ReferencePanel::screen_of(Point place, const Area& frame) const {
  return {frame.x + frame.width * (0.5f + zoom_ * (place.x - centre_.x)),
          frame.y + frame.height * (0.5f + zoom_ * (place.y - centre_.y))};
}

void ReferencePanel::picture(WindowState& state, const ChooseColour& choose) {
  const Style& style = state.style;
  const float width = ImGui::GetContentRegionAvail().x;
  const float sides = static_cast<float>(shown_->lightness.height()) / static_cast<float>(shown_->lightness.width());
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const Area frame{start.x, start.y, width, std::floor(width * std::clamp(sides, 0.1f, 2.0f))};
  ImGui::InvisibleButton(
      "reference", {frame.width, frame.height},
      ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight | ImGuiButtonFlags_MouseButtonMiddle);
  controls::name_last_item("reference picture");
  const ImGuiIO& io = ImGui::GetIO();
  const auto keep_inside = [&] {
    const float half = 0.5f / zoom_;
    centre_ = {std::clamp(centre_.x, half, 1 - half), std::clamp(centre_.y, half, 1 - half)};
  };
  if (ImGui::IsItemHovered() && io.KeyCtrl && io.MouseWheel != 0) {  // without Ctrl the panel scrolls
    const Point under = place_at(io.MousePos, frame);
    const float zoom = std::clamp(zoom_ * std::exp2(io.MouseWheel / 4), 1.0f, most_zoom);
    centre_ = {under.x + (centre_.x - under.x) * zoom_ / zoom, under.y + (centre_.y - under.y) * zoom_ / zoom};
    zoom_ = zoom;
    keep_inside();
  }
  const bool moving = ImGui::IsItemActive() && !ImGui::IsMouseDown(ImGuiMouseButton_Left);
  if (moving) {
    centre_.x -= io.MouseDelta.x / frame.width / zoom_;
    centre_.y -= io.MouseDelta.y / frame.height / zoom_;
    keep_inside();
  }
  const float half = 0.5f / zoom_;
  ImGui::GetWindowDrawList()->AddImageRounded(
      texture_id(texture_), {frame.x, frame.y}, {frame.x + frame.width, frame.y + frame.height},
      {centre_.x - half, centre_.y - half}, {centre_.x + half, centre_.y + half}, IM_COL32_WHITE, style.px(4));
  const bool picking = ImGui::IsItemActive() && ImGui::IsMouseDown(ImGuiMouseButton_Left);
  const bool picked = ImGui::IsItemDeactivated() && ImGui::IsMouseReleased(ImGuiMouseButton_Left);
  if (picking || picked) {
    const Point place = place_at(io.MousePos, frame);
    const std::vector<StrokeId> suggested = suggested_of(state.editor, true);
    if (suggested.empty()) {
      choose(colour_from_reference(*shown_, {place.x, place.y}), picked);
    } else if (picked) {
      const Stroke& first = *find(state.editor.document().strokes(), suggested.front());
      const float lightness = state.editor.sitting().lightness_at(middle_of(first)).value_or(50.0f);
      const Rgb colour = colour_from_reference(*shown_, {place.x, place.y}, lightness);
      state.editor.change([&](Document& d) { return d.take(edit_of_source(d.state(), suggested, place, colour)); });
    }
  }
  controls::tip_for_last_item(
      style, tr("Click: take a colour; for selected suggestions too. Ctrl+wheel: zoom. Right drag: move"));
  mark_sources(state, frame);
}

// From the suggested stroke under the cursor, or the selected ones, to the place that gave it its colour.
void ReferencePanel::mark_sources(WindowState& state, const Area& frame) const {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  std::vector<StrokeId> ids = suggested_of(state.editor, true);
  if (state.layout.canvas.contains(mouse.x, mouse.y)) {
    constexpr float reach = 4;  // points
    if (const auto under =
            topmost_at(state.editor.document().strokes(), photo_from_screen(state.view, {mouse.x, mouse.y}),
                       photo_length(state.view, reach)))
      ids.push_back(*under);
  }
  ImDrawList* list = ImGui::GetForegroundDrawList();
  const ImU32 colour = state.style.colours.accent;
  for (const StrokeId id : ids) {
    const Stroke* stroke = find(state.editor.document().strokes(), id);
    if (!stroke || !stroke->source) continue;
    const Point from = screen_from_photo(state.view, middle_of(*stroke));
    ImVec2 to = screen_of(*stroke->source, frame);
    to = {std::clamp(to.x, frame.x, frame.x + frame.width), std::clamp(to.y, frame.y, frame.y + frame.height)};
    list->AddLine({from.x, from.y}, to, colour, state.style.px(2));
    list->AddCircle(to, state.style.px(5), colour, 0, state.style.px(2));
  }
}

// --- what follows from it

void ReferencePanel::suggestions(WindowState& state) {
  const Style& style = state.style;
  Editor& editor = state.editor;
  ReferencePhoto& reference = editor.colouring().reference();
  if (reference.busy()) {
    const std::string percent = std::to_string(std::lround(100 * reference.progress()));
    controls::dim_text(style, tr("Comparing\u2026 {1} %  (Esc stops it)", {percent}).c_str());
    state.pace.wake_in(0.1);
  } else {
    const std::size_t count = suggested_of(editor, false).size();
    const std::string words = count == 0
                                  ? tr("A stroke on each thing that it shows too, in its colour.")
                                  : tr_n("{1} suggested stroke", "{1} suggested strokes", static_cast<long>(count));
    controls::dim_text(style, words.c_str());
  }
  if (controls::text_button(style, tr_noop("Suggest strokes"), true, !reference.busy()))
    reference.suggest({.daring = daring_});
  controls::tip_for_last_item(style, tr("Replaces what was suggested before and not kept; your own strokes stay"));
  controls::slider(style, tr_noop("Daring"), daring_, {0, 1, 0.5f},
                   tr("Left: strokes on what is surely the same only. Right: wherever there is a guess"));
  std::vector<StrokeId> chosen = suggested_of(editor, true);
  const char* keep = chosen.empty() ? tr_noop("Keep all") : tr_noop("Keep");
  const char* drop = chosen.empty() ? tr_noop("Drop all") : tr_noop("Drop");
  if (chosen.empty()) chosen = suggested_of(editor, false);
  const float half = (ImGui::GetContentRegionAvail().x - style.px(8)) / 2;
  if (controls::text_button(style, keep, false, !chosen.empty(), half))
    editor.change([&](Document& d) { return d.take(edit_of_keeping(d.state(), chosen)); });
  controls::tip_for_last_item(style, tr("They are yours then, and no other suggestion takes their place"));
  ImGui::SameLine(0, style.px(8));
  if (controls::text_button(style, drop, false, !chosen.empty(), half))
    editor.change([&](Document& d) { return d.remove(chosen); });
}

void ReferencePanel::mood(WindowState& state) {
  FirstCoat coat = state.editor.document().coat();
  if (!coat.reference) return;
  if (const auto event = controls::slider(state.style, tr_noop("Mood"), coat.reference->mood.amount, {0, 1, 0},
                                          tr("Its colours as a whole, laid over the first coat; strokes stay"))) {
    coat.on = true;
    state.editor.change([&](Document& d) { return d.set_coat(coat, event.begun ? Step::own : Step::fold); });
  }
}

}  // namespace handtint
