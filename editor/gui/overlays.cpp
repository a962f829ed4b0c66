#include "editor/gui/overlays.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "editor/gui/legible.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr double notice_s = 5, problem_s = 15;
constexpr std::size_t most_notices = 3;

struct GuideStep {
  const char* title;
  const char* text;
};
constexpr std::array steps{
    GuideStep{
        tr_noop("1 of 6: take a colour"),
        tr_noop("Click a colour in the palette on the right (skin, cloth, wood), or anywhere in the field above it.")},
    GuideStep{
        tr_noop("2 of 6: paint"),
        tr_noop(
            "Draw one short line across one thing: a face, a coat, the sky. The colour flows to its edges by itself.")},
    GuideStep{tr_noop("3 of 6: another colour"),
              tr_noop("Choose a second colour and draw a line over the clothes or the background.")},
    GuideStep{tr_noop("4 of 6: compare"),
              tr_noop("Press S and drag the split to see before and after. Press S again to go on painting.")},
    GuideStep{tr_noop("5 of 6: too much?"), tr_noop("Where colour went that you do not want: a grey stroke there. "
                                                    "Press N and draw one. B takes you back to the "
                                                    "brush.")},
    GuideStep{tr_noop("6 of 6: keep it"),
              tr_noop("Ctrl+Z takes back, Ctrl+S saves your strokes, Ctrl+E exports the coloured photo. That is all.")},
};

}  // namespace

// --- marks on the photo

void draw_likely_place(const WindowState& state, ImDrawList* list) {
  const Style& style = state.style;
  const Point at = screen_from_photo(state.view, state.likely_place);
  list->AddCircle({at.x, at.y}, style.px(9), IM_COL32(0, 0, 0, 180), 0, style.px(4));
  list->AddCircle({at.x, at.y}, style.px(9), IM_COL32_WHITE, 0, style.px(2));
}

void draw_outline(const WindowState& state, ImDrawList* list, const std::vector<Point>& points, bool closed) {
  for (const auto& [colour, weight] : {std::pair{IM_COL32(0, 0, 0, 200), 3.0f}, {IM_COL32(255, 255, 255, 255), 1.2f}}) {
    for (const Point& p : points) {
      const Point s = screen_from_photo(state.view, p);
      list->PathLineTo({s.x, s.y});
    }
    list->PathStroke(colour, closed ? ImDrawFlags_Closed : ImDrawFlags_None, state.style.px(weight));
  }
}

void draw_cells(const WindowState& state, ImDrawList* list, const Plane<std::uint8_t>& cells, Rgb colour) {
  const Point low = screen_from_photo(state.view, {0, 0});
  const Point high = screen_from_photo(
      state.view, {static_cast<float>(state.view.photo_width), static_cast<float>(state.view.photo_height)});
  const float width = (high.x - low.x) / static_cast<float>(cells.width());
  const float height = (high.y - low.y) / static_cast<float>(cells.height());
  const Rgb8 c = codes_of(colour);
  const ImU32 tint = IM_COL32(c.r, c.g, c.b, 140);
  for (int y = 0; y < cells.height(); ++y)
    for (int x = 0, end; x < cells.width(); x = end + 1) {
      const std::uint8_t* const row = cells.row(y);
      while (x < cells.width() && !row[x]) ++x;
      for (end = x; end < cells.width() && row[end];) ++end;
      if (x < end)
        list->AddRectFilled({low.x + width * static_cast<float>(x), low.y + height * static_cast<float>(y)},
                            {low.x + width * static_cast<float>(end), low.y + height * static_cast<float>(y + 1)},
                            tint);
    }
}

