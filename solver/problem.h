// What the solver is asked: the photograph's lightness, the colours a person gave, and what else is believed about
// colour. Plain data in photo pixels; nothing here knows of files, strokes or windows.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "solver/cut_bits.h"
#include "solver/plane.h"

namespace handtint {

// A guess of the picture's colour with per-pixel trust (a network's proposal, another tool's result). Its planes share
// one size, which may be smaller than the photo's: they are stretched bilinearly over it. weight >= 0, in units of the
// energy (see settings.h); 0 = no opinion, 1e-5 .. 1e-3 = a coat that strokes overrule, larger = hard to change.
//
// `traits`, of a size of their own, say which pixels show the same kind of thing, whatever their lightness: three
// coordinates per pixel, whose distances alone count. The colour of a stroke goes to pixels of like traits (at distance
// r its claim falls to exp(-r^2 / 2)) and stops where they change. All of them empty: no opinion.
struct Prior {
  Plane<float> a, b, weight;
  std::array<Plane<float>, 3> traits{};

  bool empty() const { return weight.empty(); }
  bool has_traits() const { return !traits[0].empty(); }
};

// Bits of RegionPatch::mask: the pixel belongs to the region; what is painted on it was meant for the region alone.
enum RegionBits : std::uint8_t { region_inside = 1, region_own = 2 };

// A part of the photo that strokes are limited to (a lasso), and the state of a rectangle of it. It is a layer over the
// picture: layers/layered_solver.h.
struct RegionPatch {
  std::uint64_t id = 0;  // equal for the same outline
  Rect bounds;           // of the region, within the photo; never empty
  Rect rect;             // what the planes are about, within bounds, and their size; may be empty
  Plane<std::uint8_t> mask;
  Plane<float> hint_a, hint_b, hint_strength;  // everything that may speak inside; outside the strength is 0
  Plane<std::uint8_t> cuts;                    // CutBits of barriers; empty = unchanged, or none
  SharedPlane<float> lightness;                // the photo's, if rect == bounds; else empty

  bool complete() const { return rect == bounds; }  // nothing else has to be known of the region
};

struct Problem {
  SharedPlane<float> lightness;        // CIE L, 0..100. Its size is the photo's size.
  Plane<float> hint_a, hint_b;         // CIE a, b of the strokes; read where hint_strength > 0
  Plane<float> hint_strength;          // 0 = no hint, 1 = soft .. 100 = hard
  Plane<std::uint8_t> cuts;            // empty, or CutBits of barrier strokes
  Prior prior;                         // empty, or a first coat
  std::vector<RegionPatch> regions{};  // lowest first, all complete

  int width() const { return lightness.width(); }
  int height() const { return lightness.height(); }
};

// New state of the hints (and barriers) inside a rectangle of the photo; planes have the rectangle's size, or are empty
// for what has not changed there. Strength 0 removes a hint. Cuts come with hints only.
//
// `regions` names all there are, lowest first: one that is missing is gone, and a new one is complete.
struct HintPatch {
  Rect rect;
  Plane<float> hint_a, hint_b, hint_strength;
  Plane<std::uint8_t> cuts;
  std::vector<RegionPatch> regions{};

  bool has_hints() const { return !hint_strength.empty(); }
  bool has_cuts() const { return !cuts.empty(); }
};

// Throw std::invalid_argument naming the plane if sizes differ, the photo is empty, a patch or a region lies outside
// the photo, or a value that is read is not finite, or is a negative strength or weight.
void validate(const Problem& problem);
void validate(const Prior& prior);
void validate(const HintPatch& patch, int photo_width, int photo_height);

}  // namespace handtint
