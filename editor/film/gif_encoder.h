// The blocks of an animated GIF, on their way to a file that is whole or not there.
#pragma once

#include <gif_lib.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>

#include "editor/files/atomic_file.h"
#include "editor/files/photo.h"
#include "editor/film/shot_palette.h"

namespace handtint {

class GifEncoder {
 public:
  static constexpr std::uint8_t transparent = palette_entries;

  // Each throws FileError.
  GifEncoder(const std::filesystem::path& path, Extent size);
  ~GifEncoder();
  GifEncoder(const GifEncoder&) = delete;
  GifEncoder& operator=(const GifEncoder&) = delete;

  void begin(std::optional<int> repeats);  // 0 = for ever; none: it is shown once

  // What a frame does to the picture that is shown. `transparent` among its entries leaves what lay below.
  enum class Left { stays, is_taken_away };  // before the next frame
  struct Frame {
    Rect rect;                           // of the picture
    const Plane<std::uint8_t>& entries;  // of the palette; of the rectangle's size
    int delay = 0;                       // hundredths of a second
    bool holes = false;                  // some are transparent
    Left left = Left::stays;
  };
  void add(const Frame& frame, const ShotPalette& palette);
  void finish();

 private:
  // No exception may pass through the library.
  struct Target {
    AtomicFile file;
    std::exception_ptr failure;
    static int write(GifFileType* gif, const GifByteType* bytes, int count);
  };
  int close();
  void require(int result);

  Target target_;
  Extent size_;
  GifFileType* file_ = nullptr;
};

}  // namespace handtint
