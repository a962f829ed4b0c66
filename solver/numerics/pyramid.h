// The scales of a solve: the photo's size and halves of it, down to one on which colour travels far in few steps. Each
// keeps its inputs (lightness, hints, barriers, made from the next finer scale's) and its answer.
#pragma once

#include "solver/numerics/edge_ops.h"
#include "solver/numerics/executor.h"
#include "solver/numerics/pyramid_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

constexpr int max_scales = 12;

// What a scale keeps between solves.
struct Scale {
  Extent extent;
  Out lightness;
  OutHintPlanes hints;
  View<std::uint8_t> cuts;  // null: no barriers
  OutEdges weights;         // scales below full size share one set (Workspace), made anew for each solve
  Out2 u, u_taken;          // u_taken: what the next finer scale has taken in
  bool weights_dirty = true, has_u = false;

  float pixels() const { return static_cast<float>(extent.width) * extent.height; }
  View<const std::uint8_t> read_cuts() const { return {cuts.origin, cuts.stride}; }
};

template <class Executor>
class Pyramid {
 public:
  explicit Pyramid(Executor& executor) : exec_(executor) {}

  // Scales for a photo of this size, down to the first of at most so many pixels. Former planes are gone.
  void load(Extent extent, float coarsest_pixels) {
    count_ = 0;
    for (Extent e = extent; count_ < max_scales; e = halved(e)) {
      Scale& scale = scales_[count_++];
      scale = Scale{};
      scale.extent = e;
      if (scale.pixels() <= coarsest_pixels || (e.width == 1 && e.height == 1)) break;
    }
    for (int s = 0; s < count_; ++s) allocate_inputs(scales_[s], s);
  }

  int count() const { return count_; }
  int coarsest() const { return count_ - 1; }
  Scale& operator[](int scale) { return scales_[scale]; }
  const Scale& operator[](int scale) const { return scales_[scale]; }

  // Barriers at full size; there are none before the first call.
  View<std::uint8_t> cuts() {
    if (!scales_[0].cuts) scales_[0].cuts = exec_.byte_plane(scales_[0].extent);
    return scales_[0].cuts;
  }

  // The planes that a scale needs from its first solve on. `once`: there is no other.
  void keep_answer(int index, bool once) {
    Scale& scale = scales_[index];
    if (index == 0 && !scale.weights.east) scale.weights = edge_planes(scale.extent);
    if (!scale.u.a) scale.u = pair_of_planes(scale.extent);
    if (index > 0 && !once && !scale.u_taken.a) scale.u_taken = pair_of_planes(scale.extent);
  }
  // Nobody needs a scale any more; of its problem nothing but the answer; nothing but planes of floats to write over.
  void give_up(int index) {
    keep_only_answer(index);
    const Scale& scale = scales_[index];
    for (const Out& plane : {scale.lightness, scale.u.a, scale.u.b}) exec_.give_up(plane, scale.extent);
  }
  void keep_only_answer(int index) {
    keep_only_vectors(index);
    const Scale& scale = scales_[index];
    const OutHintPlanes& h = scale.hints;
    const OutEdges& w = scale.weights;
    for (const Out& plane : {h.strength, h.a, h.b}) exec_.give_up(plane, scale.extent);
    if (index == 0)  // the others have theirs in common
      for (const OutQuick& plane : {w.east, w.south, w.south_east, w.south_west}) give_up_small(plane, scale.extent);
  }
  void keep_only_vectors(int index) {
    const Scale& scale = scales_[index];
    give_up_small(scale.hints.cover, scale.extent);
    exec_.give_up(scale.cuts, scale.extent);
  }
  void start_at_zero(Scale& scale) {
    if (!scale.u.a) scale.u = pair_of_planes(scale.extent);
    exec_.run(scale.extent, Clear2{scale.u});
    scale.has_u = true;
  }

  // Something changed at full size; the other scales follow.
  void lightness_changed() {
    for (int s = 1; s < count_; ++s)
      exec_.run(scales_[s].extent,
                HalveLightness{in(scales_[s - 1].lightness), scales_[s].lightness, scales_[s - 1].extent});
    weights_changed();
  }
  void cuts_changed() {
    for (int s = 1; s < count_; ++s) {
      if (!scales_[s].cuts) scales_[s].cuts = exec_.byte_plane(scales_[s].extent);
      exec_.run(scales_[s].extent, HalveCuts{scales_[s - 1].read_cuts(), scales_[s].cuts});
    }
    weights_changed();
    hints_changed(0, 0, scales_[0].extent);  // a coarse hint is of one side
  }
  // Inside a rectangle: on a large photo a stroke's next piece must not cost a pass over all of it.
  void hints_changed(int x, int y, Extent changed) {
    int x1 = x + changed.width, y1 = y + changed.height;
    for (int s = 1; s < count_; ++s) {
      x /= 2, y /= 2, x1 = (x1 + 1) / 2, y1 = (y1 + 1) / 2;
      const Extent part = {x1 - x, y1 - y};
      if (s == 1)
        halve_hints<true>(s, x, y, part);
      else
        halve_hints<false>(s, x, y, part);
    }
  }
  void weights_changed() {
    for (int s = 0; s < count_; ++s) scales_[s].weights_dirty = true;
  }

 private:
  void allocate_inputs(Scale& scale, int index) {
    const Extent e = scale.extent;
    scale.lightness = exec_.plane(e);
    scale.hints = {exec_.plane(e), exec_.plane(e), exec_.plane(e),
                   index > 0 ? small(exec_.small_plane(e)) : OutSmall{}};
  }
  template <class Number>
  void give_up_small(Out16<Number> plane, Extent e) {
    exec_.give_up(View<Small>{plane.origin, plane.stride}, e);
  }
  Out2 pair_of_planes(Extent e) { return {exec_.plane(e), exec_.plane(e)}; }
  OutEdges edge_planes(Extent e) {
    const auto plane = [&] { return quick(exec_.small_plane(e)); };
    return {plane(), plane(), plane(), plane()};
  }

  static OutHintPlanes part_of(const OutHintPlanes& planes, int x, int y) {
    const auto at = [&](Out plane) { return Out{&plane(x, y), plane.stride}; };
    OutSmall cover = planes.cover;  // the photo's own has none
    if (cover.origin) cover.origin += y * cover.stride + x;
    return {at(planes.strength), at(planes.a), at(planes.b), cover};
  }
  // The hints of a part of scale `index`.
  template <bool from_full_size>
  void halve_hints(int index, int x, int y, Extent part) {
    const OutHintPlanes fine = part_of(scales_[index - 1].hints, 2 * x, 2 * y);
    const OutHintPlanes coarse = part_of(scales_[index].hints, x, y);
    View<const std::uint8_t> cuts = scales_[index - 1].read_cuts();
    if (cuts) {
      cuts.origin += 2 * y * cuts.stride + 2 * x;
      exec_.run(part, HalveHints<from_full_size, true>{fine, coarse, cuts});
    } else {
      exec_.run(part, HalveHints<from_full_size, false>{fine, coarse, {}});
    }
  }

  Executor& exec_;
  Scale scales_[max_scales];
  int count_ = 0;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
