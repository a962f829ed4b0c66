#include "editor/gui/widgets.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "editor/gui/legible.h"
#include "solver/tr.h"

namespace handtint::controls {
namespace {

constexpr float tip_delay_s = 0.45f;
constexpr const char* dragged_colour = "colour";

ControlWatch control_watch;

ImVec2 centred(const ImVec2& low, const ImVec2& high, const ImVec2& size) {
  return {std::floor((low.x + high.x - size.x) / 2), std::floor((low.y + high.y - size.y) / 2)};
}

float width_of(std::string_view text) {
  return ImGui::CalcTextSize(text.data(), text.data() + text.size()).x;
}

// In the middle of a box's height, `align` of the way from its left (0) to its right (1). What is too wide, as some
// languages are, is small, and what is still too wide cut.
void put_words(const Style& style, const ImRect& box, float align, ImU32 ink, const char* words) {
  const bool small = width_of(words) > box.GetWidth();
  if (small) ImGui::PushFont(style.small);
  const std::string text = fitted(words, box.GetWidth());
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  const float x = box.Min.x + align * (box.GetWidth() - size.x), y = (box.Min.y + box.Max.y - size.y) / 2;
  ImGui::GetWindowDrawList()->AddText({std::floor(x), std::floor(y)}, ink, text.c_str());
  if (small) ImGui::PopFont();
}

float to_track(float value, const SliderRange& r) {
  if (r.scale == Scale::linear) return (value - r.low) / (r.high - r.low);
  return std::log(std::max(value, r.low) / r.low) / std::log(r.high / r.low);
}
float from_track(float t, const SliderRange& r) {
  t = std::clamp(t, 0.0f, 1.0f);
  return r.scale == Scale::linear ? r.low + t * (r.high - r.low) : r.low * std::pow(r.high / r.low, t);
}

// Beside the bar, strip or panel that the item is in, so that no tip covers the item's neighbours.
void place_tip(const Style& style, ImVec2 size) {
  const ImRect item = GImGui->LastItemData.Rect, window = ImGui::GetCurrentWindow()->RootWindow->Rect();
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float gap = style.px(8);
  ImVec2 at{item.Min.x, item.Max.y + gap};
  if (window.GetHeight() > window.GetWidth()) {
    at.y = (item.Min.y + item.Max.y - size.y) / 2;
    at.x = window.Min.x > screen.x / 2 || window.Max.x + gap + size.x > screen.x ? window.Min.x - gap - size.x
                                                                                 : window.Max.x + gap;
    if (at.x < 0) at = {item.Min.x, item.Min.y - gap - size.y};  // a panel as wide as the screen
  } else if (window.Max.y + gap + size.y > screen.y) {
    at.y = item.Min.y - gap - size.y;
  }
  ImGui::SetNextWindowPos({std::floor(std::clamp(at.x, 0.0f, std::max(screen.x - size.x, 0.0f))),
                           std::floor(std::clamp(at.y, 0.0f, std::max(screen.y - size.y, 0.0f)))});
}

}  // namespace

void watch_controls(ControlWatch watch) {
  control_watch = std::move(watch);
}

void name_last_item(std::string_view name) {
  if (!control_watch) return;
  ImRect place = GImGui->LastItemData.Rect;
  place.ClipWithFull(ImGui::GetCurrentWindow()->ClipRect);
  control_watch(ImGui::GetFrameCount(), name,
                {static_cast<int>(place.Min.x), static_cast<int>(place.Min.y), static_cast<int>(place.Max.x),
                 static_cast<int>(place.Max.y)});
}

void tip_for_last_item(const Style& style, std::string_view text) {
  if (text.empty() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  if (ImGui::IsItemActive() || GImGui->HoveredIdTimer < tip_delay_s) return;
  const ImVec2 padding{style.px(10), style.px(8)};
  const std::string drawn = legible(text);
  const ImVec2 words = ImGui::CalcTextSize(drawn.c_str(), nullptr, false, style.px(280));
  place_tip(style, {words.x + 2 * padding.x, words.y + 2 * padding.y});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(style.px(280));
  ImGui::TextUnformatted(drawn.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

bool icon_button(const Style& style, const char* id, Icon icon, const std::string& tip, bool active, bool enabled,
                 float side) {
  const float s = style.px(side);
  if (!enabled) ImGui::BeginDisabled();
  const bool clicked = ImGui::InvisibleButton(id, {s, s});
  name_last_item(id);
  if (!enabled) ImGui::EndDisabled();
  const bool hovered = ImGui::IsItemHovered(), held = ImGui::IsItemActive();
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Colours& c = style.colours;
  if (active)
    list->AddRectFilled(low, high, c.accent, style.px(6));
  else if (hovered || held)
    list->AddRectFilled(low, high, held ? c.pressed : c.hover, style.px(6));
  const float icon_side = style.px(std::min(24.0f, side * 0.62f));
  const ImU32 ink = active ? c.on_accent : enabled ? c.text : (c.text_dim & 0x00ffffffu) | 0x70000000u;
  draw_icon(list, icon, centred(low, high, {icon_side, icon_side}), icon_side, ink);
  tip_for_last_item(style, tip);
  return clicked && enabled;
}

float button_width(const Style& style, const char* label) {
  return std::max(style.px(104), width_of(tr(label)) + style.px(28));
}

bool text_button(const Style& style, const char* label, bool primary, bool enabled, float width) {
  const float height = style.px(34);
  const float w = width > 0 ? width : width_of(tr(label)) + style.px(28);
  if (!enabled) ImGui::BeginDisabled();
  const bool clicked = ImGui::InvisibleButton(label, {w, height});
  name_last_item(label);
  if (!enabled) ImGui::EndDisabled();
  const bool hovered = ImGui::IsItemHovered(), held = ImGui::IsItemActive();
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  const Colours& c = style.colours;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool filled = primary && enabled;
  list->AddRectFilled(low, high,
                      filled    ? c.accent
                      : held    ? c.pressed
                      : hovered ? c.hover
                                : c.panel_raised,
                      style.px(6));
  if (filled && (hovered || held)) list->AddRectFilled(low, high, IM_COL32(255, 255, 255, held ? 50 : 28), style.px(6));
  if (!primary) list->AddRect(low, high, c.line, style.px(6));
  put_words(style, {{low.x + style.px(4), low.y}, {high.x - style.px(4), high.y}}, 0.5f,
            filled    ? c.on_accent
            : enabled ? c.text
                      : c.text_dim,
            tr(label));
  return clicked && enabled;
}

namespace {

// Segments of one width, if every word has room in that; else each takes what its word needs, and of what is left the
// same.
auto shares_of(const Style& style, const Segment* segments, int count, float width) {
  float most = 0, sum = 0;
  const auto need = [&style, segments](int i) { return width_of(tr(segments[i].label)) + style.px(4); };
  for (int i = 0; i < count; ++i) most = std::max(most, need(i)), sum += need(i);
  const auto equal = width / static_cast<float>(count), spare = (width - sum) / static_cast<float>(count);
  return [=](int i) { return most <= equal ? equal : spare > 0 ? need(i) + spare : need(i) * width / sum; };
}

}  // namespace

bool segmented(const Style& style, const char* id, const Segment* segments, int count, int& chosen, float width) {
  const float height = style.px(30);
  const Colours& c = style.colours;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 start = ImGui::GetCursorScreenPos();
  list->AddRectFilled(start, {start.x + width, start.y + height}, c.panel_raised, style.px(6));
  ImGui::PushID(id);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  bool changed = false;
  const auto share = shares_of(style, segments, count, width);
  float right = 0;
  for (int i = 0; i < count; ++i) {
    const float x0 = std::floor(right + 0.01f);
    right += share(i);
    const float x1 = std::floor(right + 0.01f);
    ImGui::SetCursorScreenPos({start.x + x0, start.y});
    ImGui::PushID(i);
    if (ImGui::InvisibleButton("segment", {x1 - x0, height}) && chosen != i) {
      chosen = i;
      changed = true;
    }
    name_last_item(segments[i].label);
    ImGui::PopID();
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    if (chosen == i)
      list->AddRectFilled(low, high, c.accent, style.px(6));
    else if (ImGui::IsItemHovered())
      list->AddRectFilled(low, high, c.hover, style.px(6));
    put_words(style, {{low.x + style.px(2), low.y}, {high.x - style.px(2), high.y}}, 0.5f,
              chosen == i ? c.on_accent : c.text, tr(segments[i].label));
    tip_for_last_item(style, tr(segments[i].tip));
  }
  ImGui::PopStyleVar();
  ImGui::PopID();
  return changed;
}

namespace {

bool is_off_default(float value, const SliderRange& range) {
  return std::abs(to_track(value, range) - to_track(range.usual, range)) > 1e-4f;
}

// What the mouse does to a value whose track, of ImGui's last item, lies from left to right.
SliderEvent slide(float& value, const SliderRange& range, float left, float right) {
  SliderEvent event;
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0)) {
    event.changed = event.begun = is_off_default(value, range);
    value = range.usual;
  } else if (ImGui::IsItemActive() && (ImGui::IsMouseDragging(0, 1) || ImGui::IsItemActivated())) {
    const float wanted = from_track((ImGui::GetIO().MousePos.x - left) / (right - left), range);
    if (wanted != value) {
      event.changed = true;
      event.begun = ImGui::IsItemActivated();
      value = wanted;
    }
  }
  return event;
}

}  // namespace

SliderEvent small_slider(const Style& style, const char* id, float& value, const SliderRange& range, float width,
                         const std::string& tip, bool enabled) {
  const Colours& c = style.colours;
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float height = style.px(26), radius = style.px(4.5f), half = style.px(1.5f);
  if (!enabled) {
    ImGui::Dummy({width, height});
    return {};
  }
  ImGui::InvisibleButton(id, {width, height});
  name_last_item(id);
  const float left = start.x + radius, right = start.x + width - radius, y = start.y + height / 2;
  const SliderEvent event = slide(value, range, left, right);
  const bool lit = ImGui::IsItemHovered() || ImGui::IsItemActive();
  const float x = left + std::clamp(to_track(value, range), 0.0f, 1.0f) * (right - left);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({left, y - half}, {right, y + half}, c.line, half);
  list->AddRectFilled({left, y - half}, {x, y + half}, lit ? c.accent : c.text_dim, half);
  list->AddCircleFilled({x, y}, radius, lit ? c.accent : c.text_dim);
  tip_for_last_item(style, tip);
  return event;
}

SliderEvent slider(const Style& style, const char* label, float& value, const SliderRange& range, const char* tip,
                   bool enabled) {
  const Colours& c = style.colours;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float width = ImGui::GetContentRegionAvail().x;
  const float line = ImGui::GetTextLineHeight(), height = line + style.px(20);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  if (!enabled) ImGui::BeginDisabled();
  ImGui::InvisibleButton(label, {width, height});
  name_last_item(label);
  if (!enabled) ImGui::EndDisabled();
  const float radius = style.px(7), left = start.x + radius, right = start.x + width - radius;
  const bool off_default = is_off_default(value, range);
  const SliderEvent event = slide(value, range, left, right);
  const bool lit = ImGui::IsItemHovered() || ImGui::IsItemActive();
  char text[32];
  std::snprintf(text, sizeof text, range.format, static_cast<double>(value));
  const float value_x = start.x + width - width_of(text);
  put_words(style, {start, {value_x - style.px(8), start.y + line}}, 0, enabled ? c.text : c.text_dim, tr(label));
  list->AddText({value_x, start.y}, off_default ? c.text : c.text_dim, text);
  const float y = start.y + line + style.px(10);
  const float x = left + std::clamp(to_track(value, range), 0.0f, 1.0f) * (right - left);
  const float half = style.px(2);
  list->AddRectFilled({left, y - half}, {right, y + half}, c.panel_raised, half);
  list->AddRectFilled({left, y - half}, {x, y + half}, lit ? c.accent : c.text_dim, half);
  const float usual = left + std::clamp(to_track(range.usual, range), 0.0f, 1.0f) * (right - left);
  list->AddLine({usual, y + style.px(5)}, {usual, y + style.px(9)}, c.text_dim);
  list->AddCircleFilled({x, y}, radius, lit ? c.accent : enabled ? c.text : c.text_dim);
  tip_for_last_item(style, tip);
  return event;
}

bool toggle(const Style& style, const char* label, bool& value, const char* tip) {
  const Colours& c = style.colours;
  const float height = style.px(24), track = style.px(34);
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton(label, {width, height});
  name_last_item(label);
  if (clicked) value = !value;
  ImDrawList* list = ImGui::GetWindowDrawList();
  put_words(style, {start, {start.x + width - track - style.px(8), start.y + height}}, 0, c.text, tr(label));
  const float inset = style.px(3);
  const ImVec2 low{start.x + width - track, start.y + inset}, high{start.x + width, start.y + height - inset};
  const float radius = (high.y - low.y) / 2;
  list->AddRectFilled(low, high, value ? c.accent : c.panel_raised, radius);
  list->AddRect(low, high, value ? c.accent : c.line, radius);
  list->AddCircleFilled({value ? high.x - radius : low.x + radius, low.y + radius}, radius - style.px(3),
                        value ? c.on_accent : c.text_dim);
  tip_for_last_item(style, tip);
  return clicked;
}

bool swatch(const Style& style, const char* id, Rgb colour, float side, bool chosen, const std::string& tip) {
  const float s = style.px(side);
  const bool clicked = ImGui::InvisibleButton(id, {s, s});
  name_last_item(id);
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(low, high, imgui_colour(colour), style.px(4));
  if (chosen)
    list->AddRect(low, high, style.colours.accent, style.px(4), 0, style.px(2));
  else
    list->AddRect(low, high, ImGui::IsItemHovered() ? style.colours.text : IM_COL32(0, 0, 0, 70), style.px(4));
  tip_for_last_item(style, tip);
  if (ImGui::BeginDragDropSource()) {
    ImGui::SetDragDropPayload(dragged_colour, &colour, sizeof colour);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({s, s});
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + s, at.y + s}, imgui_colour(colour), style.px(4));
    ImGui::EndDragDropSource();
  }
  return clicked;
}

