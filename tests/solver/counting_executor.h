// An executor around the CPU's that knows every plane and hears from each op which planes it reads and writes
// (planes_of.h). It counts bytes as the CUDA executor moves them, and, on request, holds every op to its word.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cuda/tile_plan.h"
#include "solver/cpu/cpu_executor.h"
#include "solver/numerics/planes_of.h"
#include "tests/solver/counting_engine.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

class CountingExecutor {
 public:
  CountingExecutor(CpuThreads* threads, CpuMemory* memory, tests::Ledger* ledger)
      : inner_(threads, memory), ledger_(ledger) {}

  Out plane(Extent extent) { return known(inner_.plane(extent), extent); }
  View<std::uint8_t> byte_plane(Extent extent) { return known(inner_.byte_plane(extent), extent); }
  View<Small> small_plane(Extent extent) { return known(inner_.small_plane(extent), extent); }
  template <class T>
  Stack<T> stack(Extent largest, int count) {
    return inner_.stack<T>(largest, count);
  }
  template <class T>
  void divide(const Stack<T>& stack, Extent extent, View<T>* planes) {
    inner_.divide(stack, extent, planes);
    const char* memory = reinterpret_cast<const char*>(stack.memory);
    const char* end = reinterpret_cast<const char*>(planes[stack.count - 1].origin + planes[0].stride * extent.height);
    for (auto at = planes_.begin(); at != planes_.end();)  // of the division before, perhaps a larger one
      at = (at->first >= memory && at->first < end) || stack_of_[at->first] == memory ? planes_.erase(at) : ++at;
    for (int k = 0; k < stack.count; ++k) {
      known(planes[k], extent);
      stack_of_[reinterpret_cast<char*>(planes[k].origin - margin_rows * planes[k].stride - plane_margin)] = memory;
    }
  }
  template <class... Planes>
  void give_up(const Planes&...) {}
  template <class T>
  void take_back(Stack<T>&) {}
  void release() {
    stack_of_.clear();
    inner_.release();
    planes_.clear();
  }

  template <class Piece>
  bool repeat(int, Piece piece) {
    return piece();
  }
  void forget_repeats() {}

  template <class Op>
  void run(Extent extent, const Op& op) {
    count(extent, op);
    if (ledger_->check)
      run_checked(extent, Out{}, op);
    else
      inner_.run(extent, op);
  }
  template <class Op>
  void sum(Extent extent, const Op& op, Out out) {
    count(extent, op);
    if (ledger_->check)
      run_checked(extent, out, op);
    else
      inner_.sum(extent, op, out);
  }
  template <class... Ops>
  void chain(Extent extent, Out out, const Scratch& scratch, const Ops&... ops) {
    const auto links = std::make_tuple(link(ops)...);
    constexpr int all = sizeof...(Ops), before = ops_before_sums<decltype(link(ops))...>();
    count_together(extent, scratch, links, std::make_index_sequence<before>());
    if constexpr (before < all) count(extent, std::get<before>(links).op);
    if (ledger_->check)
      (run_checked(link(ops).cells ? halved(extent) : extent, out, link(ops).op), ...);
    else
      inner_.chain(extent, out, scratch, ops...);
  }

  template <class T>
  void upload(const T* rows, std::ptrdiff_t row_stride, View<T> to, Extent extent) {
    inner_.upload(rows, row_stride, to, extent);
  }
  void download(In from, Extent extent, float* rows) { inner_.download(from, extent, rows); }
  float fetch(In scalar) { return inner_.fetch(scalar); }
  void interrupt_with(Interrupt interrupt) { inner_.interrupt_with(interrupt); }
  bool interrupted() { return inner_.interrupted(); }

 private:
  struct Known {
    char* begin;  // of row -margin_rows
    std::size_t bytes, value_bytes;
    std::ptrdiff_t stride;  // in bytes
    Extent extent;
  };

