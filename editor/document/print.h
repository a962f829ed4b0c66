// A picture as it is given away, other than as it was worked on: smaller, or beside the photo it was made from.
#pragma once

#include <cstdint>
#include <string>

#include "editor/files/photo.h"

namespace handtint {

struct PrintOptions {
  int longest_side = 0;       // pixels; 0, or more than the photo has: its own size
  bool beside_photo = false;  // the photo as it was to the left
  int quality = 95;           // 1..100, of formats that have one
  std::string profile = {};   // as output_profile() takes it; empty: sRGB

  bool as_it_is() const { return longest_side == 0 && !beside_photo; }
  friend bool operator==(const PrintOptions&, const PrintOptions&) = default;
};

struct Print {
  Plane<float> lightness;  // all planes have its size, or are empty
  Chroma chroma;
  Plane<std::uint16_t> alpha;
};

// `chroma` is the photo's new colour, at its size.
Print make_print(const Photo& photo, const Chroma& chroma, const PrintOptions& options);

}  // namespace handtint
