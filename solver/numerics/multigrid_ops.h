// Ops of the multigrid preconditioner: interpolation, coarse operators, restriction, prolongation, relaxation. Coarse
// point (X, Y) sits on fine pixel (2X, 2Y). Interpolation is operator-dependent ("black box", Dendy 1982), collapsed
// from the 9-point stencil with the mass in its denominators: a correction neither crosses an edge of the photograph
// nor moves a hint. Coarse operators are Galerkin's P^T A P.
//
//   fine pixels of the cell of coarse point 0:   0 T 1   T between 0 and 1 (row 2Y), L between 0 and 2 (column 2X),
//                                                L C R   C the centre; B and R are the T and L of the next cells.
//                                                2 B 3
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

  // A corner of a cell: its edge to the centre, and its weights in the interpolation of the centre and of the two side
  // pixels next to it, the one in its row (T or B) and the one in its column (L or R).
  struct Corner {
    float edge, centre, in_row, in_column;
  };
  // The weights and edges inside one cell.
  struct Cell {
    Corner nw, ne, sw, se;  // 0, 1, 2, 3
    float t, b, l, r;       // edges of the centre to the side pixels
    float tl, tr, bl, br;   // diagonals between side pixels
    float m;                // mass of the centre
  };
  HANDTINT_HD Cell cell(int x, int y) const {
    const int fx = 2 * x + 1, fy = 2 * y + 1;  // C
    Cell k;
    k.nw = {c.south_east(fx - 1, fy - 1), p.c0(x, y), p.t_west(x, y), p.l_north(x, y)};
    k.ne = {c.south_west(fx + 1, fy - 1), p.c1(x, y), p.t_east(x, y), p.l_north(x + 1, y)};
    k.sw = {c.south_west(fx, fy), p.c2(x, y), p.t_west(x, y + 1), p.l_south(x, y)};
    k.se = {c.south_east(fx, fy), p.c3(x, y), p.t_east(x, y + 1), p.l_south(x + 1, y)};
    k.t = c.south(fx, fy - 1);
    k.b = c.south(fx, fy);
    k.l = c.east(fx - 1, fy);
    k.r = c.east(fx, fy);
    k.tl = c.south_west(fx, fy - 1);
    k.tr = c.south_east(fx, fy - 1);
    k.bl = c.south_east(fx - 1, fy);
    k.br = c.south_west(fx + 1, fy);
    k.m = mass(fx, fy);
    return k;
  }

  // Half of one side of a cell, from a corner I to the side pixel S in the side's middle. A is the other side pixel
  // next to I.
  struct HalfSide {
    float edge, centre;                   // of I: its edge to the centre, and its weight there
    float at_s, at_a;                     // its weights at S and A
    float from_a_to_centre, from_a_to_s;  // edges of A
  };
  // Entry between the two corners of a side. s: edge of S to the centre; held: all other edges of the centre, and its
  // mass.
  HANDTINT_HD static float side(const HalfSide& i, const HalfSide& j, float s, float held) {
    return s * (i.at_s - i.centre) * (j.at_s - j.centre) - i.from_a_to_centre * (i.at_a - i.centre) * j.centre -
           j.from_a_to_centre * i.centre * (j.at_a - j.centre) - i.edge * (1.0f - i.centre) * j.centre -
           j.edge * i.centre * (1.0f - j.centre) + held * i.centre * j.centre +
           i.from_a_to_s * (i.at_s - i.at_a) * j.at_s + j.from_a_to_s * i.at_s * (j.at_s - j.at_a);
  }
  // a: edge of A to the centre; as: to S.
  HANDTINT_HD static HalfSide along_row(const Corner& i, float a, float as) {
    return {i.edge, i.centre, i.in_row, i.in_column, a, as};
  }
  HANDTINT_HD static HalfSide along_column(const Corner& i, float a, float as) {
    return {i.edge, i.centre, i.in_column, i.in_row, a, as};
  }

  // Entry between opposite corners I, J. Of I the side pixel in its row (A) comes first, then that in its column (B);
  // of J the one in its column (D), then that in its row (E): A-D and B-E share a diagonal. `to_i`, `to_j`: edges of
  // these pixels to the centre; held: all other edges of the centre, and its mass.
  struct TwoEdges {
    float first, second;
  };
  HANDTINT_HD static float diagonal(const Corner& i, const Corner& j, TwoEdges to_i, TwoEdges to_j, TwoEdges diagonals,
                                    float held) {
    const float from_i =
        to_i.first * (i.in_row - i.centre) + to_i.second * (i.in_column - i.centre) + i.edge * (1.0f - i.centre);
    const float from_j =
        to_j.first * (j.in_column - j.centre) + to_j.second * (j.in_row - j.centre) + j.edge * (1.0f - j.centre);
    return -from_i * j.centre - from_j * i.centre + held * i.centre * j.centre -
           diagonals.first * i.in_row * j.in_column - diagonals.second * i.in_column * j.in_row;
  }

  HANDTINT_HD void operator()(int x, int y) const {
    const int fx = 2 * x, fy = 2 * y;
    const Cell k = cell(x, y);
    {
      const Cell n = cell(x, y - 1);
      const float below =
          side(along_row(k.nw, k.l, k.tl), along_row(k.ne, k.r, k.tr), k.t, k.b + (k.sw.edge + k.se.edge) + k.m);
      const float above =
          side(along_row(n.sw, n.l, n.bl), along_row(n.se, n.r, n.br), n.b, n.t + (n.nw.edge + n.ne.edge) + n.m);
      const float west = k.nw.in_row, east = k.ne.in_row;  // at T
      const float line = -c.east(fx, fy) * (1.0f - west) * east - c.east(fx + 1, fy) * west * (1.0f - east) +
                         mass(fx + 1, fy) * west * east;
      // The edges between T and the side pixels of the other cell are in that cell's sum; nothing is counted twice.
      coarse.east(x, y) = larger(-(below + above + line), 0.0f);
    }
    {
      const Cell w = cell(x - 1, y);
      const float right =
          side(along_column(k.nw, k.t, k.tl), along_column(k.sw, k.b, k.bl), k.l, k.r + (k.ne.edge + k.se.edge) + k.m);
      const float left =
          side(along_column(w.ne, w.t, w.tr), along_column(w.se, w.b, w.br), w.r, w.l + (w.nw.edge + w.sw.edge) + w.m);
      const float north = k.nw.in_column, south = k.sw.in_column;  // at L
      const float line = -c.south(fx, fy) * (1.0f - north) * south - c.south(fx, fy + 1) * north * (1.0f - south) +
                         mass(fx, fy + 1) * north * south;
      coarse.south(x, y) = larger(-(right + left + line), 0.0f);
      // Corners 1 and 2 of the cell to the west: this point and its south-western neighbour.
      coarse.south_west(x, y) =
          larger(-diagonal(w.ne, w.sw, {w.t, w.r}, {w.l, w.b}, {w.tl, w.br}, w.nw.edge + w.se.edge + w.m), 0.0f);
    }
    coarse.south_east(x, y) =
        larger(-diagonal(k.nw, k.se, {k.t, k.l}, {k.r, k.b}, {k.tr, k.bl}, k.ne.edge + k.sw.edge + k.m), 0.0f);
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
  static constexpr bool keeps_margin = true;
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
  static constexpr bool keeps_margin = true;
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
  static constexpr bool keeps_margin = true;
  Operator op;
  In2 r, x, bent;
  Out2 out;
  float gain;
  HANDTINT_HD void operator()(int px, int py) const {
    const float diagonal = op.template diagonal<bilaplacian>(px, py);
    const float scale = gain * inverse_or_zero(diagonal);
    const Pair here = x(px, py);
    if (bilaplacian) {
      out.set(px, py, here + scale * (r(px, py) - op.template apply<true>(x, bent, px, py)));
    } else {
      // Not in differences: what rounding costs a correction, the next residual takes back.
      out.set(px, py, here + scale * ((r(px, py) + of_neighbours(op.c, x, px, py)) - diagonal * here));
    }
  }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
