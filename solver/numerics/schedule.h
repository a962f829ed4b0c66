// The order in which a solve goes: from the coarsest scale to the finest, each first prepared (Assembly) and then
// descended (Descent). Work is done in steps of one descent step or less, so that whoever drives it can look for news
// in between. A template on an executor (executor.h).
#pragma once

#include "solver/numerics/assembly.h"
#include "solver/numerics/descent.h"
#include "solver/numerics/device_picture_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

template <class Executor>
class Schedule {
 public:
  explicit Schedule(Executor& executor)
      : exec_(executor), pyramid_(executor), affinity_(executor), assembly_(executor), descent_(executor) {}

  void set(const Parameters& parameters) {
    if (parameters.edge_inverse_two_sigma2 != p_.edge_inverse_two_sigma2 || parameters.edge_floor != p_.edge_floor)
      pyramid_.weights_changed();
    p_ = parameters;
    assembly_.set(parameters);
    exec_.forget_repeats();
    restart();
  }

  // Starts over with a photo of this size. Its planes are then filled through lightness(), hints() and cuts().
  void load(Extent extent) {
    pyramid_.load(extent, p_.coarsest_pixels);
    constexpr int band_pixels = 1 << 18;
    band_ =
        exec_.template stack<float>({extent.width, larger(1, smaller(extent.height, band_pixels / extent.width))}, 2);
    descent_.load();
    affinity_.load();
    assembly_.set_prior({}, {}, {});
    progress_ = {};
    progress_.scale = pyramid_.coarsest();
    restart();
  }

  Extent extent(int scale) const { return pyramid_[scale].extent; }
  Out lightness() { return pyramid_[0].lightness; }
  OutHintPlanes hints() { return pyramid_[0].hints; }
  View<std::uint8_t> cuts() { return pyramid_.cuts(); }

  // What was filled in is new.
  void photo_changed() {
    pyramid_.lightness_changed();
    affinity_.lightness_changed();
    restart();
  }
  void cuts_changed() {
    pyramid_.cuts_changed();
    restart();
  }
  void hints_changed(int x, int y, Extent changed) {
    pyramid_.hints_changed(x, y, changed);
    restart();
  }

  // A first coat of its own size, a and b in Lab, null: 0; weight may be null: none.
  void set_prior(In2 prior, In weight, Extent extent) {
    assembly_.set_prior(prior, weight, extent);
    restart();
  }

  // Hint pixels of the coarsest scale for the affinity prior, filled by the caller (SampleField rows).
  Out samples() { return affinity_.samples(); }
  void set_sample_count(int count, float distance, float trust) {
    affinity_.set_sample_count(count, distance, trust);
    restart();
  }
  // What the pixels of the coarsest scale show; null planes: nobody knows. Where they change a thing
  // ends; cell_pixels: the size of the cells that they are known for, 0: they make no edges.
  void set_traits(Traits traits, float cell_pixels) {
    affinity_.set_traits(traits, cell_pixels);
    coarsest().weights_dirty = true;
    restart();
  }

  // Planes the caller needs in order to sample.
  struct AffinityPlanes {
    Extent extent;
    In mass, a, b, lightness, mean, deviation;
  };
  Extent affinity_extent() const { return extent(pyramid_.coarsest()); }
  AffinityPlanes affinity_planes() {
    Scale& scale = coarsest();
    enter(pyramid_.coarsest());
    assembly_.assemble(scale, pyramid_.coarsest() == 0, descent_.data_terms(), affinity_.hint_mass(scale));
    phase_ = Phase::prepare;  // the planes of the scale being solved were overwritten
    affinity_.make_features(scale);
    return {scale.extent,     in(affinity_.hint_mass(scale)), in(scale.hints.a), in(scale.hints.b), in(scale.lightness),
            affinity_.mean(), affinity_.deviation()};
  }

  // One piece of work. After `interrupted` the same piece is begun again by the next call; the iterate is never lost.
  Progress step() {
    progress_.fresh = progress_.interrupted = false;
    if (progress_.done || pyramid_.count() == 0) return progress_;
    progress_.setting_up = phase_ == Phase::prepare;
    progress_.interrupted = !(phase_ == Phase::prepare ? prepare() : descend());
    progress_.fraction = larger(progress_.fraction, work_done());
    return progress_;
  }

  // The picture of Progress::scale in units of a, b: band_rows() of its rows at a time, in planes that the next call
  // overwrites. The solve goes on undisturbed.
  int picture_scale() const { return progress_.scale; }
  // Of all planes the picture's alone are needed from now on.
  void keep_only_picture() {
    descent_.give_up();
    for (int s = progress_.scale + 1; s < pyramid_.count(); ++s) pyramid_.give_up(s);
    pyramid_.keep_only_answer(progress_.scale);
  }
  int band_rows() const { return band_.largest.height; }
  Out2 picture_band(int top, Extent rows) {
    const Scale& scale = picture();
    Out planes[2];
    exec_.divide(band_, rows, planes);
    const Out2 chroma = {planes[0], planes[1]};
    const auto from = [&](Out plane) { return In{&plane(0, top), plane.stride}; };
    exec_.run(rows, ToChroma{{from(scale.u.a), from(scale.u.b)}, from(scale.lightness), chroma});
    return chroma;
  }

