// Linear RGB spaces other than sRGB, from what an ICC profile says of one; their gamuts as lab.h has sRGB's.
#pragma once

#include <array>
#include <optional>

namespace handtint {

// XYZ of red, green and blue, relative to D50 (the Y of white is 1), as an ICC profile has them.
using Primaries = std::array<std::array<double, 3>, 3>;

// From XYZ relative to the white of Lab: r = y + rx (x - y) + rz (z - y), and so on. Neutral stays neutral.
struct LinearRgb {
  float rx, rz, gx, gz, bx, bz;
};

// What lies between the two whites is Bradford's adaptation, as ICC profiles have it, and the sum of the primaries is
// taken for white. None if they span no space.
std::optional<LinearRgb> linear_rgb(const Primaries& primaries);

// As srgb_row_from_lab, with light instead of codes: planar Lab to interleaved linear RGB, 0..1, chroma reduced to the
// gamut of that space.
void linear_row_from_lab(const LinearRgb& space, const float* L, const float* a, const float* b, int n, float* rgb);

}  // namespace handtint
