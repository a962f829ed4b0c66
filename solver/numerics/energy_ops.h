// Ops of the energy's operator A = K + beta L^T L + M and of the descent on it. K holds the reweighted edges of the
// generalized total variation, L = Lap_w the plain edge weights, M the mass of hints and priors.
//
// Everything is written in differences, (K u)_i = sum_j c_ij (u_i - u_j): a stored diagonal's rounding would exceed the
// smallest eigenvalues of edge weights near 1e-4.
#pragma once

#include "solver/numerics/chroma_ops.h"
#include "solver/numerics/edge_ops.h"
#include "solver/numerics/sums.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

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

// sum_j c_ij (u_i - u_j) over the eight neighbours, both channels.
HANDTINT_HD Pair differences(const Edges& c, In2 u, int x, int y) {
  const Pair here = u(x, y);
  Pair sum = c.east(x, y) * (here - u(x + 1, y)) + c.east(x - 1, y) * (here - u(x - 1, y));
  sum = sum + (c.south(x, y) * (here - u(x, y + 1)) + c.south(x, y - 1) * (here - u(x, y - 1)));
  sum = sum + (c.south_east(x, y) * (here - u(x + 1, y + 1)) + c.south_east(x - 1, y - 1) * (here - u(x - 1, y - 1)));
  sum = sum + (c.south_west(x, y) * (here - u(x - 1, y + 1)) + c.south_west(x + 1, y - 1) * (here - u(x + 1, y - 1)));
  return sum;
}

