// Runs per-pixel ops as row loops over a pool of threads. Included by cpu_engine.cpp only, once per instruction set.
#pragma once

#include "solver/cpu/cpu_memory.h"
#include "solver/cpu/cpu_threads.h"
#include "solver/numerics/engine.h"
#include "solver/numerics/executor.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

class CpuExecutor {
 public:
  CpuExecutor(CpuThreads* threads, CpuMemory* memory) : threads_(threads), memory_(memory) {}

  Out plane(Extent extent) { return plane_of<float>(extent); }
  View<std::uint8_t> byte_plane(Extent extent) {
    const View<std::uint8_t> plane = plane_of<std::uint8_t>(extent);
    for (int y = 0; y < extent.height; ++y) std::memset(&plane(0, y), 0, extent.width);
    return plane;
  }
  View<Small> small_plane(Extent extent) { return plane_of<Small>(extent); }
  template <class T>
  Stack<T> stack(Extent largest, int count) {
    return {static_cast<T*>(memory_->allocate(slot_of<T>(largest) * count * sizeof(T))), largest, count};
  }
  template <class T>
  void divide(const Stack<T>& stack, Extent extent, View<T>* planes) {
    for (int k = 0; k < stack.count; ++k)
      planes[k] = plane_at(stack.memory + k * slot_of<T>(stack.largest) + stagger_of<T>(k), extent);
  }
  template <class T>
  void give_up(View<T> plane, Extent extent) {
    if (plane) memory_->give_up(&plane(-plane_margin, -margin_rows), size_of(extent) * sizeof(T));
  }
  template <class T>
  void give_up(const Stack<T>& stack) {
    if (stack.memory) memory_->give_up(stack.memory, slot_of<T>(stack.largest) * stack.count * sizeof(T));
  }
  template <class T>
  void take_back(Stack<T>& stack) {
    if (stack.memory) memory_->take_back(stack.memory, slot_of<T>(stack.largest) * stack.count * sizeof(T));
    stack = {};
  }
  // Every plane handed out so far is gone.
  void release() { memory_->release(); }

  // The ops one after another over the whole extent; an op that returns Sums leaves them in `out` (at most one may).
  // Run as a wavefront: while op k works on a row, op k + 1 follows one row behind, so that planes they share are still
  // in the cache. Equal to running them in order, since an op reads at most one row beyond its own of what the others
  // write. An op per cell (executor.h) does both rows of its cells in the turn of the upper one.
  template <class... Ops>
  void chain(Extent extent, Out out, const Scratch&, const Ops&... ops) {
    walk(extent, out, link(ops)...);
  }

  template <class Piece>
  bool repeat(int, Piece piece) {
    return piece();
  }
  void forget_repeats() {}

  template <class Op>
  void run(Extent extent, const Op& op) {
    walk(extent, Out{}, link(op));
  }
  template <class Op>
  void sum(Extent extent, const Op& op, Out out) {
    walk(extent, out, link(op));
  }

  template <class T>
  void upload(const T* rows, std::ptrdiff_t row_stride, View<T> to, Extent extent) {
    for (int y = 0; y < extent.height; ++y) std::memcpy(&to(0, y), rows + y * row_stride, extent.width * sizeof(T));
  }
  void download(In from, Extent extent, float* rows) {
    for (int y = 0; y < extent.height; ++y)
      std::memcpy(rows + static_cast<std::ptrdiff_t>(y) * extent.width, &from(0, y), extent.width * sizeof(float));
  }
  float fetch(In scalar) { return scalar(0, 0); }

  void interrupt_with(Interrupt interrupt) { interrupt_ = interrupt; }
  bool interrupted() { return interrupt_.wanted && interrupt_.wanted(interrupt_.context); }

 private:
  // A sum's 16 lanes (sums.h).
  struct Lanes {
    float lane[sum_lanes] = {};
    void add(int index, float value) { lane[index % sum_lanes] += value; }
    float total() { return folded(lane); }
  };

  // The margin right of a row is the one left of the next.
  // Beyond its width a row has room for what a vector reaches over it.
  static std::ptrdiff_t stride_of(Extent extent) { return (extent.width + 31) / 32 * 32 + plane_margin; }
  template <class T>
  struct Margins {
    View<T> view;
    Extent extent;

