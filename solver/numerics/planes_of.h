// The planes of every op: which it reads and which it writes, named by reference, each in its place in the op. A GPU's
// answer is right only if these lists are: cuda/tile.h runs several ops on a tile by pointing each at other planes,
// those that its list names, and a plane that is missing here would be read where nobody has written. Bytes are counted
// by the same lists, and test_traffic.cpp holds each of them against what the op really touches. A plane that is a
// member but not looked at is not named.
//
// A Visitor offers reads(planes...) and writes(planes...) for every kind of plane and bundle that each_plane takes
// apart.
#pragma once

#include "solver/numerics/affinity_ops.h"
#include "solver/numerics/multigrid_ops.h"
#include "solver/numerics/problem_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// visit(view) for each plane of a bundle.
template <class Visitor, class T>
HANDTINT_HD void each_plane(Visitor& visit, View<T>& view) {
  visit(view);
}
template <class Visitor, class Number>
HANDTINT_HD void each_plane(Visitor& visit, In16<Number>& view) {
  visit(view);
}
template <class Visitor, class Number>
HANDTINT_HD void each_plane(Visitor& visit, Out16<Number>& view) {
  visit(view);
}
template <class Visitor>
HANDTINT_HD void each_plane(Visitor& visit, In2& u) {
  visit(u.a), visit(u.b);
}
template <class Visitor>
HANDTINT_HD void each_plane(Visitor& visit, Out2& u) {
  visit(u.a), visit(u.b);
}
template <class Visitor>
HANDTINT_HD void each_plane(Visitor& visit, Edges& e) {
  visit(e.east), visit(e.south), visit(e.south_east), visit(e.south_west);
}
template <class Visitor>
HANDTINT_HD void each_plane(Visitor& visit, OutEdges& e) {
  visit(e.east), visit(e.south), visit(e.south_east), visit(e.south_west);
}
template <class Visitor>
HANDTINT_HD void each_plane(Visitor& visit, OutHintPlanes& h) {
  visit(h.strength), visit(h.a), visit(h.b), visit(h.cover);
}
template <class Visitor>
HANDTINT_HD void each_plane(Visitor& visit, Interpolation& p) {
  visit(p.t_west), visit(p.t_east), visit(p.l_north), visit(p.l_south);
  visit(p.c0), visit(p.c1), visit(p.c2), visit(p.c3);
}

// --- edge_ops.h
template <class Visitor, bool with_traits>
HANDTINT_HD void planes_of(Visitor& v, EdgeWeights<with_traits>& op) {
  v.reads(op.lightness);
  if (with_traits) v.reads(op.traits.first, op.traits.second, op.traits.third);
  v.writes(op.out);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, CutEdges& op) {
  v.reads(op.cuts, op.out);
  v.writes(op.out);
}

// --- chroma_ops.h
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, ToChroma& op) {
  v.reads(op.u, op.lightness);
  v.writes(op.chroma);
}

// --- pyramid_ops.h
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, HalveLightness& op) {
  v.reads(op.fine);
  v.writes(op.coarse);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, HalveCuts& op) {
  v.reads(op.fine);
  v.writes(op.coarse);
}
template <class Visitor, bool from_full_size, bool divided>
HANDTINT_HD void planes_of(Visitor& v, HalveHints<from_full_size, divided>& op) {
  if (divided) v.reads(op.cuts);
  v.reads(op.fine.strength, op.fine.a, op.fine.b);
  if (!from_full_size) v.reads(op.fine.cover);
  v.writes(op.coarse);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, Clear2& op) {
  v.writes(op.u);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, Copy2& op) {
  v.reads(op.from);
  v.writes(op.to);
}

// --- problem_ops.h
template <class Visitor, bool full_size>
HANDTINT_HD void hint_planes_of(Visitor& v, HintMass<full_size>& op) {
  v.reads(op.hints.strength, op.hints.a, op.hints.b);
  if (!full_size) v.reads(op.hints.cover);
}
template <class Visitor, bool full_size>
HANDTINT_HD void planes_of(Visitor& v, AssembleHints<full_size>& op) {
  hint_planes_of(v, op.hint_mass);
  v.reads(op.lightness);
  v.writes(op.kept_mass, op.mass, op.rhs);
}
template <class Visitor, bool full_size, bool start, bool divided>
HANDTINT_HD void planes_of(Visitor& v, Assemble<full_size, start, divided>& op) {
  if (divided) v.reads(op.cuts);
  hint_planes_of(v, op.hint_mass);
  if (full_size) v.reads(op.coarse_lightness);
  v.reads(op.lightness, op.coarse);
  if (!start) v.reads(op.coarse_before, op.u);
  v.writes(op.mass, op.rhs, op.u);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, AddPrior& op) {
  v.reads(op.prior, op.weight, op.lightness, op.mass, op.rhs);
  v.writes(op.mass, op.rhs);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, AddPull& op) {
  v.reads(op.weight, op.mass);
  v.writes(op.mass);
}

