#include "editor/gui/file_preview.h"

#include <algorithm>
#include <utility>

#include "editor/files/path_text.h"
#include "editor/gui/texture_id.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {

void FilePreview::take_news(WindowState& state) {
  constexpr int side = 480;
  if (auto thumbnail = thumbnailer_.take()) {
    thumbnail_ = std::move(*thumbnail);
    if (!thumbnail_.rgba.empty()) {
      texture_.resize(thumbnail_.width, thumbnail_.height, gl::Texture::rgba8);
      texture_.upload_rows(0, thumbnail_.height, thumbnail_.rgba.data());
      state.textures_changed = true;
    }
  }
  if (!wanted_.empty() && !thumbnailer_.running()) {
    thumbnailer_.start(
        [file = std::exchange(wanted_, {})](std::stop_token, auto&) { return make_thumbnail(file, side); }, wake_up_);
  }
}

void FilePreview::draw(const Style& style, const std::filesystem::path& file, float width, float height) {
  ImGui::BeginChild("preview", {width, height}, false);
  if (file.empty()) {
    controls::dim_text(style, tr("Choose a file to see it here."));
  } else if (thumbnail_.file != file) {
    controls::dim_text(style, tr("Looking\u2026"));
  } else {
    if (!thumbnail_.rgba.empty()) {
      const float scale =
          std::min(width / static_cast<float>(thumbnail_.width), height * 0.7f / static_cast<float>(thumbnail_.height));
      const ImVec2 size{static_cast<float>(thumbnail_.width) * scale, static_cast<float>(thumbnail_.height) * scale};
      const ImVec2 start = ImGui::GetCursorScreenPos();
      ImGui::Dummy(size);
      ImGui::GetWindowDrawList()->AddImageRounded(texture_id(texture_), start, {start.x + size.x, start.y + size.y},
                                                  {0, 0}, {1, 1}, IM_COL32_WHITE, style.px(4));
    }
    controls::dim_text(style, shown(file.filename()).c_str());
    controls::dim_text(style, thumbnail_.problem.empty() ? thumbnail_.facts.c_str() : thumbnail_.problem.c_str());
  }
  ImGui::EndChild();
}

}  // namespace handtint
