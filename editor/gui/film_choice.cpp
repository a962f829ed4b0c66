#include "editor/gui/film_choice.h"

#include <algorithm>
#include <array>

#include "editor/files/paths.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr const char* folder_ending = ".frames";
constexpr std::array endings{".mkv", ".mp4", ".gif", folder_ending, ".png"};

}  // namespace

std::vector<std::string> film_export_extensions() {
  return {".mkv", ".mp4", ".mov", ".avi", ".gif", folder_ending, ".png", ".tif", ".tiff", ".jpg", ".jpeg"};
}

void draw_film_choice(const WindowState& state, std::string& extension) {
  const Style& style = state.style;
  constexpr std::array formats{
      controls::Segment{"MKV", tr_noop("Without loss (FFV1), sound and subtitles as they are")},
      controls::Segment{"MP4", tr_noop("H.264, for showing; sound as it is")},
      controls::Segment{"GIF", tr_noop("Times and loop as they are, one palette for each shot")},
      controls::Segment{tr_noop("Pictures"), tr_noop("A folder with a picture for each frame")},
      controls::Segment{tr_noop("This frame"), tr_noop("One picture, of the frame that is open")}};
  const auto known = std::find(endings.begin(), endings.end(), extension);
  int format = known == endings.end() ? -1 : static_cast<int>(known - endings.begin());
  ImGui::PushFont(style.small);
  if (controls::segmented(style, "format", formats.data(), static_cast<int>(formats.size()), format,
                          std::min(ImGui::GetContentRegionAvail().x, style.px(520))))
    extension = endings[static_cast<std::size_t>(format)];
  ImGui::PopFont();
}

std::filesystem::path film_target(std::filesystem::path file) {
  return file.extension() == folder_ending ? file.replace_extension() : file;
}

bool is_one_frame(const std::filesystem::path& file) {
  const std::string extension = lower_case_extension(file);
  return extension != ".gif" && is_picture_name(file);
}

}  // namespace handtint
