#include "editor/gui/things_panel.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cstdio>
#include <unordered_set>

#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr float row_height = 30, sample_side = 20, track_width = 44, button_side = 26;
constexpr int rows_at_once = 8;  // then the list scrolls

Icon icon_of(StrokeKind kind) {
  switch (kind) {
    case StrokeKind::neutral:
      return Icon::neutral;
    case StrokeKind::protect:
      return Icon::protect;
    case StrokeKind::barrier:
      return Icon::barrier;
    case StrokeKind::erase:
      return Icon::eraser;
    case StrokeKind::colour:
      break;
  }
  return Icon::brush;
}

std::vector<std::size_t> selected_strokes_of(const std::vector<Thing>& things, const std::vector<StrokeId>& selection) {
  std::vector<std::size_t> counts(things.size());
  if (selection.empty()) return counts;
  const std::unordered_set<StrokeId> selected(selection.begin(), selection.end());
  for (std::size_t i = 0; i < things.size(); ++i)
    counts[i] = static_cast<std::size_t>(std::count_if(things[i].strokes.begin(), things[i].strokes.end(),
                                                       [&](StrokeId id) { return selected.contains(id); }));
  return counts;
}

}  // namespace

void select_thing(WindowState& state, const Thing& thing) {
  for (const StrokeId id : thing.strokes) {
    const Stroke* stroke = find(state.editor.document().strokes(), id);
    if (!stroke || stroke->kind != StrokeKind::colour) continue;
    state.editor.brush().set_colour(stroke->colour);
    state.editor.brush().take_nature_of(*stroke);
    break;
  }
  state.editor.select(thing.strokes);
  state.tools.tool = Tool::select;
}

void select_next_thing(WindowState& state, int by) {
  const std::vector<Thing> things = things_of(state.editor.document().state());
  if (things.empty()) return;
  const std::vector<std::size_t> selected = selected_strokes_of(things, state.editor.sitting().selection());
  const auto first = std::find_if(selected.begin(), selected.end(), [](std::size_t n) { return n > 0; });
  const int last = static_cast<int>(things.size()) - 1;
  const int next = first == selected.end() ? 0 : std::clamp(static_cast<int>(first - selected.begin()) + by, 0, last);
  select_thing(state, things[static_cast<std::size_t>(next)]);
}

void hide_or_show_selected(WindowState& state) {
  const std::vector<StrokeId>& selection = state.editor.sitting().selection();
  const StrokeList& strokes = state.editor.document().strokes();
  const bool seen = std::any_of(selection.begin(), selection.end(), [&](StrokeId id) {
    const Stroke* stroke = find(strokes, id);
    return stroke && !stroke->hidden;
  });
  state.editor.change([&](Document& d) { return d.take(edit_of_hiding(d.state(), selection, seen)); });
}

void ThingsPanel::follow(const WindowState& state) {
  const Known now{state.editor.sitting().number(), state.editor.document().revision(), state.preferences.language};
  if (now == known_) return;
  if (now.document != known_.document) named_ = anchor_ = 0;
  known_ = now;
  things_ = things_of(state.editor.document().state());
}

void ThingsPanel::section(WindowState& state) {
  const Style& style = state.style;
  if (!controls::section(style, tr_noop("Things"), true, state.name_asked)) return;
  follow(state);
  const std::vector<StrokeId>& selection = state.editor.sitting().selection();
  selected_of_ = selected_strokes_of(things_, selection);
  const bool naming = std::exchange(state.name_asked, false);
  if (things_.empty()) {
    controls::dim_text(style, tr("None yet: each stroke and each click of the wand is one, strokes in one lasso are "
                                 "one together."));
    ImGui::Dummy({1, style.px(4)});
    return;
  }
  const int rows = static_cast<int>(things_.size());
  const float height = style.px(row_height);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  ImGui::BeginChild("things",
                    {ImGui::GetContentRegionAvail().x, height * static_cast<float>(std::min(rows, rows_at_once))});
  int chosen = -1;
  for (int i = 0; i < rows && chosen < 0; ++i)
    if (selected_of_[static_cast<std::size_t>(i)] > 0) chosen = i;
  const bool scroll = selection != selection_ || naming;
  selection_ = selection;
  if (naming && chosen >= 0) {
    const Thing& thing = things_[static_cast<std::size_t>(chosen)];
    named_ = thing.id;
    focus_name_ = true;
    std::snprintf(text_.data(), text_.size(), "%s", thing.name.c_str());
  }
  const float top = ImGui::GetScrollY() / height, seen = static_cast<float>(std::min(rows, rows_at_once));
  for (int i = 0; i < rows; ++i) {
    const auto place = static_cast<float>(i);
    const bool far = place + 1 < top || place > top + seen;  // a long list draws what is seen of it
    if (far && !(scroll && i == chosen)) {
      ImGui::Dummy({1, height});
      continue;
    }
    ImGui::PushID(static_cast<int>(things_[static_cast<std::size_t>(i)].id));
    row(state, things_[static_cast<std::size_t>(i)]);
    if (scroll && i == chosen)
      ImGui::ScrollToItem(ImGuiScrollFlags_KeepVisibleEdgeY | (naming ? 0 : ImGuiScrollFlags_NoScrollParent));
    ImGui::PopID();
  }
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::Dummy({1, style.px(2)});
  buttons(state);
  ImGui::Dummy({1, style.px(4)});
}