  // A part of the same picture for a screen; base: what lies under it, or empty. The solve goes on undisturbed.
  void show(const ScreenPart& part, In2 base, View<ScreenCode> codes) {
    const Scale& scale = picture();
    exec_.run({part.columns(), part.rows()}, PackForScreen{scale.u, in(scale.lightness), base, codes, part});
  }

  // The energy of the problem being solved, or of the finished picture's; 0 before its terms are assembled.
  double energy() {
    const int asked = progress_.done ? progress_.scale : current_;
    const bool assembled = progress_.done || phase_ != Phase::prepare;
    return assembled && pyramid_[asked].has_u && descent_.entered() == asked ? descent_.energy() : 0;
  }

 private:
  enum class Phase { prepare, descend };

  Scale& coarsest() { return pyramid_[pyramid_.coarsest()]; }
  const Scale& picture() {
    Scale& scale = pyramid_[progress_.scale];
    if (!scale.has_u) pyramid_.start_at_zero(scale);
    return scale;
  }

  void restart() {
    current_ = pyramid_.coarsest();
    phase_ = Phase::prepare;
    progress_.done = false;
    progress_.rounds = 0;
    progress_.fraction = 0;
  }

  // The coarser scale's answer as a prior bounds the operator from below: only the coarsest scale has to carry colour
  // far.
  void enter(int index) {
    if (p_.once && index == 0 && pyramid_.coarsest() > 0) descent_.take_back_below_full_size();
    pyramid_.keep_answer(index, p_.once);
    descent_.enter(pyramid_, index, p_, index < pyramid_.coarsest() ? p_.coarse_trust : 0.0f);
  }

  // Edge weights, data terms and start of the current scale.
  bool prepare() {
    Scale& scale = pyramid_[current_];
    const bool is_coarsest = current_ == pyramid_.coarsest();
    if (p_.once && is_coarsest)
      for (int s = 0; s < smaller(p_.finest_scale, current_); ++s) pyramid_.give_up(s);
    enter(current_);
    const bool by_traits = is_coarsest && affinity_.traits_make_edges();
    if (!assembly_.weigh_edges(scale, by_traits ? affinity_.traits() : Traits{}, affinity_.trait_cell())) return false;
    const DataTerms& terms = descent_.data_terms();
    if (is_coarsest) {
      assembly_.assemble(scale, current_ == 0, terms, affinity_.hint_mass(scale));
      if (!scale.has_u) pyramid_.start_at_zero(scale);
    } else {
      assembly_.assemble(scale, pyramid_[current_ + 1], current_ == 0, terms);
    }
    assembly_.add_prior(scale, terms);
    if (is_coarsest) affinity_.add(scale, terms.mass, terms.rhs);
    if (p_.once && !is_coarsest) {  // the coarser scale's answer, stretched, is the picture now
      descent_.take_over_coarser(pyramid_);
      progress_.scale = current_;
      progress_.iterations = 0;
      progress_.fresh = true;
    }
    descent_.begin();
    phase_ = Phase::descend;
    return true;
  }

  bool descend() {
    const typename Descent<Executor>::Step step = descent_.step();
    if (!step.completed) return false;
    if (step.renewed) ++progress_.rounds;
    // The first preview: a tenth of the change is missing then, a quarter of the time has passed.
    constexpr int steps_to_preview = 8;
    const bool preview = current_ == pyramid_.coarsest() && descent_.iterations() == steps_to_preview;
    if (preview || step.last) {
      progress_.scale = current_;
      progress_.iterations = descent_.iterations();
      progress_.fresh = true;
    }
    if (step.last) finish_scale();
    return true;
  }

  void finish_scale() {
    progress_.tail = descent_.tail();
    progress_.limited = descent_.limited();
    if (current_ <= p_.finest_scale) {
      progress_.done = true;
      progress_.fraction = 1;
    } else {
      --current_;
    }
    phase_ = Phase::prepare;
  }

  // Share of the work: a scale costs by its pixels, and each of its iterations brings it halfway to its end.
  float work_done() const {
    if (progress_.done) return 1;
    float total = 0, done = 0;
    for (int s = p_.finest_scale; s < pyramid_.count(); ++s) {
      const float pixels = pyramid_[s].pixels();
      total += pixels;
      if (s > current_) done += pixels;
      if (s == current_ && phase_ != Phase::prepare) done += pixels * (1 - 0.7f / (1 + descent_.iterations()));
    }
    return total > 0 ? done / total : 0;
  }

  Executor& exec_;
  Pyramid<Executor> pyramid_;
  Affinity<Executor> affinity_;
  Assembly<Executor> assembly_;
  Descent<Executor> descent_;
  Parameters p_;
  Stack<float> band_;
  int current_ = 0;
  Phase phase_ = Phase::prepare;
  Progress progress_;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
