#include "editor/film/frame_writer.h"

#include <algorithm>
#include <array>

#include "editor/files/paths.h"
#include "editor/film/film_writer.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr std::array endings{".gif", ".mp4", ".webm", ".mov", ".m4v", ".mkv"};

bool is_gif(const fs::path& target) {
  return lower_case_extension(target) == ".gif";
}

}  // namespace

std::vector<std::string> moving_picture_endings() {
  return {endings.begin(), endings.end()};
}

bool is_moving_picture_name(const fs::path& target) {
  return std::find(endings.begin(), endings.end(), lower_case_extension(target)) != endings.end();
}

void require_moving_picture(const fs::path& target) {
  if (!is_moving_picture_name(target))
    throw FileError(target, tr("has no ending of a moving picture; use .gif, .mp4 or .webm"));
  if (is_gif(target))
    require_gif_writer(target);
  else
    require_film_frames(target);
}

double frame_rate_of(const fs::path& target) {
  return is_gif(target) ? 100.0 / gif_frame_hundredths : 25;
}

// Film files have their colours at half the size.
Extent frame_size_of(const fs::path& target, Extent wanted) {
  if (is_gif(target)) return wanted;
  return {std::max(2, wanted.width & ~1), std::max(2, wanted.height & ~1)};
}

bool has_palette(const fs::path& target) {
  return is_gif(target);
}

std::unique_ptr<FrameWriter> begin_frames(const fs::path& target, Extent size, const std::vector<Lab>& colours) {
  return is_gif(target) ? begin_gif_frames(target, size, colours)
                        : begin_film_frames(target, size, frame_rate_of(target));
}

}  // namespace handtint