void ThingsPanel::buttons(WindowState& state) {
  const Style& style = state.style;
  const float half = (ImGui::GetContentRegionAvail().x - style.px(8)) / 2;
  std::size_t things = 0;
  bool several = false, part = false;  // of a thing of more than one stroke; some of them are left out
  for (std::size_t i = 0; i < things_.size(); ++i) {
    things += selected_of_[i] > 0;
    several |= selected_of_[i] > 0 && things_[i].strokes.size() > 1;
    part |= selected_of_[i] > 1 && selected_of_[i] < things_[i].strokes.size();
  }
  if (controls::text_button(style, tr_noop("Group"), false, things > 1 || part, half)) state.post(Command::group);
  controls::tip_for_last_item(style, tip_for(Command::group));
  ImGui::SameLine(0, style.px(8));
  if (controls::text_button(style, tr_noop("Ungroup"), false, several, half)) state.post(Command::ungroup);
  controls::tip_for_last_item(style, tip_for(Command::ungroup));
}

void ThingsPanel::row(WindowState& state, const Thing& thing) {
  const Style& style = state.style;
  const Colours& c = style.colours;
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const ImVec2 size{ImGui::GetContentRegionAvail().x, style.px(row_height)};
  const ImVec2 end{start.x + size.x, start.y + size.y - style.px(2)};
  const bool hovered = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
                       ImGui::IsMouseHoveringRect(start, {end.x, start.y + size.y});
  const bool looked_at = hovered && (!ImGui::IsAnyItemActive() || ImGui::GetDragDropPayload());
  if (looked_at) state.lit = thing.strokes;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::size_t selected = selected_of_[static_cast<std::size_t>(&thing - things_.data())];
  if (selected > 0 || looked_at) list->AddRectFilled(start, end, selected > 0 ? c.pressed : c.hover, style.px(5));
  if (selected > 0) {  // a part of its strokes: half the mark
    const float height = (selected == thing.strokes.size() ? 0.7f : 0.3f) * (end.y - start.y);
    const float middle = (start.y + end.y) / 2;
    list->AddRectFilled({start.x, middle - height / 2}, {start.x + style.px(3), middle + height / 2}, c.accent,
                        style.px(1.5f));
  }
  sample(state, thing, start.x + style.px(8), start.y + (end.y - start.y - style.px(sample_side)) / 2);
  const float tools = style.px(track_width + 2 * button_side + 6);
  const float left = start.x + style.px(8 + sample_side + 8), width = size.x - tools - (left - start.x);
  ImGui::SetCursorScreenPos({left, start.y});
  if (named_ == thing.id)
    name_field(state, thing, width);
  else
    name(state, thing, width);
  controls_of(state, thing, end.x - tools + style.px(4), start.y);
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy(size);
  if (const std::optional<Rgb> colour = controls::dropped_colour())
    state.editor.change([&](Document& d) { return d.recolour(thing.strokes, *colour); });
}

// Its colours, side by side if there are several; of what has none the sign of its tool.
void ThingsPanel::sample(WindowState& state, const Thing& thing, float x, float y) {
  const Style& style = state.style;
  ImGui::SetCursorScreenPos({x, y});
  const float side = style.px(sample_side);
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (thing.colours.empty()) return draw_icon(list, icon_of(thing.kind), {x, y}, side, style.colours.text_dim);
  if (controls::swatch(style, "thing colour", thing.colours.front(), sample_side, false, hex_of(thing.colours.front())))
    clicked(state, thing);
  const std::size_t bands = std::min<std::size_t>(thing.colours.size(), 3);
  const float inset = style.px(1), band = (side - 2 * inset) / static_cast<float>(bands);
  for (std::size_t i = 1; i < bands; ++i) {
    const float left = x + inset + band * static_cast<float>(i);
    list->AddRectFilled({left, y + inset}, {left + band, y + side - inset}, imgui_colour(thing.colours[i]));
  }
}