// sum_j c_ij u_j
HANDTINT_HD Pair of_neighbours(const Edges& c, In2 u, int x, int y) {
  Pair sum = c.east(x, y) * u(x + 1, y) + c.east(x - 1, y) * u(x - 1, y);
  sum = sum + (c.south(x, y) * u(x, y + 1) + c.south(x, y - 1) * u(x, y - 1));
  sum = sum + (c.south_east(x, y) * u(x + 1, y + 1) + c.south_east(x - 1, y - 1) * u(x - 1, y - 1));
  sum = sum + (c.south_west(x, y) * u(x - 1, y + 1) + c.south_west(x + 1, y - 1) * u(x + 1, y - 1));
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

// The operator at one pixel. With a bilaplacian, `bent` holds beta L u of the vector that A is applied to (op Bend) and
// L is applied to it; without, `bent` is never read.
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

// bent = beta L u
struct Bend {
  static constexpr bool keeps_margin = true;
  Edges weights;
  In2 u;
  Out2 bent;
  float beta;
  HANDTINT_HD void operator()(int x, int y) const { bent.set(x, y, beta * differences(weights, u, x, y)); }
};

// The quadratic majorant of the generalized total variation at u (Chan, Mulet 1999): c_ij = membrane w_ij psi(|u_i -
// u_j|^2). With a bilaplacian also bent = beta L u, for the residual at the same u.
template <int roots, bool bilaplacian>
struct Linearise {
  static constexpr bool keeps_margin = true;
  Edges weights;
  In2 u;
  OutEdges c;
  Out2 bent;
  Reweighting<roots> psi;
  float membrane, beta;

  HANDTINT_HD void operator()(int x, int y) const {
    const Pair here = u(x, y);
    c.east(x, y) = membrane * weights.east(x, y) * psi.weight(squared_norm(here - u(x + 1, y)));
    c.south(x, y) = membrane * weights.south(x, y) * psi.weight(squared_norm(here - u(x, y + 1)));
    c.south_east(x, y) = membrane * weights.south_east(x, y) * psi.weight(squared_norm(here - u(x + 1, y + 1)));
    c.south_west(x, y) = membrane * weights.south_west(x, y) * psi.weight(squared_norm(here - u(x - 1, y + 1)));
    if (bilaplacian) bent.set(x, y, beta * differences(weights, u, x, y));
  }
};

// r = rhs - A u
template <bool bilaplacian>
struct Residual {
  static constexpr bool keeps_margin = true;
  Operator op;
  In2 u, bent, rhs;
  Out2 r;
  HANDTINT_HD void operator()(int x, int y) const {
    r.set(x, y, rhs(x, y) - op.template apply<bilaplacian>(u, bent, x, y));
  }
};

// What the best step along the correction z and the previous step p depends on. Products with A are sums over the edges
// that a pixel owns, as the energy is: without cancellation. Without `second` there is no previous step, and p is not
// read.
enum SurveySum { sum_zz, sum_rz, sum_zp, sum_pp, sum_rp };  // z.Az, r.z, z.Ap, p.Ap, r.p

template <bool bilaplacian, bool second>
struct Survey {
  static constexpr bool keeps_margin = true;
  Operator op;
  In2 r, z, p;

  HANDTINT_HD Sums<second ? 5 : 2> operator()(int x, int y) const {
    const Pair zh = z(x, y), rh = r(x, y);
    const float m = op.mass(x, y), ce = op.c.east(x, y), cs = op.c.south(x, y);
    const float cse = op.c.south_east(x, y), csw = op.c.south_west(x, y);
    const Pair ze = zh - z(x + 1, y), zs = zh - z(x, y + 1), zse = zh - z(x + 1, y + 1), zsw = zh - z(x - 1, y + 1);
    const Pair zl = bilaplacian ? differences(op.weights, z, x, y) : Pair{0, 0};
    float zz = m * squared_norm(zh) + (ce * squared_norm(ze) + cs * squared_norm(zs)) +
               (cse * squared_norm(zse) + csw * squared_norm(zsw));
    if (bilaplacian) zz += op.beta * squared_norm(zl);
    if constexpr (!second) {
      return {{zz, dot(rh, zh)}};
    } else {
      const Pair ph = p(x, y);
      const Pair pe = ph - p(x + 1, y), ps = ph - p(x, y + 1), pse = ph - p(x + 1, y + 1), psw = ph - p(x - 1, y + 1);
      float zp = m * dot(zh, ph) + (ce * dot(ze, pe) + cs * dot(zs, ps)) + (cse * dot(zse, pse) + csw * dot(zsw, psw));
      float pp = m * squared_norm(ph) + (ce * squared_norm(pe) + cs * squared_norm(ps)) +
                 (cse * squared_norm(pse) + csw * squared_norm(psw));
      if (bilaplacian) {
        const Pair pl = differences(op.weights, p, x, y);
        zp += op.beta * dot(zl, pl);
        pp += op.beta * squared_norm(pl);
      }
      return {{zz, dot(rh, zh), zp, pp, dot(rh, ph)}};
    }
  }
};

// u += a z + b p, where a and b minimise the quadratic model over the plane of z and p; the step becomes p. For a
// quadratic energy this is conjugate gradients; with the model renewed at every step it is the majorize-minimize memory
// gradient of Chouzenoux, Idier, Moussaoui 2011: the energy never rises. The sums are read where the executor left
// them, so that no value travels to the host. Returns whether the larger of s(L) |z|, an estimate of the error, and
// s(L) |step|, which exceeds it where the preconditioner is too stiff (islands that the coarse grids miss), is above
// the tolerance (in units of a, b).
template <bool second>
struct Advance {
  static constexpr bool keeps_margin = true;
  In sums;  // SurveySum
  In2 z;
  Out2 p, u;
  In lightness;
  float tolerance2;
  float along_z = 0, along_p = 0;

  HANDTINT_HD void begin() {
    const float zz = sums(sum_zz, 0), rz = sums(sum_rz, 0);
    if (!(zz > 1e-30f)) return;  // the iteration stands still
    along_z = rz / zz;
    if (!second) return;
    // Along the part of p that is conjugate to z, unless the two are (nearly) parallel.
    const float zp = sums(sum_zp, 0), pp = sums(sum_pp, 0), share = zp / zz;
    const float rest = pp - share * zp;
    if (!(rest > larger(1e-5f * pp, 1e-30f))) return;
    along_p = (sums(sum_rp, 0) - share * rz) / rest;
    along_z = along_z - along_p * share;
  }
  HANDTINT_HD Sums<1> operator()(int x, int y) const {
    const Pair correction = z(x, y);
    Pair step = along_z * correction;
    if (second) step = step + along_p * p(x, y);
    p.set(x, y, step);
    u.set(x, y, u(x, y) + step);
    const float s = chroma_scale(lightness(x, y));
    return {{s * s * larger(squared_norm(step), squared_norm(correction)) > tolerance2 ? 1.0f : 0.0f}};
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
  HANDTINT_HD Sums<1> operator()(int x, int y) const {
    const Pair here = u(x, y);
    const float edges = weights.east(x, y) * psi.potential(squared_norm(here - u(x + 1, y))) +
                        weights.south(x, y) * psi.potential(squared_norm(here - u(x, y + 1))) +
                        (weights.south_east(x, y) * psi.potential(squared_norm(here - u(x + 1, y + 1))) +
                         weights.south_west(x, y) * psi.potential(squared_norm(here - u(x - 1, y + 1))));
    const float bend = 0.5f * beta * squared_norm(differences(weights, u, x, y));
    const float m = mass(x, y);
    const float data = 0.5f * m * squared_norm(here - inverse_or_zero(m) * rhs(x, y));
    return {{membrane * edges + bend + data}};
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
