#include "editor/gui/doubt.h"

#include <array>
#include <cmath>

#include "editor/document/painted_places.h"
#include "editor/gui/texture_id.h"
#include "editor/gui/widgets.h"
#include "editor/work/unsure_picture.h"
#include "solver/prediction/prediction_set.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr ImU32 violet = IM_COL32(176, 64, 255, 255), paper = IM_COL32(20, 20, 20, 220),
                letters = IM_COL32(240, 240, 240, 255);

std::string percent_of(float share) {
  return std::to_string(std::lround(100 * share));
}

// What the network's contract promises of its sets.
std::string promise_of(const Calibration& calibration) {
  if (calibration.covered > 0)
    return tr(
        "Measured on photos that it had not learnt from: {1} % of the true colours are among these, of vivid ones {2} "
        "%.",
        {percent_of(calibration.covered), percent_of(calibration.covered_vivid)});
  return tr("The network's own opinion, {1} % sure: nobody has measured how often it is right.",
            {percent_of(calibration.mass)});
}

void draw_mark(const WindowState& state, ImDrawList* list, const HelpfulPlace& place, std::size_t number) {
  const Style& style = state.style;
  const Point at = screen_from_photo(state.view, {place.x * static_cast<float>(state.view.photo_width),
                                                  place.y * static_cast<float>(state.view.photo_height)});
  const std::string text = std::to_string(number);
  const float radius = style.px(11);
  list->AddCircleFilled({at.x, at.y}, radius + style.px(2), IM_COL32(0, 0, 0, 160));
  list->AddCircleFilled({at.x, at.y}, radius, violet);
  list->AddCircle({at.x, at.y}, radius, IM_COL32_WHITE, 0, style.px(1.5f));
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  list->AddText({std::floor(at.x - size.x / 2), std::floor(at.y - size.y / 2)}, IM_COL32_WHITE, text.c_str());
}

// In the upper right corner, below the chip of a lasso.
void draw_legend(const WindowState& state, ImDrawList* list, const Calibration& calibration, bool marks) {
  const Style& style = state.style;
  const Area& canvas = state.layout.canvas;
  const float padding = style.px(12), line = style.px(6), bar = style.px(12);
  const float width = std::min(style.px(280), canvas.width - style.px(24)), wrap = width - 2 * padding;
  ImGui::PushFont(style.small);
  ImFont* const font = ImGui::GetFont();
  const float size = ImGui::GetFontSize();
  const std::string promise = promise_of(calibration);
  const char* const title = tr("What the colour may be: radius in CIE a and b");
  const char* const numbers = tr("Numbers: where a stroke helps most, 1 before 2");
  const auto height_of = [&](const char* text) { return ImGui::CalcTextSize(text, nullptr, false, wrap).y; };
  const float height = 2 * padding + height_of(title) + line + bar + ImGui::GetTextLineHeight() + line +
                       height_of(promise.c_str()) + (marks ? line + height_of(numbers) : 0);
  const bool lasso = !state.editor.brush().region().empty();
  const ImVec2 low{std::floor(canvas.x + canvas.width - width - style.px(12)),
                   std::floor(canvas.y + style.px(lasso ? 52 : 12))};
  list->AddRectFilled(low, {low.x + width, low.y + height}, paper, style.px(8));
  ImVec2 at{low.x + padding, low.y + padding};
  const auto write = [&](const char* text) {
    list->AddText(font, size, at, letters, text, nullptr, wrap);
    at.y += height_of(text) + line;
  };
  write(title);
  constexpr int steps = 40;
  constexpr float longest = 25;  // ab, the bar's right end
  for (int i = 0; i < steps; ++i) {
    const float x0 = at.x + wrap * static_cast<float>(i) / steps, x1 = at.x + wrap * static_cast<float>(i + 1) / steps;
    const std::array<std::uint8_t, 4> c = unsure_ink(longest * (static_cast<float>(i) + 0.5f) / steps);
    list->AddRectFilled({x0, at.y}, {x1, at.y + bar}, IM_COL32(150, 150, 150, 255));
    list->AddRectFilled({x0, at.y}, {x1, at.y + bar}, IM_COL32(c[0], c[1], c[2], c[3]));
  }
  at.y += bar;
  for (const int radius : {0, 5, 10, 15, 20, 25}) {
    const std::string text = std::to_string(radius) + (radius == 25 ? "+" : "");
    const float text_width = ImGui::CalcTextSize(text.c_str()).x;
    const float x = at.x + (wrap - text_width) * static_cast<float>(radius) / longest;
    list->AddText({std::floor(x), at.y}, letters, text.c_str());
  }
  at.y += ImGui::GetTextLineHeight() + line;
  write(promise.c_str());
  if (marks) write(numbers);
  ImGui::PopFont();
}

}  // namespace

