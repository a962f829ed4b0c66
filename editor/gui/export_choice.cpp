#include "editor/gui/export_choice.h"

#include <algorithm>
#include <array>

#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {

void draw_export_choice(const WindowState& state, PrintOptions& options, std::string& extension) {
  const Style& style = state.style;
  const float room = ImGui::GetContentRegionAvail().x, gap = style.px(16);
  const bool wide = room > style.px(480);
  const float column = wide ? (room - 3 * gap) / 4 : room;
  const auto beside = [&] {
    if (wide) ImGui::SameLine(0, gap);
  };
  constexpr std::array formats{controls::Segment{"PNG", tr_noop("Lossless; 16 bits if the photo has them")},
                               controls::Segment{"TIFF", tr_noop("Lossless; 16 bits if the photo has them")},
                               controls::Segment{"JPEG", tr_noop("Small, for sending; 8 bits")}};
  constexpr std::array sizes{controls::Segment{tr_noop("Full"), tr_noop("The photo's own size")},
                             controls::Segment{"2048", tr_noop("Pixels on the longer side")},
                             controls::Segment{"1024", tr_noop("Pixels on the longer side")}};
  constexpr std::array longest{0, 2048, 1024};
  int format = extension == ".png" ? 0 : extension.starts_with(".tif") ? 1 : extension.starts_with(".jp") ? 2 : -1;
  ImGui::PushFont(style.small);
  if (controls::segmented(style, "format", formats.data(), static_cast<int>(formats.size()), format, column))
    extension = std::array{".png", ".tif", ".jpg"}[static_cast<std::size_t>(format)];
  beside();
  int size = static_cast<int>(std::find(longest.begin(), longest.end(), options.longest_side) - longest.begin());
  if (controls::segmented(style, "size", sizes.data(), static_cast<int>(sizes.size()), size, column))
    options.longest_side = longest[static_cast<std::size_t>(size)];
  ImGui::PopFont();
  beside();
  ImGui::BeginChild("quality", {column, style.px(42)}, false, ImGuiWindowFlags_NoScrollbar);
  auto quality = static_cast<float>(options.jpeg_quality);
  if (controls::slider(style, tr_noop("Quality"), quality, {50, 100, 95, "%.0f"},
                       tr("Of JPEG, WebP, AVIF: 95 shows no difference"), format == 2 || format < 0))
    options.jpeg_quality = static_cast<int>(quality + 0.5f);
  ImGui::EndChild();
  beside();
  ImGui::BeginChild("photo beside", {column, style.px(30)}, false, ImGuiWindowFlags_NoScrollbar);
  controls::toggle(style, tr_noop("Photo beside"), options.beside_photo, tr("Before and after, side by side"));
  ImGui::EndChild();
}

}  // namespace handtint
