// Ops of the multigrid preconditioner. Coarse point (X, Y) sits on fine pixel (2X, 2Y). Interpolation is
// operator-dependent
// ("black box", Dendy 1982), collapsed from the 9-point stencil with the mass in its denominators, so that a correction
// neither crosses an edge of the photograph nor moves a hint. Coarse operators are Galerkin's P^T A P.
//
//   fine pixels of the cell of coarse point 0:      0 T 1      T between 0 and 1 (row 2Y), L between 0 and 2 (column
//   2X),
//                                                   L C R      C the centre; B and R are the T and L of the next cells.
//                                                   2 B 3
#pragma once

#include "solver/numerics/energy_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// Interpolation weights of the fine pixels T (from west, east), L (from north, south) and C (from 0, 1, 2, 3), stored
// at coarse points.
struct Interpolation {
  InSmall t_west, t_east, l_north, l_south, c0, c1, c2, c3;
};
struct OutInterpolation {
  OutSmall t_west, t_east, l_north, l_south, c0, c1, c2, c3;
  HANDTINT_HD operator Interpolation() const {
    return {in(t_west), in(t_east), in(l_north), in(l_south), in(c0), in(c1), in(c2), in(c3)};
  }
};

// Two edges one after the other. The classical collapse adds a diagonal edge to the straight one beside it as it is;
// but where the diagonal's pixel is cut off from the coarse point, colour would leak there. Only the path counts.
HANDTINT_HD float in_series(float u, float v) {
  return u * v * inverse_or_zero(u + v);
}

// Weights of T and L, and their deficit t = 1 - (sum of weights): the share that the mass holds back. Per coarse point.
struct InterpolateSides {
  Edges c;
  In mass;
  OutInterpolation p;
  Out deficit;  // fine
  float mass_share;

  HANDTINT_HD void operator()(int x, int y) const {
    const int fx = 2 * x, fy = 2 * y;
    {
      const float west = c.east(fx, fy) + (in_series(c.south_east(fx, fy - 1), c.south(fx, fy - 1)) +
                                           in_series(c.south_west(fx + 1, fy), c.south(fx, fy)));
      const float east = c.east(fx + 1, fy) + (in_series(c.south_west(fx + 2, fy - 1), c.south(fx + 2, fy - 1)) +
                                               in_series(c.south_east(fx + 1, fy), c.south(fx + 2, fy)));
      const float m = mass_share * mass(fx + 1, fy);
      const float inverse = inverse_or_zero(west + east + m);
      p.t_west(x, y) = west * inverse;
      p.t_east(x, y) = east * inverse;
      deficit(fx + 1, fy) = m * inverse;
    }
    {
      const float north = c.south(fx, fy) + (in_series(c.south_east(fx - 1, fy), c.east(fx - 1, fy)) +
                                             in_series(c.south_west(fx + 1, fy), c.east(fx, fy)));
      const float south = c.south(fx, fy + 1) + (in_series(c.south_east(fx, fy + 1), c.east(fx, fy + 2)) +
                                                 in_series(c.south_west(fx, fy + 1), c.east(fx - 1, fy + 2)));
      const float m = mass_share * mass(fx, fy + 1);
      const float inverse = inverse_or_zero(north + south + m);
      p.l_north(x, y) = north * inverse;
      p.l_south(x, y) = south * inverse;
      deficit(fx, fy + 1) = m * inverse;
    }
    deficit(fx, fy) = 0.0f;
  }
};

// Weights of C from the row of A there, T, L, B and R replaced by their own interpolation.
struct InterpolateCentre {
  Edges c;
  In mass;
  OutInterpolation p;
  Out deficit;
  float mass_share;

