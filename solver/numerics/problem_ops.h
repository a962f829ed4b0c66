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

// A plane of another size stretched over the picture, bilinear (pixel centres at half-integers).
struct Stretching {
  Extent extent;         // of the plane
  float step_x, step_y;  // its pixels per pixel of the picture

  struct Place {
    int x0, x1, y0, y1;
    float tx, ty;

    HANDTINT_HD float of(In plane) const {
      const float *upper = &plane(0, y0), *lower = &plane(0, y1);
      return (1 - ty) * ((1 - tx) * upper[x0] + tx * upper[x1]) + ty * ((1 - tx) * lower[x0] + tx * lower[x1]);
    }
  };
  HANDTINT_HD Place at(int x, int y) const {
    Place place;
    between((x + 0.5f) * step_x - 0.5f, extent.width, place.x0, place.x1, place.tx);
    between((y + 0.5f) * step_y - 0.5f, extent.height, place.y0, place.y1, place.ty);
    return place;
  }

 private:
  // Rounded by 1.5 * 2^23, as in exp_of_negative: GCC takes the usual difference to an integer for truncation, which it
  // does not vectorise. Clamped as integers, which it takes out of a loop over x where they depend on y alone.
  HANDTINT_HD static void between(float at, int size, int& first, int& second, float& share) {
    const float below = (at - 0.5f + 12582912.0f) - 12582912.0f;
    const int index = static_cast<int>(below);
    first = larger(smaller(index, size - 1), 0);
    second = larger(smaller(index + 1, size - 1), 0);
    share = at - below;
  }
};

// Adds mu / 2 |c - prior|^2 for a prior of any size.
struct AddPrior {
  In2 prior;  // a, b in units of Lab
  In weight;
  Stretching stretching;
  In lightness;
  Out mass;
  Out2 rhs;

  HANDTINT_HD void operator()(int x, int y) const {
    const Stretching::Place place = stretching.at(x, y);
    const Pair value = {place.of(prior.a), place.of(prior.b)};
    const float mu = place.of(weight);
    mass(x, y) += mu;
    rhs.set(x, y, rhs(x, y) + (mu / chroma_scale(lightness(x, y))) * value);
  }
};

// The same for a prior that is 0 everywhere.
struct AddPull {
  In weight;
  Stretching stretching;
  Out mass;

  HANDTINT_HD void operator()(int x, int y) const { mass(x, y) += stretching.at(x, y).of(weight); }
};

// The shares of a fine pixel in the four coarse ones around it: bilinear (pixel centres at half-integers), those left
// out that lie beyond the border or are cut off by a barrier. As factors: no compiler vectorises a choice of what to
// read.
struct Shares {
  float near, beside, above, far;

  HANDTINT_HD static Shares of(float near, float beside, float above, float far) {
    return {9.0f * near, 3.0f * beside, 3.0f * above, far};
  }
  HANDTINT_HD float sum() const { return (near + beside) + (above + far); }
  HANDTINT_HD Pair mean(Pair n, Pair b, Pair a, Pair f) const {
    return inverse_or_zero(sum()) * ((near * n + beside * b) + (above * a + far * f));
  }
};

// A step in lightness of this size between a fine pixel and a coarse one quarters what the fine one begins with of its
// colour.
constexpr float stretching_step = 4.0f;

// The data terms of a scale below another: strokes and pull as above, and the coarser scale's answer, stretched, as a
// prior of weight `trust`, less where it leaves the coarse pixel's own (a colour edge, blurred by the stretching: there
// the fine edges decide). With `start` the stretched answer is the first iterate; else the change of the coarse answer
// is added to the iterate (a warm start keeps the fine detail it has). At full size what is begun with is stretched
// along the lightness (joint bilateral upsampling: Kopf, Cohen, Lischinski, Uyttendaele 2007): bilinear it bleeds over
// edges, which takes a step to mend. At other scales, whose descent ends sooner, the bilinear error is the better one
// to leave. Where barriers divide the picture, a coarse pixel counts if none cuts it off from the fine one, on the way
// to the fine pixels that it stands for; where none is left, there is no prior. Called once per coarse pixel.
template <bool full_size, bool start, bool divided>
struct Assemble {
  HintMass<full_size> hint_mass;
  In lightness, coarse_lightness;  // the coarse one is read at full size
  In2 coarse, coarse_before;
  View<const std::uint8_t> cuts;  // fine; read when divided
  Extent coarse_extent, fine_extent;
  Out mass;
  Out2 rhs, u;
  float pull, trust, inverse_blur2;

