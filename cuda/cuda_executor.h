// Runs the ops of the schedule on an NVIDIA GPU: the executor that schedule.h asks for. Everything is queued on one
// stream; the host waits only in fetch and download. Throws CudaError.
#pragma once

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "launch.h"
#include "solver/numerics/schedule.h"
#include "sum_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

class CudaExecutor {
 public:
  Out plane(Extent extent) { return plane_of<float>(extent); }
  View<std::uint8_t> byte_plane(Extent extent) { return plane_of<std::uint8_t>(extent); }
  // Every plane handed out so far is gone.
  void release() {
    memory_.release();
    scratch_ = nullptr;
    scratch_size_ = 0;
  }

  template <class Op>
  void run(Extent extent, const Op& op) {
    launch(extent, op, stream_);
  }

  // out(0, 0), out(1, 0) = the sums of the Pairs.
  template <class Op>
  void sum(Extent extent, const Op& op, Out out) {
    const std::ptrdiff_t stride = rounded(extent.width), rows = 2 * static_cast<std::ptrdiff_t>(extent.height);
    const std::ptrdiff_t lanes_at = stride * rows, sums_at = lanes_at + sum_lanes * rows, last_at = sums_at + rows;
    reserve_scratch(static_cast<std::size_t>(last_at) + 2 * sum_lanes);
    const int row_count = 2 * extent.height;
    const Out values = {scratch_, stride}, lanes = {scratch_ + lanes_at, sum_lanes};
    const Out sums = {scratch_ + sums_at, extent.height}, last = {scratch_ + last_at, sum_lanes};
    run(extent, KeepValues<Op>{op, values, extent.height});
    run({sum_lanes, row_count}, SumLanes{in(values), lanes, extent.width});
    run({row_count, 1}, FoldLanes{in(lanes), sums});
    run({sum_lanes, 2}, SumLanes{in(sums), last, extent.height});  // a's rows, b's rows
    run({2, 1}, FoldLanes{in(last), out});
  }

  template <class... Ops>
  void chain(Extent extent, Out out, const Ops&... ops) {
    (run_or_sum(extent, out, ops), ...);
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
            "sending a plane to the GPU");
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
              "fetching a plane from the GPU");
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

  Pair fetch(In scalars) {
    char* staged = scalars_.reserve(sizeof(Pair));
    check(cudaMemcpyAsync(staged, &scalars(0, 0), sizeof(Pair), cudaMemcpyDeviceToHost, stream_),
          "fetching a sum from the GPU");
    stream_.wait();
    Pair value;
    std::memcpy(&value, staged, sizeof value);
    return value;
  }

  void interrupt_with(Interrupt interrupt) { interrupt_ = interrupt; }
  bool interrupted() { return interrupt_.wanted && interrupt_.wanted(interrupt_.context); }

 private:
  static constexpr int rows_above = 2, rows_below = 2, columns_left = 32;  // rows start on 128 bytes
  static constexpr std::size_t staging_bytes = std::size_t{4} << 20;

  static std::ptrdiff_t rounded(int columns) { return (static_cast<std::ptrdiff_t>(columns) + 31) / 32 * 32; }

  template <class T>
  View<T> plane_of(Extent extent) {
    static_assert(columns_left >= plane_margin);
    const std::ptrdiff_t stride = columns_left + rounded(extent.width + plane_margin);
    const std::size_t rows = static_cast<std::size_t>(extent.height) + rows_above + rows_below;
    T* base = static_cast<T*>(memory_.allocate(stride * rows * sizeof(T)));
    return {base + rows_above * stride + columns_left, stride};
  }

  void reserve_scratch(std::size_t count) {
    if (count <= scratch_size_) return;
    scratch_ = static_cast<float*>(memory_.allocate(count * sizeof(float)));
    scratch_size_ = count;
  }

  template <class Op>
  void run_or_sum(Extent extent, Out out, const Op& op) {
    if constexpr (std::is_void_v<decltype(op(0, 0))>)
      run(extent, op);
    else
      sum(extent, op, out);
  }

  // A plane's rows in helpings that fit the staging memory.
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
  PinnedBuffer halves_[2], scalars_;
  float* scratch_ = nullptr;  // values, lanes and row sums of sum()
  std::size_t scratch_size_ = 0;
  Interrupt interrupt_;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
