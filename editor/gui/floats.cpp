#include "editor/gui/floats.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "editor/gui/widgets.h"

namespace handtint {
namespace {

constexpr double notice_s = 5, problem_s = 15;
constexpr std::size_t most_notices = 3;

struct GuideStep {
  const char* title;
  const char* text;
};
constexpr std::array steps{
    GuideStep{"1 of 5: take a colour",
              "Click a skin colour in the palette on the right, or anywhere in the field above it."},
    GuideStep{"2 of 5: paint", "Draw one short line across the face. The colour flows to the edges by itself."},
    GuideStep{"3 of 5: another colour", "Choose a second colour and draw a line over the clothes or the background."},
    GuideStep{"4 of 5: compare",
              "Press \\ and drag the split to see before and after. Press \\ again to go on painting."},
    GuideStep{"5 of 5: keep it",
              "Ctrl+Z takes back, Ctrl+S saves your strokes, Ctrl+E exports the coloured photo. That is all."},
};

}  // namespace

void Notices::add(Notice notice, double now_s) {
  const double until = now_s + (notice.problem ? problem_s : notice_s);
  // The same words twice are one notice.
  std::erase_if(shown_, [&](const Shown& s) { return s.notice.text == notice.text; });
  shown_.push_back({std::move(notice), until});
  if (shown_.size() > most_notices) shown_.pop_front();
}

void Notices::draw(Ui& ui, const Area& area) {
  std::erase_if(shown_, [&](const Shown& s) { return ui.time_s >= s.until_s; });
  const Style& style = ui.style;
  float bottom = area.y + area.height - style.px(16);
  int index = 0;
  for (auto it = shown_.rbegin(); it != shown_.rend(); ++it, ++index) {
    ui.wake_in(std::max(0.05, it->until_s - ui.time_s));
    const float padding = style.px(14), close = style.px(28);
    const float wrap = std::min(style.px(560), area.width - style.px(32)) - 2 * padding - close;
    const ImVec2 text = ImGui::CalcTextSize(it->notice.text.c_str(), nullptr, false, wrap);
    const float width = text.x + 2 * padding + close, height = text.y + 2 * style.px(10);
    const Area place{std::floor(area.x + (area.width - width) / 2), std::floor(bottom - height), width, height};
    ui.covered.push_back(place);
    char name[24];
    std::snprintf(name, sizeof name, "notice%d", index);
    begin_fixed(name, place, IM_COL32(0, 0, 0, 0), {0, 0});
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 low{place.x, place.y}, high{place.x + width, place.y + height};
    list->AddRectFilled(low, high, style.colours.panel, style.px(8));
    list->AddRect(low, high, it->notice.problem ? style.colours.warning : style.colours.line, style.px(8), 0,
                  style.px(1));
    ImGui::SetCursorPos({padding, style.px(10)});
    ImGui::PushTextWrapPos(padding + wrap + 1);
    ImGui::TextUnformatted(it->notice.text.c_str());
    ImGui::PopTextWrapPos();
    ImGui::SetCursorPos({width - close - style.px(4), std::floor((height - close) / 2)});
    if (ui::icon_button(style, "close", Icon::close, "", false, true, 28)) it->until_s = 0, ui.wake_in(0);
    ImGui::End();
    bottom = place.y - style.px(8);
  }
}

void draw_empty_hint(Ui& ui) {
  const Document& document = ui.editor.document();
  if (!document.strokes().empty() || document.imported() || ui.tools.busy() || document.can_redo()) return;
  const Style& style = ui.style;
  const Area& canvas = ui.layout.canvas;
  const char* words = document.coat().on && ui.editor.prediction()
                          ? "Pick a colour, then draw a line over what should look different"
                          : "Pick a colour, then draw a line across the face";
  const float wrap = canvas.width - style.px(64);
  const ImVec2 text = ImGui::CalcTextSize(words, nullptr, false, wrap);
  const float width = text.x + style.px(40), height = text.y + style.px(20);
  const ImVec2 low{std::floor(canvas.x + (canvas.width - width) / 2),
                   std::floor(canvas.y + canvas.height - height - style.px(24))};
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  list->AddRectFilled(low, {low.x + width, low.y + height}, IM_COL32(20, 20, 20, 200), height / 2);
  list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {low.x + style.px(20), low.y + style.px(10)},
                IM_COL32(240, 240, 240, 255), words, nullptr, wrap);
}

bool Guide::done(const Ui& ui) const {
  const Document& document = ui.editor.document();
  switch (step_) {
    case 0:
      return !same_colour(ui.editor.colour(), colour_at_start_) || document.strokes().size() > strokes_at_start_;
    case 1:
      return document.strokes().size() > strokes_at_start_;
    case 2:
      return document.strokes().size() > strokes_at_start_ &&
             !same_colour(document.strokes().back()->colour, colour_at_start_);
    case 3:
      return ui.look.view == ViewKind::split;
    default:
      return false;
  }
}

void Guide::draw(Ui& ui) {
  if (!active()) return;
  if (watched_step_ != step_) {
    watched_step_ = step_;
    colour_at_start_ = ui.editor.colour();
    strokes_at_start_ = ui.editor.document().strokes().size();
  } else if (!ui.tools.busy() && done(ui)) {
    ++step_;
    ui.wake_in(0);
  }
  const Style& style = ui.style;
  const Area& canvas = ui.layout.canvas;
  const float width = std::min(style.px(340), canvas.width - style.px(32)), padding = style.px(16);
  const GuideStep& step = steps[static_cast<std::size_t>(step_)];
  const float wrap = width - 2 * padding;
  const float text_height = ImGui::CalcTextSize(step.text, nullptr, false, wrap).y;
  const float height =
      padding + ImGui::GetTextLineHeight() + style.px(8) + text_height + style.px(12) + style.px(34) + padding;
  const Area place{canvas.x + style.px(16), canvas.y + style.px(16), width, height};
  ui.covered.push_back(place);
  begin_fixed("guide", place, IM_COL32(0, 0, 0, 0), {0, 0});
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({place.x, place.y}, {place.x + width, place.y + height}, style.colours.panel, style.px(8));
  list->AddRect({place.x, place.y}, {place.x + width, place.y + height}, style.colours.accent, style.px(8), 0,
                style.px(1));
  ImGui::SetCursorPos({padding, padding});
  ImGui::PushFont(style.heading);
  ImGui::TextUnformatted(step.title);
  ImGui::PopFont();
  ImGui::SetCursorPos({padding, padding + ImGui::GetTextLineHeight() + style.px(8)});
  ImGui::PushTextWrapPos(padding + wrap);
  ImGui::TextUnformatted(step.text);
  ImGui::PopTextWrapPos();
  const bool last = step_ + 1 == static_cast<int>(steps.size());
  ImGui::SetCursorPos({padding, height - padding - style.px(34)});
  if (ui::text_button(style, last ? "Done" : "Skip this step", last)) {
    if (last)
      stop();
    else
      ++step_;
    ui.wake_in(0);
  }
  if (!last) {
    ImGui::SameLine(0, style.px(8));
    if (ui::text_button(style, "End the tour")) stop();
  }
  ImGui::End();
}

}  // namespace handtint
