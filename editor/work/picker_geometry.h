// The colour picker's plane: CIE a (to the right) and b (up) at one lightness L, and what of it sRGB can show. Pure
// geometry.
#pragma once

#include <vector>

#include "editor/document/stroke.h"
#include "solver/lab.h"

namespace handtint {

// sRGB reaches a = -86.2 .. 98.3 and b = -107.9 .. 94.5; the plane shows a square around neutral.
inline constexpr float picker_extent = 110.0f;

// A square panel at (x, y), side in panel pixels; b points up, screen y down.
struct PickerPanel {
  float x = 0, y = 0, side = 1;
  float extent = picker_extent;

  Ab ab_at(Point place) const;  // places outside the panel give values beyond the extent
  Point place_of(Ab ab) const;
};

// Largest chroma in the direction (cos hue, sin hue) that sRGB shows at this L, 0 <= L <= 100; within 0.01.
float max_chroma(float L, float hue_radians);

// The gamut's outline at L: counter-clockwise in (a, b), not closed. A single point at L = 0 and L = 100.
std::vector<Ab> gamut_boundary(float L, int corners = 180);

bool in_gamut(float L, Ab ab);

// The colour itself if sRGB shows it, else the nearest one of the same L (straight distance in a, b).
Ab nearest_in_gamut(float L, Ab ab);

// The sRGB colour of (L, nearest_in_gamut(ab)), clipped to 0..1 exactly: what the brush gets.
Rgb picked_colour(float L, Ab ab);

}  // namespace handtint
