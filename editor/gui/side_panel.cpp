#include "editor/gui/side_panel.h"

namespace handtint {

void SidePanel::draw(WindowState& state) {
  const Style& style = state.style;
  begin_fixed("panel", state.layout.panel, style.colours.panel, {style.px(16), style.px(4)});
  // The scroll bar always has its column, so that nothing shifts when a section opens.
  ImGui::BeginChild("scrolled", {ImGui::GetContentRegionAvail().x + style.px(14), 0}, false,
                    ImGuiWindowFlags_AlwaysVerticalScrollbar);
  const auto choose = [&](Rgb chosen, bool last) { colour.choose(state, chosen, last); };
  colour.section(state, coat_);
  things_.section(state);
  brush_section(state);
  coat_.section(state);
  finish_section(state);
  strokes_.section(state, choose);
  picture_.section(state);
  view_section(state);
  reference_.section(state, choose);
  ImGui::EndChild();
  ImGui::End();
}

}  // namespace handtint
