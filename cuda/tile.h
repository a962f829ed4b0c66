// The kernel that runs a chain of ops on a tile, by the plan of tile_plan.h, and its launch.
#pragma once

#include "cuda/launch.h"
#include "cuda/tile_plan.h"
#include "solver/tr.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// At least two blocks on a multiprocessor leave a thread 170 registers; an operator with a bilaplacian has so many
// planes that fewer would not do.
constexpr int tile_threads = 192, tile_blocks = 2;

extern __shared__ char shared_memory[];

// A block's tile: its pixels [left, left + tile_width) x [top, top + height), as far as they lie in the picture.
struct Tile {
  Extent picture;
  int left, top, height;
};

// Points an op at the slots of this tile: the Visitor of planes_of.h, and the visitor of its planes. A slot is a window
// in a plane that is not there; ops keep the picture's coordinates.
struct MoveToSlots {
  const int* place;
  int stride, left, top;  // of the window

  template <class... Planes>
  HANDTINT_HD void reads(Planes&... planes) {
    (each_plane(*this, planes), ...);
  }
  template <class... Planes>
  HANDTINT_HD void writes(Planes&... planes) {
    (each_plane(*this, planes), ...);
  }
  template <class PlaneView>
  HANDTINT_HD void operator()(PlaneView& view) {
    const int at = *place++;
    if (at < 0) return;
    view.origin = reinterpret_cast<decltype(view.origin)>(shared_memory + at) - (top * stride + left);
    view.stride = stride;
  }
};

// The ops in their order, a barrier behind each.
template <class... Links>
struct TileOps {};
template <class Op, bool cells, class... Rest>
struct TileOps<Link<Op, cells>, Rest...> {
  Op op;
  Places places;
  TileOps<Rest...> rest;

  template <int margin>
  __device__ void run(const Tile& tile) const {
    constexpr int grown = grown_by(cells, sizeof...(Rest)), size = cells ? 2 : 1;  // of an op's point, in pixels
    constexpr int width = (tile_width + 2 * grown) / size;
    Op moved = op;
    MoveToSlots move{places.at, tile_width + 2 * margin, tile.left - margin, tile.top - margin};
    planes_of(move, moved);
    start(moved);
    const Extent all = cells ? halved(tile.picture) : tile.picture;
    const int left = (tile.left - grown) / size, top = (tile.top - grown) / size;
    const int count = width * ((tile.height + 2 * grown) / size);
    HANDTINT_UNROLL(1)  // more would run out of registers
    for (int i = static_cast<int>(threadIdx.x); i < count; i += tile_threads) {
      const int x = left + i % width, y = top + i / width;
      if (x >= 0 && y >= 0 && x < all.width && y < all.height) moved(x, y);
    }
    __syncthreads();
    if constexpr (sizeof...(Rest) > 0) rest.template run<margin>(tile);
  }
};

struct TileSlots {
  int count;
  Slot slot[max_slots];

  // Outside the picture every slot is 0, as the margins of planes are.
  template <int margin>
  __device__ void load(const Tile& tile) const {
    for (int s = 0; s < count; ++s) {
      if (slot[s].value_bytes == sizeof(float))
        load<margin, float>(tile, slot[s]);
      else
        load<margin, Small>(tile, slot[s]);
    }
    __syncthreads();
  }
  template <int margin>
  __device__ void store(const Tile& tile) const {
    for (int s = 0; s < count; ++s) {
      if (!slot[s].stored) continue;
      if (slot[s].value_bytes == sizeof(float))
        store<margin, float>(tile, slot[s]);
      else
        store<margin, Small>(tile, slot[s]);
    }
  }

 private:
  template <int margin, class T>
  __device__ static void load(const Tile& tile, const Slot& slot) {
    constexpr int width = tile_width + 2 * margin;
    T* window = reinterpret_cast<T*>(shared_memory + slot.at);
    const int count = width * (tile.height + 2 * margin);
    for (int i = static_cast<int>(threadIdx.x); i < count; i += tile_threads) {
      const int x = tile.left - margin + i % width, y = tile.top - margin + i / width;
      const bool inside = x >= 0 && y >= 0 && x < tile.picture.width && y < tile.picture.height;
      if (!inside)
        window[i] = T{};
      else if (slot.loaded)
        window[i] = static_cast<const T*>(slot.plane)[y * slot.stride + x];
    }
  }
  template <int margin, class T>
  __device__ static void store(const Tile& tile, const Slot& slot) {
    constexpr int width = tile_width + 2 * margin;
    const T* window = reinterpret_cast<const T*>(shared_memory + slot.at);
    T* plane = static_cast<T*>(const_cast<void*>(slot.plane));
    for (int i = static_cast<int>(threadIdx.x); i < tile_width * tile.height; i += tile_threads) {
      const int column = i % tile_width, row = i / tile_width, x = tile.left + column, y = tile.top + row;
      if (x < tile.picture.width && y < tile.picture.height)
        plane[y * slot.stride + x] = window[(row + margin) * width + column + margin];
    }
  }
};

template <int margin, class Ops>
__global__ void __launch_bounds__(tile_threads, tile_blocks)
    each_tile(Extent extent, unsigned columns, int height, const __grid_constant__ TileSlots slots,
              const __grid_constant__ Ops ops) {
  const Tile tile = {extent, static_cast<int>(blockIdx.x % columns * tile_width),
                     static_cast<int>(blockIdx.x / columns) * height, height};
  slots.load<margin>(tile);
  ops.template run<margin>(tile);
  slots.store<margin>(tile);
}

inline TileOps<> tile_ops(const Places*) {
  return {};
}
template <class First, class... Rest>
TileOps<First, Rest...> tile_ops(const Places* places, const First& first, const Rest&... rest) {
  return {first.op, *places, tile_ops(places + 1, rest...)};
}

template <class... Links>
void launch_tiles(Extent extent, const TilePlan& plan, const CudaStream& stream, const Links&... links) {
  if (extent.width <= 0 || extent.height <= 0) return;
  const unsigned columns = (static_cast<unsigned>(extent.width) + tile_width - 1) / tile_width;
  const unsigned rows = static_cast<unsigned>((extent.height + plan.height - 1) / plan.height);
  TileSlots slots;
  slots.count = plan.slot_count;
  std::copy(plan.slots, plan.slots + max_slots, slots.slot);
  const auto ops = tile_ops(plan.places, links...);
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(columns * rows);
  config.blockDim = dim3(tile_threads);
  config.dynamicSmemBytes = plan.bytes;
  config.stream = stream;
  check(cudaLaunchKernelEx(&config, each_tile<tile_margin<Links...>(), std::decay_t<decltype(ops)>>, extent, columns,
                           plan.height, slots, ops),
        tr_noop("starting a kernel"));
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