  template <class T>
  View<T> known(View<T> view, Extent extent) {
    const std::size_t stride = view.stride * sizeof(T);
    char* begin = reinterpret_cast<char*>(view.origin - margin_rows * view.stride - plane_margin);
    planes_[begin] = {begin, stride * (extent.height + 2 * margin_rows), sizeof(T), static_cast<std::ptrdiff_t>(stride),
                      extent};
    // What the CPU's executor leaves as it was must not be mistaken for what an op did, nor hold a NaN by chance.
    for (int y = 0; y < extent.height; ++y) std::memset(&view(0, y), 0, extent.width * sizeof(T));
    return view;
  }
  const Known& plane_with(const void* pixel) const {
    const char* at = static_cast<const char*>(pixel);
    return std::prev(planes_.upper_bound(const_cast<char*>(at)))->second;
  }

  // The planes that an op names, all of them in their order, and apart.
  struct Listing {
    std::vector<const void*> all, read, written;

    template <class... Planes>
    void reads(Planes&... planes) {
      to_ = &read;
      (each_plane(*this, planes), ...);
    }
    template <class... Planes>
    void writes(Planes&... planes) {
      to_ = &written;
      (each_plane(*this, planes), ...);
    }
    template <class PlaneView>
    void operator()(PlaneView& view) {
      all.push_back(view.origin);
      to_->push_back(view.origin);
    }

   private:
    std::vector<const void*>* to_ = nullptr;
  };
  template <class Op>
  static Listing listing_of(Op op) {
    Listing listing;
    planes_of(listing, op);
    return listing;
  }

  // An op that runs at half size touches all of a plane of full size; one that runs inside a rectangle only its own
  // pixels.
  double bytes_touched(const void* pixel, Extent extent) const {
    const Known& plane = plane_with(pixel);
    const double own = static_cast<double>(extent.width) * extent.height;
    const double all = static_cast<double>(plane.extent.width) * plane.extent.height;
    const double doubled = 4.0 * (extent.width + 1) * (extent.height + 1);
    return plane.value_bytes * (all <= doubled ? all : own);
  }

  // An op by itself.
  template <class Op>
  void count(Extent extent, const Op& op) {
    const Listing listing = listing_of(op);
    double bytes = 0;
    for (const void* plane : listing.all) bytes += bytes_touched(plane, extent);
    ledger_->launches += 1;
    if constexpr (sums_of < Op >> 0) {  // lanes of blocks are written and read again (cuda/sum_ops.h)
      bytes += sums_of<Op> * 2.0 * sum_lanes / sum_block * sizeof(float) * extent.width * extent.height;
      ledger_->launches += 3;
    }
    const std::string name = name_of<Op>();
    ledger_->ops.insert(name);
    ledger_->bytes += bytes;
    ledger_->bytes_of[name] += bytes;
  }

  // Ops that the CUDA executor launches as one where it can.
  template <class Links, std::size_t... k>
  void count_together(Extent extent, const Scratch& scratch, const Links& links, std::index_sequence<k...>) {
    if constexpr (sizeof...(k) > 1) {
      const TilePlan plan = TilePlanner::plan(extent, scratch, std::get<k>(links)...);
      if (plan.possible) return count_tiles(extent, plan, std::get<k>(links)...);
    }
    (count(std::get<k>(links).cells ? halved(extent) : extent, std::get<k>(links).op), ...);
  }

