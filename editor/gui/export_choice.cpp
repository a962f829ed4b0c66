#include "editor/gui/export_choice.h"

#include <algorithm>
#include <array>

#include "editor/film/frame_writer.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// The columns of the row, or its lines where the dialog is narrow.
class Columns {
 public:
  Columns(const Style& style, int count) : style_(style), gap_(style.px(16)) {
    const float room = ImGui::GetContentRegionAvail().x;
    wide_ = room > style.px(480);
    width_ = wide_ ? (room - static_cast<float>(count - 1) * gap_) / static_cast<float>(count) : room;
  }
  float width() const { return width_; }
  void next() const {
    if (wide_) ImGui::SameLine(0, gap_);
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
  bool wide_;
};

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

void draw_of_picture(const Style& style, const Columns& columns, PrintOptions& options, bool has_quality) {
  constexpr std::array sizes{controls::Segment{tr_noop("Full"), tr_noop("The photo's own size")},
                             controls::Segment{"2048", tr_noop("Pixels on the longer side")},
                             controls::Segment{"1024", tr_noop("Pixels on the longer side")}};
  draw_sizes(style, sizes, std::array{0, 2048, 1024}, columns.width(), options.longest_side);
  columns.next();
  columns.in_box("quality", 42, [&] {
    auto quality = static_cast<float>(options.jpeg_quality);
    if (controls::slider(style, tr_noop("Quality"), quality, {50, 100, 95, "%.0f"},
                         tr("Of JPEG, WebP, AVIF: 95 shows no difference"), has_quality))
      options.jpeg_quality = static_cast<int>(quality + 0.5f);
  });
  columns.next();
  columns.in_box("photo beside", 30, [&] {
    controls::toggle(style, tr_noop("Photo beside"), options.beside_photo, tr("Before and after, side by side"));
  });
}

void draw_of_growing(const Style& style, const Columns& columns, GrowingOptions& growing) {
  constexpr std::array sizes{controls::Segment{"480", tr_noop("Pixels on the longer side")},
                             controls::Segment{"800", tr_noop("Pixels on the longer side")},
                             controls::Segment{"1280", tr_noop("Pixels on the longer side")}};
  draw_sizes(style, sizes, std::array{480, 800, 1280}, columns.width(), growing.longest_side);
  columns.next();
  columns.in_box("length", 42, [&] {
    auto seconds = static_cast<float>(growing.seconds);
    if (controls::slider(style, tr_noop("Seconds"), seconds, {2, 30, 6, "%.0f"},
                         tr("Until the picture is finished; then it stands for two more")))
      growing.seconds = static_cast<double>(static_cast<int>(seconds + 0.5f));
  });
}

}  // namespace

std::vector<std::string> picture_export_extensions() {
  std::vector<std::string> extensions{".png", ".tif", ".tiff", ".jpg", ".jpeg"};
  for (const std::string& moving : moving_picture_endings()) extensions.push_back(moving);
  return extensions;
}

void draw_export_choice(const WindowState& state, PrintOptions& options, GrowingOptions& growing,
                        std::string& extension) {
  const Style& style = state.style;
  constexpr std::array formats{
      controls::Segment{"PNG", tr_noop("Lossless; 16 bits if the photo has them")},
      controls::Segment{"TIFF", tr_noop("Lossless; 16 bits if the photo has them")},
      controls::Segment{"JPEG", tr_noop("Small, for sending; 8 bits")},
      controls::Segment{tr_noop("Growing"),
                        tr_noop("The strokes growing, a moving picture: GIF, or by the name .mp4, .webm")}};
  const bool moves = is_moving_picture_name("picture" + extension);
  int format = extension == ".png"             ? 0
               : extension.starts_with(".tif") ? 1
               : extension.starts_with(".jp")  ? 2
               : moves                         ? 3
                                               : -1;
  const Columns columns(style, moves ? 3 : 4);
  ImGui::PushFont(style.small);
  if (controls::segmented(style, "format", formats.data(), static_cast<int>(formats.size()), format, columns.width()))
    extension = std::array{".png", ".tif", ".jpg", ".gif"}[static_cast<std::size_t>(format)];
  ImGui::PopFont();
  columns.next();
  if (moves)
    draw_of_growing(style, columns, growing);
  else
    draw_of_picture(style, columns, options, format == 2 || format < 0);
}

}  // namespace handtint