    static void clear(const void* context, int begin, int end) {
      const Margins& m = *static_cast<const Margins*>(context);
      const std::ptrdiff_t right = m.view.stride - plane_margin - m.extent.width;
      const auto clear_row = [&](int y) { std::memset(&m.view(-plane_margin, y), 0, m.view.stride * sizeof(T)); };
      if (begin == 0)
        for (int y = -margin_rows; y < 0; ++y) clear_row(y);
      for (int y = begin; y < end; ++y) {
        std::memset(&m.view(-plane_margin, y), 0, plane_margin * sizeof(T));
        std::memset(&m.view(m.extent.width, y), 0, right * sizeof(T));
      }
      if (end == m.extent.height)
        for (int y = end; y < end + margin_rows; ++y) clear_row(y);
    }
  };

  // Only the margins need to be 0; what lies inside is written before it is read.
  template <class T>
  View<T> plane_of(Extent extent) {
    return plane_at(static_cast<T*>(memory_->allocate(size_of(extent) * sizeof(T))), extent);
  }
  static std::size_t size_of(Extent extent) {
    return stride_of(extent) * (static_cast<std::size_t>(extent.height) + 2 * margin_rows);
  }
  // As in CpuMemory: planes one below another start on different cache lines of a page.
  template <class T>
  static std::size_t stagger_of(int k) {
    return k * 5 % 61 * (64 / sizeof(T));
  }
  template <class T>
  static std::size_t slot_of(Extent largest) {
    return (size_of(largest) + 61 * (64 / sizeof(T)) + 63) / 64 * 64;
  }
  template <class T>
  View<T> plane_at(T* base, Extent extent) {
    const std::ptrdiff_t stride = stride_of(extent);
    const View<T> view = {base + margin_rows * stride + plane_margin, stride};
    const Margins<T> margins{view, extent};
    // In parallel: this is where fresh memory is first touched, and the system clears its pages then.
    threads_->run(&Margins<T>::clear, &margins, extent.height, is_small(extent));
    return view;
  }

  bool is_small(Extent extent) const {
    return static_cast<long long>(extent.width) * extent.height < threads_->least_pixels();
  }

  // function(x) for 0 <= x < width, in loops that leave a vectorising compiler no remainder: where the op allows it, up
  // to the next multiple of 16. The coarse levels' rows are short, and a remainder pixel by pixel costs as much as all
  // the rest.
  template <bool to_end_of_vector, class Function>
  HANDTINT_HD static void each_pixel_of_row(int width, Function function) {
    if constexpr (to_end_of_vector) {
      int begin = 0;
      for (; begin < width - 16; begin += 32) {
#pragma GCC ivdep
        for (int x = 0; x < 32; ++x) function(begin + x);
      }
      if (begin >= width) return;
#pragma GCC ivdep
      for (int x = 0; x < 16; ++x) function(begin + x);
    } else {
#pragma GCC ivdep
      for (int x = 0; x < width; ++x) function(x);
    }
  }

  template <class Op>
  static void run_row(const Op& constant_op, int width, int y, float* row_sums) {
    Op started = constant_op;
    start(started);
    const Op op = started;
    if constexpr (sums_of < Op >> 0) {
      constexpr int n = sums_of<Op>;
      alignas(64) float values[n][sum_block];
      float row[n] = {};
      for (int x0 = 0; x0 < width; x0 += sum_block) {
        const int count = smaller(width - x0, sum_block);
        each_pixel_of_row<keeps_margin<Op>>(
            count, [&](int x) __attribute__((always_inline)) {
              const Sums<n> value = op(x0 + x, y);
              // Written out: a loop over the sums keeps the loop over x from being vectorised.
              values[0][x] = value.value[0];
              if constexpr (n > 1) values[1][x] = value.value[1];
              if constexpr (n > 2) values[2][x] = value.value[2];
              if constexpr (n > 3) values[3][x] = value.value[3];
              if constexpr (n > 4) values[4][x] = value.value[4];
              static_assert(n <= 5 && n <= max_sums);
            });
        for (int k = 0; k < n; ++k) {
          for (int x = count; x < sum_block && x % sum_lanes; ++x) values[k][x] = 0;
          Lanes lanes;
          for (int x = 0; x < count; x += sum_lanes)
            for (int i = 0; i < sum_lanes; ++i) lanes.lane[i] += values[k][x + i];
          row[k] += lanes.total();
        }
      }
      for (int k = 0; k < n; ++k) row_sums[max_sums * y + k] = row[k];
    } else {
      each_pixel_of_row<keeps_margin<Op>>(
          width, [&](int x) __attribute__((always_inline)) { op(x, y); });
    }
  }