  HANDTINT_HD void operator()(int x, int y) const {
    const int fx = 2 * x + 1, fy = 2 * y + 1;
    const float west = c.east(fx - 1, fy), east = c.east(fx, fy), north = c.south(fx, fy - 1), south = c.south(fx, fy);
    const float nw = c.south_east(fx - 1, fy - 1), se = c.south_east(fx, fy);
    const float ne = c.south_west(fx + 1, fy - 1), sw = c.south_west(fx, fy);
    const float m = mass_share * mass(fx, fy);
    const float inverse = inverse_or_zero((west + east) + (north + south) + ((nw + se) + (ne + sw)) + m);
    p.c0(x, y) = inverse * (nw + (north * p.t_west(x, y) + west * p.l_north(x, y)));
    p.c1(x, y) = inverse * (ne + (north * p.t_east(x, y) + east * p.l_north(x + 1, y)));
    p.c2(x, y) = inverse * (sw + (south * p.t_west(x, y + 1) + west * p.l_south(x, y)));
    p.c3(x, y) = inverse * (se + (south * p.t_east(x, y + 1) + east * p.l_south(x + 1, y)));
    deficit(fx, fy) = inverse * (m + ((north * deficit(fx, fy - 1) + south * deficit(fx, fy + 1)) +
                                      (west * deficit(fx - 1, fy) + east * deficit(fx + 1, fy))));
  }
};

// g = A P 1 without cancellation: with t = 1 - P 1, (A P 1)_i = m_i (1 - t_i) - sum_j c_ij (t_i - t_j).
struct RowSums {
  Edges c;
  In mass, deficit;
  Out g;
  HANDTINT_HD void operator()(int x, int y) const {
    const float t = deficit(x, y);
    float leak = c.east(x, y) * (t - deficit(x + 1, y)) + c.east(x - 1, y) * (t - deficit(x - 1, y));
    leak += c.south(x, y) * (t - deficit(x, y + 1)) + c.south(x, y - 1) * (t - deficit(x, y - 1));
    leak += c.south_east(x, y) * (t - deficit(x + 1, y + 1)) + c.south_east(x - 1, y - 1) * (t - deficit(x - 1, y - 1));
    leak += c.south_west(x, y) * (t - deficit(x - 1, y + 1)) + c.south_west(x + 1, y - 1) * (t - deficit(x + 1, y - 1));
    g(x, y) = mass(x, y) * (1.0f - t) - leak;
  }
};

// P^T f at a coarse point: the fine pixels it feeds, gathered.
template <class Fine>
HANDTINT_HD auto gather(const Interpolation& p, Fine fine, int x, int y) {
  const int fx = 2 * x, fy = 2 * y;
  return fine(fx, fy) + (p.t_west(x, y) * fine(fx + 1, fy) + p.t_east(x - 1, y) * fine(fx - 1, fy)) +
         (p.l_north(x, y) * fine(fx, fy + 1) + p.l_south(x, y - 1) * fine(fx, fy - 1)) +
         ((p.c0(x, y) * fine(fx + 1, fy + 1) + p.c1(x - 1, y) * fine(fx - 1, fy + 1)) +
          (p.c2(x, y - 1) * fine(fx + 1, fy - 1) + p.c3(x - 1, y - 1) * fine(fx - 1, fy - 1)));
}

// Galerkin's coarse edges and mass. An edge of weight w between fine pixels with interpolation rows P_i, P_j adds
// w (P_i - P_j)_I (P_i - P_j)_J to entry (I, J) of P^T A P, a mass m adds m P_iI P_iJ; the coarse edge weight is minus
// the entry. Negative ones are dropped, which keeps the spectrum of D^-1 A within [0, 2].
struct Coarsen {
  Edges c;
  In mass, g;
  Interpolation p;
  OutEdges coarse;
  Out coarse_mass;

