// Which planes every op reads and writes, for those who count bytes or hold an op to its word (tests). Only what the op
// really touches: a plane that is a member but not looked at does not count. test_traffic.cpp holds each declaration
// against the op.
//
// A Counter offers reads(planes...) and writes(planes...) for every kind of plane and bundle below.
#pragma once

#include "multigrid_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// --- problem_ops.h
template <class Counter>
void traffic(Counter& c, const EdgeWeights& op) {
  c.reads(op.lightness);
  c.writes(op.out);
}
template <class Counter>
void traffic(Counter& c, const CutEdges& op) {
  c.reads(op.cuts, op.out);
  c.writes(op.out);
}
template <class Counter>
void traffic(Counter& c, const HalveCuts& op) {
  c.reads(op.fine);
  c.writes(op.coarse);
}
template <class Counter>
void traffic(Counter& c, const HalveLightness& op) {
  c.reads(op.fine);
  c.writes(op.coarse);
}
template <class Counter, bool from_full_size>
void traffic(Counter& c, const HalveHints<from_full_size>& op) {
  c.reads(op.fine.strength, op.fine.a, op.fine.b);
  if (!from_full_size) c.reads(op.fine.cover);
  c.writes(op.coarse);
}
template <class Counter, bool full_size>
void hint_traffic(Counter& c, const HintMass<full_size>& op) {
  c.reads(op.hints.strength, op.hints.a, op.hints.b);
  if (!full_size) c.reads(op.hints.cover);
}
template <class Counter, bool full_size>
void traffic(Counter& c, const AssembleHints<full_size>& op) {
  hint_traffic(c, op.hint_mass);
  c.reads(op.lightness);
  c.writes(op.kept_mass, op.mass, op.rhs);
}
template <class Counter, bool full_size, bool start>
void traffic(Counter& c, const Assemble<full_size, start>& op) {
  hint_traffic(c, op.hint_mass);
  c.reads(op.lightness, op.coarse);
  if (!start) c.reads(op.coarse_before, op.u);
  c.writes(op.mass, op.rhs, op.u);
}
template <class Counter>
void traffic(Counter& c, const AddPrior& op) {
  c.reads(op.prior, op.weight, op.lightness, op.mass, op.rhs);
  c.writes(op.mass, op.rhs);
}
template <class Counter>
void traffic(Counter& c, const LocalMean& op) {
  c.reads(op.value);
  c.writes(op.mean);
}
template <class Counter>
void traffic(Counter& c, const LocalDeviation& op) {
  c.reads(op.value);
  c.writes(op.deviation);
}
template <class Counter, int chunk, bool begin, bool with_traits>
void traffic(Counter& c, const SumAffinity<chunk, begin, with_traits>& op) {
  const AffinitySums& s = op.sums;
  c.reads(op.lightness, op.mean, op.deviation, op.samples);
  if (with_traits) c.reads(op.traits.first, op.traits.second, op.traits.third);
  if (!begin) c.reads(s.sum, s.most, s.a, s.b, s.squares);
  c.writes(s.sum, s.most, s.a, s.b, s.squares);
}
template <class Counter>
void traffic(Counter& c, const AddAffinity& op) {
  const AffinitySums& s = op.sums;
  c.reads(s.sum, s.most, s.a, s.b, s.squares, op.hint_mass, op.mass, op.rhs);
  c.writes(op.mass, op.rhs);
}
template <class Counter>
void traffic(Counter& c, const ToChroma& op) {
  c.reads(op.u, op.lightness);
  c.writes(op.chroma);
}

// --- energy_ops.h
template <bool bilaplacian, class Counter>
void operator_traffic(Counter& c, const Operator& op, In2 bent) {
  c.reads(op.c, op.mass);
  if (bilaplacian) c.reads(op.weights, bent);
}
template <class Counter>
void traffic(Counter& c, const Bend& op) {
  c.reads(op.weights, op.u);
  c.writes(op.bent);
}
template <class Counter, int roots, bool bilaplacian>
void traffic(Counter& c, const Linearise<roots, bilaplacian>& op) {
  c.reads(op.weights);
  if (roots > 0 || bilaplacian) c.reads(op.u);
  c.writes(op.c);
  if (bilaplacian) c.writes(op.bent);
}
template <class Counter, bool bilaplacian>
void traffic(Counter& c, const Residual<bilaplacian>& op) {
  operator_traffic<bilaplacian>(c, op.op, op.bent);
  c.reads(op.u, op.rhs);
  c.writes(op.r);
}
template <class Counter, bool bilaplacian, bool second>
void traffic(Counter& c, const Survey<bilaplacian, second>& op) {
  c.reads(op.op.c, op.op.mass, op.r, op.z);
  if (bilaplacian) c.reads(op.op.weights);
  if (second) c.reads(op.p);
}
template <class Counter, bool second>
void traffic(Counter& c, const Advance<second>& op) {
  c.reads(op.sums, op.z, op.u, op.lightness);
  if (second) c.reads(op.p);
  c.writes(op.p, op.u);
}
template <class Counter, int roots>
void traffic(Counter& c, const Energy<roots>& op) {
  c.reads(op.weights, op.mass, op.u, op.rhs);
}
template <class Counter>
void traffic(Counter& c, const Clear2& op) {
  c.writes(op.u);
}
template <class Counter>
void traffic(Counter& c, const Copy2& op) {
  c.reads(op.from);
  c.writes(op.to);
}

// --- multigrid_ops.h
template <class Counter>
void traffic(Counter& c, const InterpolateSides& op) {
  c.reads(op.c, op.mass);
  c.writes(op.p.t_west, op.p.t_east, op.p.l_north, op.p.l_south, op.deficit);
}
template <class Counter>
void traffic(Counter& c, const InterpolateCentre& op) {
  c.reads(op.c, op.mass, op.p.t_west, op.p.t_east, op.p.l_north, op.p.l_south, op.deficit);
  c.writes(op.p.c0, op.p.c1, op.p.c2, op.p.c3, op.deficit);
}
template <class Counter>
void traffic(Counter& c, const RowSums& op) {
  c.reads(op.c, op.mass, op.deficit);
  c.writes(op.g);
}
template <class Counter>
void traffic(Counter& c, const Coarsen& op) {
  c.reads(op.c, op.mass, op.g, op.p);
  c.writes(op.coarse, op.coarse_mass);
}
template <class Counter>
void traffic(Counter& c, const Restrict& op) {
  c.reads(op.p, op.fine);
  c.writes(op.coarse);
}
template <class Counter, bool add>
void traffic(Counter& c, const Prolong<add>& op) {
  c.reads(op.p, op.e);
  if (add) c.reads(op.x);
  c.writes(op.x);
}
template <class Counter, bool bilaplacian>
void traffic(Counter& c, const RelaxFromZero<bilaplacian>& op) {
  c.reads(op.op.c, op.op.mass, op.r);
  if (bilaplacian) c.reads(op.op.weights);
  c.writes(op.out);
}
template <class Counter, bool bilaplacian>
void traffic(Counter& c, const Relax<bilaplacian>& op) {
  operator_traffic<bilaplacian>(c, op.op, op.bent);
  c.reads(op.r, op.x);
  c.writes(op.out);
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