  // A list of links without the standard library.
  template <class... Links>
  struct List {
    static constexpr int sums = 0;
    void row(int, int, int, int, float*, int) const {}
    void seam(int, int, int, float*) const {}
  };
  template <class First, class... Rest>
  struct List<First, Rest...> {
    First first;
    List<Rest...> rest;
    static constexpr int sums = sums_of<typename First::Op> + List<Rest...>::sums;

    void take(int width, int y, float* row_sums) const {
      if constexpr (First::cells) {
        if (y % 2 == 0) run_row(first.op, (width + 1) / 2, y / 2, row_sums);
      } else {
        run_row(first.op, width, y, row_sums);
      }
    }
    // Op k works on row y - k, if that lies in [top_k, bottom_k): the band shrinks by k where it has a neighbour.
    void row(int width, int y, int top, int bottom, float* row_sums, int edges) const {
      if (y >= top && y < bottom) take(width, y, row_sums);
      rest.row(width, y - 1, top + (edges & 1 ? 0 : 1), bottom - (edges & 2 ? 0 : 1), row_sums, edges);
    }
    // What the bands left out around a seam: op k does rows [seam - k, seam + k).
    void seam(int width, int at, int k, float* row_sums) const {
      for (int y = at - k; y < at + k; ++y) take(width, y, row_sums);
      rest.seam(width, at, k + 1, row_sums);
    }
  };
  template <class First>
  static List<First> list_of(const First& first) {
    return {first, {}};
  }
  template <class First, class Second, class... Rest>
  static List<First, Second, Rest...> list_of(const First& first, const Second& second, const Rest&... rest) {
    return {first, list_of(second, rest...)};
  }

  template <class... Links>
  struct Chain {
    List<Links...> ops;
    Extent extent;
    float* row_sums;
    int count;
    static constexpr int sums = List<Links...>::sums;

    // Even, so that no cell is cut in two.
    static int border(const Chain& chain, int band) {
      if (band == chain.count) return chain.extent.height;
      return static_cast<int>(static_cast<long long>(chain.extent.height) * band / chain.count) / 2 * 2;
    }
    static void wavefront(const Chain& chain, int top, int bottom, bool first, bool last) {
      constexpr int lag = sizeof...(Links) - 1;
      for (int y = top; y < bottom + lag; ++y)
        chain.ops.row(chain.extent.width, y, top, bottom, chain.row_sums, (first ? 1 : 0) | (last ? 2 : 0));
    }
    static void bands(const void* context, int begin, int end) {
      const Chain& chain = *static_cast<const Chain*>(context);
      for (int band = begin; band < end; ++band)
        wavefront(chain, border(chain, band), border(chain, band + 1), band == 0, band + 1 == chain.count);
    }
    static void seams(const void* context, int begin, int end) {
      const Chain& chain = *static_cast<const Chain*>(context);
      for (int seam = begin; seam < end; ++seam)
        chain.ops.seam(chain.extent.width, border(chain, seam + 1), 0, chain.row_sums);
    }
  };

  template <class... Links>
  void walk(Extent extent, Out out, const Links&... links) {
    reserve_row_sums(extent.height);
    const Chain<Links...> call{list_of(links...), extent, row_sums_, threads_->count()};
    constexpr int lag = sizeof...(Links) - 1;
    if (is_small(extent) || threads_->count() == 1 || extent.height < threads_->count() * (2 * lag + 4)) {
      Chain<Links...>::wavefront(call, 0, extent.height, true, true);
    } else {
      threads_->run(&Chain<Links...>::bands, &call, threads_->count(), false);
      if (lag > 0) threads_->run(&Chain<Links...>::seams, &call, threads_->count() - 1, threads_->count() == 2);
    }
    if constexpr (Chain<Links...>::sums > 0) total_row_sums<Chain<Links...>::sums>(extent.height, out);
  }

  void reserve_row_sums(int rows) {
    if (static_cast<std::size_t>(rows) <= row_sums_capacity_) return;
    row_sums_capacity_ = static_cast<std::size_t>(rows) * 2;
    row_sums_ =
        static_cast<float*>(memory_->allocate_permanent(row_sums_capacity_ * max_sums * sizeof(float), row_sums_));
  }
  template <int n>
  void total_row_sums(int rows, Out out) {
    for (int k = 0; k < n; ++k) {
      Lanes lanes;
      for (int y = 0; y < rows; ++y) lanes.add(y, row_sums_[max_sums * y + k]);
      out(k, 0) = lanes.total();
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
