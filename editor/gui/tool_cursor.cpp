#include "editor/gui/tool_cursor.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace handtint {
namespace {

constexpr double reading_s = 2.5;
constexpr float barrier_points = 9;  // half the length of its line
constexpr float turn = 2 * std::numbers::pi_v<float>;
constexpr ImU32 dark = IM_COL32(0, 0, 0, 150), light = IM_COL32(255, 255, 255, 220);

// Dashes of a few points each, as many as go round.
void dashed_ring(ImDrawList* list, ImVec2 at, float radius, float dash) {
  const int dashes = std::clamp(static_cast<int>(turn * radius / (2 * dash)), 4, 60);
  for (int i = 0; i < dashes; ++i) {
    const float from = turn * static_cast<float>(i) / static_cast<float>(dashes);
    const float to = from + 0.5f * turn / static_cast<float>(dashes);
    list->PathArcTo(at, radius, from, to, 6);
    list->PathStroke(dark, 0, 3);
    list->PathArcTo(at, radius, from, to, 6);
    list->PathStroke(IM_COL32_WHITE, 0, 1.5f);
  }
}

void dashed_line(ImDrawList* list, ImVec2 at, float half) {
  for (int i = 0; i < 3; ++i) {
    const float x0 = at.x - half + static_cast<float>(i) * 0.7f * half, x1 = x0 + 0.4f * half;
    list->AddLine({x0, at.y}, {x1, at.y}, dark, 4);
    list->AddLine({x0, at.y}, {x1, at.y}, IM_COL32_WHITE, 2);
  }
}

// Diagonals, cut off at the ring.
void stripes(ImDrawList* list, ImVec2 at, float radius, float step) {
  const int most = static_cast<int>(radius / step);
  for (int i = -most; i <= most; ++i) {
    const float offset = static_cast<float>(i) * step, half = std::sqrt(radius * radius - offset * offset);
    const float s = std::numbers::sqrt2_v<float> / 2;
    const ImVec2 middle{at.x + s * offset, at.y - s * offset};
    list->AddLine({middle.x - s * half, middle.y - s * half}, {middle.x + s * half, middle.y + s * half},
                  IM_COL32(255, 255, 255, 150), 1.2f);
  }
}

}  // namespace

void draw_tool_cursor(const WindowState& state, ImDrawList* list, Tool tool, Point place) {
  const ImVec2 at{place.x, place.y};
  const float radius = std::max(screen_length(state.view, state.editor.brush().radius()), 1.5f);
  const float dash = state.style.px(4);
  if (tool == Tool::barrier) return dashed_line(list, at, state.style.px(barrier_points));
  if (tool == Tool::eraser) return dashed_ring(list, at, radius, dash);
  list->AddCircle(at, radius + 1.5f, dark, 0, 2);
  if (tool == Tool::brush) {
    list->AddCircle(at, radius, imgui_colour(state.editor.brush().colour()), 0, 2.5f);
    list->AddCircle(at, radius - 1.5f, light, 0, 1);
  } else {
    list->AddCircle(at, radius, light, 0, 1.2f);
  }
  if (tool == Tool::neutral) {
    list->PathArcTo(at, radius - 1, 0.25f * turn, 0.75f * turn);
    list->PathFillConvex(IM_COL32(128, 128, 128, 120));
  } else if (tool == Tool::protect) {
    stripes(list, at, radius - 1, std::max(dash, radius / 8));
  }
  if (radius > 8) list->AddCircleFilled(at, 1.2f, light);
}

void CursorWord::say(std::string_view word, Point at, double now_s) {
  word_ = word;
  at_ = at;
  until_s_ = now_s + reading_s;
}

void CursorWord::draw(WindowState& state, ImDrawList* list) {
  const double rest = until_s_ - state.pace.time_s();
  if (word_.empty() || rest <= 0) return;
  state.pace.wake_in(rest);
  const Style& style = state.style;
  const ImVec2 size = ImGui::CalcTextSize(word_.data(), word_.data() + word_.size());
  const Area& c = state.layout.canvas;
  const float width = size.x + style.px(20), height = size.y + style.px(12);
  const ImVec2 low{std::clamp(at_.x + style.px(14), c.x, std::max(c.x, c.x + c.width - width)),
                   std::clamp(at_.y + style.px(14), c.y, std::max(c.y, c.y + c.height - height))};
  list->AddRectFilled(low, {low.x + width, low.y + height}, IM_COL32(20, 20, 20, 220), style.px(6));
  list->AddText({low.x + style.px(10), low.y + style.px(6)}, IM_COL32(240, 240, 240, 255), word_.data(),
                word_.data() + word_.size());
}

}  // namespace handtint
