// Barriers: to which of its neighbours colour does not pass from a pixel. Of the public face and of the ops alike.
#pragma once

#include <cstdint>

namespace handtint {

// Bits of Problem::cuts: colour does not cross the edge from this pixel to the named neighbour.
enum CutBits : std::uint8_t {
  cut_east = 1,
  cut_south = 2,
  cut_south_east = 4,
  cut_south_west = 8,
  all_cuts = cut_east | cut_south | cut_south_east | cut_south_west
};

}  // namespace handtint
