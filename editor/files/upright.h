// A picture file's pixels, turned upright, in sRGB: the step that photo and mask reading share. Internal to
// editor/document.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "editor/files/raster.h"
#include "solver/plane.h"

namespace handtint {

// Maps stored pixels to upright ones by EXIF's orientation 1..8.
class Upright {
 public:
  Upright(int stored_width, int stored_height, int orientation)
      : width_(stored_width), height_(stored_height), orientation_(orientation) {}

  bool turned() const { return orientation_ >= 5; }  // width and height change places
  int width() const { return turned() ? height_ : width_; }
  int height() const { return turned() ? width_ : height_; }

  // Puts stored rows y0 .. y0 + rows - 1 (row-major, the stored width long) where they belong.
  template <class T>
  void place(const T* band, int y0, int rows, Plane<T>& upright) const {
    const bool mirror_x = orientation_ == 2 || orientation_ == 3 || orientation_ == 7 || orientation_ == 8;
    const bool mirror_y = orientation_ == 3 || orientation_ == 4 || orientation_ == 6 || orientation_ == 7;
    if (!turned()) {
      for (int y = y0; y < y0 + rows; ++y, band += width_) {
        T* to = upright.row(mirror_y ? height_ - 1 - y : y);
        if (mirror_x)
          std::reverse_copy(band, band + width_, to);
        else
          std::copy_n(band, width_, to);
      }
      return;
    }
    // A stored column becomes an upright row: short runs of `rows` values, one cache line each when rows is 16.
    for (int x = 0; x < width_; ++x) {
      T* to = upright.row(mirror_x ? width_ - 1 - x : x);
      for (int y = 0; y < rows; ++y)
        to[mirror_y ? height_ - 1 - (y0 + y) : y0 + y] = band[static_cast<std::size_t>(y) * width_ + x];
    }
  }

 private:
  int width_, height_, orientation_;
};

// Up to `rows` stored rows from y0 on: sRGB as 3 x 16 bit, and alpha (null when the file has none).
using BandSink = std::function<void(const std::uint16_t* rgb, const std::uint16_t* alpha, int y0, int rows)>;
inline constexpr int band_rows = 16;

// Throws as RasterReader::read_rows. `exact_grey` tells whether a grey of the file is r = g = b to the last bit.
void read_srgb_bands(RasterReader& reader, bool& exact_grey, const BandSink& sink);

}  // namespace handtint
