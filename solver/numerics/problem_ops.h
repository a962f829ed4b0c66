// Ops that turn the photograph, the hints and the priors of one scale into an operator and a right-hand side. All
// chroma is in units of c = (a, b) / s(L).
#pragma once

#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// Edge weights at a pixel belong to its edges towards the east, south, south-east and south-west.
struct Edges {
  InSmall east, south, south_east, south_west;
};
struct OutEdges {
  OutSmall east, south, south_east, south_west;
  HANDTINT_HD operator Edges() const { return {in(east), in(south), in(south_east), in(south_west)}; }
};

constexpr float inverse_diagonal = 0.70710678f;  // 1 / |i - j| of a diagonal neighbour

// s(L) = ((L + 16) / 66)^(3/8): a dark shadow carries less chroma than the same material in light. 0.4 was the exponent
// found by trial; 3/8 costs no quality and needs square roots only.
HANDTINT_HD float chroma_scale(float lightness) {
  const float fourth = root(root((lightness + 16.0f) * (1.0f / 66)));
  return fourth * root(fourth);
}

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
    const bool has_east = x + 1 < extent.width, has_south = y + 1 < extent.height, has_west = x > 0;
    const float east = weight(x, y, x + 1, y);
    const float south = weight(x, y, x, y + 1);
    const float south_east = inverse_diagonal * weight(x, y, x + 1, y + 1);
    const float south_west = inverse_diagonal * weight(x, y, x - 1, y + 1);
    out.east(x, y) = has_east ? east : 0.0f;
    out.south(x, y) = has_south ? south : 0.0f;
    out.south_east(x, y) = has_east & has_south ? south_east : 0.0f;
    out.south_west(x, y) = has_west & has_south ? south_west : 0.0f;
  }
};

// Barriers: edges whose cut bit is set carry nothing.
struct CutEdges {
  View<const std::uint8_t> cuts;
  OutEdges out;

  HANDTINT_HD void operator()(int x, int y) const {
    const int bits = cuts(x, y);
    out.east(x, y) = bits & 1 ? 0.0f : out.east(x, y);
    out.south(x, y) = bits & 2 ? 0.0f : out.south(x, y);
    out.south_east(x, y) = bits & 4 ? 0.0f : out.south_east(x, y);
    out.south_west(x, y) = bits & 8 ? 0.0f : out.south_west(x, y);
  }
};

// Barriers at half size. A coarse pixel (X, Y) stands for the fine one at (2X, 2Y): its edge is cut when one of the two
// fine edges of that direction on the way from there to (2X + dx, 2Y + dy) is, or one beside them. So a closed barrier,
// which the way between its two sides crosses, stays closed at every size.
struct HalveCuts {
  View<const std::uint8_t> fine;
  View<std::uint8_t> coarse;
  HANDTINT_HD void operator()(int x, int y) const {
    const int fx = 2 * x, fy = 2 * y;
    const int here = fine(fx, fy) | fine(fx, fy + 1);
    const int east = fine(fx + 1, fy) | fine(fx + 1, fy + 1), west = fine(fx - 1, fy) | fine(fx - 1, fy + 1);
    coarse(x, y) = static_cast<std::uint8_t>((here & 15) | (east & 7) | (west & 8));
  }
};

// psi(d^2) = (1 + d^2 / eps^2)^(-q), q = (2 - p) / 2, as a product of repeated square roots: q is a multiple of 1/32
// and its binary digits choose the factors, the first `roots` of them (0: p = 2). The reweighting of phi_p
// (Huber-rounded below eps): psi = phi_p'(d) / d.
template <int roots>
struct Reweighting {
  static constexpr int factors = roots;
  float inverse_eps2;
  int digits;  // q * 32

