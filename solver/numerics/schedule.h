// The order in which the ops run: pyramid of scales, assembly, multigrid set-up, reweighted and preconditioned conjugate gradients,
// stop rule. Templated on an executor, which owns memory and runs ops; CPU and GPU share everything below.
//
// An Executor offers
//   View<float> plane(Extent)                         a zeroed plane with margins that lives as long as the executor
//   View<std::uint8_t> byte_plane(Extent)
//   void run(Extent, op)                              op(x, y) for every pixel, in any order
//   void sum(Extent, op, View<float> out)             op returns Pair; out(0, 0), out(1, 0) receive the sums
//   void upload(T* rows, stride, View<T>, Extent)     host rows into a plane
//   void download(In, Extent, float* rows)
//   Pair fetch(In)                                    a pair of scalars to the host
//   bool interrupted()                                true: give up this step; asked between ops
//
// Work is done in steps of one preconditioned CG iteration or less, so that whoever drives it can look for news in between.
#pragma once

#include "engine.h"
#include "multigrid_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

constexpr int max_scales = 12, max_levels = 20, max_samples = 400;

template <class Executor>
class Schedule {
 public:
  explicit Schedule(Executor& executor) : exec_(executor) {}

  void set(const Parameters& parameters) {
    const bool weights = parameters.edge_inverse_two_sigma2 != p_.edge_inverse_two_sigma2 ||
                         parameters.edge_floor != p_.edge_floor;
    const bool graph = parameters.reweighting_digits != p_.reweighting_digits ||
                       parameters.reweighting_eps != p_.reweighting_eps || parameters.beta != p_.beta ||
                       parameters.membrane != p_.membrane;
    p_ = parameters;
    for (int s = 0; s < scale_count_; ++s) {
      scales_[s].weights_dirty |= weights;
      scales_[s].hierarchy_dirty |= weights | graph;
    }
    restart();
  }

  // Starts over with a photo of this size. Its planes are then filled through lightness(), hints() and cuts().
  void load(Extent extent) {
    scale_count_ = 0;
    for (Extent e = extent; scale_count_ < max_scales; e = {(e.width + 1) / 2, (e.height + 1) / 2}) {
      Scale& scale = scales_[scale_count_++];
      scale = Scale{};
      scale.extent = e;
      const float pixels = static_cast<float>(e.width) * e.height;
      if (pixels <= p_.coarsest_pixels || (e.width == 1 && e.height == 1)) break;
    }
    for (int s = 0; s < scale_count_; ++s) allocate_inputs(scales_[s]);
    scalars_ = exec_.plane({64, 1});
    samples_ = exec_.plane({sample_fields, max_samples});
    sample_count_ = 0;
    affinity_ = {};
    prior_weight_ = {};
    progress_ = {};
    progress_.scale = scale_count_ - 1;
    restart();
  }

  int scale_count() const { return scale_count_; }
  Extent extent(int scale) const { return scales_[scale].extent; }
  Out lightness() { return scales_[0].lightness; }
  OutHintPlanes hints() { return scales_[0].hints; }
  View<std::uint8_t> cuts() {
    if (!scales_[0].cuts) scales_[0].cuts = exec_.byte_plane(scales_[0].extent);
    return scales_[0].cuts;
  }

  // The photo's lightness, or the barriers, are new.
  void photo_changed() {
    for (int s = 0; s < scale_count_; ++s) {
      if (s > 0)
        exec_.run(scales_[s].extent,
                  HalveLightness{in(scales_[s - 1].lightness), scales_[s].lightness, scales_[s - 1].extent});
      scales_[s].weights_dirty = scales_[s].hierarchy_dirty = scales_[s].features_dirty = true;
    }
    restart();
  }
  void cuts_changed() {
    for (int s = 1; s < scale_count_; ++s) {
      View<std::uint8_t>&coarse = scales_[s].cuts, fine = scales_[s - 1].cuts;
      if (!coarse) coarse = exec_.byte_plane(scales_[s].extent);
      exec_.run(scales_[s].extent, HalveCuts{{fine.origin, fine.stride}, coarse});
    }
    for (int s = 0; s < scale_count_; ++s) scales_[s].weights_dirty = scales_[s].hierarchy_dirty = true;
    restart();
  }
  void hints_changed() {
    for (int s = 1; s < scale_count_; ++s)
      exec_.run(scales_[s].extent, HalveHints{scales_[s - 1].hints, scales_[s].hints});
    for (int s = 0; s < scale_count_; ++s) scales_[s].hierarchy_dirty = true;
    restart();
  }

