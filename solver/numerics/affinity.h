// The hint-affinity prior of the coarsest scale: a pixel takes after the hint pixels that it resembles
// (affinity_ops.h). Which of them are looked at, the samples, the host chooses.
#pragma once

#include "solver/numerics/affinity_ops.h"
#include "solver/numerics/pyramid.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

template <class Executor>
class Affinity {
 public:
  explicit Affinity(Executor& executor) : exec_(executor) {}

  // A new photo; former planes are gone.
  void load() {
    samples_ = exec_.plane({sample_fields, max_samples});
    hint_mass_ = mean_ = deviation_ = {};
    sums_ = {};
    traits_ = {};
    trait_cell_ = 0;
    count_ = 0;
    features_dirty_ = true;
  }
  void lightness_changed() { features_dirty_ = true; }

  // Rows of SampleField, filled by the caller.
  Out samples() { return samples_; }
  void set_sample_count(int count, float distance, float trust) {
    count_ = count;
    distance_ = distance;
    trust_ = trust;
  }
  void set_traits(Traits traits, float cell_pixels) {
    traits_ = traits;
    trait_cell_ = cell_pixels;
  }
  const Traits& traits() const { return traits_; }
  bool traits_make_edges() const { return trait_cell_ > 0; }
  float trait_cell() const { return trait_cell_; }

  // The hints' weight in the energy: written while the scale's problem is assembled.
  Out hint_mass(const Scale& scale) {
    if (!hint_mass_) hint_mass_ = exec_.plane(scale.extent);
    return hint_mass_;
  }
  // What a pixel is like beside its lightness.
  void make_features(const Scale& scale) {
    if (!mean_) {
      mean_ = exec_.plane(scale.extent);
      deviation_ = exec_.plane(scale.extent);
    }
    if (!features_dirty_) return;
    exec_.run(scale.extent, LocalMean{in(scale.lightness), mean_, scale.extent});
    exec_.run(scale.extent, LocalDeviation{in(scale.lightness), deviation_, scale.extent});
    features_dirty_ = false;
  }
  In mean() const { return in(mean_); }
  In deviation() const { return in(deviation_); }

  // Adds the prior, if there are samples, to the data terms.
  void add(const Scale& scale, Out mass, Out2 rhs) {
    if (count_ == 0 || !(trust_ > 0)) return;
    make_features(scale);
    if (!sums_.sum)
      sums_ = {exec_.plane(scale.extent), exec_.plane(scale.extent), exec_.plane(scale.extent),
               exec_.plane(scale.extent), exec_.plane(scale.extent)};
    if (traits_.first)
      sum<true>(scale);
    else
      sum<false>(scale);
    exec_.run(scale.extent, AddAffinity{sums_, in(hint_mass_), trust_, mass, rhs});
  }

 private:
  template <bool with_traits>
  void sum(const Scale& scale) {
    constexpr int chunk = 4;
    const auto run = [&](auto op) { exec_.run(scale.extent, op); };
    int first = 0;
    const In l = in(scale.lightness), m = in(mean_), d = in(deviation_), k = in(samples_);
    const float inverse = 1.0f / distance_;
    run(SumAffinity<1, true, with_traits>{l, m, d, traits_, k, first++, inverse, sums_});
    for (; first + chunk <= count_; first += chunk)
      run(SumAffinity<chunk, false, with_traits>{l, m, d, traits_, k, first, inverse, sums_});
    for (; first < count_; ++first) run(SumAffinity<1, false, with_traits>{l, m, d, traits_, k, first, inverse, sums_});
  }

  Executor& exec_;
  Out samples_, hint_mass_, mean_, deviation_;
  AffinitySums sums_;
  Traits traits_;
  float trait_cell_ = 0;
  int count_ = 0;
  float distance_ = 1, trust_ = 0;
  bool features_dirty_ = true;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