  // The weights and interpolation rows inside one cell.
  struct Cell {
    float tc, bc, lc, rc, c0, c1, c2, c3;  // edges of the centre to T, B, L, R and the corners 0 1 2 3
    float tl, tr, bl, br;                  // diagonals between side pixels
    float m;                               // mass of C
    float p0, p1, p2, p3;                  // C from the corners
    float t_west, t_east, b_west, b_east, l_north, l_south, r_north, r_south;
  };
  HANDTINT_HD Cell cell(int x, int y) const {
    const int fx = 2 * x + 1, fy = 2 * y + 1;  // C
    Cell k;
    k.tc = c.south(fx, fy - 1);
    k.bc = c.south(fx, fy);
    k.lc = c.east(fx - 1, fy);
    k.rc = c.east(fx, fy);
    k.c0 = c.south_east(fx - 1, fy - 1);
    k.c1 = c.south_west(fx + 1, fy - 1);
    k.c2 = c.south_west(fx, fy);
    k.c3 = c.south_east(fx, fy);
    k.tl = c.south_west(fx, fy - 1);
    k.tr = c.south_east(fx, fy - 1);
    k.bl = c.south_east(fx - 1, fy);
    k.br = c.south_west(fx + 1, fy);
    k.m = mass(fx, fy);
    k.p0 = p.c0(x, y);
    k.p1 = p.c1(x, y);
    k.p2 = p.c2(x, y);
    k.p3 = p.c3(x, y);
    k.t_west = p.t_west(x, y);
    k.t_east = p.t_east(x, y);
    k.b_west = p.t_west(x, y + 1);
    k.b_east = p.t_east(x, y + 1);
    k.l_north = p.l_north(x, y);
    k.l_south = p.l_south(x, y);
    k.r_north = p.l_north(x + 1, y);
    k.r_south = p.l_south(x + 1, y);
    return k;
  }

  // Entry between two corners I, J at the ends of one side of the cell. pi, pj: the centre from I, J. The side pixel S
  // between them has rows si, sj and edge sc to the centre; the adjacent side pixels A (next to I, row ai, edge ac) and
  // B (next to J, row bj, edge bc) have diagonals sa, sb to S; ic, jc: corner to centre; rest: all other edges of the
  // centre.
  HANDTINT_HD static float side(float pi, float pj, float si, float sj, float ai, float bj, float sc, float ac,
                                float bc, float sa, float sb, float ic, float jc, float rest, float m) {
    return sc * (si - pi) * (sj - pj) - ac * (ai - pi) * pj - bc * pi * (bj - pj) - ic * (1.0f - pi) * pj -
           jc * pi * (1.0f - pj) + (rest + m) * pi * pj + sa * (si - ai) * sj + sb * si * (sj - bj);
  }

  // Entry between opposite corners I, J. A, B: the side pixels next to I (rows ai, bi; edges ac, bc to the centre); D,
  // E: those next to J (rows dj, ej; edges dc, ec), where A-D and B-E share a diagonal edge ad, be.
  HANDTINT_HD static float diagonal(float pi, float pj, float ai, float bi, float dj, float ej, float ac, float bc,
                                    float dc, float ec, float ad, float be, float ic, float jc, float rest, float m) {
    return -(ac * (ai - pi) + bc * (bi - pi) + ic * (1.0f - pi)) * pj -
           (dc * (dj - pj) + ec * (ej - pj) + jc * (1.0f - pj)) * pi + (rest + m) * pi * pj - ad * ai * dj -
           be * bi * ej;
  }

