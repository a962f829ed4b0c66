#include "editor/work/picker_geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace handtint {
namespace {

constexpr float beyond_gamut = 160;  // larger than any chroma of sRGB (134 at blue)

float hue_step(int corners) {
  return 2 * std::numbers::pi_v<float> / static_cast<float>(corners);
}

Ab on_boundary(float L, float hue) {
  const float chroma = max_chroma(L, hue);
  return {chroma * std::cos(hue), chroma * std::sin(hue)};
}

float distance(Ab p, Ab q) {
  return std::hypot(p.a - q.a, p.b - q.b);
}

}  // namespace

Ab PickerPanel::ab_at(Point place) const {
  return {((place.x - x) / side * 2 - 1) * extent, (1 - (place.y - y) / side * 2) * extent};
}

Point PickerPanel::place_of(Ab ab) const {
  return {x + (ab.a / extent + 1) / 2 * side, y + (1 - ab.b / extent) / 2 * side};
}

bool in_gamut(float L, Ab ab) {
  return in_gamut(Lab{L, ab.a, ab.b});
}

// Along a ray from neutral the gamut is left once, so halving finds the place. At the edge of yellow one ray in ten
// thousand grazes the outside before it ends; there either place is a border (tested).
float max_chroma(float L, float hue_radians) {
  if (!(L > 0 && L < 100)) return 0;
  const float ca = std::cos(hue_radians), cb = std::sin(hue_radians);
  float inside = 0, outside = beyond_gamut;
  while (outside - inside > 0.005f) {
    const float middle = (inside + outside) / 2;
    (in_gamut(L, {middle * ca, middle * cb}) ? inside : outside) = middle;
  }
  return inside;
}

std::vector<Ab> gamut_boundary(float L, int corners) {
  if (!(L > 0 && L < 100)) return {Ab{}};
  std::vector<Ab> boundary;
  boundary.reserve(corners);
  for (int i = 0; i < corners; ++i) boundary.push_back(on_boundary(L, hue_step(corners) * static_cast<float>(i)));
  return boundary;
}

Ab nearest_in_gamut(float L, Ab ab) {
  if (!(L > 0 && L < 100)) return {};
  if (in_gamut(L, ab)) return ab;
  constexpr int corners = 180;
  int best = 0;
  float best_distance = 1e30f;
  for (int i = 0; i < corners; ++i) {
    const float d = distance(on_boundary(L, hue_step(corners) * static_cast<float>(i)), ab);
    if (d < best_distance) {
      best_distance = d;
      best = i;
    }
  }
  // Golden-section search between the neighbours of the best corner.
  constexpr float golden = 0.618034f;
  float low = hue_step(corners) * static_cast<float>(best - 1), high = hue_step(corners) * static_cast<float>(best + 1);
  for (int i = 0; i < 20; ++i) {
    const float p = high - golden * (high - low), q = low + golden * (high - low);
    if (distance(on_boundary(L, p), ab) < distance(on_boundary(L, q), ab)) {
      high = q;
    } else {
      low = p;
    }
  }
  return on_boundary(L, (low + high) / 2);
}

Rgb picked_colour(float L, Ab ab) {
  const Ab shown = nearest_in_gamut(L, ab);
  const Rgb colour = srgb_from_lab({std::clamp(L, 0.0f, 100.0f), shown.a, shown.b});
  return {std::clamp(colour.r, 0.0f, 1.0f), std::clamp(colour.g, 0.0f, 1.0f), std::clamp(colour.b, 0.0f, 1.0f)};
}

}  // namespace handtint