  template <class... Links>
  void count_tiles(Extent extent, const TilePlan& plan, const Links&... links) {
    const double pixels = static_cast<double>(extent.width) * extent.height;
    const double loaded = with_borders(extent, extent, plan.height, tile_margin<Links...>(), 1);
    double bytes = 0, overlap = 0;
    for (int s = 0; s < plan.slot_count; ++s) {
      const Slot& slot = plan.slots[s];
      if (slot.loaded) bytes += slot.value_bytes * loaded, overlap += slot.value_bytes * (loaded - pixels);
      if (slot.stored) bytes += slot.value_bytes * pixels;
    }
    std::string names;
    int op = 0;
    const auto add = [&](const auto& link) {
      const Listing listing = listing_of(link.op);
      const int behind = static_cast<int>(sizeof...(Links)) - 1 - op, grown = grown_by(link.cells, behind);
      const int cell = link.cells ? 2 : 1;
      for (std::size_t i = 0; i < listing.all.size(); ++i) {
        if (plan.places[op].at[i] >= 0) continue;
        const Known& plane = plane_with(listing.all[i]);
        const double once = static_cast<double>(plane.extent.width) * plane.extent.height;
        // Planes of half size have their own pixels; one more all around is read, as a neighbour. The last op's own
        // planes have no overlap where they are written.
        const bool written = i >= listing.read.size();
        const bool half = link.cells && plane.extent.width == halved(extent).width;
        const double touched =
            written ? once : with_borders(extent, plane.extent, plan.height, grown + cell, half ? 2 : 1);
        bytes += plane.value_bytes * touched;
        overlap += plane.value_bytes * (touched - once);
      }
      const std::string name = name_of<std::decay_t<decltype(link.op)>>();
      ledger_->ops.insert(name);
      names += (op++ ? " + " : "") + name;
    };
    (add(links), ...);
    ledger_->launches += 1;
    ledger_->bytes += bytes;
    ledger_->overlap_bytes += overlap;
    ledger_->bytes_of[names] += bytes;
  }
  // Pixels of a plane that all tiles touch, each with so many pixels of the picture around it; `shrink`: the picture is
  // so many times as large as the plane.
  static double with_borders(Extent picture, Extent plane, int tile_height, int border, int shrink) {
    const auto side = [&](int all, int tile, int end) {
      double sum = 0;
      for (int at = 0; at < all; at += tile)
        sum += std::min((at + tile + border) / shrink, end) - std::max(at - border, 0) / shrink;
      return sum;
    };
    return side(picture.width, tile_width, plane.width) * side(picture.height, tile_height, plane.height);
  }

  template <class Op>
  static std::string name_of() {  // from "... [with Op = handtint::numerics::counting::Bend; std::string = ...]"
    const std::string all = __PRETTY_FUNCTION__;
    const std::size_t begin = all.find("Op = ") + 5, end = all.find_first_of(";]", begin);
    const std::string full = all.substr(begin, end - begin);
    const std::size_t arguments = std::min(full.find('<'), full.size());
    return full.substr(full.rfind(':', arguments) + 1);
  }

  std::vector<char> pixels_of(const Known& plane, bool with_margins) const {
    if (with_margins) return {plane.begin, plane.begin + plane.bytes};
    std::vector<char> pixels;
    const std::size_t margin = plane_margin * plane.value_bytes, row = plane.extent.width * plane.value_bytes;
    for (int y = 0; y < plane.extent.height; ++y) {
      const char* begin = plane.begin + (y + margin_rows) * plane.stride + margin;
      pixels.insert(pixels.end(), begin, begin + row);
    }
    return pixels;
  }
  bool margins_are_zero(const Known& plane) const {
    const std::size_t margin = plane_margin * plane.value_bytes, row = plane.extent.width * plane.value_bytes;
    for (int y = -margin_rows; y < plane.extent.height + margin_rows; ++y)
      for (std::ptrdiff_t i = 0; i < plane.stride; ++i) {
        const bool pixel = y >= 0 && y < plane.extent.height && i >= static_cast<std::ptrdiff_t>(margin) &&
                           i < static_cast<std::ptrdiff_t>(margin + row);
        if (!pixel && plane.begin[(y + margin_rows) * plane.stride + i] != 0) return false;
      }
    return true;
  }
  void restore(const std::map<char*, std::vector<char>>& saved) {
    for (const auto& [begin, bytes] : saved) std::memcpy(begin, bytes.data(), bytes.size());
  }
  // Other finite values in every plane that the op did not declare as read; margins stay as they are.
  void disturb_all_but(const std::set<char*>& spared) {
    unsigned state = 1;
    for (auto& [begin, plane] : planes_) {
      if (spared.count(begin)) continue;
      for (int y = 0; y < plane.extent.height; ++y)
        for (int x = 0; x < plane.extent.width; ++x) {
          char* at = plane.begin + (y + margin_rows) * plane.stride + (plane_margin + x) * plane.value_bytes;
          state = state * 1664525u + 1013904223u;
          const float value = static_cast<float>(state >> 16) / 65536.0f;
          if (plane.value_bytes == sizeof(float))
            std::memcpy(at, &value, sizeof value);
          else
            std::memcpy(at, reinterpret_cast<const char*>(&state) + 2, plane.value_bytes);  // one byte or two
        }
    }
  }