void draw_split(const WindowState& state, ImDrawList* list) {
  const Style& style = state.style;
  const Area& c = state.layout.canvas;
  const auto width = static_cast<float>(state.view.photo_width), height = static_cast<float>(state.view.photo_height);
  const Point top = screen_from_photo(state.view, {state.look.split * width, 0});
  const Point bottom = screen_from_photo(state.view, {state.look.split * width, height});
  const float y0 = std::max(top.y, c.y), y1 = std::min(bottom.y, c.y + c.height), middle = (y0 + y1) / 2;
  list->AddLine({top.x, y0}, {top.x, y1}, IM_COL32(0, 0, 0, 120), style.px(4));
  list->AddLine({top.x, y0}, {top.x, y1}, IM_COL32(255, 255, 255, 240), style.px(1.5f));
  list->AddCircleFilled({top.x, middle}, style.px(12), IM_COL32(255, 255, 255, 245));
  const float r = style.px(4), d = style.px(3);
  for (float side : {-1.0f, 1.0f}) {
    list->AddTriangleFilled({top.x + side * (d + r), middle}, {top.x + side * d, middle - r},
                            {top.x + side * d, middle + r}, IM_COL32(40, 40, 40, 255));
  }
}

void draw_caption(const WindowState& state, ImDrawList* list, const char* words) {
  const Style& style = state.style;
  const Area& canvas = state.layout.canvas;
  const ImVec2 text = ImGui::CalcTextSize(words);
  const float width = text.x + style.px(32), height = text.y + style.px(14);
  const ImVec2 low{std::floor(canvas.x + (canvas.width - width) / 2), std::floor(canvas.y + style.px(12))};
  list->AddRectFilled(low, {low.x + width, low.y + height}, IM_COL32(20, 20, 20, 220), height / 2);
  list->AddText({low.x + style.px(16), low.y + style.px(7)}, IM_COL32(240, 240, 240, 255), words);
}

void draw_lasso_chip(WindowState& state) {
  if (state.editor.brush().region().empty()) return;
  const Style& style = state.style;
  const Area& canvas = state.layout.canvas;
  const char* const words = tr("Inside lasso");
  const float close = style.px(24), height = style.px(28), width = ImGui::CalcTextSize(words).x + style.px(20) + close;
  const Area place{std::floor(canvas.x + canvas.width - width - style.px(12)), std::floor(canvas.y + style.px(12)),
                   width, height};
  state.covered.push_back(place);
  begin_fixed("lasso chip", place, IM_COL32(0, 0, 0, 0), {0, 0});
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({place.x, place.y}, {place.x + width, place.y + height}, IM_COL32(20, 20, 20, 220), height / 2);
  list->AddText({place.x + style.px(14), place.y + (height - ImGui::GetTextLineHeight()) / 2},
                IM_COL32(240, 240, 240, 255), words);
  ImGui::SetCursorPos({width - close - style.px(4), style.px(2)});
  if (controls::icon_button(style, "end lasso", Icon::close, tr("Strokes change the whole photo again  (Esc)"), false,
                            true, 24))
    state.editor.limit_strokes({});
  ImGui::End();
}

// --- for a while

void Notices::add(Notice notice, double now_s) {
  const double until = now_s + (notice.problem ? problem_s : notice_s);
  // The same words twice are one notice.
  std::erase_if(shown_, [&](const Shown& s) { return s.notice.text == notice.text; });
  shown_.push_back({std::move(notice), until});
  if (shown_.size() > most_notices) shown_.pop_front();
}

void Notices::draw(WindowState& state, const Area& area) {
  std::erase_if(shown_, [&](const Shown& s) { return state.pace.time_s() >= s.until_s; });
  const Style& style = state.style;
  float bottom = area.y + area.height - style.px(16);
  int index = 0;
  for (auto it = shown_.rbegin(); it != shown_.rend(); ++it, ++index) {
    state.pace.wake_in(std::max(0.05, it->until_s - state.pace.time_s()));
    const float padding = style.px(14), close = style.px(28);
    const float wrap = std::min(style.px(560), area.width - style.px(32)) - 2 * padding - close;
    const std::string drawn = legible(it->notice.text);
    const ImVec2 text = ImGui::CalcTextSize(drawn.c_str(), nullptr, false, wrap);
    const float width = text.x + 2 * padding + close, height = text.y + 2 * style.px(10);
    const Area place{std::floor(area.x + (area.width - width) / 2), std::floor(bottom - height), width, height};
    state.covered.push_back(place);
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
    ImGui::TextUnformatted(drawn.c_str());
    ImGui::PopTextWrapPos();
    ImGui::SetCursorPos({width - close - style.px(4), std::floor((height - close) / 2)});
    if (controls::icon_button(style, "close", Icon::close, "", false, true, 28)) it->until_s = 0, state.pace.wake_in(0);
    ImGui::End();
    bottom = place.y - style.px(8);
  }
}