  // dx, dy: where the coarse pixels beside and above (or below) lie. `measures`: 1 where the coarse
  // pixel is of this one's side of a barrier, or 0.
  HANDTINT_HD void put(int x, int y, int cx, int cy, int dx, int dy, const Shares& share, float measures) const {
    // Beyond the border the factor is 0.
    const float inside = factor(x < fine_extent.width) * factor(y < fine_extent.height);
    const Pair near = coarse(cx, cy), beside = coarse(cx + dx, cy), above = coarse(cx, cy + dy);
    const Pair far = coarse(cx + dx, cy + dy);
    const Pair value = share.mean(near, beside, above, far);
    const float firmness = divided ? trust * factor(share.sum() > 0) : trust;
    const float mu = firmness / (1.0f + squared_norm(value - near) * (measures * inverse_blur2));
    const float h = hint_mass.at(x, y);
    const float weighted = h / chroma_scale(lightness(x, y));
    const Pair hint = {hint_mass.hints.a(x, y), hint_mass.hints.b(x, y)};
    const Shares alike = {share.near * likeness(x, y, cx, cy), share.beside * likeness(x, y, cx + dx, cy),
                          share.above * likeness(x, y, cx, cy + dy), share.far * likeness(x, y, cx + dx, cy + dy)};
    Pair next;
    if (start)
      next = alike.mean(near, beside, above, far);
    else
      next = u(x, y) + alike.mean(near - coarse_before(cx, cy), beside - coarse_before(cx + dx, cy),
                                  above - coarse_before(cx, cy + dy), far - coarse_before(cx + dx, cy + dy));
    const Pair zero = {0, 0};  // added, a -0 is 0 again
    mass(x, y) = inside * ((h + pull) + mu);
    rhs.set(x, y, inside * (weighted * hint + mu * value) + zero);
    u.set(x, y, inside * next + zero);
  }
  HANDTINT_HD float likeness(int x, int y, int cx, int cy) const {
    if (!full_size) return 1.0f;
    const float step = (lightness(x, y) - coarse_lightness(cx, cy)) * (1.0f / stretching_step);
    const float inverse = 1.0f / (1.0f + step * step);
    return inverse * inverse;
  }

  HANDTINT_HD void operator()(int x, int y) const {
    const int fx = 2 * x, fy = 2 * y;
    const float left = factor(x > 0), right = factor(x + 1 < coarse_extent.width);
    const float up = factor(y > 0), down = factor(y + 1 < coarse_extent.height);
    if (!divided) {
      put(fx, fy, x, y, -1, -1, Shares::of(1, left, up, left * up), 1);
      put(fx + 1, fy, x, y, 1, -1, Shares::of(1, right, up, right * up), 1);
      put(fx, fy + 1, x, y, -1, 1, Shares::of(1, left, down, left * down), 1);
      put(fx + 1, fy + 1, x, y, 1, 1, Shares::of(1, right, down, right * down), 1);
      return;
    }
    const auto open = [&](int px, int py, int edge) { return factor(!(cuts(px, py) & edge)); };
    constexpr int east = cut_east, south = cut_south, south_east = cut_south_east, south_west = cut_south_west;
    // The coarse pixel stands for the upper left one; beyond a barrier from there it is no measure of the others.
    const float to_right = open(fx, fy, east), below = open(fx, fy, south), across = open(fx, fy, south_east);
    put(fx, fy, x, y, -1, -1,
        Shares::of(1, left * open(fx - 2, fy, east) * open(fx - 1, fy, east),
                   up * open(fx, fy - 2, south) * open(fx, fy - 1, south),
                   left * up * open(fx - 2, fy - 2, south_east) * open(fx - 1, fy - 1, south_east)),
        1);
    put(fx + 1, fy, x, y, 1, -1,
        Shares::of(to_right, right * open(fx + 1, fy, east),
                   up * open(fx, fy - 1, south_east) * open(fx, fy - 2, south),
                   right * up * open(fx + 2, fy - 1, south_west) * open(fx + 2, fy - 2, south)),
        to_right);
    put(fx, fy + 1, x, y, -1, 1,
        Shares::of(below, left * open(fx - 1, fy, south_east) * open(fx - 2, fy, east), down * open(fx, fy + 1, south),
                   left * down * open(fx, fy + 1, south_west) * open(fx - 2, fy + 2, east)),
        below);
    put(fx + 1, fy + 1, x, y, 1, 1,
        Shares::of(across, right * open(fx + 2, fy, south_west), down * open(fx + 1, fy + 1, south_west),
                   right * down * open(fx + 1, fy + 1, south_east)),
        across);
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
