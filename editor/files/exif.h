// The three things this program wants of EXIF: which way is up, dots per inch, and whether colours are Adobe RGB.
// Internal to editor/document.
#pragma once

#include <cstdint>
#include <span>

namespace handtint {

struct ExifFacts {
  int orientation = 1;  // 1..8
  double dpi_x = 0, dpi_y = 0;
  bool adobe_rgb = false;  // cameras say so by a rule of their own (DCF's "R03"), not by a profile
};

// `tiff` begins with the byte order mark ("II" or "MM"): a PNG's eXIf chunk, or a JPEG's APP1 segment after "Exif\0\0".
// Whatever is senseless in it counts as absent. Never throws.
ExifFacts exif_facts(std::span<const std::uint8_t> tiff);

}  // namespace handtint