  // A first coat of its own size, a and b in Lab; weight may be null: none.
  void set_prior(In2 prior, In weight, Extent extent) {
    prior_ = prior;
    prior_weight_ = weight;
    prior_extent_ = extent;
    for (int s = 0; s < scale_count_; ++s) scales_[s].hierarchy_dirty = true;
    restart();
  }

  // Hint pixels of the affinity scale for the affinity prior, filled by the caller (SampleField rows).
  Out samples() { return samples_; }
  int affinity_scale() const { return scale_count_ - 1; }
  Extent affinity_extent() const { return scales_[affinity_scale()].extent; }
  void set_sample_count(int count, float distance) {
    sample_count_ = count;
    sample_distance_ = distance;
    scales_[affinity_scale()].hierarchy_dirty = true;
    restart();
  }
  // Planes the caller needs in order to sample: hints, lightness and features of the affinity scale.
  In affinity_hint_mass() {
    Scale& scale = scales_[affinity_scale()];
    allocate_work(scale, affinity_scale());
    make_hint_mass(scale, affinity_scale());
    return in(scale.hint_mass);
  }
  HintPlanes affinity_hints() { return scales_[affinity_scale()].hints; }
  In affinity_lightness() { return in(scales_[affinity_scale()].lightness); }
  In affinity_mean() { return in(scales_[affinity_scale()].mean); }
  In affinity_deviation() { return in(scales_[affinity_scale()].deviation); }
  void make_features() {
    Scale& scale = scales_[affinity_scale()];
    if (!scale.mean) {
      scale.mean = exec_.plane(scale.extent);
      scale.deviation = exec_.plane(scale.extent);
      scale.features_dirty = true;
    }
    if (!scale.features_dirty) return;
    exec_.run(scale.extent, LocalMean{in(scale.lightness), scale.mean, scale.extent});
    exec_.run(scale.extent, LocalDeviation{in(scale.lightness), scale.deviation, scale.extent});
    scale.features_dirty = false;
  }

  void restart() {
    current_ = scale_count_ - 1;
    phase_ = Phase::prepare;
    progress_.done = false;
    progress_.fraction = 0;
    finished_work_ = 0;
  }

  // One piece of work. After `interrupted` the same piece is begun again by the next call; the iterate is never lost.
  Progress step() {
    progress_.fresh = progress_.interrupted = false;
    if (progress_.done || scale_count_ == 0) return progress_;
    bool completed = true;
    switch (phase_) {
      case Phase::prepare: completed = prepare(); break;
      case Phase::begin: completed = begin(); break;
      case Phase::iterate: completed = iterate(); break;
    }
    if (!completed) {
      progress_.interrupted = true;
      if (phase_ == Phase::iterate) phase_ = Phase::begin;
    }
    return progress_;
  }

  // The picture of Progress::scale in units of a, b, in planes that the next step overwrites.
  int picture_scale() const { return progress_.scale; }
  Out2 picture() {
    Scale& scale = scales_[progress_.scale];
    allocate_work(scale, progress_.scale);
    exec_.run(scale.extent, ToChroma{scale.u, in(scale.lightness), scale.q});
    return scale.q;
  }

  double energy() {
    const Scale& scale = scales_[progress_.scale];
    exec_.sum(scale.extent,
              Energy{scale.weights, in(scale.mass), scale.u, scale.rhs, reweighting(), p_.beta, p_.membrane},
              scalar(slot_energy));
    return exec_.fetch(in(scalar(slot_energy))).a;
  }

 private:
  struct Level {
    Extent extent;
    OutEdges c;
    Out mass;
    Out2 r, x, y, bent;
    OutInterpolation p;  // towards the next coarser level, stored at its points
    float beta = 0;
  };
  struct Scale {
    Extent extent;
    Out lightness, hint_mass, mass, mean, deviation;
    OutHintPlanes hints;
    View<std::uint8_t> cuts;
    OutEdges weights, c;
    Out2 rhs, u, u_taken, r, p, q, bent;
    Level levels[max_levels];
    int level_count = 0;
    bool weights_dirty = true, hierarchy_dirty = true, features_dirty = true, has_u = false, allocated = false;
  };
  enum class Phase { prepare, begin, iterate };
  enum Slot { slot_rz0, slot_rz1, slot_pq, slot_tail, slot_energy };