  HANDTINT_HD void operator()(int x, int y) const {
    const int fx = 2 * x, fy = 2 * y;
    const Cell k = cell(x, y);
    {
      const Cell n = cell(x, y - 1);
      const float below = side(k.p0, k.p1, k.t_west, k.t_east, k.l_north, k.r_north, k.tc, k.lc, k.rc, k.tl, k.tr, k.c0,
                               k.c1, k.bc + (k.c2 + k.c3), k.m);
      const float above = side(n.p2, n.p3, n.b_west, n.b_east, n.l_south, n.r_south, n.bc, n.lc, n.rc, n.bl, n.br, n.c2,
                               n.c3, n.tc + (n.c0 + n.c1), n.m);
      const float line = -c.east(fx, fy) * (1.0f - k.t_west) * k.t_east -
                         c.east(fx + 1, fy) * k.t_west * (1.0f - k.t_east) + mass(fx + 1, fy) * k.t_west * k.t_east;
      // The edges between T and the side pixels of the other cell are in that cell's sum; nothing is counted twice.
      coarse.east(x, y) = larger(-(below + above + line), 0.0f);
    }
    {
      const Cell w = cell(x - 1, y);
      const float right = side(k.p0, k.p2, k.l_north, k.l_south, k.t_west, k.b_west, k.lc, k.tc, k.bc, k.tl, k.bl, k.c0,
                               k.c2, k.rc + (k.c1 + k.c3), k.m);
      const float left = side(w.p1, w.p3, w.r_north, w.r_south, w.t_east, w.b_east, w.rc, w.tc, w.bc, w.tr, w.br, w.c1,
                              w.c3, w.lc + (w.c0 + w.c2), w.m);
      const float line = -c.south(fx, fy) * (1.0f - k.l_north) * k.l_south -
                         c.south(fx, fy + 1) * k.l_north * (1.0f - k.l_south) +
                         mass(fx, fy + 1) * k.l_north * k.l_south;
      coarse.south(x, y) = larger(-(right + left + line), 0.0f);
      // corners 1 and 2 of the cell to the west: this point and its south-western neighbour
      coarse.south_west(x, y) = larger(-diagonal(w.p1, w.p2, w.t_east, w.r_north, w.l_south, w.b_west, w.tc, w.rc, w.lc,
                                                 w.bc, w.tl, w.br, w.c1, w.c2, w.c0 + w.c3, w.m),
                                       0.0f);
    }
    coarse.south_east(x, y) = larger(-diagonal(k.p0, k.p3, k.t_west, k.l_north, k.r_south, k.b_east, k.tc, k.lc, k.rc,
                                               k.bc, k.tr, k.bl, k.c0, k.c3, k.c1 + k.c2, k.m),
                                     0.0f);
    coarse_mass(x, y) = larger(gather(p, g, x, y), 0.0f);
  }
};

struct Restrict {
  Interpolation p;
  In2 fine;
  Out2 coarse;
  HANDTINT_HD void operator()(int x, int y) const { coarse.set(x, y, gather(p, fine, x, y)); }
};

// x = P e, or x += P e, per coarse point. Fine pixels beyond an odd border have weights 0.
template <bool add>
struct Prolong {
  Interpolation p;
  In2 e;
  Out2 x;

  HANDTINT_HD void put(int fx, int fy, Pair value) const { x.set(fx, fy, add ? x(fx, fy) + value : value); }
  HANDTINT_HD void operator()(int cx, int cy) const {
    const int fx = 2 * cx, fy = 2 * cy;
    const Pair e0 = e(cx, cy), e1 = e(cx + 1, cy), e2 = e(cx, cy + 1), e3 = e(cx + 1, cy + 1);
    put(fx, fy, e0);
    put(fx + 1, fy, p.t_west(cx, cy) * e0 + p.t_east(cx, cy) * e1);
    put(fx, fy + 1, p.l_north(cx, cy) * e0 + p.l_south(cx, cy) * e2);
    put(fx + 1, fy + 1, (p.c0(cx, cy) * e0 + p.c1(cx, cy) * e1) + (p.c2(cx, cy) * e2 + p.c3(cx, cy) * e3));
  }
};

// out = x + gain D^-1 (r - A x); from zero: out = gain D^-1 r.
template <bool bilaplacian>
struct RelaxFromZero {
  Operator op;
  In2 r;
  Out2 out;
  float gain;
  HANDTINT_HD void operator()(int x, int y) const {
    out.set(x, y, (gain * inverse_or_zero(op.template diagonal<bilaplacian>(x, y))) * r(x, y));
  }
};
template <bool bilaplacian>
struct Relax {
  Operator op;
  In2 r, x, bent;
  Out2 out;
  float gain;
  HANDTINT_HD void operator()(int px, int py) const {
    const Pair residual = r(px, py) - op.template apply<bilaplacian>(x, bent, px, py);
    const float scale = gain * inverse_or_zero(op.template diagonal<bilaplacian>(px, py));
    out.set(px, py, x(px, py) + scale * residual);
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
