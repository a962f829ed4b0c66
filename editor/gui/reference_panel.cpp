#include "editor/gui/reference_panel.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "editor/gui/texture_id.h"
#include "editor/gui/widgets.h"

namespace handtint {

void ReferencePanel::open(const std::filesystem::path& file) {
  constexpr int side = 640;  // enough to pick from, at any width of the panel
  loader_.start([file](std::stop_token, auto&) { return make_thumbnail(file, side); }, wake_up_);
}

void ReferencePanel::take_loaded(WindowState& state) {
  auto loaded = loader_.take();
  if (!loaded) return;
  if (!loaded->problem.empty()) {
    state.editor.messages().tell(loaded->problem, true);
    reference_ = {};
    return;
  }
  reference_ = std::move(*loaded);
  texture_.resize(reference_.width, reference_.height, gl::Texture::rgba8);
  texture_.upload_rows(0, reference_.height, reference_.rgba.data());
  state.textures_changed = true;
  scroll_to_it_ = true;
  state.pace.settle();  // scrolling takes a frame more
}

void ReferencePanel::section(WindowState& state, const ChooseColour& choose) {
  const Style& style = state.style;
  if (!controls::section(style, "Reference", false)) return;
  if (reference_.rgba.empty()) {
    controls::dim_text(style, loader_.running() ? "Opening\u2026" : "A colour photo to pick colours from.");
  } else {
    const float width = ImGui::GetContentRegionAvail().x;
    const float height =
        std::floor(width * static_cast<float>(reference_.height) / static_cast<float>(reference_.width));
    const ImVec2 start = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("reference", {width, height});
    controls::name_last_item("reference picture");
    ImGui::GetWindowDrawList()->AddImageRounded(texture_id(texture_), start, {start.x + width, start.y + height},
                                                {0, 0}, {1, 1}, IM_COL32_WHITE, style.px(4));
    if (ImGui::IsItemActive() || ImGui::IsItemDeactivated()) {
      const ImVec2 mouse = ImGui::GetIO().MousePos;
      const int x = std::clamp(static_cast<int>((mouse.x - start.x) / width * static_cast<float>(reference_.width)), 0,
                               reference_.width - 1);
      const int y = std::clamp(static_cast<int>((mouse.y - start.y) / height * static_cast<float>(reference_.height)),
                               0, reference_.height - 1);
      const std::uint8_t* p = reference_.rgba.data() + 4 * (static_cast<std::size_t>(y) * reference_.width + x);
      choose({static_cast<float>(p[0]) / 255, static_cast<float>(p[1]) / 255, static_cast<float>(p[2]) / 255},
             ImGui::IsItemDeactivated());
    }
    controls::tip_for_last_item(style, "Click to take a colour");
  }
  if (controls::text_button(style, "Open a reference\u2026")) state.post(Command::open_reference);
  if (std::exchange(scroll_to_it_, false)) ImGui::SetScrollHereY(1);
  ImGui::Dummy({1, style.px(4)});
}

}  // namespace handtint