void draw_empty_hint(WindowState& state) {
  if (state.editor.film()) return;  // the timeline says it
  const Document& document = state.editor.document();
  if (!document.strokes().empty() || document.imported() || state.tools.busy() || document.can_redo()) return;
  const Style& style = state.style;
  const Area& canvas = state.layout.canvas;
  const char* words = document.coat().on && state.editor.colouring().predictions().latest()
                          ? tr("Pick a colour, then draw a line over what should look different")
                          : tr("Pick a colour, then draw a line across one thing");
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

bool Guide::done(const WindowState& state) const {
  const Document& document = state.editor.document();
  switch (step_) {
    case 0:
      return !same_colour(state.editor.brush().colour(), colour_at_start_) ||
             document.strokes().size() > strokes_at_start_;
    case 1:
      return document.strokes().size() > strokes_at_start_;
    case 2:
      return document.strokes().size() > strokes_at_start_ &&
             !same_colour(document.strokes().back()->colour, colour_at_start_);
    case 3:
      return split_dragged_ && state.look.view != ViewKind::split;
    case 4:
      return document.strokes().size() > strokes_at_start_ && document.strokes().back()->kind == StrokeKind::neutral;
    default:
      return false;
  }
}

void Guide::draw(WindowState& state) {
  if (!active()) return;
  if (watched_step_ != step_) {
    watched_step_ = step_;
    colour_at_start_ = state.editor.brush().colour();
    strokes_at_start_ = state.editor.document().strokes().size();
    split_at_start_ = state.look.split;
    split_dragged_ = false;
  }
  split_dragged_ |= state.look.view == ViewKind::split && state.look.split != split_at_start_;
  if (watched_step_ == step_ && !state.tools.busy() && done(state)) {
    ++step_;
    state.pace.wake_in(0);
  }
  const Style& style = state.style;
  const Area& canvas = state.layout.canvas;
  const float width = std::min(style.px(340), canvas.width - style.px(32)), padding = style.px(16);
  const GuideStep& step = steps[static_cast<std::size_t>(step_)];
  const float wrap = width - 2 * padding;
  const float text_height = ImGui::CalcTextSize(tr(step.text), nullptr, false, wrap).y;
  const float height =
      padding + ImGui::GetTextLineHeight() + style.px(8) + text_height + style.px(12) + style.px(34) + padding;
  const Area place{canvas.x + style.px(16), canvas.y + style.px(16), width, height};
  state.covered.push_back(place);
  begin_fixed("guide", place, IM_COL32(0, 0, 0, 0), {0, 0});
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({place.x, place.y}, {place.x + width, place.y + height}, style.colours.panel, style.px(8));
  list->AddRect({place.x, place.y}, {place.x + width, place.y + height}, style.colours.accent, style.px(8), 0,
                style.px(1));
  ImGui::SetCursorPos({padding, padding});
  ImGui::PushFont(style.heading);
  ImGui::TextUnformatted(tr(step.title));
  controls::name_last_item(step.title);
  ImGui::PopFont();
  ImGui::SetCursorPos({padding, padding + ImGui::GetTextLineHeight() + style.px(8)});
  ImGui::PushTextWrapPos(padding + wrap);
  ImGui::TextUnformatted(tr(step.text));
  ImGui::PopTextWrapPos();
  const bool last = step_ + 1 == static_cast<int>(steps.size());
  ImGui::SetCursorPos({padding, height - padding - style.px(34)});
  const char* const next = last ? tr_noop("Done") : tr_noop("Skip this step");
  const char* const end = tr_noop("End the tour");
  const float next_width = controls::button_width(style, next), end_width = controls::button_width(style, end);
  const float share = std::min(1.0f, (wrap - style.px(8)) / (next_width + end_width));
  if (controls::text_button(style, next, last, true, share * next_width)) {
    if (last)
      stop();
    else
      ++step_;
    state.pace.wake_in(0);
  }
  if (!last) {
    ImGui::SameLine(0, style.px(8));
    if (controls::text_button(style, end, false, true, share * end_width)) stop();
  }
  ImGui::End();
}

}  // namespace handtint
