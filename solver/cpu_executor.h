// Runs per-pixel ops as row loops over a pool of threads. Included by cpu_engine.cpp only, once per instruction set.
#pragma once

#include "cpu_memory.h"
#include "cpu_threads.h"
#include "numerics/schedule.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

class CpuExecutor {
 public:
  CpuExecutor(CpuThreads* threads, CpuMemory* memory) : threads_(threads), memory_(memory) {}

  Out plane(Extent extent) {
    const std::ptrdiff_t stride = stride_of(extent);
    float* base = static_cast<float*>(memory_->allocate(bytes(stride, extent, sizeof(float))));
    return {base + rows_above * stride + plane_margin, stride};
  }
  View<std::uint8_t> byte_plane(Extent extent) {
    const std::ptrdiff_t stride = stride_of(extent);
    std::uint8_t* base = static_cast<std::uint8_t*>(memory_->allocate(bytes(stride, extent, 1)));
    return {base + rows_above * stride + plane_margin, stride};
  }
  // Every plane handed out so far is gone.
  void release() { memory_->release(); }

  template <class Op>
  void run(Extent extent, const Op& op) {
    const Call<Op> call{op, extent.width, nullptr};
    threads_->run(&run_rows<Op>, &call, extent.height, is_small(extent));
  }

  // Sums are the same for any number of threads: each row is summed in 16 lanes and a fixed tree, the rows likewise.
  template <class Op>
  void sum(Extent extent, const Op& op, Out out) {
    if (static_cast<std::size_t>(extent.height) > row_sums_capacity_) {
      row_sums_capacity_ = static_cast<std::size_t>(extent.height) * 2;
      row_sums_ = static_cast<float*>(memory_->allocate_permanent(row_sums_capacity_ * 2 * sizeof(float), row_sums_));
    }
    const Call<Op> call{op, extent.width, row_sums_};
    threads_->run(&sum_rows<Op>, &call, extent.height, is_small(extent));
    Lanes a, b;
    for (int y = 0; y < extent.height; ++y) {
      a.add(y, row_sums_[2 * y]);
      b.add(y, row_sums_[2 * y + 1]);
    }
    out(0, 0) = a.total();
    out(1, 0) = b.total();
  }

  template <class T>
  void upload(const T* rows, std::ptrdiff_t row_stride, View<T> to, Extent extent) {
    for (int y = 0; y < extent.height; ++y) std::memcpy(&to(0, y), rows + y * row_stride, extent.width * sizeof(T));
  }
  void download(In from, Extent extent, float* rows) {
    for (int y = 0; y < extent.height; ++y)
      std::memcpy(rows + static_cast<std::ptrdiff_t>(y) * extent.width, &from(0, y), extent.width * sizeof(float));
  }
  Pair fetch(In scalars) { return {scalars(0, 0), scalars(1, 0)}; }

  void interrupt_with(Interrupt interrupt) { interrupt_ = interrupt; }
  bool interrupted() { return interrupt_.wanted && interrupt_.wanted(interrupt_.context); }

 private:
  static constexpr int rows_above = 2, rows_below = 2;

  // 16 partial sums: independent of the vector width, so every instruction set adds in the same order.
  struct Lanes {
    float lane[16] = {};
    void add(int index, float value) { lane[index & 15] += value; }
    float total() const {
      float sums[16];
      for (int i = 0; i < 16; ++i) sums[i] = lane[i];
      for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; ++i) sums[i] += sums[i + half];
      return sums[0];
    }
  };

  template <class Op>
  struct Call {
    Op op;
    int width;
    float* row_sums;
  };

  static std::ptrdiff_t stride_of(Extent extent) { return (extent.width + 15) / 16 * 16 + 2 * plane_margin; }
  static std::size_t bytes(std::ptrdiff_t stride, Extent extent, std::size_t size) {
    return static_cast<std::size_t>(stride) * (extent.height + rows_above + rows_below) * size;
  }
  // Below this many pixels a fork costs more than it saves.
  static bool is_small(Extent extent) { return extent.width * extent.height < 4000; }

  template <class Op>
  static void run_rows(const void* context, int begin, int end) {
    const Call<Op>& call = *static_cast<const Call<Op>*>(context);
    const Op op = call.op;
    const int width = call.width;
    for (int y = begin; y < end; ++y) {
#pragma GCC ivdep
      for (int x = 0; x < width; ++x) op(x, y);
    }
  }

  template <class Op>
  static void sum_rows(const void* context, int begin, int end) {
    const Call<Op>& call = *static_cast<const Call<Op>*>(context);
    const Op op = call.op;
    const int width = call.width;
    constexpr int block = 256;
    alignas(64) float a[block], b[block];
    for (int y = begin; y < end; ++y) {
      Lanes sum_a, sum_b;
      for (int x0 = 0; x0 < width; x0 += block) {
        const int n = width - x0 < block ? width - x0 : block;
#pragma GCC ivdep
        for (int x = 0; x < n; ++x) {
          const Pair value = op(x0 + x, y);
          a[x] = value.a;
          b[x] = value.b;
        }
        for (int x = n; x < block && (x & 15); ++x) a[x] = b[x] = 0;
        for (int x = 0; x < n; x += 16)
          for (int i = 0; i < 16; ++i) {
            sum_a.lane[i] += a[x + i];
            sum_b.lane[i] += b[x + i];
          }
      }
      call.row_sums[2 * y] = sum_a.total();
      call.row_sums[2 * y + 1] = sum_b.total();
    }
  }

  CpuThreads* threads_;
  CpuMemory* memory_;
  float* row_sums_ = nullptr;
  std::size_t row_sums_capacity_ = 0;
  Interrupt interrupt_;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
