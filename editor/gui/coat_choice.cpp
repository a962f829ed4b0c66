#include "editor/gui/coat_choice.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "editor/gui/texture_id.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {

bool CoatChoice::wanted(WindowState& state) {
  const Editor& editor = state.editor;
  const Document& document = editor.document();
  if (document_ != editor.sitting().number()) {
    document_ = editor.sitting().number();
    state.coats_asked = false;
    fresh_ = !state.editor.film() && document.coat().on && document.strokes().empty() && !document.imported() &&
             !document.can_undo();
  }
  if (!document.strokes().empty() || document.can_undo() || state.tools.busy()) fresh_ = false;
  if (document.coat().picture) return false;
  return state.coats_asked || (fresh_ && document.coat().on);
}

void CoatChoice::draw(WindowState& state) {
  Editor& editor = state.editor;
  state.coat_looked_at = nullptr;
  on_screen_ = false;
  const bool wanted = this->wanted(state);
  CoatStrip& strip = editor.colouring().coat_strip();
  const std::optional<SolvedPicture>& picture = editor.colouring().picture();
  strip.follow(wanted && picture && picture->report.done());  // the picture goes first
  if (shown_ != strip.number()) {
    shown_ = strip.number();
    pictures_.clear();
    for (const CoatStrip::Coat& coat : strip.coats()) {
      gl::Texture& texture = pictures_.emplace_back();
      texture.resize(coat.width, coat.height, gl::Texture::rgba8);
      texture.upload_rows(0, coat.height, coat.rgba.data());
    }
    state.textures_changed = true;
  }
  if (!wanted || strip.coats().size() < 2) return;

  const Style& style = state.style;
  const Area& canvas = state.layout.canvas;
  const float count = static_cast<float>(pictures_.size()), gap = style.px(6), margin = style.px(10),
              close = style.px(28);
  const CoatStrip::Coat& first = strip.coats().front();
  const float sides = static_cast<float>(first.height) / static_cast<float>(first.width);
  const float room = canvas.width - style.px(24) - 2 * margin - close - count * gap;
  const float width = std::floor(std::min({room / count, style.px(112), style.px(96) / sides}));
  const float height = std::floor(width * sides);
  if (width < style.px(20)) return;
  const Area place{std::floor(canvas.x + (canvas.width - count * (width + gap) - 2 * margin - close) / 2),
                   std::floor(canvas.y + canvas.height - height - 2 * margin - style.px(12)),
                   count * (width + gap) + 2 * margin + close, height + 2 * margin};
  on_screen_ = true;
  state.covered.push_back(place);
  begin_fixed("coats", place, IM_COL32(0, 0, 0, 0), {0, 0});
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({place.x, place.y}, {place.x + place.width, place.y + place.height},
                      (style.colours.panel & 0x00ffffffu) | 0xdc000000u, style.px(8));
  FirstCoat coat = editor.document().coat();
  for (std::size_t i = 0; i < pictures_.size(); ++i) {
    const CoatStrip::Coat& offered = strip.coats()[i];
    ImGui::SetCursorPos({margin + static_cast<float>(i) * (width + gap), margin});
    const ImVec2 low = ImGui::GetCursorScreenPos(), high{low.x + width, low.y + height};
    const std::string name = "coat " + std::to_string(i + 1);
    const bool taken = ImGui::InvisibleButton(name.c_str(), {width, height});
    controls::name_last_item(name);
    const bool hovered = ImGui::IsItemHovered();
    list->AddImageRounded(texture_id(pictures_[i]), low, high, {0, 0}, {1, 1}, IM_COL32_WHITE, style.px(3));
    const bool chosen = coat.on && coat.dials.variant == offered.variant;
    if (chosen || hovered)
      list->AddRect(low, high, chosen ? style.colours.accent : style.colours.text, style.px(3), 0, style.px(2));
    if (hovered) state.coat_looked_at = offered.chroma;
    controls::tip_for_last_item(
        style, i == 0 ? tr("The likeliest colours") : tr("Other plausible colours: click to take them"));
    if (!taken) continue;
    coat.on = true;
    coat.dials.variant = offered.variant;
    editor.change([&](Document& d) { return d.set_coat(coat, Step::own); });
    state.coats_asked = true;  // it stays, for who wants to try another one
    state.coat_looked_at = nullptr;
  }
  ImGui::SetCursorPos({place.width - close - style.px(4), std::floor((place.height - close) / 2)});
  if (controls::icon_button(style, "close coats", Icon::close, tr("Keep what is there"), false, true, 28)) {
    state.coats_asked = fresh_ = false;
  }
  ImGui::End();
}

}  // namespace handtint
