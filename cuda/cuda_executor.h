// Runs the ops of the schedule on an NVIDIA GPU: the executor that executor.h asks for. Everything is queued on one
// stream; the host waits only in fetch and download. Throws CudaError.
#pragma once

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include "cuda/cuda_graphs.h"
#include "cuda/launch.h"
#include "cuda/margin_ops.h"
#include "cuda/sum_ops.h"
#include "cuda/tile.h"
#include "solver/numerics/engine.h"
#include "solver/tr.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

class CudaExecutor {
 public:
  Out plane(Extent extent) { return plane_of<float>(extent); }
  View<std::uint8_t> byte_plane(Extent extent) { return plane_of<std::uint8_t>(extent); }
  View<Small> small_plane(Extent extent) { return plane_of<Small>(extent); }
  template <class T>
  Stack<T> stack(Extent largest, int count) {
    return {static_cast<T*>(memory_.allocate(size_of(largest) * count * sizeof(T))), largest, count};
  }
  template <class T>
  void divide(const Stack<T>& stack, Extent extent, View<T>* planes) {
    const std::ptrdiff_t stride = stride_of(extent), size = size_of(extent);
    for (int k = 0; k < stack.count; ++k) planes[k] = view_at(stack.memory + k * size, extent);
    // One behind the other they are one tall plane: its margins are a strip beside the pixels of all rows and a few
    // whole rows between planes.
    const int gap = static_cast<int>(stride) - extent.width, rows = extent.height + 2 * margin_rows;
    run({gap, rows * stack.count - 1}, ClearPixels<T>{{&planes[0](extent.width, -margin_rows), stride}});
    run({extent.width, 2 * margin_rows * stack.count}, ClearRows<T>{planes[0], rows, extent.height, margin_rows});
  }
  // The device's memory comes back all at once.
  template <class... Planes>
  void give_up(const Planes&...) {}
  template <class T>
  void take_back(Stack<T>&) {}
  // Every plane handed out so far is gone.
  void release() {
    graphs_.forget();
    memory_.release();
    scratch_ = nullptr;
    scratch_size_ = 0;
  }

  template <class Op>
  void run(Extent extent, const Op& op) {
    launch(extent, op, stream_);
  }

  // out(k, 0) = the sums of what op returns.
  template <class Op>
  void sum(Extent extent, const Op& op, Out out) {
    constexpr int count = sums_of<Op>;
    const int blocks = sum_blocks(extent.width), lanes_wide = blocks * sum_lanes;
    const int rows = count * extent.height;
    const std::ptrdiff_t sums_at = static_cast<std::ptrdiff_t>(lanes_wide) * rows, last_at = sums_at + rows;
    reserve_scratch(static_cast<std::size_t>(last_at) + count * sum_lanes);
    const Out lanes = {scratch_, lanes_wide}, sums = {scratch_ + sums_at, extent.height},
              last = {scratch_ + last_at, sum_lanes};
    run({lanes_wide, extent.height}, SumBlocks<Op>{op, lanes, extent});
    run({rows, 1}, FoldBlocks{in(lanes), sums, blocks});
    run({sum_lanes, count}, SumLanes{in(sums), last, extent.height});
    run({count, 1}, FoldBlocks{in(last), out, 1});
  }

  // On a GPU the piece is not interrupted once it was recorded: it takes milliseconds at most.
  template <class Piece>
  bool repeat(int key, Piece piece) {
    return graphs_.run(key, piece);
  }
  void forget_repeats() { graphs_.forget(); }

  // Where a plan is possible the ops before a sum are one launch.
  template <class... Ops>
  void chain(Extent extent, Out out, const Scratch& scratch, const Ops&... ops) {
    const auto links = std::make_tuple(link(ops)...);
    constexpr int count = sizeof...(Ops), before = ops_before_sums<decltype(link(ops))...>();
    static_assert(count - before <= 1, "only the last op of a chain may sum");
    run_together(extent, scratch, links, std::make_index_sequence<before>());
    if constexpr (before < count) sum(extent, std::get<before>(links).op, out);
  }

  template <class T>
  void upload(const T* rows, std::ptrdiff_t row_stride, View<T> to, Extent extent) {
    const Bands bands = bands_of<T>(extent);
    for (int k = 0; k < bands.count; ++k) {
      PinnedBuffer& half = halves_[k & 1];
      char* staged = half.reserve(bands.bytes);
      const int top = k * bands.rows, bottom = std::min(top + bands.rows, extent.height);
      for (int y = top; y < bottom; ++y)
        std::memcpy(staged + (y - top) * bands.row_bytes, rows + y * row_stride, bands.row_bytes);
      check(cudaMemcpy2DAsync(&to(0, top), to.stride * sizeof(T), staged, bands.row_bytes, bands.row_bytes,
                              bottom - top, cudaMemcpyHostToDevice, stream_),
            tr_noop("sending a plane to the GPU"));
      half.in_use(stream_);
    }
  }

