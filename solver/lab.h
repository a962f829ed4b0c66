// sRGB (IEC 61966-2-1) <-> CIE Lab (D65, 2 degree observer), and the sRGB gamut. The only place with those constants.
//
// Rgb holds gamma-encoded sRGB, nominally 0..1; values outside are meaningful (out of gamut) until clipped.
// L is 0..100; a and b are roughly -110..100. Grey is neutral without rounding: r = g = b gives a = b = 0 exactly, and
// a = b = 0 gives r = g = b exactly. Pure functions, no errors, no state.
#pragma once

#include <cstdint>

#include "solver/plane.h"

namespace handtint {

struct Rgb {
  float r = 0, g = 0, b = 0;
  friend bool operator==(const Rgb&, const Rgb&) = default;
};
struct Lab {
  float L = 0, a = 0, b = 0;
};

Lab lab_from_srgb(Rgb colour);
Rgb srgb_from_lab(Lab colour);  // not clipped

// Whether sRGB can show it; the tolerance is in encoded sRGB, of 1.
bool in_gamut(Lab colour, float tolerance = 1e-4f);

// The colour of the same L and hue with the largest chroma, not above the given one, that sRGB can show. L outside
// 0..100 is clamped. What an export writes: the photograph's lightness is kept, chroma gives way.
Lab reduce_chroma_to_gamut(Lab colour);

// L of a neutral grey with that sRGB code value (0..1), and back.
float lightness_from_grey(float srgb);
float grey_from_lightness(float L);

// Row converters for whole pictures: n pixels, planar Lab <-> interleaved RGB.
// lab_row_from_srgb clamps its input to 0..1 and lies within 3e-4 (Lab units) of the scalar function.
// srgb_row_from_lab reduces chroma to the gamut and returns 0..1. It keeps L within 2e-3 for any a and b, lies within
// 1e-5 of the scalar functions inside the gamut, and outside leaves no more than 2 % of the possible chroma unused. A
// grey of n/65535 comes back as the same n after rounding. NaN counts as 0, or as the lower end of its range.
void lab_row_from_srgb(const float* rgb, int n, float* L, float* a, float* b);
void srgb_row_from_lab(const float* L, const float* a, const float* b, int n, float* rgb);

// The L that lab_row_from_srgb gives for r = g = b = code / 65535, from a table; codes are read `step` apart.
void lightness_row_from_grey(const std::uint16_t* codes, int step, int n, float* L);

}  // namespace handtint
