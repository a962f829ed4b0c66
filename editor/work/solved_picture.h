// Pictures as the solver's thread gives them out. Plain data, shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "solver/solver.h"

namespace handtint {

// A part of a picture, still with the GPU that solved it.
struct PictureOnDevice {
  std::shared_ptr<ScreenPicture> codes;  // null: none
  Rect part;                             // in pixels of the picture
  int step = 1;                          // of them per code
};

struct SolvedPicture {
  // As the solver gave it, possibly smaller than the photo. If on_device, the first preview until the picture's own
  // follows.
  std::shared_ptr<const Chroma> chroma;
  // The same, box-averaged to at most overview_pixels; chroma itself if small; null if on_device.
  std::shared_ptr<const Chroma> overview;
  int overview_step = 1;      // pixels of the picture per pixel of overview; the last row and column may hold fewer
  PictureOnDevice on_device;  // the overview; and the part that is looked at closely, perhaps
  PictureOnDevice close_up;
  // Of a refined picture: its first, coarsest answer; else null. What the next first answer differs from it is what a
  // change of the strokes has changed.
  std::shared_ptr<const Chroma> first_preview;
  Report report;
  std::uint64_t revision = 0;

  // Of the picture, be it here or there.
  int width() const { return on_device.codes ? on_device.part.width() : chroma->a.width(); }
  int height() const { return on_device.codes ? on_device.part.height() : chroma->a.height(); }
  std::size_t size() const { return static_cast<std::size_t>(width()) * height(); }
  bool has_values() const { return chroma->a.size() == size(); }
};

inline constexpr std::size_t overview_pixels = 2'000'000;  // more than a 1600 x 1000 screen shows
// Smaller pictures are read even from a GPU: they are compared with one another (ChangedTiles, first_preview).
inline constexpr std::size_t read_pixels = 300'000;

// How pictures leave a GPU that solves.
enum class PictureTransfer {
  read,    // whole: the other two failed
  copied,  // packed, by a copy to host memory
  shared,  // packed, not at all: OpenGL has it from there
};

// The smallest step at which a picture has at most `pixels` pixels, and the box average by that step.
int shrink_step(int width, int height, std::size_t pixels);
Chroma shrink(const Chroma& chroma, int step);

}  // namespace handtint
