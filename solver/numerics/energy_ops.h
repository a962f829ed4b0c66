// Ops of the energy's operator A = K + beta L^T L + M and of conjugate gradients on it. K holds the reweighted edges of the
// generalized total variation, L = Lap_w the plain edge weights, M the mass of hints and priors.
//
// Everything is written in differences, (K u)_i = sum_j c_ij (u_i - u_j): a stored diagonal's rounding would exceed the smallest
// eigenvalues of edge weights near 1e-4.
#pragma once

#include "problem_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// sum_j c_ij (u_i - u_j) over the eight neighbours, both channels.
HANDTINT_HD Pair differences(const Edges& c, In2 u, int x, int y) {
  const Pair here = u(x, y);
  Pair sum = c.east(x, y) * (here - u(x + 1, y)) + c.east(x - 1, y) * (here - u(x - 1, y));
  sum = sum + (c.south(x, y) * (here - u(x, y + 1)) + c.south(x, y - 1) * (here - u(x, y - 1)));
  sum = sum + (c.south_east(x, y) * (here - u(x + 1, y + 1)) + c.south_east(x - 1, y - 1) * (here - u(x - 1, y - 1)));
  sum = sum + (c.south_west(x, y) * (here - u(x - 1, y + 1)) + c.south_west(x + 1, y - 1) * (here - u(x + 1, y - 1)));
  return sum;
}

HANDTINT_HD float degree(const Edges& c, int x, int y) {
  return (c.east(x, y) + c.east(x - 1, y)) + (c.south(x, y) + c.south(x, y - 1)) +
         ((c.south_east(x, y) + c.south_east(x - 1, y - 1)) + (c.south_west(x, y) + c.south_west(x + 1, y - 1)));
}
HANDTINT_HD float squared_degree(const Edges& c, int x, int y) {
  const auto sq = [](float v) { return v * v; };
  return (sq(c.east(x, y)) + sq(c.east(x - 1, y))) + (sq(c.south(x, y)) + sq(c.south(x, y - 1))) +
         ((sq(c.south_east(x, y)) + sq(c.south_east(x - 1, y - 1))) +
          (sq(c.south_west(x, y)) + sq(c.south_west(x + 1, y - 1))));
}

// The operator at one pixel. With a bilaplacian, `bent` holds beta L u of the vector that A is applied to (op Bend) and L is
// applied to it; without, `bent` is never read.
struct Operator {
  Edges c;        // K
  Edges weights;  // L; read only with a bilaplacian
  In mass;
  float beta = 0;

  template <bool bilaplacian>
  HANDTINT_HD Pair apply(In2 u, In2 bent, int x, int y) const {
    Pair sum = mass(x, y) * u(x, y);
    if (bilaplacian)
      sum = sum + (differences(c, u, x, y) + differences(weights, bent, x, y));
    else
      sum = sum + differences(c, u, x, y);
    return sum;
  }
  template <bool bilaplacian>
  HANDTINT_HD float diagonal(int x, int y) const {
    float d = degree(c, x, y);
    if (bilaplacian) {
      const float own = degree(weights, x, y);
      d = d + beta * (own * own + squared_degree(weights, x, y));
    }
    return d + mass(x, y);
  }
};

// Sums of weights below 1e-30 hold nothing together, and their inverse would overflow.
HANDTINT_HD float inverse_or_zero(float d) { return d > 1e-30f ? 1.0f / d : 0.0f; }

// bent = beta L u
struct Bend {
  Edges weights;
  In2 u;
  Out2 bent;
  float beta;
  HANDTINT_HD void operator()(int x, int y) const { bent.set(x, y, beta * differences(weights, u, x, y)); }
};

// r = rhs - A u
template <bool bilaplacian>
struct Residual {
  Operator op;
  In2 u, bent, rhs;
  Out2 r;
  HANDTINT_HD void operator()(int x, int y) const {
    r.set(x, y, rhs(x, y) - op.template apply<bilaplacian>(u, bent, x, y));
  }
};

