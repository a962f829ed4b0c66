#include "editor/gui/quick_palette.h"

#include <utility>
#include <vector>

#include "editor/gui/coat_panel.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::size_t in_a_row = 8, most_rows = 3;

}  // namespace

void draw_quick_palette(WindowState& state, ColourPanel& colours) {
  constexpr const char* name = "quick palette";
  if (std::exchange(state.quick_palette_asked, false)) ImGui::OpenPopup(name);
  const Style& style = state.style;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {style.px(10), style.px(8)});
  const bool open = ImGui::BeginPopup(name);
  ImGui::PopStyleVar();
  if (!open) return;
  const auto row = [&](const char* words, const char* id, const std::vector<Swatch>& swatches) {
    if (swatches.empty()) return;
    controls::dim_text(style, words);
    ImGui::PushID(id);
    for (std::size_t i = 0; i < swatches.size() && i < in_a_row * most_rows; ++i) {
      if (i % in_a_row) ImGui::SameLine(0, style.px(6));
      ImGui::PushID(static_cast<int>(i));
      if (controls::swatch(style, id, swatches[i].colour, 26, false, words_of(swatches[i]))) {
        colours.choose(state, swatches[i].colour, true);
        ImGui::CloseCurrentPopup();
      }
      ImGui::PopID();
    }
    ImGui::PopID();
  };
  std::vector<Swatch> likely, recent;
  for (const LikelySwatch& s : likely_swatches(state.editor, state.likely_place)) likely.push_back({"", s.colour});
  for (const Rgb& colour : state.editor.brush().recent().colours())
    if (recent.size() < in_a_row) recent.push_back({"", colour});
  row(tr("Likely here"), "quick likely", likely);
  row(tr("Recent"), "quick recent", recent);
  row(tr("Palette"), "quick swatch", colours.shown_palette(state).swatches);
  ImGui::EndPopup();
}

}  // namespace handtint
