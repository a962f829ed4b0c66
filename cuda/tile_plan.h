// How a chain of ops becomes one launch: the picture is cut into tiles, and a block of threads runs all ops on one
// tile. An op with n others behind it also computes the n pixels around the tile that these will ask for; neighbouring
// blocks do so twice, which costs less than a way through memory. What the ops hand on to one another, and what more
// than one of them reads, lies in the block's shared memory, in slots; all else is read and written where it is.
//
// Here is the plan alone, made on the host: which planes get a slot, and what is copied into and out of it. No CUDA, so
// that the count of bytes goes by the very same plan.
#pragma once

#include <algorithm>

#include "solver/numerics/executor.h"
#include "solver/numerics/planes_of.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// A row of a tile is a warp. A tile is as tall as the shared memory allows that every GPU grants unasked.
constexpr int tile_width = 32, largest_tile_height = 64, smallest_tile_height = 8, shared_bytes = 48 << 10;
constexpr int max_tile_ops = 8, max_op_planes = 20, max_slots = 20;

// Pixels around the tile that an op computes; one per cell needs whole cells.
HANDTINT_HD constexpr int grown_by(bool cells, int ops_behind) {
  return cells ? (ops_behind + 1) / 2 * 2 : ops_behind;
}

// Pixels around the tile that a slot holds: one more than any op computes, since it reads its neighbours.
template <class... Links>
constexpr int tile_margin() {
  int behind = sizeof...(Links), margin = 0;
  ((--behind, margin = std::max(margin, grown_by(Links::cells, behind) + (Links::cells ? 0 : 1))), ...);
  return margin;
}

struct Slot {
  const void* plane = nullptr;  // pixel (0, 0) in memory
  std::ptrdiff_t stride = 0;    // in values
  int value_bytes = 0;
  int at = 0;                           // its first byte in shared memory
  bool loaded = false, stored = false;  // before the first op, behind the last
};

// Where an op finds the planes that it names, in the order of planes_of.h: the first byte of a slot, or -1: in memory.
struct Places {
  int at[max_op_planes];
};

struct TilePlan {
  bool possible = false;
  int height = 0, bytes = 0, slot_count = 0;
  Slot slots[max_slots];
  Places places[max_tile_ops];
};

class TilePlanner {
 public:
  // For ops none of which sums.
  template <class... Links>
  static TilePlan plan(Extent extent, const Scratch& scratch, const Links&... links) {
    TilePlanner planner;
    if (sizeof...(Links) > max_tile_ops) return planner.plan_;
    (planner.add(links), ...);
    planner.decide(extent, scratch, tile_margin<Links...>());
    return planner.plan_;
  }

  // The Visitor of planes_of.h, and the visitor of its planes.
  template <class... Planes>
  HANDTINT_HD void reads(Planes&... planes) {
    written_ = false;
    (each_plane(*this, planes), ...);
  }
  template <class... Planes>
  HANDTINT_HD void writes(Planes&... planes) {
    written_ = true;
    (each_plane(*this, planes), ...);
  }
  template <class PlaneView>
  HANDTINT_HD void operator()(PlaneView& view) {
    note(view.origin, view.stride, sizeof(*view.origin));
  }

 private:
  struct Plane {
    Slot slot;
    unsigned readers = 0, writers = 0;  // bit k: op k
    bool full_size = false;             // an op that is not per cell names it
  };
  static constexpr int max_planes = 40;

  template <class Op, bool cells>
  void add(const Link<Op, cells>& link) {
    cells_ = cells;
    named_ = 0;
    Op op = link.op;
    planes_of(*this, op);
    ++ops_;
  }
  HANDTINT_HD void note(const void* origin, std::ptrdiff_t stride, int value_bytes) {
    int i = 0;
    while (i < planes_ && plane_[i].slot.plane != origin) ++i;
    if (i == max_planes || named_ == max_op_planes) {
      too_many_ = true;
      return;
    }
    Plane& plane = plane_[i];
    if (i == planes_) {
      ++planes_;
      plane.slot.plane = origin;
      plane.slot.stride = stride;
      plane.slot.value_bytes = value_bytes;
    }
    (written_ ? plane.writers : plane.readers) |= 1u << ops_;
    plane.full_size |= !cells_;
    plan_.places[ops_].at[named_++] = i;  // for now
    named_by_[ops_] = named_;
  }

  void decide(Extent extent, const Scratch& scratch, int margin) {
    if (too_many_) return;
    const unsigned last = 1u << (ops_ - 1);
    int bytes_per_pixel = 0, slot_of[max_planes];
    for (int i = 0; i < planes_; ++i) {
      Plane& plane = plane_[i];
      slot_of[i] = -1;
      // An op reads at most its own pixel of what it writes: the last one may do so in memory.
      if ((plane.readers | plane.writers) == last) continue;
      const bool several = plane.readers & (plane.readers - 1);
      if (!plane.writers && !several) continue;
      const unsigned first_writer = plane.writers & -plane.writers;
      const unsigned up_to_first_writer = plane.writers ? first_writer | (first_writer - 1) : ~0u;
      plane.slot.loaded = plane.readers & up_to_first_writer;
      plane.slot.stored = plane.writers && !scratch.holds(plane.slot.plane);
      // Blocks run in any order: none may write what another still has to load.
      if (plane.slot.loaded && plane.slot.stored) return;
      if (!plane.full_size || plan_.slot_count == max_slots) return;
      slot_of[i] = plan_.slot_count;
      plan_.slots[plan_.slot_count++] = plane.slot;
      bytes_per_pixel += plane.slot.value_bytes;
    }
    const int columns = tile_width + 2 * margin;
    const int rows = bytes_per_pixel ? shared_bytes / (bytes_per_pixel * columns) : largest_tile_height + 2 * margin;
    plan_.height = std::min({largest_tile_height, (rows - 2 * margin) / 2 * 2, (extent.height + 1) / 2 * 2});
    if (plan_.height < std::min(smallest_tile_height, extent.height)) return;
    for (int s = 0; s < plan_.slot_count; ++s) {
      plan_.slots[s].at = plan_.bytes;
      plan_.bytes += plan_.slots[s].value_bytes * columns * (plan_.height + 2 * margin);
    }
    for (int op = 0; op < ops_; ++op)
      for (int k = 0; k < named_by_[op]; ++k) {
        int& at = plan_.places[op].at[k];
        at = slot_of[at] < 0 ? -1 : plan_.slots[slot_of[at]].at;
      }
    plan_.possible = true;
  }

  TilePlan plan_;
  Plane plane_[max_planes];
  int planes_ = 0, ops_ = 0, named_ = 0, named_by_[max_tile_ops] = {};
  bool cells_ = false, written_ = false, too_many_ = false;
};

// The ops of a chain that come before one that sums: they may become one launch.
template <class... Links>
constexpr int ops_before_sums() {
  return (0 + ... + std::is_void_v<decltype(std::declval<const typename Links::Op&>()(0, 0))>);
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
