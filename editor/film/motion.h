// What moves between two frames that follow each other, and how much of it can be believed.
#pragma once

#include <initializer_list>

#include "editor/film/dense_flow.h"
#include "editor/film/work_folder.h"

namespace handtint {

// Between a frame and the one before. Exposure that flickers would pass for motion: it is taken out first, so that the
// frame shows the earlier one's lightness L as gain * L + offset.
struct Motion {
  Flow back;  // from the frame to the one before
  Flow on;    // from that to the frame
  float gain = 1, offset = 0;
  float doubt = 0;  // share of the frame whose motion is not believed
};

// Lightness 0..100, of one size. Throws what dense_flow throws.
Motion find_motion(const Plane<float>& before, const Plane<float>& frame);

Sheet sheet_of(const Motion& motion);
Motion motion_from(const Sheet& sheet);

// For each pixel of a frame what a neighbouring frame showed there.
struct Look {
  Plane<float> x, y;             // the place in the neighbour, in its pixels with centres at half-integers
  Plane<std::uint8_t> believed;  // 1: there and back leads home, inside the picture, to like lightness
};

// The same of one place (x, y) of a frame, with the lightness that the frame has there.
struct Seen {
  float x, y;
  bool believed;
};
Seen seen_along(const Motion& motion, const Plane<float>& from, float x, float y, float lightness, bool forward);

// `forward`: from the frame before to the frame; else from the frame to the one before.
Look look_along(const Motion& motion, const Plane<float>& from, const Plane<float>& to, bool forward);

// Planes of the neighbour, of one size, as they lie on the frame: bilinear.
void warp(std::initializer_list<const Plane<float>*> planes, const Look& look,
          std::initializer_list<Plane<float>*> results);

}  // namespace handtint