  Out scalar(Slot slot) { return {&scalars_(8 * slot, 0), scalars_.stride}; }
  Out2 pair_of_planes(Extent e) { return {exec_.plane(e), exec_.plane(e)}; }
  OutEdges edge_planes(Extent e) { return {exec_.plane(e), exec_.plane(e), exec_.plane(e), exec_.plane(e)}; }
  bool bends(float beta) const { return beta > 0; }
  Reweighting reweighting() const {
    return {1.0f / (p_.reweighting_eps * p_.reweighting_eps), p_.reweighting_digits};
  }
  bool reweights() const { return p_.reweighting_digits > 0 && p_.membrane > 0; }

  void allocate_inputs(Scale& scale) {
    const Extent e = scale.extent;
    scale.lightness = exec_.plane(e);
    scale.hints = {exec_.plane(e), exec_.plane(e), exec_.plane(e), exec_.plane(e)};
  }

  void allocate_work(Scale& scale, int index) {
    if (scale.allocated) return;
    const Extent e = scale.extent;
    scale.hint_mass = exec_.plane(e);
    scale.mass = exec_.plane(e);
    scale.weights = edge_planes(e);
    scale.c = edge_planes(e);
    scale.rhs = pair_of_planes(e);
    scale.u = pair_of_planes(e);
    if (index > 0) scale.u_taken = pair_of_planes(e);
    scale.r = pair_of_planes(e);
    scale.p = pair_of_planes(e);
    scale.q = pair_of_planes(e);
    scale.bent = pair_of_planes(e);
    // Coarse levels end where the mass of the coarser scale's prior outweighs the edges, or at a single pixel.
    const bool screened = index < scale_count_ - 1 && p_.coarse_trust > 0;
    float mass = p_.coarse_trust;
    Extent size = e;
    for (int k = 0; k < max_levels; ++k) {
      Level& level = scale.levels[k];
      level.extent = size;
      level.x = pair_of_planes(size);
      level.y = pair_of_planes(size);
      level.bent = k == 0 ? scale.bent : pair_of_planes(size);
      if (k == 0) {
        level.c = scale.c;
        level.mass = scale.mass;
        level.r = scale.r;
      } else {
        level.c = edge_planes(size);
        level.mass = exec_.plane(size);
        level.r = pair_of_planes(size);
      }
      scale.level_count = k + 1;
      if ((size.width == 1 && size.height == 1) || (screened && mass > 1.0f)) break;
      size = {(size.width + 1) / 2, (size.height + 1) / 2};
      mass *= 4;
      level.p = {exec_.plane(size), exec_.plane(size), exec_.plane(size), exec_.plane(size),
                 exec_.plane(size), exec_.plane(size), exec_.plane(size), exec_.plane(size)};
    }
    scale.allocated = true;
  }

  void add_affinity(Scale& scale) {
    if (!affinity_.sum)
      affinity_ = {exec_.plane(scale.extent), exec_.plane(scale.extent), exec_.plane(scale.extent),
                   exec_.plane(scale.extent), exec_.plane(scale.extent)};
    constexpr int chunk = 4;
    const auto sum = [&](auto op) { exec_.run(scale.extent, op); };
    int first = 0;
    for (; first + chunk <= sample_count_; first += chunk)
      sum(SumAffinity<chunk>{in(scale.lightness), in(scale.mean), in(scale.deviation), in(samples_), first,
                             1.0f / sample_distance_, affinity_, first == 0});
    for (; first < sample_count_; ++first)
      sum(SumAffinity<1>{in(scale.lightness), in(scale.mean), in(scale.deviation), in(samples_), first,
                         1.0f / sample_distance_, affinity_, first == 0});
    exec_.run(scale.extent, AddAffinity{affinity_, in(scale.hint_mass), p_.affinity_trust, scale.mass, scale.rhs});
  }