  HANDTINT_HD float divisor(float t) const {
    float r = t, product = 1.0f;
    HANDTINT_UNROLL(5)
    for (int k = 0; k < roots; ++k) {
      r = root(r);
      product = product * ((digits & (16 >> k)) ? r : 1.0f);
    }
    return product;
  }
  HANDTINT_HD float weight(float d2) const { return roots == 0 ? 1.0f : 1.0f / divisor(1.0f + d2 * inverse_eps2); }
  // phi_p(d) = eps^2 / p ((1 + d^2 / eps^2)^(p/2) - 1), p = 2 - 2q
  HANDTINT_HD float potential(float d2) const {
    if (roots == 0) return 0.5f * d2;
    const float t = 1.0f + d2 * inverse_eps2, p = 2.0f - digits * (1.0f / 16);
    return (t / divisor(t) - 1.0f) / (p * inverse_eps2);
  }
};

// Mean over the 2x2 pixels under a coarse one; at odd borders over those that exist.
struct HalveLightness {
  In fine;
  Out coarse;
  Extent fine_extent;

  HANDTINT_HD void operator()(int x, int y) const {
    const int x1 = smaller(2 * x + 1, fine_extent.width - 1), y1 = smaller(2 * y + 1, fine_extent.height - 1);
    coarse(x, y) = 0.25f * (fine(2 * x, 2 * y) + fine(x1, 2 * y) + (fine(2 * x, y1) + fine(x1, y1)));
  }
};

// Hints of one scale: covered share of the pixel (0..1), strength and colour averaged over the covered part. A
// full-size photo has no partly covered pixels, and no cover plane: where there is strength, there is a hint.
struct HintPlanes {
  In strength, a, b;
  InSmall cover;
};
struct OutHintPlanes {
  Out strength, a, b;
  OutSmall cover;
  HANDTINT_HD operator HintPlanes() const { return {in(strength), in(a), in(b), in(cover)}; }
};

// Area average of the hints under a coarse pixel, colours weighted by their cover. With barriers (`divided`) only those
// count that none of them cuts off from the fine pixel that the coarse one stands for.
template <bool from_full_size, bool divided>
struct HalveHints {
  HintPlanes fine;
  OutHintPlanes coarse;
  View<const std::uint8_t> cuts;  // fine; read when divided

  HANDTINT_HD void operator()(int x, int y) const {
    float cover = 0, strength = 0, a = 0, b = 0;
    for (int dy = 0; dy < 2; ++dy)
      for (int dx = 0; dx < 2; ++dx) {
        const float s = fine.strength(2 * x + dx, 2 * y + dy);
        float c = from_full_size ? (s > 0 ? 1.0f : 0.0f) : fine.cover(2 * x + dx, 2 * y + dy);
        if (divided && dx + dy > 0) {
          constexpr int edge[] = {0, 1, 2, 4};  // from the upper left pixel, CutBits
          c = cuts(2 * x, 2 * y) & edge[2 * dy + dx] ? 0.0f : c;
        }
        cover += c;
        strength += c * s;
        a += c * fine.a(2 * x + dx, 2 * y + dy);
        b += c * fine.b(2 * x + dx, 2 * y + dy);
      }
    const float inverse = cover > 0 ? 1.0f / cover : 0.0f;
    coarse.cover(x, y) = 0.25f * cover;
    coarse.strength(x, y) = inverse * strength;
    coarse.a(x, y) = inverse * a;
    coarse.b(x, y) = inverse * b;
  }
};

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

// The four fine pixels over coarse pixel (x, y), bilinear with pixel centres at half-integers, clamped at the border.
struct Doubled {
  Pair upper_left, upper_right, lower_left, lower_right;

