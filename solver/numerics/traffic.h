// Which planes every op reads and writes, for those who count bytes, hold an op to its word (tests) or give it other
// planes to work on (cuda/tile.h): the planes are named by reference, each in its place in the op. Only what the op
// really touches: a plane that is a member but not looked at does not count. test_traffic.cpp holds each declaration
// against the op.
//
// A Counter offers reads(planes...) and writes(planes...) for every kind of plane and bundle that each_plane takes
// apart.
#pragma once

#include "solver/numerics/multigrid_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// visit(view) for each plane of a bundle.
template <class Visitor, class T>
HANDTINT_HD void each_plane(Visitor& visit, View<T>& view) {
  visit(view);
}
template <class Visitor>
HANDTINT_HD void each_plane(Visitor& visit, InSmall& view) {
  visit(view);
}
template <class Visitor>
HANDTINT_HD void each_plane(Visitor& visit, OutSmall& view) {
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

// --- problem_ops.h
template <class Counter, bool with_traits>
HANDTINT_HD void traffic(Counter& c, EdgeWeights<with_traits>& op) {
  c.reads(op.lightness);
  if (with_traits) c.reads(op.traits.first, op.traits.second, op.traits.third);
  c.writes(op.out);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, CutEdges& op) {
  c.reads(op.cuts, op.out);
  c.writes(op.out);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, HalveCuts& op) {
  c.reads(op.fine);
  c.writes(op.coarse);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, HalveLightness& op) {
  c.reads(op.fine);
  c.writes(op.coarse);
}
template <class Counter, bool from_full_size, bool divided>
HANDTINT_HD void traffic(Counter& c, HalveHints<from_full_size, divided>& op) {
  if (divided) c.reads(op.cuts);
  c.reads(op.fine.strength, op.fine.a, op.fine.b);
  if (!from_full_size) c.reads(op.fine.cover);
  c.writes(op.coarse);
}
template <class Counter, bool full_size>
HANDTINT_HD void hint_traffic(Counter& c, HintMass<full_size>& op) {
  c.reads(op.hints.strength, op.hints.a, op.hints.b);
  if (!full_size) c.reads(op.hints.cover);
}
template <class Counter, bool full_size>
HANDTINT_HD void traffic(Counter& c, AssembleHints<full_size>& op) {
  hint_traffic(c, op.hint_mass);
  c.reads(op.lightness);
  c.writes(op.kept_mass, op.mass, op.rhs);
}
template <class Counter, bool full_size, bool start, bool divided>
HANDTINT_HD void traffic(Counter& c, Assemble<full_size, start, divided>& op) {
  if (divided) c.reads(op.cuts);
  hint_traffic(c, op.hint_mass);
  c.reads(op.lightness, op.coarse);
  if (!start) c.reads(op.coarse_before, op.u);
  c.writes(op.mass, op.rhs, op.u);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, AddPrior& op) {
  c.reads(op.prior, op.weight, op.lightness, op.mass, op.rhs);
  c.writes(op.mass, op.rhs);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, LocalMean& op) {
  c.reads(op.value);
  c.writes(op.mean);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, LocalDeviation& op) {
  c.reads(op.value);
  c.writes(op.deviation);
}
template <class Counter, int chunk, bool begin, bool with_traits>
HANDTINT_HD void traffic(Counter& c, SumAffinity<chunk, begin, with_traits>& op) {
  AffinitySums& s = op.sums;
  c.reads(op.lightness, op.mean, op.deviation, op.samples);
  if (with_traits) c.reads(op.traits.first, op.traits.second, op.traits.third);
  if (!begin) c.reads(s.sum, s.most, s.a, s.b, s.squares);
  c.writes(s.sum, s.most, s.a, s.b, s.squares);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, AddAffinity& op) {
  AffinitySums& s = op.sums;
  c.reads(s.sum, s.most, s.a, s.b, s.squares, op.hint_mass, op.mass, op.rhs);
  c.writes(op.mass, op.rhs);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, ToChroma& op) {
  c.reads(op.u, op.lightness);
  c.writes(op.chroma);
}

// --- energy_ops.h
template <bool bilaplacian, class Counter>
HANDTINT_HD void operator_traffic(Counter& c, Operator& op, In2& bent) {
  c.reads(op.c, op.mass);
  if (bilaplacian) c.reads(op.weights, bent);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, Bend& op) {
  c.reads(op.weights, op.u);
  c.writes(op.bent);
}
template <class Counter, int roots, bool bilaplacian>
HANDTINT_HD void traffic(Counter& c, Linearise<roots, bilaplacian>& op) {
  c.reads(op.weights);
  if (roots > 0 || bilaplacian) c.reads(op.u);
  c.writes(op.c);
  if (bilaplacian) c.writes(op.bent);
}
template <class Counter, bool bilaplacian>
HANDTINT_HD void traffic(Counter& c, Residual<bilaplacian>& op) {
  operator_traffic<bilaplacian>(c, op.op, op.bent);
  c.reads(op.u, op.rhs);
  c.writes(op.r);
}
template <class Counter, bool bilaplacian, bool second>
HANDTINT_HD void traffic(Counter& c, Survey<bilaplacian, second>& op) {
  c.reads(op.op.c, op.op.mass, op.r, op.z);
  if (bilaplacian) c.reads(op.op.weights);
  if (second) c.reads(op.p);
}
template <class Counter, bool second>
HANDTINT_HD void traffic(Counter& c, Advance<second>& op) {
  c.reads(op.sums, op.z, op.u, op.lightness);
  if (second) c.reads(op.p);
  c.writes(op.p, op.u);
}
template <class Counter, int roots>
HANDTINT_HD void traffic(Counter& c, Energy<roots>& op) {
  c.reads(op.weights, op.mass, op.u, op.rhs);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, Clear2& op) {
  c.writes(op.u);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, Copy2& op) {
  c.reads(op.from);
  c.writes(op.to);
}

// --- multigrid_ops.h
template <class Counter>
HANDTINT_HD void traffic(Counter& c, InterpolateSides& op) {
  c.reads(op.c, op.mass);
  c.writes(op.p.t_west, op.p.t_east, op.p.l_north, op.p.l_south, op.deficit);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, InterpolateCentre& op) {
  c.reads(op.c, op.mass, op.p.t_west, op.p.t_east, op.p.l_north, op.p.l_south, op.deficit);
  c.writes(op.p.c0, op.p.c1, op.p.c2, op.p.c3, op.deficit);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, RowSums& op) {
  c.reads(op.c, op.mass, op.deficit);
  c.writes(op.g);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, Coarsen& op) {
  c.reads(op.c, op.mass, op.g, op.p);
  c.writes(op.coarse, op.coarse_mass);
}
template <class Counter>
HANDTINT_HD void traffic(Counter& c, Restrict& op) {
  c.reads(op.p, op.fine);
  c.writes(op.coarse);
}
template <class Counter, bool add>
HANDTINT_HD void traffic(Counter& c, Prolong<add>& op) {
  c.reads(op.p, op.e);
  if (add) c.reads(op.x);
  c.writes(op.x);
}
template <class Counter, bool bilaplacian>
HANDTINT_HD void traffic(Counter& c, RelaxFromZero<bilaplacian>& op) {
  c.reads(op.op.c, op.op.mass, op.r);
  if (bilaplacian) c.reads(op.op.weights);
  c.writes(op.out);
}
template <class Counter, bool bilaplacian>
HANDTINT_HD void traffic(Counter& c, Relax<bilaplacian>& op) {
  operator_traffic<bilaplacian>(c, op.op, op.bent);
  c.reads(op.r, op.x);
  c.writes(op.out);
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
