// The picture of a file and what is to be known of it, as the file dialog shows them; read on a thread.
#pragma once

#include <filesystem>
#include <functional>

#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"
#include "editor/work/background.h"
#include "editor/work/thumbnail.h"

namespace handtint {

class FilePreview {
 public:
  explicit FilePreview(std::function<void()> wake_up) : wake_up_(std::move(wake_up)) {}

  void want(std::filesystem::path file) { wanted_ = std::move(file); }
  void take_news(WindowState& state);
  void draw(const Style& style, const std::filesystem::path& file, float width, float height);  // empty: none chosen

 private:
  std::function<void()> wake_up_;
  Background<Thumbnail> thumbnailer_;
  std::filesystem::path wanted_;
  Thumbnail thumbnail_;
  gl::Texture texture_;
};

}  // namespace handtint