  HANDTINT_HD Doubled(In2 u, Extent coarse, int x, int y) {
    const bool left = x > 0, right = x + 1 < coarse.width, up = y > 0, down = y + 1 < coarse.height;
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
  HANDTINT_HD static Pair blend(Pair near, bool exists, Pair far) {
    return {0.75f * near.a + 0.25f * (exists ? far.a : near.a), 0.75f * near.b + 0.25f * (exists ? far.b : near.b)};
  }
  HANDTINT_HD static void row(In2 u, int x, int y, bool left, bool right, Pair& west, Pair& east) {
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
    constexpr int east = 1, south = 2, south_east = 4, south_west = 8;
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
    const bool inside = (x < fine_extent.width) & (y < fine_extent.height);
    const float firmness = known ? trust : 0.0f;
    const float mu = firmness / (1.0f + squared_norm(value - own) * inverse_blur2);
    const float h = hint_mass.at(x, y);
    const float weighted = h / chroma_scale(lightness(x, y));
    mass(x, y) = inside ? (h + pull) + mu : 0.0f;
    rhs.set(x, y,
            {inside ? weighted * hint_mass.hints.a(x, y) + mu * value.a : 0.0f,
             inside ? weighted * hint_mass.hints.b(x, y) + mu * value.b : 0.0f});
    const Pair next = start ? value : u(x, y) + (value - before);
    u.set(x, y, {inside ? next.a : 0.0f, inside ? next.b : 0.0f});
  }
  HANDTINT_HD void operator()(int x, int y) const {
    const Pair own = coarse(x, y);
    if (divided) {
      const DividedDoubled now(coarse, coarse_extent, cuts, x, y);
      const DividedDoubled before(start ? coarse : coarse_before, coarse_extent, cuts, x, y);
      const int bits = cuts(2 * x, 2 * y);  // beyond a barrier the coarse pixel is no measure
      put(2 * x, 2 * y, own, now.upper_left, before.upper_left, now.upper_left_known);
      put(2 * x + 1, 2 * y, bits & 1 ? now.upper_right : own, now.upper_right, before.upper_right,
          now.upper_right_known);
      put(2 * x, 2 * y + 1, bits & 2 ? now.lower_left : own, now.lower_left, before.lower_left, now.lower_left_known);
      put(2 * x + 1, 2 * y + 1, bits & 4 ? now.lower_right : own, now.lower_right, before.lower_right,
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

// Features of the hint-affinity prior: lightness, its local mean and its local standard deviation.
struct LocalMean {  // 5x5 box over the pixels that exist
  In value;
  Out mean;
  Extent extent;

  HANDTINT_HD void operator()(int x, int y) const {
    float sum = 0, count = 0;
    HANDTINT_UNROLL(5)
    for (int dy = -2; dy <= 2; ++dy) HANDTINT_UNROLL(5)
    for (int dx = -2; dx <= 2; ++dx) {
      const bool inside = (x + dx >= 0) & (x + dx < extent.width) & (y + dy >= 0) & (y + dy < extent.height);
      sum += value(x + dx, y + dy);  // 0 in the margin
      count += inside ? 1.0f : 0.0f;
    }
    mean(x, y) = sum / count;
  }
};
struct LocalDeviation {  // 3x3 standard deviation
  In value;
  Out deviation;
  Extent extent;

  HANDTINT_HD void operator()(int x, int y) const {
    float sum = 0, squares = 0, count = 0;
    const float centre = value(x, y);
    for (int dy = -1; dy <= 1; ++dy)
      for (int dx = -1; dx <= 1; ++dx) {
        const bool inside = (x + dx >= 0) & (x + dx < extent.width) & (y + dy >= 0) & (y + dy < extent.height);
        const float v = inside ? value(x + dx, y + dy) - centre : 0.0f;
        sum += v;
        squares += v * v;
        count += inside ? 1.0f : 0.0f;
      }
    const float mean = sum / count;
    deviation(x, y) = root(larger(squares / count - mean * mean, 0.0f));
  }
};

// One sampled hint pixel of the affinity prior: its features and its colour c, a row of the samples' plane.
enum SampleField {
  sample_lightness,
  sample_mean,
  sample_deviation,
  sample_x,
  sample_y,
  sample_a,
  sample_b,
  sample_traits,
  sample_fields = sample_traits + 3
};

// Prior from the strokes themselves: a pixel resembles a hint pixel k by K = exp(-|f - f_k|^2 / 2) over features f =
// (L/4, mean(L)/4, deviation(L)/4, x/d, y/d) and, when somebody knows what the pixels show, three traits; prior = sum K
// c_k / sum K, trusted by the largest K and distrusted where the claims disagree: mu = trust * max K / (1 +
// var/10^2)^2. Nothing is added on a hint.
//
// The sums run over `chunk` samples per pass, always in the samples' order, so that any chunk gives the same bits: a
// vectorising compiler wants the loop over samples unrolled.
struct AffinitySums {
  Out sum, most, a, b, squares;
};

template <int chunk, bool begin, bool with_traits>
struct SumAffinity {
  In lightness, mean, deviation;
  Traits traits;  // read with_traits only
  In samples;     // row k: SampleField
  int first;
  float inverse_distance;
  AffinitySums sums;

  HANDTINT_HD void operator()(int x, int y) const {
    const float f0 = 0.25f * lightness(x, y), f1 = 0.25f * mean(x, y), f2 = 0.25f * deviation(x, y);
    const float f3 = inverse_distance * x, f4 = inverse_distance * y;
    float t0 = 0, t1 = 0, t2 = 0;
    if (with_traits) {
      t0 = traits.first(x, y);
      t1 = traits.second(x, y);
      t2 = traits.third(x, y);
    }
    float sum = 0, most = 0, squares = 0, a = 0, b = 0;
    if (!begin) {
      sum = sums.sum(x, y);
      most = sums.most(x, y);
      squares = sums.squares(x, y);
      a = sums.a(x, y);
      b = sums.b(x, y);
    }
    HANDTINT_UNROLL(8)
    for (int k = 0; k < chunk; ++k) {
      const float* s = &samples(0, first + k);
      const float d0 = f0 - s[0], d1 = f1 - s[1], d2 = f2 - s[2], d3 = f3 - s[3], d4 = f4 - s[4];
      float distance2 = d0 * d0 + d1 * d1 + d2 * d2 + (d3 * d3 + d4 * d4);
      if (with_traits) {
        const float e0 = t0 - s[sample_traits], e1 = t1 - s[sample_traits + 1], e2 = t2 - s[sample_traits + 2];
        distance2 += e0 * e0 + e1 * e1 + e2 * e2;
      }
      const float affinity = exp_of_negative(-0.5f * distance2);
      sum += affinity;
      most = larger(most, affinity);
      a += affinity * s[5];
      b += affinity * s[6];
      squares += affinity * (s[5] * s[5] + s[6] * s[6]);
    }
    sums.sum(x, y) = sum;
    sums.most(x, y) = most;
    sums.a(x, y) = a;
    sums.b(x, y) = b;
    sums.squares(x, y) = squares;
  }
};

struct AddAffinity {
  AffinitySums sums;
  In hint_mass;
  float trust;
  Out mass;
  Out2 rhs;

  HANDTINT_HD void operator()(int x, int y) const {
    const float sum = sums.sum(x, y);
    const float inverse = 1.0f / larger(sum, 1e-30f);
    const Pair prior = {sums.a(x, y) * inverse, sums.b(x, y) * inverse};
    const float variance = larger(sums.squares(x, y) * inverse - squared_norm(prior), 0.0f);
    const float doubt = 1.0f + variance * 0.01f;
    const float mu = (hint_mass(x, y) > 0) | (sum < 1e-30f) ? 0.0f : trust * sums.most(x, y) / (doubt * doubt);
    mass(x, y) += mu;
    rhs.set(x, y, rhs(x, y) + mu * prior);
  }
};

// Chroma as people see it: (a, b) = s(L) c.
struct ToChroma {
  In2 u;
  In lightness;
  Out2 chroma;

  HANDTINT_HD void operator()(int x, int y) const { chroma.set(x, y, chroma_scale(lightness(x, y)) * u(x, y)); }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
