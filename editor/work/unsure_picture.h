// Where the network is unsure, as a small transparent picture to lay over the photo: clear where it is sure, violet
// where a stroke helps most. Relative to the photo, because that is the question; a photo on which it is sure
// throughout stays clear. Soft, because the network knows no edges.
#pragma once

#include <cstdint>
#include <vector>

#include "solver/plane.h"

namespace handtint {

struct UnsurePicture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;  // straight alpha
};

// `unsure`: 0 sure .. 1 anything goes, as uncertainty() gives it. Empty if that is empty.
UnsurePicture unsure_picture(const Plane<float>& unsure);

}  // namespace handtint
