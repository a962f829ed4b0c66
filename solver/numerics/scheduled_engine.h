// The schedule behind the interface that the host drives. Screens are for engines that derive from it.
#pragma once

#include "solver/numerics/schedule.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

template <class Executor>
class ScheduledEngine : public Engine {
 public:
  template <class... Args>
  explicit ScheduledEngine(Args... args) : exec_(args...), schedule_(exec_) {}

  void set(const Parameters& parameters) override { schedule_.set(parameters); }

  void load(int width, int height, const float* lightness) override {
    exec_.release();
    prior_planes_ = {};
    traits_ = {};
    schedule_.load({width, height});
    exec_.upload(lightness, width, schedule_.lightness(), {width, height});
    schedule_.photo_changed();
  }

  void set_hints(const HintRows& rows) override {
    const OutHintPlanes hints = schedule_.hints();
    const Extent extent = {rows.width, rows.height};
    const auto at = [&](Out plane) { return Out{&plane(rows.x, rows.y), plane.stride}; };
    exec_.upload(rows.strength, rows.stride, at(hints.strength), extent);
    exec_.upload(rows.a, rows.stride, at(hints.a), extent);
    exec_.upload(rows.b, rows.stride, at(hints.b), extent);
    schedule_.hints_changed(rows.x, rows.y, extent);
  }

  void set_cuts(int x, int y, int width, int height, const std::uint8_t* rows) override {
    const View<std::uint8_t> cuts = schedule_.cuts();
    exec_.upload(rows, width, View<std::uint8_t>{&cuts(x, y), cuts.stride}, {width, height});
    schedule_.cuts_changed();
  }

  void set_prior(int width, int height, const float* a, const float* b, const float* weight) override {
    const Extent extent = {width, height};
    if (width * height == 0) return schedule_.set_prior({}, {}, {});
    if (prior_planes_.extent.width != width || prior_planes_.extent.height != height)
      prior_planes_ = {extent, exec_.plane(extent), exec_.plane(extent), exec_.plane(extent)};
    exec_.upload(weight, width, prior_planes_.weight, extent);
    if (!a) return schedule_.set_prior({}, in(prior_planes_.weight), extent);
    exec_.upload(a, width, prior_planes_.a, extent);
    exec_.upload(b, width, prior_planes_.b, extent);
    schedule_.set_prior({in(prior_planes_.a), in(prior_planes_.b)}, in(prior_planes_.weight), extent);
  }

  int affinity_width() const override { return schedule_.affinity_extent().width; }
  int affinity_height() const override { return schedule_.affinity_extent().height; }
  void read_affinity(const AffinityRows& rows) override {
    const auto planes = schedule_.affinity_planes();
    exec_.download(planes.mass, planes.extent, rows.mass);
    exec_.download(planes.a, planes.extent, rows.a);
    exec_.download(planes.b, planes.extent, rows.b);
    exec_.download(planes.lightness, planes.extent, rows.lightness);
    exec_.download(planes.mean, planes.extent, rows.mean);
    exec_.download(planes.deviation, planes.extent, rows.deviation);
  }
  void set_samples(const float* rows, int count, float distance, float trust) override {
    if (count > 0) exec_.upload(rows, sample_fields, schedule_.samples(), {sample_fields, count});
    schedule_.set_sample_count(count, distance, trust);
  }
  void set_traits(const float* first, const float* second, const float* third, float cell_pixels) override {
    if (!first) return schedule_.set_traits({}, 0);
    const Extent extent = schedule_.affinity_extent();
    if (!traits_.first) traits_ = {exec_.plane(extent), exec_.plane(extent), exec_.plane(extent)};
    exec_.upload(first, extent.width, traits_.first, extent);
    exec_.upload(second, extent.width, traits_.second, extent);
    exec_.upload(third, extent.width, traits_.third, extent);
    schedule_.set_traits({in(traits_.first), in(traits_.second), in(traits_.third)}, cell_pixels);
  }

  Progress step(Interrupt interrupt) override {
    exec_.interrupt_with(interrupt);
    return schedule_.step();
  }
  int scale_width(int scale) const override { return schedule_.extent(scale).width; }
  int scale_height(int scale) const override { return schedule_.extent(scale).height; }
  double energy() override { return schedule_.energy(); }

  // In bands of rows, so that the picture takes little memory beside the solve's.
  void read(float* a, float* b) override {
    const Extent extent = schedule_.extent(schedule_.picture_scale());
    const int rows = schedule_.band_rows();
    for (int top = 0; top < extent.height; top += rows) {
      const Extent here = {extent.width, smaller(rows, extent.height - top)};
      const Out2 chroma = schedule_.picture_band(top, here);
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(top) * extent.width;
      exec_.download(in(chroma.a), here, a + at);
      exec_.download(in(chroma.b), here, b + at);
    }
  }

  void keep_only_picture() override { schedule_.keep_only_picture(); }

  bool set_screen_base(int, int, int, const float*, const float*) override { return false; }
  ScreenPicture* show(const ScreenPart&, int, bool) override { return nullptr; }

 protected:
  Executor& executor() { return exec_; }
  Schedule<Executor>& schedule() { return schedule_; }

 private:
  struct PriorPlanes {
    Extent extent;
    Out a, b, weight;
  };
  struct TraitPlanes {
    Out first, second, third;
  };
  Executor exec_;
  Schedule<Executor> schedule_;
  PriorPlanes prior_planes_;
  TraitPlanes traits_;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
