// The three things this program wants of EXIF: which way is up, dots per inch, and whether colours are Adobe RGB.
// Internal to editor/document.
#pragma once

#include "editor/files/byte_stream.h"

namespace handtint {

struct ExifFacts {
  int orientation = 1;  // 1..8
  double dpi_x = 0, dpi_y = 0;
  bool adobe_rgb = false;  // cameras say so by a rule of their own (DCF's "R03"), not by a profile
};

// `tiff` begins with the byte order mark ("II" or "MM"): a PNG's eXIf chunk, a JPEG's APP1 segment after "Exif\0\0", or
// a TIFF file. Whatever is senseless in it counts as absent. Never throws; leaves the stream anywhere.
ExifFacts exif_facts(ByteStream& tiff);

}  // namespace handtint