  // While one half of the staging memory is filled by the device, the host empties the other.
  void download(In from, Extent extent, float* rows) {
    const Bands bands = bands_of<float>(extent);
    for (int k = 0; k <= bands.count; ++k) {
      if (k < bands.count) {
        PinnedBuffer& half = halves_[k & 1];
        char* staged = half.reserve(bands.bytes);
        const int top = k * bands.rows, bottom = std::min(top + bands.rows, extent.height);
        check(cudaMemcpy2DAsync(staged, bands.row_bytes, &from(0, top), from.stride * sizeof(float), bands.row_bytes,
                                bottom - top, cudaMemcpyDeviceToHost, stream_),
              tr_noop("fetching a plane from the GPU"));
        half.in_use(stream_);
      }
      if (k > 0) {
        const PinnedBuffer& half = halves_[(k - 1) & 1];
        half.wait();
        const int top = (k - 1) * bands.rows, bottom = std::min(top + bands.rows, extent.height);
        std::memcpy(rows + static_cast<std::ptrdiff_t>(top) * extent.width, half.data(),
                    (bottom - top) * bands.row_bytes);
      }
    }
  }

  float fetch(In scalar) {
    char* staged = scalars_.reserve(sizeof(float));
    check(cudaMemcpyAsync(staged, &scalar(0, 0), sizeof(float), cudaMemcpyDeviceToHost, stream_),
          tr_noop("fetching a sum from the GPU"));
    stream_.wait();
    float value;
    std::memcpy(&value, staged, sizeof value);
    return value;
  }

  // For whoever queues more than ops.
  const CudaStream& stream() const { return stream_; }

  void interrupt_with(Interrupt interrupt) { interrupt_ = interrupt; }
  bool interrupted() { return !graphs_.recording() && interrupt_.wanted && interrupt_.wanted(interrupt_.context); }

 private:
  static constexpr int columns_left = 32;  // rows start on 128 bytes
  static constexpr std::size_t staging_bytes = std::size_t{4} << 20;

  static std::ptrdiff_t rounded(int columns) { return (static_cast<std::ptrdiff_t>(columns) + 31) / 32 * 32; }

  // The margin right of a row is the one left of the next.
  static std::ptrdiff_t stride_of(Extent extent) { return columns_left + rounded(extent.width); }
  static std::size_t size_of(Extent extent) {
    return stride_of(extent) * (static_cast<std::size_t>(extent.height) + 2 * margin_rows);
  }
  template <class T>
  static View<T> view_at(T* memory, Extent extent) {
    static_assert(columns_left >= plane_margin);
    return {memory + margin_rows * stride_of(extent) + columns_left, stride_of(extent)};
  }
  template <class T>
  View<T> plane_of(Extent extent) {
    return view_at(static_cast<T*>(memory_.allocate(size_of(extent) * sizeof(T))), extent);
  }

  void reserve_scratch(std::size_t count) {
    if (count <= scratch_size_) return;
    graphs_.forget();
    scratch_ = static_cast<float*>(memory_.allocate(count * sizeof(float)));
    scratch_size_ = count;
  }

  template <class Links, std::size_t... k>
  void run_together(Extent extent, const Scratch& scratch, const Links& links, std::index_sequence<k...>) {
    if constexpr (sizeof...(k) > 1) {
      const TilePlan plan = TilePlanner::plan(extent, scratch, std::get<k>(links)...);
      if (plan.possible) return launch_tiles(extent, plan, stream_, std::get<k>(links)...);
    }
    (run_link(extent, std::get<k>(links)), ...);
  }
  template <class Op, bool cells>
  void run_link(Extent extent, const Link<Op, cells>& link) {
    run(cells ? halved(extent) : extent, link.op);
  }

  // A plane's rows in bands that fit the staging memory.
  struct Bands {
    std::size_t row_bytes, bytes;
    int rows, count;
  };
  template <class T>
  static Bands bands_of(Extent extent) {
    const std::size_t row_bytes = extent.width * sizeof(T);
    const int fitting = static_cast<int>(std::max<std::size_t>(staging_bytes / row_bytes, 1));
    const int rows = std::min(fitting, extent.height);
    return {row_bytes, rows * row_bytes, rows, (extent.height + rows - 1) / rows};
  }

  CudaStream stream_;
  CudaArena memory_{stream_};
  CudaGraphs graphs_{stream_};
  PinnedBuffer halves_[2], scalars_;
  float* scratch_ = nullptr;  // lanes and row sums of sum()
  std::size_t scratch_size_ = 0;
  Interrupt interrupt_;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
