// What the solver is asked: the photograph's lightness, the colours a person gave, and what else is believed about colour.
// Plain data in photo pixels; nothing here knows of files, strokes or windows.
#pragma once

#include <array>
#include <cstdint>

#include "plane.h"

namespace handtint {

// A guess of the picture's colour with per-pixel trust (a network's proposal, another tool's result). The planes share one
// size, which may be smaller than the photo's: they are stretched bilinearly over it. weight >= 0, in units of the energy
// (see settings.h); 0 = no opinion, 1e-5 .. 1e-3 = a coat that strokes overrule, larger = hard to change.
//
// `traits` says which pixels show the same kind of thing, whatever their lightness: three coordinates per pixel, whose
// distances alone count. The colour of a stroke goes to pixels of like traits; at distance r its claim falls to
// exp(-r^2 / 2). All of them empty: no opinion.
struct Prior {
  Plane<float> a, b, weight;
  std::array<Plane<float>, 3> traits{};

  bool empty() const { return weight.empty(); }
  bool has_traits() const { return !traits[0].empty(); }
};

// Bits of Problem::cuts: colour does not cross the edge from this pixel to the named neighbour.
enum CutBits : std::uint8_t { cut_east = 1, cut_south = 2, cut_south_east = 4, cut_south_west = 8 };

struct Problem {
  Plane<float> lightness;      // CIE L, 0..100. Its size is the photo's size.
  Plane<float> hint_a, hint_b;  // CIE a, b of the strokes; read where hint_strength > 0
  Plane<float> hint_strength;  // 0 = no hint, 1 = soft .. 100 = hard
  Plane<std::uint8_t> cuts;    // empty, or CutBits of barrier strokes
  Prior prior;                 // empty, or a first coat

  int width() const { return lightness.width(); }
  int height() const { return lightness.height(); }
};

// Throws std::invalid_argument naming the plane if sizes differ, the photo is empty or values are not finite.
void validate(const Problem& problem);

// New state of the hints (and barriers) inside a rectangle of the photo; planes have the rectangle's size. Strength 0
// removes a hint. `cuts` empty = barriers unchanged.
struct HintPatch {
  Rect rect;
  Plane<float> hint_a, hint_b, hint_strength;
  Plane<std::uint8_t> cuts;
};

}  // namespace handtint
