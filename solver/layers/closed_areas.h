// Into which areas closed barriers divide a photo.
#pragma once

#include <cstdint>

#include "solver/plane.h"

namespace handtint {

constexpr int most_areas = 255;

// The area of each pixel: two pixels are of one area if a way along edges that `cuts` (CutBits) leaves open joins them.
// 0 is the largest area, and so on by size; all beyond the 254 largest share a number. Empty if there is one area only.
Plane<std::uint8_t> closed_areas(const Plane<std::uint8_t>& cuts);

// The same at a smaller size, reached by halving and rounding up: the area of the pixels under a smaller one, and
// `mixed_area` where there are more than one.
constexpr std::uint8_t mixed_area = most_areas;
Plane<std::uint8_t> shrink_areas(const Plane<std::uint8_t>& areas, int width, int height);

}  // namespace handtint
