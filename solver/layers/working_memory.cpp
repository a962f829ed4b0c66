#include "solver/layers/working_memory.h"

#include <algorithm>
#include <memory>

#include "solver/numerics/schedule.h"

namespace handtint {
namespace numerics {
inline namespace HANDTINT_ISA {
namespace {

// Counts planes, which all share one address: every op is skipped and every sum is 0, so each scale ends after the few
// steps that its stop rule asks for.
class SizingExecutor {
 public:
  Out plane(Extent extent) { return {somewhere_, count(extent, sizeof(float))}; }
  View<std::uint8_t> byte_plane(Extent extent) { return {&some_byte_, count(extent, 1)}; }
  View<Small> small_plane(Extent extent) { return {&some_small_, count(extent, sizeof(Small))}; }
  template <class T>
  Stack<T> stack(Extent largest, int planes) {
    for (int k = 0; k < planes; ++k) count(largest, sizeof(T));
    planes_ += std::size_t{4096} * planes;  // the CPU's lie a little apart
    return {reinterpret_cast<T*>(somewhere_), largest, planes};
  }
  template <class T>
  void divide(const Stack<T>& stack, Extent, View<T>* planes) {
    for (int k = 0; k < stack.count; ++k) planes[k] = {stack.memory, 0};
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

  std::size_t bytes() const { return planes_ + sums_; }

 private:
  std::ptrdiff_t count(Extent extent, std::size_t value_bytes) {
    const std::ptrdiff_t stride = (extent.width + 31) / 32 * 32 + 32;  // the GPU's; the CPU's is shorter
    planes_ += stride * (static_cast<std::size_t>(extent.height) + 2 * margin_rows) * value_bytes;
    return stride;
  }

  // What the executors add sums up in (sums.h): lanes of blocks, rows and their lanes.
  void reserve_sums(Extent extent) {
    const std::size_t a_row = sum_lanes * static_cast<std::size_t>(sum_blocks(extent.width)) + sum_lanes + 1;
    sums_ = std::max(sums_, max_sums * a_row * extent.height * sizeof(float));
  }

  float somewhere_[64] = {};
  std::uint8_t some_byte_ = 0;
  Small some_small_ = 0;
  std::size_t planes_ = 0, sums_ = 0;
};

}  // namespace
}  // namespace HANDTINT_ISA
}  // namespace numerics

std::size_t working_memory(int width, int height, const numerics::Parameters& parameters) {
  numerics::SizingExecutor executor;
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