  // Edge weights, data terms and start of the current scale.
  bool prepare() {
    Scale& scale = scales_[current_];
    const Extent e = scale.extent;
    allocate_work(scale, current_);
    if (scale.weights_dirty) {
      exec_.run(e, EdgeWeights{in(scale.lightness), {}, scale.weights, p_.edge_inverse_two_sigma2, p_.edge_floor, e});
      if (scale.cuts) exec_.run(e, CutEdges{{scale.cuts.origin, scale.cuts.stride}, scale.weights});
      if (exec_.interrupted()) return false;
      scale.weights_dirty = false;
    }
    make_hint_mass(scale, current_);
    exec_.run(e, AssembleHints{in(scale.hint_mass), in(scale.hints.a), in(scale.hints.b), in(scale.lightness), scale.mass,
                               scale.rhs, p_.neutral_pull});
    if (prior_weight_) {
      exec_.run(e, AddPrior{prior_, prior_weight_, prior_extent_, in(scale.lightness), scale.mass, scale.rhs,
                            static_cast<float>(prior_extent_.width) / e.width,
                            static_cast<float>(prior_extent_.height) / e.height});
    }
    if (current_ == affinity_scale() && sample_count_ > 0 && p_.affinity_trust > 0) {
      make_features();
      add_affinity(scale);
    }
    if (current_ < scale_count_ - 1) {
      Scale& coarser = scales_[current_ + 1];
      if (exec_.interrupted()) return false;
      exec_.run(coarser.extent, TakeCoarse{coarser.u, scale.has_u ? In2(coarser.u_taken) : In2(coarser.u), coarser.extent, e,
                                           scale.mass, scale.rhs, scale.u, p_.coarse_trust, !scale.has_u});
      exec_.run(coarser.extent, Copy2{coarser.u, coarser.u_taken});
    }
    scale.has_u = true;
    reweighted_ = 0;
    iterations_ = 0;
    phase_ = Phase::begin;
    return true;
  }

  void make_hint_mass(Scale& scale, int index) {
    exec_.run(scale.extent,
              HintMass{scale.hints, scale.hint_mass, p_.hint_strength, index == 0 ? 0.5f : p_.cover_threshold});
  }

  void reweight(Scale& scale) {
    if (reweights())
      exec_.run(scale.extent, ReweightEdges{scale.weights, scale.u, scale.c, reweighting()});
    else
      exec_.run(scale.extent, ReweightEdges{scale.weights, scale.u, scale.c, {0, 0}});
  }

  bool build_hierarchy(Scale& scale) {
    for (int k = 0; k < scale.level_count; ++k) {
      Level& fine = scale.levels[k];
      fine.beta = k == 0 ? p_.beta : scale.levels[k - 1].beta * 0.25f;
      if (k > 0 && p_.membrane > 0 && fine.beta < 0.02f) fine.beta = 0;
      if (k + 1 == scale.level_count) break;
      Level& coarse = scale.levels[k + 1];
      const Out deficit = fine.y.a, row_sums = fine.y.b;
      exec_.run(coarse.extent, InterpolateSides{fine.c, in(fine.mass), fine.p, deficit, fine.extent});
      exec_.run(coarse.extent, InterpolateCentre{fine.c, in(fine.mass), fine.p, deficit});
      exec_.run(fine.extent, RowSums{fine.c, in(fine.mass), in(deficit), row_sums});
      exec_.run(coarse.extent, Coarsen{fine.c, in(fine.mass), in(row_sums), fine.p, coarse.c, coarse.mass});
      if (exec_.interrupted()) return false;
    }
    scale.hierarchy_dirty = false;
    return true;
  }

  Operator operator_of(const Scale& scale) const {
    return {scale.c, scale.weights, in(scale.mass), p_.beta, p_.membrane};
  }
  Operator operator_of(const Scale& scale, int k) const {
    const Level& level = scale.levels[k];
    return {level.c, k == 0 ? Edges(scale.weights) : Edges(level.c), in(level.mass), level.beta, p_.membrane};
  }

  template <bool bilaplacian>
  void smooth(const Operator& op, Level& level, Out2 x, Out2 before, Out2 out, float keep, float momentum, float gain) {
    if (bilaplacian) exec_.run(level.extent, Bend{op.weights, x, level.bent, level.beta});
    exec_.run(level.extent, Smooth<bilaplacian>{op, level.r, x, level.bent, before, out, keep, momentum, gain});
  }

  // One V-cycle on levels[k].r; the correction arrives in levels[k].x.
  template <bool bilaplacian>
  void cycle_level(Scale& scale, int k);
  void cycle(Scale& scale, int k) {
    if (scale.levels[k].beta > 0)
      cycle_level<true>(scale, k);
    else
      cycle_level<false>(scale, k);
  }

