#include "solver/layers/working_memory.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "solver/numerics/schedule.h"

namespace handtint {
namespace numerics {
inline namespace HANDTINT_ISA {
namespace {

// Counts planes, which all share one address: every op is skipped and every sum is 0, so each scale ends after the few
// steps that its stop rule asks for. `touched`: a stack counts by the largest planes that were laid out in it, and what
// is given up no more.
class SizingExecutor {
 public:
  explicit SizingExecutor(bool touched) : touched_(touched) {}

  Out plane(Extent extent) { return {somewhere_, count(extent, sizeof(float))}; }
  View<std::uint8_t> byte_plane(Extent extent) { return {&some_byte_, count(extent, 1)}; }
  View<Small> small_plane(Extent extent) { return {&some_small_, count(extent, sizeof(Small))}; }
  template <class T>
  Stack<T> stack(Extent largest, int planes) {
    stacks_.push_back(0);
    if (!touched_) lay_out(stacks_.back(), largest, planes, sizeof(T));
    return {reinterpret_cast<T*>(numbered_ + 4 * stacks_.size()), largest, planes};
  }
  template <class T>
  void divide(const Stack<T>& stack, Extent extent, View<T>* planes) {
    for (int k = 0; k < stack.count; ++k) planes[k] = {reinterpret_cast<T*>(somewhere_), 0};
    lay_out(bytes_of(stack), extent, stack.count, sizeof(T));
  }
  template <class T>
  void give_up(View<T> plane, Extent extent) {
    if (touched_ && plane) planes_ -= bytes_of(extent, sizeof(T));
  }
  template <class T>
  void give_up(const Stack<T>& stack) {
    if (touched_ && stack.memory) planes_ -= std::exchange(bytes_of(stack), 0);
  }
  template <class T>
  void take_back(Stack<T>& stack) {
    give_up(stack);
    stack = {};
  }
  template <class Piece>
  bool repeat(int, Piece piece) {
    return piece();
  }
  void forget_repeats() {}
  template <class Op>
  void run(Extent, const Op&) {}
  template <class Op>
  void sum(Extent extent, const Op&, Out) {
    reserve_sums(extent);
  }
  template <class... Ops>
  void chain(Extent extent, Out, const Scratch&, const Ops&...) {
    reserve_sums(extent);
  }
  float fetch(In) { return 0; }
  bool interrupted() { return false; }

  std::size_t bytes() const { return most_planes_ + sums_; }

 private:
  static std::ptrdiff_t stride_of(Extent extent) { return (extent.width + 31) / 32 * 32 + 32; }  // the CPU's is shorter
  static std::size_t bytes_of(Extent extent, std::size_t value_bytes) {
    return stride_of(extent) * (static_cast<std::size_t>(extent.height) + 2 * margin_rows) * value_bytes;
  }
  template <class T>
  std::size_t& bytes_of(const Stack<T>& stack) {
    return stacks_[(reinterpret_cast<const char*>(stack.memory) - numbered_) / 4 - 1];
  }
  void lay_out(std::size_t& bytes, Extent extent, int planes, std::size_t value_bytes) {
    const std::size_t slot = bytes_of(extent, value_bytes) + 4096;  // the CPU's lie a little apart
    const std::size_t now = std::max(bytes, slot * planes);
    add(now - bytes);
    bytes = now;
  }
  std::ptrdiff_t count(Extent extent, std::size_t value_bytes) {
    add(bytes_of(extent, value_bytes));
    return stride_of(extent);
  }
  void add(std::size_t bytes) {
    planes_ += bytes;
    most_planes_ = std::max(most_planes_, planes_);
  }

  // What the executors add sums up in (sums.h): lanes of blocks, rows and their lanes.
  void reserve_sums(Extent extent) {
    const std::size_t a_row = sum_lanes * static_cast<std::size_t>(sum_blocks(extent.width)) + sum_lanes + 1;
    sums_ = std::max(sums_, max_sums * a_row * extent.height * sizeof(float));
  }

  float somewhere_[64] = {};
  std::uint8_t some_byte_ = 0;
  Small some_small_ = 0;
  bool touched_;
  static constexpr int most_stacks = 100;
  alignas(4) char numbered_[4 * most_stacks] = {};  // the addresses of stacks, in order
  std::vector<std::size_t> stacks_;                 // bytes laid out
  std::size_t planes_ = 0, most_planes_ = 0, sums_ = 0;
};

}  // namespace
}  // namespace HANDTINT_ISA
}  // namespace numerics

std::size_t working_memory(int width, int height, const numerics::Parameters& parameters, bool touched) {
  numerics::SizingExecutor executor(touched);
  const auto schedule = std::make_unique<numerics::Schedule<numerics::SizingExecutor>>(executor);
  schedule->set(parameters);
  schedule->load({width, height});
  schedule->hints_changed(0, 0, {width, height});
  schedule->set_sample_count(1, 1, 1);
  while (!schedule->step().done) {
  }
  return executor.bytes();
}

}  // namespace handtint
