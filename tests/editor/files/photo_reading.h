// What the tests of read_photo share.
#pragma once

#include "editor/files/photo.h"
#include "solver/lab.h"

namespace handtint::tests {

// sRGB of a pixel, 0..1, back from the photo's Lab.
inline Rgb shown(const Photo& photo, int x, int y) {
  return srgb_from_lab(
      {photo.lightness(x, y), photo.a.empty() ? 0 : photo.a(x, y), photo.b.empty() ? 0 : photo.b(x, y)});
}

// Float Lab holds every 8-bit colour and every 16-bit grey to the code, 16-bit colours to one of 65535 steps.
inline constexpr double deep_step = 1.0;

}  // namespace handtint::tests