  template <bool bilaplacian>
  void residual(Scale& scale) {
    if (bilaplacian) exec_.run(scale.extent, Bend{scale.weights, scale.u, scale.bent, p_.beta});
    exec_.run(scale.extent, Residual<bilaplacian>{operator_of(scale), scale.u, scale.bent, scale.rhs, scale.r});
  }
  template <bool bilaplacian>
  void apply_and_dot(Scale& scale) {
    if (bilaplacian) exec_.run(scale.extent, Bend{scale.weights, scale.p, scale.bent, p_.beta});
    exec_.sum(scale.extent, ApplyAndDot<bilaplacian>{operator_of(scale), scale.p, scale.bent, scale.q}, scalar(slot_pq));
  }

  // Residual and first search direction with the edges reweighted at the iterate.
  bool begin() {
    Scale& scale = scales_[current_];
    const Extent e = scale.extent;
    reweight(scale);
    if (exec_.interrupted()) return false;
    if (scale.hierarchy_dirty || reweighted_ == 0)
      if (!build_hierarchy(scale)) return false;
    if (p_.beta > 0)
      residual<true>(scale);
    else
      residual<false>(scale);
    if (exec_.interrupted()) return false;
    cycle(scale, 0);
    if (exec_.interrupted()) return false;
    const Out2 z = scale.levels[0].x;
    exec_.run(e, Copy2{z, scale.p});
    exec_.sum(e, Dot{scale.r, z}, scalar(slot_rz0));
    newest_ = slot_rz0;
    since_begin_ = 0;
    phase_ = Phase::iterate;
    return true;
  }

  bool iterate() {
    Scale& scale = scales_[current_];
    const Extent e = scale.extent;
    const Out2 z = scale.levels[0].x;
    exec_.sum(e, CountAbove{z, in(scale.lightness), p_.tolerance * p_.tolerance}, scalar(slot_tail));
    const Pair tail = exec_.fetch(in(scalar(slot_tail)));
    const float pixels = static_cast<float>(e.width) * e.height;
    const bool small = tail.a <= 0.001f * pixels;
    // Small right after reweighting at this very iterate: a fixed point of the nonlinear problem too.
    if (small && (since_begin_ == 0 || !reweights() || reweighted_ == 30)) return finish_scale(tail, pixels, false);
    if (iterations_ >= p_.iteration_limit) return finish_scale(tail, pixels, !small);
    if (small) {
      ++reweighted_;
      phase_ = Phase::begin;
      return true;
    }
    if (p_.beta > 0)
      apply_and_dot<true>(scale);
    else
      apply_and_dot<false>(scale);
    if (exec_.interrupted()) return false;
    const Slot older = newest_, newer = newest_ == slot_rz0 ? slot_rz1 : slot_rz0;
    exec_.run(e, Advance{in(scalar(older)), in(scalar(slot_pq)), scale.p, scale.q, scale.u, scale.r});
    ++iterations_;
    ++since_begin_;
    cycle(scale, 0);
    const Out2 next = scale.levels[0].x;
    exec_.sum(e, Dot{scale.r, next}, scalar(newer));
    exec_.run(e, Redirect{in(scalar(newer)), in(scalar(older)), next, scale.p});
    newest_ = newer;
    return true;
  }

  bool finish_scale(Pair tail, float pixels, bool limited) {
    progress_.scale = current_;
    progress_.iterations = iterations_;
    progress_.tail = tail.a / pixels;
    progress_.rms = std::sqrt(tail.b / pixels);
    progress_.limited = limited;
    progress_.fresh = true;
    if (current_ <= p_.finest_scale) {
      progress_.done = true;
      progress_.fraction = 1;
    } else {
      --current_;
    }
    phase_ = Phase::prepare;
    return true;
  }

  Executor& exec_;
  Parameters p_;
  Scale scales_[max_scales];
  int scale_count_ = 0;
  Out scalars_, samples_;
  AffinitySums affinity_;
  In2 prior_;
  In prior_weight_;
  Extent prior_extent_;
  int sample_count_ = 0;
  float sample_distance_ = 1;

  int current_ = 0;
  Phase phase_ = Phase::prepare;
  Slot newest_ = slot_rz0;
  int iterations_ = 0, since_begin_ = 0, reweighted_ = 0;
  float finished_work_ = 0;
  Progress progress_;
};