std::optional<Rgb> dropped_colour() {
  std::optional<Rgb> colour;
  if (!ImGui::BeginDragDropTarget()) return colour;
  if (const ImGuiPayload* payload = ImGui::AcceptDragDropPayload(dragged_colour)) {
    Rgb dropped;
    std::memcpy(&dropped, payload->Data, sizeof dropped);
    colour = dropped;
  }
  ImGui::EndDragDropTarget();
  return colour;
}

void empty_swatch(const Style& style, float side) {
  const float s = style.px(side);
  const ImVec2 low = ImGui::GetCursorScreenPos();
  ImGui::Dummy({s, s});
  ImGui::GetWindowDrawList()->AddRect(low, {low.x + s, low.y + s}, style.colours.line, style.px(4));
}

bool section(const Style& style, const char* label, bool open_at_first, bool open_now) {
  ImGui::PushID(label);
  ImGuiStorage* storage = ImGui::GetStateStorage();
  const ImGuiID id = ImGui::GetID("open");
  if (open_now) storage->SetBool(id, true);
  bool open = storage->GetBool(id, open_at_first);
  const float width = ImGui::GetContentRegionAvail().x, height = style.px(32);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton("heading", {width, height})) {
    open = !open;
    storage->SetBool(id, open);
  }
  name_last_item(label);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Colours& c = style.colours;
  const bool lit = ImGui::IsItemHovered();
  list->AddLine({start.x, start.y}, {start.x + width, start.y}, c.line);
  ImGui::PushFont(style.heading);
  put_words(style, {{start.x, start.y + style.px(4)}, {start.x + width - style.px(24), start.y + height}}, 0, c.text,
            tr(label));
  ImGui::PopFont();
  const float x = start.x + width - style.px(10), y = start.y + height / 2 + style.px(2), r = style.px(4);
  const ImU32 ink = lit ? c.text : c.text_dim;
  if (open) {
    list->AddLine({x - r, y - r / 2}, {x, y + r / 2}, ink, style.px(1.5f));
    list->AddLine({x, y + r / 2}, {x + r, y - r / 2}, ink, style.px(1.5f));
  } else {
    list->AddLine({x - r / 2, y - r}, {x + r / 2, y}, ink, style.px(1.5f));
    list->AddLine({x + r / 2, y}, {x - r / 2, y + r}, ink, style.px(1.5f));
  }
  ImGui::PopID();
  return open;
}