void ThingsPanel::name(WindowState& state, const Thing& thing, float width) {
  const Style& style = state.style;
  const float height = style.px(row_height - 2);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton("name", {std::max(width, 1.0f), height})) clicked(state, thing);
  controls::name_last_item(thing.name);
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0)) {
    select_thing(state, thing);
    state.name_asked = true;
  }
  controls::tip_for_last_item(style, tr("A click selects it, Shift or Ctrl takes several; a double click or F2 names "
                                        "it. A colour that is dropped here recolours it."));
  const std::string text = controls::fitted(thing.name, width - style.px(4));
  ImGui::GetWindowDrawList()->AddText({at.x, at.y + (height - ImGui::GetTextLineHeight()) / 2},
                                      thing.hidden ? style.colours.text_dim : style.colours.text, text.c_str());
}

void ThingsPanel::name_field(WindowState& state, const Thing& thing, float width) {
  ImGui::SetNextItemWidth(width - state.style.px(6));
  if (std::exchange(focus_name_, false)) controls::focus_next_field();
  const bool entered = ImGui::InputText("##name", text_.data(), text_.size(),
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  controls::name_last_item("name field");
  if (!entered && !ImGui::IsItemDeactivated()) return;
  named_ = 0;
  // The proposed name that stands there unchanged is nobody's.
  if (thing.name != text_.data())
    state.editor.change([&](Document& d) { return d.take(edit_of_naming(d.state(), thing.strokes, text_.data())); });
}

void ThingsPanel::controls_of(WindowState& state, const Thing& thing, float x, float y) {
  const Style& style = state.style;
  ImGui::SetCursorScreenPos({x, y + style.px(1)});
  float strength = thing.strength;
  char number[16];
  std::snprintf(number, sizeof number, "%.2f", static_cast<double>(strength));
  if (const auto event = controls::small_slider(
          style, ("strength " + thing.name).c_str(), strength,
          {0.05f, max_stroke_strength, 1, "%.2f", controls::Scale::logarithmic}, style.px(track_width),
          tr("Firmness {1}: how strictly the picture keeps to it", {number}), thing.has_strength))
    state.editor.change(
        [&](Document& d) { return d.set_strength(thing.strokes, strength, event.begun ? Step::own : Step::fold); });
  ImGui::SetCursorScreenPos({x + style.px(track_width), y + style.px(1)});
  if (controls::icon_button(style, ("eye " + thing.name).c_str(), thing.hidden ? Icon::closed_eye : Icon::eye,
                            thing.hidden ? tr("Hidden: it is kept and does nothing. A click shows it.  (Ctrl+H)")
                                         : tr("A click hides it: it is kept and does nothing.  (Ctrl+H)"),
                            false, true, button_side))
    state.editor.change([&](Document& d) { return d.take(edit_of_hiding(d.state(), thing.strokes, !thing.hidden)); });
  ImGui::SetCursorScreenPos({x + style.px(track_width + button_side), y + style.px(1)});
  if (controls::icon_button(style, ("bin " + thing.name).c_str(), Icon::bin, tr("Deletes it  (Del)"), false, true,
                            button_side))
    state.editor.change([&](Document& d) { return d.remove(thing.strokes); });
}

void ThingsPanel::clicked(WindowState& state, const Thing& thing) {
  const ImGuiIO& io = ImGui::GetIO();
  const auto place_of = [&](StrokeId id) {
    return std::find_if(things_.begin(), things_.end(), [id](const Thing& t) { return t.id == id; });
  };
  std::vector<StrokeId> ids = state.editor.sitting().selection();
  const auto here = place_of(thing.id);
  auto from = here;
  if (io.KeyShift)
    if (const auto anchor = place_of(anchor_); anchor != things_.end()) from = anchor;
  const bool drop = io.KeyCtrl && selected_of_[static_cast<std::size_t>(here - things_.begin())] > 0;
  if (!io.KeyShift) anchor_ = thing.id;
  if (!io.KeyShift && !io.KeyCtrl) return select_thing(state, thing);
  for (auto t = std::min(from, here); t <= std::max(from, here); ++t)
    for (const StrokeId id : t->strokes) {
      std::erase(ids, id);
      if (!drop) ids.push_back(id);
    }
  state.editor.select(std::move(ids));
  state.tools.tool = Tool::select;
}

}  // namespace handtint