// q = A p; returns p . q
template <bool bilaplacian>
struct ApplyAndDot {
  Operator op;
  In2 p, bent;
  Out2 q;
  HANDTINT_HD Pair operator()(int x, int y) const {
    const Pair value = op.template apply<bilaplacian>(p, bent, x, y);
    q.set(x, y, value);
    return {dot(p(x, y), value), 0.0f};
  }
};

// Scalars of conjugate gradients live where the executor sums; ops read them there, so that no value travels to the host.
// 0 when the denominator is not positive: the iteration then stands still.
HANDTINT_HD float ratio(In numerator, In denominator) {
  const float d = denominator(0, 0);
  return d > 1e-30f ? numerator(0, 0) / d : 0.0f;
}

// u += alpha p with alpha = (r.z) / (p.q); returns whether the step s(L) |alpha p| exceeds the tolerance (in units of a, b).
struct Advance {
  In rz, pq;
  In2 p;
  Out2 u;
  In lightness;
  float tolerance2;
  float alpha = 0;
  HANDTINT_HD void begin() { alpha = ratio(rz, pq); }
  HANDTINT_HD Pair operator()(int x, int y) const {
    const Pair step = alpha * p(x, y);
    u.set(x, y, u(x, y) + step);
    const float s = chroma_scale(lightness(x, y));
    return {s * s * squared_norm(step) > tolerance2 ? 1.0f : 0.0f, 0.0f};
  }
};

// r -= alpha q
struct Recede {
  In rz, pq;
  In2 q;
  Out2 r;
  float alpha = 0;
  HANDTINT_HD void begin() { alpha = ratio(rz, pq); }
  HANDTINT_HD void operator()(int x, int y) const { r.set(x, y, r(x, y) - alpha * q(x, y)); }
};

// p = z + beta p with beta = (r.z)_new / (r.z)_old
struct Redirect {
  In rz_new, rz_old;
  In2 z;
  Out2 p;
  float beta = 0;
  HANDTINT_HD void begin() { beta = ratio(rz_new, rz_old); }
  HANDTINT_HD void operator()(int x, int y) const { p.set(x, y, z(x, y) + beta * p(x, y)); }
};

// Returns r . z and whether the error estimate s(L) |z| exceeds the tolerance (in units of a, b).
struct DotAndTail {
  In2 r, z;
  In lightness;
  float tolerance2;
  HANDTINT_HD Pair operator()(int x, int y) const {
    const Pair error = z(x, y);
    const float s = chroma_scale(lightness(x, y));
    return {dot(r(x, y), error), s * s * squared_norm(error) > tolerance2 ? 1.0f : 0.0f};
  }
};

// The energy's value per pixel: edges it owns, bilaplacian, data terms up to a constant.
template <int roots>
struct Energy {
  Edges weights;
  In mass;
  In2 u, rhs;
  Reweighting<roots> psi;
  float beta, membrane;
  HANDTINT_HD Pair operator()(int x, int y) const {
    const Pair here = u(x, y);
    const float edges = weights.east(x, y) * psi.potential(squared_norm(here - u(x + 1, y))) +
                        weights.south(x, y) * psi.potential(squared_norm(here - u(x, y + 1))) +
                        (weights.south_east(x, y) * psi.potential(squared_norm(here - u(x + 1, y + 1))) +
                         weights.south_west(x, y) * psi.potential(squared_norm(here - u(x - 1, y + 1))));
    const float bend = 0.5f * beta * squared_norm(differences(weights, u, x, y));
    const float m = mass(x, y);
    const float data = 0.5f * m * squared_norm(here - inverse_or_zero(m) * rhs(x, y));
    return {membrane * edges + bend + data, 0.0f};
  }
};

struct Clear2 {
  Out2 u;
  HANDTINT_HD void operator()(int x, int y) const { u.set(x, y, {0, 0}); }
};

struct Copy2 {
  In2 from;
  Out2 to;
  HANDTINT_HD void operator()(int x, int y) const { to.set(x, y, from(x, y)); }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
