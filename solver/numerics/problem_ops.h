// Ops that make the data terms of one scale, mass and right-hand side, of hints, priors and the coarser scale's answer.
// All chroma is in units of c = (a, b) / s(L).
#pragma once

#include "solver/numerics/chroma_ops.h"
#include "solver/numerics/pyramid_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// A coarse pixel is hinted where strokes cover enough of it, or more than they cover any neighbour: small dabs survive
// every halving while the ragged rim of a stroke does not spill over an edge. The mass is the hint's weight in the
// energy.
template <bool full_size>
struct HintMass {
  HintPlanes hints;
  float strength, threshold;

  HANDTINT_HD float at(int x, int y) const {
    const float mass = strength * hints.strength(x, y);
    if (full_size) return mass;
    const float cover = hints.cover(x, y);
    float neighbours = 0;
    for (int dy = -1; dy <= 1; ++dy)
      for (int dx = -1; dx <= 1; ++dx) neighbours = larger(neighbours, hints.cover(x + dx, y + dy));
    const bool counts = (cover > 0) & ((cover >= threshold) | (cover >= neighbours));
    return counts ? mass : 0.0f;
  }
};

// The data terms start with the strokes: mass = h + pull, rhs = h * hint / s(L). The pull is a tiny prior towards grey.
template <bool full_size>
struct AssembleHints {
  HintMass<full_size> hint_mass;
  In lightness;
  Out kept_mass, mass;  // h by itself, for the affinity prior
  Out2 rhs;
  float pull;

  HANDTINT_HD void operator()(int x, int y) const {
    const float h = hint_mass.at(x, y);
    const float weighted = h / chroma_scale(lightness(x, y));
    kept_mass(x, y) = h;
    mass(x, y) = h + pull;
    rhs.set(x, y, {weighted * hint_mass.hints.a(x, y), weighted * hint_mass.hints.b(x, y)});
  }
};

// Adds mu / 2 |c - prior|^2 for a prior of any size, stretched bilinearly (pixel centres at half-integers).
struct AddPrior {
  In2 prior;  // a, b in units of Lab
  In weight;
  Extent prior_extent;
  In lightness;
  Out mass;
  Out2 rhs;
  float step_x, step_y;  // prior pixels per pixel

  HANDTINT_HD void operator()(int x, int y) const {
    const float fx = smaller(larger((x + 0.5f) * step_x - 0.5f, 0.0f), prior_extent.width - 1.0f);
    const float fy = smaller(larger((y + 0.5f) * step_y - 0.5f, 0.0f), prior_extent.height - 1.0f);
    const int x0 = static_cast<int>(fx), y0 = static_cast<int>(fy);
    const int x1 = smaller(x0 + 1, prior_extent.width - 1), y1 = smaller(y0 + 1, prior_extent.height - 1);
    const float tx = fx - x0, ty = fy - y0;
    const float w00 = (1 - tx) * (1 - ty), w10 = tx * (1 - ty), w01 = (1 - tx) * ty, w11 = tx * ty;
    const Pair value = w00 * prior(x0, y0) + w10 * prior(x1, y0) + (w01 * prior(x0, y1) + w11 * prior(x1, y1));
    const float mu = w00 * weight(x0, y0) + w10 * weight(x1, y0) + (w01 * weight(x0, y1) + w11 * weight(x1, y1));
    mass(x, y) += mu;
    rhs.set(x, y, rhs(x, y) + (mu / chroma_scale(lightness(x, y))) * value);
  }
};

// The four fine pixels over coarse pixel (x, y), bilinear with pixel centres at half-integers, clamped at the border: by
// factors, not by a choice of what to read, which no compiler vectorises.
struct Doubled {
  Pair upper_left, upper_right, lower_left, lower_right;

  HANDTINT_HD Doubled(In2 u, Extent coarse, int x, int y) {
    const float left = share(x > 0), right = share(x + 1 < coarse.width);
    const float up = share(y > 0), down = share(y + 1 < coarse.height);
    Pair west, east, west_up, east_up, west_down, east_down;
    row(u, x, y, left, right, west, east);
    row(u, x, y - 1, left, right, west_up, east_up);
    row(u, x, y + 1, left, right, west_down, east_down);
    upper_left = blend(west, up, west_up);
    upper_right = blend(east, up, east_up);
    lower_left = blend(west, down, west_down);
    lower_right = blend(east, down, east_down);
  }

 private:
  HANDTINT_HD static float share(bool exists) { return exists ? 0.25f : 0.0f; }
  HANDTINT_HD static Pair blend(Pair near, float share, Pair far) { return (1.0f - share) * near + share * far; }
  HANDTINT_HD static void row(In2 u, int x, int y, float left, float right, Pair& west, Pair& east) {
    const Pair here = u(x, y);
    west = blend(here, left, u(x - 1, y));
    east = blend(here, right, u(x + 1, y));
  }
};

// The same where barriers cut: of the four coarse pixels around a fine one only those count that no barrier cuts off
// from it, on the way to the fine pixels that they stand for. Where none is left, `known` is false.
struct DividedDoubled {
  Pair upper_left, upper_right, lower_left, lower_right;
  bool upper_left_known, upper_right_known, lower_left_known, lower_right_known;

