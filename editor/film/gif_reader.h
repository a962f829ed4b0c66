// An animated GIF, frame by frame as it is seen: each whole, whatever was left of the frames before.
#pragma once

#include <gif_lib.h>

#include <cstdint>
#include <vector>

#include "editor/film/film_reader.h"

namespace handtint {

class GifReader final : public FilmReader {
 public:
  explicit GifReader(const std::filesystem::path& path);
  ~GifReader() override;
  GifReader(const GifReader&) = delete;
  GifReader& operator=(const GifReader&) = delete;

  Extent size() const override { return size_; }
  int likely_frames() const override { return 0; }
  double rate() const override { return delay_ > 0 ? 100.0 / delay_ : 0; }  // of the frame that next() gave
  std::optional<Photo> next() override;

  int delay() const { return delay_; }  // of the frame that next() gave, in hundredths of a second
  // How often it is shown again, 0 = for ever; none = once. Known with the first frame.
  std::optional<int> repeats() const { return repeats_; }

 private:
  struct Pixel {
    GifColorType colour{};
    bool opaque = false;
  };
  void read_extension();
  void read_image();
  void dispose();
  Photo photo() const;
  [[noreturn]] void fail() const;

  std::filesystem::path path_;
  GifFileType* file_ = nullptr;
  Extent size_;
  Plane<Pixel> canvas_, before_;  // before_: what a frame that is to be taken back lies on
  GraphicsControlBlock control_{};
  Rect drawn_;
  int delay_ = 0, frames_ = 0;
  std::optional<int> repeats_;
};

}  // namespace handtint