void dim_text(const Style& style, const char* text) {
  ImGui::PushFont(style.small);
  ImGui::PushStyleColor(ImGuiCol_Text, style.colours.text_dim);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(legible(text).c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

void centred_text(const Style&, ImFont* font, ImU32 colour, const char* text) {
  ImGui::PushFont(font);
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  const float space = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text).x;
  if (space >= 0) {
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::floor(space / 2));
    ImGui::TextUnformatted(text);
  } else {
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(text);
    ImGui::PopTextWrapPos();
  }
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

std::string fitted(std::string_view text, float width) {
  if (width_of(text) <= width) return legible(text);
  while (!text.empty() && width_of(std::string(text) + "\u2026") > width) {
    do text.remove_suffix(1);
    while (!text.empty() && continues_character(text.back()));
  }
  // The last byte may be the lead of a character whose tail was cut.
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0xc0) text.remove_suffix(1);
  return legible(std::string(text) + "\u2026");
}

bool input_pending() {
#if IMGUI_VERSION_NUM >= 18700
  return !GImGui->InputEventsQueue.empty();
#else
  return false;
#endif
}

bool focus_pending() {
  return GImGui->NavMoveSubmitted || GImGui->NavNextActivateId != 0;
}

void focus_next_field() {
  ImGui::SetWindowFocus();  // ImGui 1.90.1 forgets this itself when another window had the keyboard
  ImGui::SetKeyboardFocusHere();
}

std::string fitted_path(std::string_view text, float width) {
  if (width_of(text) <= width) return legible(text);
  while (!text.empty() && width_of("\u2026" + std::string(text)) > width) {
    do text.remove_prefix(1);
    while (!text.empty() && continues_character(text.front()));
  }
  return legible("\u2026" + std::string(text));
}

}  // namespace handtint::controls