void UnsureOverlay::renew(WindowState& state, const Prediction& prediction) {
  const std::uint64_t number = state.editor.colouring().predictions().number();
  const std::uint64_t strokes = state.editor.document().revision();
  if (prediction_ == number && strokes_ == strokes) return;
  if (prediction_ != number) {
    radius_ = prediction.has_distribution() ? prediction_radius(prediction) : Plane<float>();
    const UnsurePicture picture = unsure_picture(radius_);
    texture_.clear();
    if (!picture.rgba.empty()) {
      texture_.resize(picture.width, picture.height, gl::Texture::rgba8);
      texture_.upload_rows(0, picture.height, picture.rgba.data());
    }
    state.textures_changed = true;
  }
  prediction_ = number;
  strokes_ = strokes;
  places_ = helpful_places(radius_, prediction.traits,
                           painted_places(state.editor.sitting().photo(), state.editor.document().state(), true));
}

void UnsureOverlay::draw(WindowState& state, ImDrawList* list) {
  Predictions& predictions = state.editor.colouring().predictions();
  predictions.set_watched(state.unsure_shown || state.tools.tool == Tool::wand);
  if (!state.unsure_shown || !predictions.latest()) return;
  renew(state, *predictions.latest());
  if (texture_.empty()) return;
  const Point low = screen_from_photo(state.view, {0, 0});
  const Point high = screen_from_photo(
      state.view, {static_cast<float>(state.view.photo_width), static_cast<float>(state.view.photo_height)});
  list->AddImage(texture_id(texture_), {low.x, low.y}, {high.x, high.y});
  for (std::size_t i = 0; i < places_.size(); ++i) draw_mark(state, list, places_[i], i + 1);
  draw_legend(state, list, predictions.latest()->calibration, !places_.empty());
}

namespace {

// Null if nothing is known of a place.
const Prediction* prediction_shown(const WindowState& state) {
  if (!state.editor.sitting().has_document()) return nullptr;
  const auto& latest = state.editor.colouring().predictions().latest();
  return latest && latest->has_distribution() ? latest.get() : nullptr;
}

}  // namespace

void draw_prediction_set(const WindowState& state, ImDrawList* list, const PickerPanel& panel) {
  const Prediction* prediction = prediction_shown(state);
  if (!prediction) return;
  const std::vector<AbColour> set =
      prediction_set(*prediction, state.likely_place.x / static_cast<float>(state.view.photo_width),
                     state.likely_place.y / static_cast<float>(state.view.photo_height));
  list->PushClipRect({panel.x, panel.y}, {panel.x + panel.side, panel.y + panel.side}, true);
  const auto border = border_of(set, bin_side(prediction->bins));
  for (const auto& [colour, weight] : {std::pair{IM_COL32(0, 0, 0, 150), 3.5f}, {violet, 2.0f}})
    for (const auto& [from, to] : border) {
      const Point p = panel.place_of({from.a, from.b}), q = panel.place_of({to.a, to.b});
      list->AddLine({p.x, p.y}, {q.x, q.y}, colour, state.style.px(weight));
    }
  list->PopClipRect();
}

std::string prediction_set_words(const WindowState& state) {
  const Prediction* prediction = prediction_shown(state);
  if (!prediction) return {};
  return std::string("\n") + tr("Violet outline: what the colour may be where the cursor rested or clicked last.") +
         " " + promise_of(prediction->calibration);
}

}  // namespace handtint