// --- affinity_ops.h
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, LocalMean& op) {
  v.reads(op.value);
  v.writes(op.mean);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, LocalDeviation& op) {
  v.reads(op.value);
  v.writes(op.deviation);
}
template <class Visitor, int chunk, bool begin, bool with_traits>
HANDTINT_HD void planes_of(Visitor& v, SumAffinity<chunk, begin, with_traits>& op) {
  AffinitySums& s = op.sums;
  v.reads(op.lightness, op.mean, op.deviation, op.samples);
  if (with_traits) v.reads(op.traits.first, op.traits.second, op.traits.third);
  if (!begin) v.reads(s.sum, s.most, s.a, s.b, s.squares);
  v.writes(s.sum, s.most, s.a, s.b, s.squares);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, AddAffinity& op) {
  AffinitySums& s = op.sums;
  v.reads(s.sum, s.most, s.a, s.b, s.squares, op.hint_mass, op.mass, op.rhs);
  v.writes(op.mass, op.rhs);
}

// --- energy_ops.h
template <bool bilaplacian, class Visitor>
HANDTINT_HD void operator_planes_of(Visitor& v, Operator& op, In2& bent) {
  v.reads(op.c, op.mass);
  if (bilaplacian) v.reads(op.weights, bent);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, Bend& op) {
  v.reads(op.weights, op.u);
  v.writes(op.bent);
}
template <class Visitor, int roots, bool bilaplacian>
HANDTINT_HD void planes_of(Visitor& v, Linearise<roots, bilaplacian>& op) {
  v.reads(op.weights);
  if (roots > 0 || bilaplacian) v.reads(op.u);
  v.writes(op.c);
  if (bilaplacian) v.writes(op.bent);
}
template <class Visitor, bool bilaplacian>
HANDTINT_HD void planes_of(Visitor& v, Residual<bilaplacian>& op) {
  operator_planes_of<bilaplacian>(v, op.op, op.bent);
  v.reads(op.u, op.rhs);
  v.writes(op.r);
}
template <class Visitor, bool bilaplacian, bool second>
HANDTINT_HD void planes_of(Visitor& v, Survey<bilaplacian, second>& op) {
  v.reads(op.op.c, op.op.mass, op.r, op.z);
  if (bilaplacian) v.reads(op.op.weights);
  if (second) v.reads(op.p);
}
template <class Visitor, bool second>
HANDTINT_HD void planes_of(Visitor& v, Advance<second>& op) {
  v.reads(op.sums, op.z, op.u, op.lightness);
  if (second) v.reads(op.p);
  v.writes(op.p, op.u);
}
template <class Visitor, int roots>
HANDTINT_HD void planes_of(Visitor& v, Energy<roots>& op) {
  v.reads(op.weights, op.mass, op.u, op.rhs);
}

// --- multigrid_ops.h
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, InterpolateSides& op) {
  v.reads(op.c, op.mass);
  v.writes(op.p.t_west, op.p.t_east, op.p.l_north, op.p.l_south, op.deficit);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, InterpolateCentre& op) {
  v.reads(op.c, op.mass, op.p.t_west, op.p.t_east, op.p.l_north, op.p.l_south, op.deficit);
  v.writes(op.p.c0, op.p.c1, op.p.c2, op.p.c3, op.deficit);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, RowSums& op) {
  v.reads(op.c, op.mass, op.deficit);
  v.writes(op.g);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, Coarsen& op) {
  v.reads(op.c, op.mass, op.g, op.p);
  v.writes(op.coarse, op.coarse_mass);
}
template <class Visitor>
HANDTINT_HD void planes_of(Visitor& v, Restrict& op) {
  v.reads(op.p, op.fine);
  v.writes(op.coarse);
}
template <class Visitor, bool add>
HANDTINT_HD void planes_of(Visitor& v, Prolong<add>& op) {
  v.reads(op.p, op.e);
  if (add) v.reads(op.x);
  v.writes(op.x);
}
template <class Visitor, bool bilaplacian>
HANDTINT_HD void planes_of(Visitor& v, RelaxFromZero<bilaplacian>& op) {
  v.reads(op.op.c, op.op.mass, op.r);
  if (bilaplacian) v.reads(op.op.weights);
  v.writes(op.out);
}
template <class Visitor, bool bilaplacian>
HANDTINT_HD void planes_of(Visitor& v, Relax<bilaplacian>& op) {
  operator_planes_of<bilaplacian>(v, op.op, op.bent);
  v.reads(op.r, op.x);
  v.writes(op.out);
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
