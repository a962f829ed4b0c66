#include "editor/gui/export_choice.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "editor/files/output_profile.h"
#include "editor/files/path_text.h"
#include "editor/files/paths.h"
#include "editor/film/frame_writer.h"
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
    ExportFormat{".ora", "OpenRaster", tr_noop("In layers, for GIMP and Krita")},
    ExportFormat{".gif", tr_noop("Growing"),
                 tr_noop("The strokes growing, a moving picture: GIF, or by the name .mp4, .webm")}};

const ExportFormat* format_of(std::string extension) {
  if (extension == ".tiff") extension = ".tif";
  if (extension == ".jpeg") extension = ".jpg";
  const auto found =
      std::find_if(formats.begin(), formats.end(), [&](const ExportFormat& f) { return f.extension == extension; });
  return found == formats.end() ? nullptr : &*found;
}

// Sizes to choose from, as pixels on the longer side; 0 = the photo's own.
template <std::size_t n>
void draw_sizes(const Style& style, const std::array<controls::Segment, n>& words, const std::array<int, n>& pixels,
                float width, int& chosen) {
  int size = static_cast<int>(std::find(pixels.begin(), pixels.end(), chosen) - pixels.begin());
  ImGui::PushFont(style.small);
  if (controls::segmented(style, "size", words.data(), static_cast<int>(n), size, width))
    chosen = pixels[static_cast<std::size_t>(size)];
  ImGui::PopFont();
}

// ImGui's list of choices, with a name for those who watch and a tip. True while it is open.
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

void draw_formats(const Style& style, std::string& extension, bool moves, float width) {
  const ExportFormat* current = moves ? &formats.back() : format_of(extension);
  if (!begin_list(style, "##format", "format", current ? tr(current->name) : extension, width,
                  current ? tr(current->tip) : tr("The name says no format")))
    return;
  const std::vector<std::string> writable = export_extensions();
  for (const ExportFormat& format : formats) {
    if (std::find(writable.begin(), writable.end(), format.extension) == writable.end()) continue;
    if (ImGui::Selectable(tr(format.name), current == &format)) extension = format.extension;
    controls::name_last_item(format.name);
    controls::tip_for_last_item(style, tr(format.tip));
  }
  ImGui::EndCombo();
}

}  // namespace

std::vector<std::string> export_extensions() {
  const auto writable = writable_picture_extensions();
  std::vector<std::string> extensions(writable.begin(), writable.end());
  for (const std::string& moving : moving_picture_endings()) extensions.push_back(moving);
  return extensions;
}

// Of the row, or a grid of two where the dialog is narrow.
class ExportChoice::Columns {
 public:
  Columns(const Style& style, int count) : style_(style), gap_(style.px(16)) {
    const float room = ImGui::GetContentRegionAvail().x;
    columns_ = room > style.px(720) ? count : 2;
    width_ = (room - static_cast<float>(columns_ - 1) * gap_) / static_cast<float>(columns_);
  }
  float width() const { return width_; }
  void next() const {
    if (++placed_ % columns_ != 0) ImGui::SameLine(0, gap_);
  }
  template <class Draw>
  void in_box(const char* name, float height, Draw draw) const {
    ImGui::BeginChild(name, {width_, style_.px(height)}, false, ImGuiWindowFlags_NoScrollbar);
    draw();
    ImGui::EndChild();
  }

 private:
  const Style& style_;
  float gap_, width_;
  int columns_;
  mutable int placed_ = 0;
};

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

void ExportChoice::draw_picture(const Style& style, const Columns& columns, const std::string& extension) {
  constexpr std::array sizes{controls::Segment{tr_noop("Full"), tr_noop("The photo's own size")},
                             controls::Segment{"2048", tr_noop("Pixels on the longer side")},
                             controls::Segment{"1024", tr_noop("Pixels on the longer side")}};
  columns.next();
  draw_profiles(style, columns.width(), extension == ".ora");
  columns.next();
  draw_sizes(style, sizes, std::array{0, 2048, 1024}, columns.width(), print.longest_side);
  columns.next();
  columns.in_box("quality", 42, [&] {
    const ExportFormat* format = format_of(extension);
    auto quality = static_cast<float>(print.quality);
    if (controls::slider(style, tr_noop("Quality"), quality, {50, 100, 95, "%.0f"},
                         tr("Of JPEG, WebP, AVIF and JPEG XL: 95 shows no difference"), format && format->quality))
      print.quality = static_cast<int>(quality + 0.5f);
  });
  columns.next();
  columns.in_box("photo beside", 30, [&] {
    controls::toggle(style, tr_noop("Photo beside"), print.beside_photo, tr("Before and after, side by side"));
  });
}

void ExportChoice::draw_growing(const Style& style, const Columns& columns) {
  constexpr std::array sizes{controls::Segment{"480", tr_noop("Pixels on the longer side")},
                             controls::Segment{"800", tr_noop("Pixels on the longer side")},
                             controls::Segment{"1280", tr_noop("Pixels on the longer side")}};
  columns.next();
  draw_sizes(style, sizes, std::array{480, 800, 1280}, columns.width(), growing.longest_side);
  columns.next();
  columns.in_box("length", 42, [&] {
    auto seconds = static_cast<float>(growing.seconds);
    if (controls::slider(style, tr_noop("Seconds"), seconds, {2, 30, 6, "%.0f"},
                         tr("Until the picture is finished; then it stands for two more")))
      growing.seconds = static_cast<double>(static_cast<int>(seconds + 0.5f));
  });
}

void ExportChoice::draw(const WindowState& state, std::string& extension) {
  const Style& style = state.style;
  const bool moves = is_moving_picture_name("picture" + extension);
  const Columns columns(style, moves ? 3 : 5);
  draw_formats(style, extension, moves, columns.width());
  if (moves)
    draw_growing(style, columns);
  else
    draw_picture(style, columns, extension);
}

}  // namespace handtint
