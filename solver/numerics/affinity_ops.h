// Ops of the hint-affinity prior: what a pixel is like, and which hints it resembles.
#pragma once

#include "solver/numerics/edge_ops.h"
#include "solver/numerics/engine.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

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
      a += affinity * s[sample_a];
      b += affinity * s[sample_b];
      squares += affinity * (s[sample_a] * s[sample_a] + s[sample_b] * s[sample_b]);
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

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
