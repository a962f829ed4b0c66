// Ops that weigh the edges between neighbouring pixels, and cut them at barriers.
#pragma once

#include "solver/cut_bits.h"
#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// Edge weights at a pixel belong to its edges towards the east, south, south-east and south-west.
struct Edges {
  InQuick east, south, south_east, south_west;
};
struct OutEdges {
  OutQuick east, south, south_east, south_west;
  HANDTINT_HD operator Edges() const { return {in(east), in(south), in(south_east), in(south_west)}; }
};

constexpr float inverse_diagonal = 0.70710678f;  // 1 / |i - j| of a diagonal neighbour

// What the pixels show, as three coordinates t: pixels of like traits show the same kind of thing.
struct Traits {
  In first, second, third;
};

// w_ij = (exp(-d_ij^2 / (2 sigma^2)) + floor) / |i - j|; 0 across the border. d_ij = L_i - L_j; where somebody knows
// what the pixels show, a step in lightness need not be the end of a thing, nor the end of a thing a step in lightness:
// d_ij^2 = share (L_i - L_j)^2 + (slope |t_i - t_j|)^2.
// Found on photos that were not trained on; the slope of lightness per trait, over a cell of what is known.
constexpr float lightness_share = 0.3f, trait_slope = 2.1f;

template <bool with_traits>
struct EdgeWeights {
  In lightness;
  Traits traits;  // read with_traits only
  float slope2;   // per pixel, squared
  OutEdges out;
  float inverse_two_sigma2, floor;
  Extent extent;

  HANDTINT_HD float weight(int x, int y, int there_x, int there_y) const {
    const float step = lightness(x, y) - lightness(there_x, there_y);
    float d2 = step * step;
    if (with_traits) {
      const float t0 = traits.first(x, y) - traits.first(there_x, there_y);
      const float t1 = traits.second(x, y) - traits.second(there_x, there_y);
      const float t2 = traits.third(x, y) - traits.third(there_x, there_y);
      d2 = lightness_share * d2 + slope2 * (t0 * t0 + t1 * t1 + t2 * t2);
    }
    return exp_of_negative(-d2 * inverse_two_sigma2) + floor;
  }
  HANDTINT_HD void operator()(int x, int y) const {
    // Factors, since GCC vectorises no choice between 16-bit numbers by several conditions.
    const float has_east = factor(x + 1 < extent.width), has_south = factor(y + 1 < extent.height);
    const float has_west = factor(x > 0);
    out.east(x, y) = has_east * weight(x, y, x + 1, y);
    out.south(x, y) = has_south * weight(x, y, x, y + 1);
    out.south_east(x, y) = has_east * has_south * (inverse_diagonal * weight(x, y, x + 1, y + 1));
    out.south_west(x, y) = has_west * has_south * (inverse_diagonal * weight(x, y, x - 1, y + 1));
  }
};

// Barriers: edges whose cut bit is set carry nothing.
struct CutEdges {
  View<const std::uint8_t> cuts;
  OutEdges out;

  HANDTINT_HD void operator()(int x, int y) const {
    const int bits = cuts(x, y);
    out.east(x, y) = bits & cut_east ? 0.0f : out.east(x, y);
    out.south(x, y) = bits & cut_south ? 0.0f : out.south(x, y);
    out.south_east(x, y) = bits & cut_south_east ? 0.0f : out.south_east(x, y);
    out.south_west(x, y) = bits & cut_south_west ? 0.0f : out.south_west(x, y);
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