  HANDTINT_HD DividedDoubled(In2 u, Extent coarse, View<const std::uint8_t> cuts, int x, int y) {
    const int fx = 2 * x, fy = 2 * y;
    const bool left = x > 0, right = x + 1 < coarse.width, up = y > 0, down = y + 1 < coarse.height;
    const auto open = [&](int px, int py, int edge) { return !(cuts(px, py) & edge); };
    constexpr int east = cut_east, south = cut_south, south_east = cut_south_east, south_west = cut_south_west;
    const Pair here = u(x, y), w = u(x - 1, y), e = u(x + 1, y), n = u(x, y - 1), s = u(x, y + 1);
    upper_left_known = true;  // it is what the coarse pixel stands for
    // Beyond the border nothing is read: there may be no margin.
    upper_left =
        mean(here, true, w, left && open(fx - 2, fy, east) && open(fx - 1, fy, east), n,
             up && open(fx, fy - 2, south) && open(fx, fy - 1, south), u(x - 1, y - 1),
             left && up && open(fx - 2, fy - 2, south_east) && open(fx - 1, fy - 1, south_east), upper_left_known);
    upper_right =
        mean(here, open(fx, fy, east), e, right && open(fx + 1, fy, east), n,
             up && open(fx, fy - 1, south_east) && open(fx, fy - 2, south), u(x + 1, y - 1),
             right && up && open(fx + 2, fy - 1, south_west) && open(fx + 2, fy - 2, south), upper_right_known);
    lower_left = mean(here, open(fx, fy, south), w, left && open(fx - 1, fy, south_east) && open(fx - 2, fy, east), s,
                      down && open(fx, fy + 1, south), u(x - 1, y + 1),
                      left && down && open(fx, fy + 1, south_west) && open(fx - 2, fy + 2, east), lower_left_known);
    lower_right = mean(here, open(fx, fy, south_east), e, right && open(fx + 2, fy, south_west), s,
                       down && open(fx + 1, fy + 1, south_west), u(x + 1, y + 1),
                       right && down && open(fx + 1, fy + 1, south_east), lower_right_known);
  }

 private:
  HANDTINT_HD static Pair mean(Pair near, bool with_near, Pair beside, bool with_beside, Pair above, bool with_above,
                               Pair far, bool with_far, bool& known) {
    const float wn = with_near ? 9.0f : 0.0f, wb = with_beside ? 3.0f : 0.0f, wa = with_above ? 3.0f : 0.0f;
    const float wf = with_far ? 1.0f : 0.0f, sum = (wn + wb) + (wa + wf);
    known = sum > 0;
    const float inverse = known ? 1.0f / sum : 0.0f;
    return inverse * ((wn * near + wb * beside) + (wa * above + wf * far));
  }
};

// The data terms of a scale below another: strokes and pull as above, and the coarser scale's answer, stretched, as a
// prior of weight `trust`, less where it leaves the coarse pixel's own (a colour edge, blurred by the stretching: there
// the fine edges decide). With `start` the stretched answer is the first iterate; else the change of the coarse answer
// is added to the iterate (a warm start keeps the fine detail it has). Called once per coarse pixel.
template <bool full_size, bool start, bool divided>
struct Assemble {
  HintMass<full_size> hint_mass;
  In lightness;
  In2 coarse, coarse_before;
  View<const std::uint8_t> cuts;  // fine; read when divided
  Extent coarse_extent, fine_extent;
  Out mass;
  Out2 rhs, u;
  float pull, trust, inverse_blur2;

  HANDTINT_HD void put(int x, int y, Pair own, Pair value, Pair before, bool known) const {
    // A factor, as in Doubled.
    const float inside = (x < fine_extent.width) & (y < fine_extent.height) ? 1.0f : 0.0f;
    const float firmness = known ? trust : 0.0f;
    const float mu = firmness / (1.0f + squared_norm(value - own) * inverse_blur2);
    const float h = hint_mass.at(x, y);
    const float weighted = h / chroma_scale(lightness(x, y));
    const Pair hint = {hint_mass.hints.a(x, y), hint_mass.hints.b(x, y)};
    mass(x, y) = inside * ((h + pull) + mu);
    rhs.set(x, y, inside * (weighted * hint + mu * value));
    const Pair next = start ? value : u(x, y) + (value - before);
    u.set(x, y, inside * next);
  }
  HANDTINT_HD void operator()(int x, int y) const {
    const Pair own = coarse(x, y);
    if (divided) {
      const DividedDoubled now(coarse, coarse_extent, cuts, x, y);
      const DividedDoubled before(start ? coarse : coarse_before, coarse_extent, cuts, x, y);
      const int bits = cuts(2 * x, 2 * y);  // beyond a barrier the coarse pixel is no measure
      put(2 * x, 2 * y, own, now.upper_left, before.upper_left, now.upper_left_known);
      put(2 * x + 1, 2 * y, bits & cut_east ? now.upper_right : own, now.upper_right, before.upper_right,
          now.upper_right_known);
      put(2 * x, 2 * y + 1, bits & cut_south ? now.lower_left : own, now.lower_left, before.lower_left,
          now.lower_left_known);
      put(2 * x + 1, 2 * y + 1, bits & cut_south_east ? now.lower_right : own, now.lower_right, before.lower_right,
          now.lower_right_known);
      return;
    }
    const Doubled now(coarse, coarse_extent, x, y), before(start ? coarse : coarse_before, coarse_extent, x, y);
    put(2 * x, 2 * y, own, now.upper_left, before.upper_left, true);
    put(2 * x + 1, 2 * y, own, now.upper_right, before.upper_right, true);
    put(2 * x, 2 * y + 1, own, now.lower_left, before.lower_left, true);
    put(2 * x + 1, 2 * y + 1, own, now.lower_right, before.lower_right, true);
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
