// Into which parts closed barriers divide a photo.
#pragma once

#include <cstdint>

#include "solver/plane.h"

namespace handtint {

constexpr int most_parts = 255;

// The part of each pixel: two pixels are of one part if a way along edges that `cuts` (CutBits) leaves open joins them.
// 0 is the largest part, and so on by size; all beyond the 254 largest share a number. Empty if there is one part only.
Plane<std::uint8_t> parts_of(const Plane<std::uint8_t>& cuts);

// The same at a smaller size, reached by halving and rounding up: the part of the pixels under a smaller one, and
// `mixed_part` where there are more than one.
constexpr std::uint8_t mixed_part = most_parts;
Plane<std::uint8_t> shrink_parts(const Plane<std::uint8_t>& parts, int width, int height);

}  // namespace handtint