  // In order; in a shuffled order of the pixels; and with everything undeclared disturbed: the declared planes come out
  // the same, and nothing else changes.
  template <class Op>
  void run_checked(Extent extent, Out out, const Op& op) {
    const Listing listing = listing_of(op);
    std::set<char*> read, written;
    for (const void* plane : listing.read) read.insert(plane_with(plane).begin);
    for (const void* plane : listing.written) written.insert(plane_with(plane).begin);
    if (sums_of<Op>) written.insert(plane_with(out.origin).begin);
    std::map<char*, std::vector<char>> before;
    for (const auto& [begin, plane] : planes_) before[begin] = pixels_of(plane, true);

    inner_.sum(extent, op, out);
    std::map<char*, std::vector<char>> after;
    const std::string name = name_of<Op>();
    for (const auto& [begin, plane] : planes_) {
      after[begin] = pixels_of(plane, true);
      if (!written.count(begin) && after[begin] != before[begin]) broken(name + " writes a plane it does not name");
      if (written.count(begin) && !margins_are_zero(plane)) broken(name + " leaves something in a margin");
    }

    restore(before);
    std::set<char*> spared = read;
    // Where an op at half size or in a rectangle leaves pixels of what it writes as they were, these are not its
    // reading.
    disturb_all_but(spared);
    std::map<char*, std::vector<char>> disturbed;
    for (char* plane : written) disturbed[plane] = pixels_of(planes_.at(plane), true);
    inner_.sum(extent, op, out);
    for (char* plane : written) {
      const std::vector<char> now = pixels_of(planes_.at(plane), true);
      for (std::size_t i = 0; i < now.size(); ++i)
        if (now[i] != after[plane][i] && now[i] != disturbed[plane][i]) {
          broken(name + " reads a plane it does not name");
          break;
        }
    }

    restore(before);
    run_shuffled(extent, op);
    for (char* plane : written) {
      if (sums_of<Op> && plane == plane_with(out.origin).begin) continue;
      if (pixels_of(planes_.at(plane), true) != after[plane]) broken(name + " depends on the order of the pixels");
    }
    restore(after);
  }

  template <class Op>
  static void run_shuffled(Extent extent, const Op& op) {
    const std::size_t count = static_cast<std::size_t>(extent.width) * extent.height;
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = i;
    unsigned state = 7;
    for (std::size_t i = count; i > 1; --i) {
      state = state * 1664525u + 1013904223u;
      std::swap(order[i - 1], order[(state >> 8) % i]);
    }
    Op started = op;
    start(started);
    for (std::size_t i : order) started(static_cast<int>(i % extent.width), static_cast<int>(i / extent.width));
  }

  void broken(const std::string& word) {
    if (ledger_->broken_words.size() < 20) ledger_->broken_words.push_back(word);
  }

  CpuExecutor inner_;
  tests::Ledger* ledger_;
  std::map<char*, Known> planes_;
  std::map<char*, const char*> stack_of_;  // memory of the stack that a plane lies in
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
