#include "editor/gui/export_choice.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "editor/files/output_profile.h"
#include "editor/files/path_text.h"
#include "editor/files/paths.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

struct ExportFormat {
  std::string_view extension;  // what a name gets
  const char* name;
  const char* tip;
  bool quality = false;
};
constexpr std::array formats{
    ExportFormat{".png", "PNG", tr_noop("Lossless; 16 bits if the photo has them")},
    ExportFormat{".tif", "TIFF", tr_noop("Lossless; 16 bits if the photo has them")},
    ExportFormat{".jpg", "JPEG", tr_noop("Small, for sending; 8 bits"), true},
    ExportFormat{".webp", "WebP", tr_noop("Small, for the web; 8 bits, quality 100 is lossless"), true},
    ExportFormat{".avif", "AVIF", tr_noop("Smaller still; up to 12 bits, quality 100 is lossless"), true},
    ExportFormat{".jxl", "JPEG XL", tr_noop("Smaller still; up to 16 bits, quality 100 is lossless"), true},
    ExportFormat{".ora", "OpenRaster", tr_noop("In layers, for GIMP and Krita")}};

const ExportFormat* format_of(std::string extension) {
  if (extension == ".tiff") extension = ".tif";
  if (extension == ".jpeg") extension = ".jpg";
  const auto found =
      std::find_if(formats.begin(), formats.end(), [&](const ExportFormat& f) { return f.extension == extension; });
  return found == formats.end() ? nullptr : &*found;
}

bool begin_list(const Style& style, const char* id, const char* name, const std::string& shown, float width,
                const char* tip) {
  ImGui::SetNextItemWidth(width);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {style.px(10), (style.px(30) - ImGui::GetTextLineHeight()) / 2});
  const bool listed = ImGui::BeginCombo(id, shown.c_str(), ImGuiComboFlags_HeightLarge);
  ImGui::PopStyleVar();
  if (listed) return true;
  controls::name_last_item(name);
  controls::tip_for_last_item(style, tip);
  return false;
}

void draw_formats(const Style& style, std::string& extension, float width) {
  const ExportFormat* current = format_of(extension);
  if (!begin_list(style, "##format", "format", current ? current->name : extension, width,
                  current ? tr(current->tip) : tr("The name says no format")))
    return;
  const auto writable = writable_picture_extensions();
  for (const ExportFormat& format : formats) {
    if (std::find(writable.begin(), writable.end(), format.extension) == writable.end()) continue;
    if (ImGui::Selectable(format.name, current == &format)) extension = format.extension;
    controls::name_last_item(format.name);
    controls::tip_for_last_item(style, tr(format.tip));
  }
  ImGui::EndCombo();
}

}  // namespace

std::vector<std::string> export_extensions() {
  const auto writable = writable_picture_extensions();
  return {writable.begin(), writable.end()};
}

void ExportChoice::draw_profiles(const Style& style, float width, bool layers) {
  if (layers) print.profile.clear();
  const std::string& chosen = print.profile;
  std::string shown_name = shown(std::filesystem::path(chosen).stem());
  for (const BuiltInProfile& known : built_in_profiles())
    if (known.name == chosen || (chosen.empty() && known.name == "srgb")) shown_name = known.label;
  ImGui::BeginDisabled(layers);
  if (begin_list(style, "##profile", "profile", shown_name, width,
                 tr("Colour space of the file: sRGB suits every screen; a wide one keeps more vivid colours, for a "
                    "program or printer that knows it. Installed profiles (share/color/icc) are in the list."))) {
    if (ImGui::IsWindowAppearing()) profiles = installed_profiles();
    for (const BuiltInProfile& known : built_in_profiles()) {
      if (ImGui::Selectable(known.label.data(), shown_name == known.label)) print.profile = known.name;
      controls::name_last_item(known.label);
    }
    for (const std::filesystem::path& file : profiles) {
      ImGui::PushID(file.c_str());
      if (ImGui::Selectable(shown(file.stem()).c_str(), print.profile == file)) print.profile = file.string();
      controls::name_last_item(file.stem().string());
      ImGui::PopID();
    }
    ImGui::EndCombo();
  }
  ImGui::EndDisabled();
}

void ExportChoice::draw(const WindowState& state, std::string& extension) {
  const Style& style = state.style;
  const float room = ImGui::GetContentRegionAvail().x, gap = style.px(16);
  const int columns = room > style.px(720) ? 5 : 2;
  const float column = (room - static_cast<float>(columns - 1) * gap) / static_cast<float>(columns);
  int placed = 0;
  const auto next = [&] {
    if (placed++ % columns != 0) ImGui::SameLine(0, gap);
  };
  const ExportFormat* format = format_of(extension);
  constexpr std::array sizes{controls::Segment{tr_noop("Full"), tr_noop("The photo's own size")},
                             controls::Segment{"2048", tr_noop("Pixels on the longer side")},
                             controls::Segment{"1024", tr_noop("Pixels on the longer side")}};
  constexpr std::array longest{0, 2048, 1024};
  ImGui::PushFont(style.small);
  next();
  draw_formats(style, extension, column);
  next();
  draw_profiles(style, column, extension == ".ora");
  next();
  int size = static_cast<int>(std::find(longest.begin(), longest.end(), print.longest_side) - longest.begin());
  if (controls::segmented(style, "size", sizes.data(), static_cast<int>(sizes.size()), size, column))
    print.longest_side = longest[static_cast<std::size_t>(size)];
  ImGui::PopFont();
  next();
  ImGui::BeginChild("quality", {column, style.px(42)}, false, ImGuiWindowFlags_NoScrollbar);
  auto quality = static_cast<float>(print.quality);
  if (controls::slider(style, tr_noop("Quality"), quality, {50, 100, 95, "%.0f"},
                       tr("Of JPEG, WebP, AVIF and JPEG XL: 95 shows no difference"), format && format->quality))
    print.quality = static_cast<int>(quality + 0.5f);
  ImGui::EndChild();
  next();
  ImGui::BeginChild("photo beside", {column, style.px(30)}, false, ImGuiWindowFlags_NoScrollbar);
  controls::toggle(style, tr_noop("Photo beside"), print.beside_photo, tr("Before and after, side by side"));
  ImGui::EndChild();
}

}  // namespace handtint