template <class Executor>
template <bool bilaplacian>
void Schedule<Executor>::cycle_level(Scale& scale, int k) {
  Level& level = scale.levels[k];
  const Operator op = operator_of(scale, k);
  // Spectrum bound of D^-1 A: 2 for edges alone (no positive off-diagonals); a chain of equal edges gives the square 16/6.
  const float lambda = bilaplacian ? 3.2f : 2.0f;
  const bool coarsest = k + 1 == scale.level_count;
  const int degree = coarsest ? 4 : p_.smoothing_degree;
  const bool single = level.extent.width == 1 && level.extent.height == 1;
  const auto momentum = [](int step) { return (2.0f * step - 3.0f) / (2.0f * step + 1.0f); };
  const auto gain = [&](int step) { return (8.0f * step - 4.0f) / ((2.0f * step + 1.0f) * lambda); };

  Out2 x = level.x, y = level.y;
  exec_.run(level.extent, SmoothFromZero<bilaplacian>{op, level.r, x, single ? 1.0f : 4.0f / (3 * lambda)});
  if (single) return;
  for (int step = 2; step <= degree; ++step) {
    smooth<bilaplacian>(op, level, x, y, y, step == 2 ? 0.0f : 1.0f, momentum(step), gain(step));
    const Out2 swapped = x;
    x = y;
    y = swapped;
  }
  if (!coarsest) {
    if (bilaplacian) exec_.run(level.extent, Bend{op.weights, x, level.bent, level.beta});
    exec_.run(level.extent, Residual<bilaplacian>{op, x, level.bent, level.r, y});
    Level& coarse = scale.levels[k + 1];
    exec_.run(coarse.extent, Restrict{level.p, y, coarse.r});
    cycle(scale, k + 1);
    exec_.run(coarse.extent, Prolong{level.p, coarse.x, x});
    for (int step = 1; step <= degree; ++step) {
      smooth<bilaplacian>(op, level, x, y, y, 1.0f, step == 1 ? 0.0f : momentum(step), gain(step));
      const Out2 swapped = x;
      x = y;
      y = swapped;
    }
  }
  level.x = x;
  level.y = y;
}

// The schedule behind the interface that the host drives.
template <class Executor>
class ScheduledEngine final : public Engine {
 public:
  template <class... Args>
  explicit ScheduledEngine(Args... args) : exec_(args...), schedule_(exec_) {}

  void set(const Parameters& parameters) override { schedule_.set(parameters); }

  void load(int width, int height, const float* lightness) override {
    exec_.release();
    prior_planes_ = {};
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
    exec_.run(extent, CoverOf{in(at(hints.strength)), at(hints.cover)});
    schedule_.hints_changed();
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
    exec_.upload(a, width, prior_planes_.a, extent);
    exec_.upload(b, width, prior_planes_.b, extent);
    exec_.upload(weight, width, prior_planes_.weight, extent);
    schedule_.set_prior({in(prior_planes_.a), in(prior_planes_.b)}, in(prior_planes_.weight), extent);
  }

  int affinity_width() const override { return schedule_.affinity_extent().width; }
  int affinity_height() const override { return schedule_.affinity_extent().height; }
  void read_affinity(const AffinityRows& rows) override {
    const Extent extent = schedule_.affinity_extent();
    exec_.download(schedule_.affinity_hint_mass(), extent, rows.mass);
    exec_.download(schedule_.affinity_hints().a, extent, rows.a);
    exec_.download(schedule_.affinity_hints().b, extent, rows.b);
    schedule_.make_features();
    exec_.download(schedule_.affinity_lightness(), extent, rows.lightness);
    exec_.download(schedule_.affinity_mean(), extent, rows.mean);
    exec_.download(schedule_.affinity_deviation(), extent, rows.deviation);
  }
  void set_samples(const float* rows, int count, float distance) override {
    if (count > 0) exec_.upload(rows, sample_fields, schedule_.samples(), {sample_fields, count});
    schedule_.set_sample_count(count, distance);
  }

  Progress step(Interrupt interrupt) override {
    exec_.interrupt_with(interrupt);
    return schedule_.step();
  }
  int scale_width(int scale) const override { return schedule_.extent(scale).width; }
  int scale_height(int scale) const override { return schedule_.extent(scale).height; }
  int scale_count() const override { return schedule_.scale_count(); }
  double energy() override { return schedule_.energy(); }

  void read(float* a, float* b) override {
    const Extent extent = schedule_.extent(schedule_.picture_scale());
    const Out2 chroma = schedule_.picture();
    exec_.download(in(chroma.a), extent, a);
    exec_.download(in(chroma.b), extent, b);
  }

 private:
  struct PriorPlanes {
    Extent extent;
    Out a, b, weight;
  };
  Executor exec_;
  Schedule<Executor> schedule_;
  PriorPlanes prior_planes_;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
