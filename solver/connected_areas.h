// Connected areas (8 neighbours) of a binary plane, as horizontal runs.
#pragma once

#include <cstdint>
#include <vector>

#include "solver/plane.h"

namespace handtint {

struct ConnectedAreas {
  struct Run {
    int y, x0, x1;  // half-open
    int area;       // index into sizes
  };
  std::vector<Run> runs;            // in reading order
  std::vector<std::int64_t> sizes;  // pixels of each area
};

// Areas of pixels that are not 0. Memory and time grow with the runs, not with the pixels.
ConnectedAreas connected_areas(const Plane<std::uint8_t>& plane);

}  // namespace handtint
