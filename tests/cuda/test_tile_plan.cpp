// Which chains may run tile by tile, and what then lies in shared memory. That the tiles compute the right thing is
// test_cuda_on_cpu.cpp's.
#include <doctest/doctest.h>

#include "cuda/tile_plan.h"

using namespace handtint::numerics;

namespace {

// Planes that are never looked at, each at an address of its own.
struct Planes {
  float values[16];
  Small smalls[32];
  int floats_taken = 0, smalls_taken = 0;

  Out plane() { return {&values[floats_taken++], 1}; }
  Out2 pair() { return {plane(), plane()}; }
  OutSmall small_plane() { return {&smalls[smalls_taken++], 1}; }
  OutQuick quick_plane() { return {&smalls[smalls_taken++], 1}; }
  OutEdges edges() { return {quick_plane(), quick_plane(), quick_plane(), quick_plane()}; }
  OutInterpolation interpolation() {
    return {small_plane(), small_plane(), small_plane(), small_plane(),
            small_plane(), small_plane(), small_plane(), small_plane()};
  }
};

struct Level : Planes {
  Operator op{edges(), {}, in(plane()), 0};
  Out2 r = pair(), x = pair(), y = pair(), coarse = pair();
  OutInterpolation p = interpolation();

  Link<Relax<false>, false> relax(Out2 from, Out2 to) { return link(Relax<false>{op, r, from, {}, to, 0.5f}); }
  Link<Prolong<false>, true> prolong() { return per_cell(Prolong<false>{p, coarse, x}); }
  Link<Restrict, true> restrict_residual(Out2 from) { return per_cell(Restrict{p, from, coarse}); }
};

const Slot* slot_of(const TilePlan& plan, const void* plane) {
  for (int s = 0; s < plan.slot_count; ++s)
    if (plan.slots[s].plane == plane) return &plan.slots[s];
  return nullptr;
}

constexpr Extent large = {1000, 800};

}  // namespace

TEST_CASE("the quick cycle's way up: coefficients are loaded, the result alone is stored") {
  Level level;
  const TilePlan plan =
      TilePlanner::plan(large, Scratch{{level.y}}, level.prolong(), level.relax(level.x, level.y),
                        level.relax(level.y, level.x), level.relax(level.x, level.y), level.relax(level.y, level.x));
  REQUIRE(plan.possible);
  CHECK(plan.slot_count == 11);  // edges, mass, r, x, y
  CHECK(slot_of(plan, level.op.c.south_west.origin)->loaded);
  CHECK_FALSE(slot_of(plan, level.op.c.south_west.origin)->stored);
  CHECK(slot_of(plan, level.r.b.origin)->loaded);
  CHECK_FALSE(slot_of(plan, level.x.a.origin)->loaded);
  CHECK(slot_of(plan, level.x.a.origin)->stored);
  CHECK_FALSE(slot_of(plan, level.y.a.origin)->stored);
  CHECK(slot_of(plan, level.p.c0.origin) == nullptr);  // read by one op only
  CHECK(plan.bytes == 36 * (tile_width + 8) * (plan.height + 8));
  CHECK(plan.bytes <= shared_bytes);
  CHECK(plan.height == 26);
}

TEST_CASE("slots lie side by side, and every op finds its planes") {
  Level level;
  const Residual<false> residual{level.op, level.x, {}, level.y, level.r};
  const TilePlan plan = TilePlanner::plan(large, {}, link(residual), level.restrict_residual(level.r));
  REQUIRE(plan.possible);
  REQUIRE(plan.slot_count == 2);  // r passes from op to op; all else is read once
  CHECK(plan.slots[0].at == 0);
  CHECK(plan.slots[1].at == plan.bytes / 2);
  CHECK(plan.slots[0].stored);
  // Residual names c, mass, u, rhs, r; Restrict p, fine, coarse.
  CHECK(plan.places[0].at[8] == -1);
  CHECK(plan.places[0].at[9] == plan.slots[0].at);
  CHECK(plan.places[0].at[10] == plan.slots[1].at);
  CHECK(plan.places[1].at[7] == -1);
  CHECK(plan.places[1].at[8] == plan.slots[0].at);
  CHECK(plan.places[1].at[10] == -1);
  CHECK(plan.height == largest_tile_height);
}

TEST_CASE("no tile may write what its neighbour still has to read") {
  Level level;
  CHECK_FALSE(TilePlanner::plan(large, Scratch{{level.y}}, level.relax(level.x, level.y), level.relax(level.y, level.x))
                  .possible);
  // Unless nobody wants the result, or the one who writes it is the last and reads its own pixel alone.
  CHECK(TilePlanner::plan(large, Scratch{{level.y, level.x}}, level.relax(level.x, level.y),
                          level.relax(level.y, level.x))
            .possible);
  const Bend bend{level.op.c, level.x, level.y, 1};
  const Residual<false> in_place{level.op, level.y, {}, level.r, level.r};
  CHECK(TilePlanner::plan(large, {}, link(bend), link(in_place)).possible);
}

TEST_CASE("a small picture has small tiles") {
  Level level;
  const Residual<false> residual{level.op, level.x, {}, level.y, level.r};
  const TilePlan plan = TilePlanner::plan({3, 5}, {}, link(residual), level.restrict_residual(level.r));
  CHECK(plan.possible);
  CHECK(plan.height == 6);
}
