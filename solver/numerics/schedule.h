// The order in which the ops run: pyramid of scales, assembly, multigrid set-up, reweighted and preconditioned conjugate gradients,
// stop rule. Templated on an executor, which owns memory and runs ops; CPU and GPU share everything below.
//
// An Executor offers
//   View<float> plane(Extent)                         a plane with zeroed margins; lives until release()
//   View<std::uint8_t> byte_plane(Extent)
//   void run(Extent, op)                              start(op) on a copy (view.h), then op(x, y) for every pixel, in any order
//   void sum(Extent, op, View<float> out)             op returns Pair; out(0, 0), out(1, 0) receive the sums
//   void chain(Extent, View<float> out, ops...)       as if run one after the other (the Pairs of one op summed), free to overlap
//                                                     them row by row
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
  void set_sample_count(int count, float distance, float trust) {
    sample_count_ = count;
    sample_distance_ = distance;
    sample_trust_ = trust;
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
    progress_.rounds = 0;
    progress_.fraction = 0;
  }

  // One piece of work. After `interrupted` the same piece is begun again by the next call; the iterate is never lost.
  Progress step() {
    progress_.fresh = progress_.interrupted = false;
    if (progress_.done || scale_count_ == 0) return progress_;
    bool completed = true;
    const Phase worked_on = phase_;
    switch (phase_) {
      case Phase::prepare: completed = prepare(); break;
      case Phase::begin: completed = begin(); break;
      case Phase::iterate: completed = iterate(); break;
    }
    progress_.setting_up = worked_on == Phase::prepare;
    progress_.fraction = larger(progress_.fraction, work_done());
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
    if (progress_.scale == current_ && phase_ == Phase::iterate) phase_ = Phase::begin;  // its scratch is overwritten
    exec_.run(scale.extent, ToChroma{scale.u, in(scale.lightness), scale.levels[0].y});
    return scale.levels[0].y;
  }

  // The energy of the problem being solved, or of the finished picture's; 0 before its terms are assembled.
  double energy() {
    const Scale& scale = scales_[progress_.done ? progress_.scale : current_];
    if (!scale.has_u || (!progress_.done && phase_ == Phase::prepare)) return 0;
    with_reweighting([&](auto psi) { sum_energy(scale, psi); });
    return exec_.fetch(in(scalar(slot_energy))).a;
  }

 private:
  struct Level {
    Extent extent;
    OutEdges c;
    Out mass;
    Out2 r, x, y, bent;  // bent: allocated when first needed
    OutInterpolation p;  // towards the next coarser level, stored at its points
    float beta = 0;
  };
  struct Scale {
    Extent extent;
    Out lightness, hint_mass, mass, mean, deviation;
    OutHintPlanes hints;
    View<std::uint8_t> cuts;
    OutEdges weights, c;
    Out2 rhs, u, u_taken, r, p, q;
    Level levels[max_levels];
    int level_count = 0;
    bool weights_dirty = true, hierarchy_dirty = true, features_dirty = true, has_u = false, allocated = false;
  };
  enum class Phase { prepare, begin, iterate };
  enum Slot { slot_rz0, slot_rz1, slot_pq, slot_step, slot_energy };

  // Share of the work: a scale costs by its pixels, and each of its iterations brings it halfway to its end.
  float work_done() const {
    if (progress_.done) return 1;
    float total = 0, done = 0;
    for (int s = p_.finest_scale; s < scale_count_; ++s) {
      const float pixels = static_cast<float>(scales_[s].extent.width) * scales_[s].extent.height;
      total += pixels;
      if (s > current_) done += pixels;
      if (s == current_ && phase_ != Phase::prepare) done += pixels * (1 - 0.7f / (1 + iterations_));
    }
    return total > 0 ? done / total : 0;
  }

  Out scalar(Slot slot) { return {&scalars_(8 * slot, 0), scalars_.stride}; }
  Out2 pair_of_planes(Extent e) { return {exec_.plane(e), exec_.plane(e)}; }
  OutEdges edge_planes(Extent e) { return {exec_.plane(e), exec_.plane(e), exec_.plane(e), exec_.plane(e)}; }
  // Calls function(Reweighting<roots>) with as many square roots as the exponent needs.
  template <class Function>
  void with_reweighting(Function function) const {
    const float inverse_eps2 = 1.0f / (p_.reweighting_eps * p_.reweighting_eps);
    const int digits = reweights() ? p_.reweighting_digits : 0;
    if (digits == 0)
      function(Reweighting<0>{inverse_eps2, 0});
    else if (digits % 4 == 0)
      function(Reweighting<3>{inverse_eps2, digits});
    else
      function(Reweighting<5>{inverse_eps2, digits});
  }
  bool reweights() const { return p_.reweighting_digits > 0; }

  // The coarser scale's answer as a prior bounds the operator from below: only the coarsest scale has to carry colour far.
  bool screened(int scale) const { return scale < scale_count_ - 1 && p_.coarse_trust > 0; }

  // Without that prior, islands that the coarse grids miss converge late, after a plateau of small steps. So the end is believed
  // after several calm steps in a row, and on small pictures, where steps are cheap and an island is a large share, more
  // strictly.
  float share_of_full_grid(int scale) const {
    const Extent e = scales_[scale].extent;
    return static_cast<float>(e.width) * e.height / 60000.0f;
  }
  int patience(int scale) const {
    if (screened(scale)) return 1;
    return static_cast<int>(smaller(larger(3.0f / share_of_full_grid(scale), 3.0f), 40.0f));
  }
  float tolerance(int scale) const {
    if (screened(scale)) return p_.tolerance;
    return p_.tolerance * smaller(larger(share_of_full_grid(scale), 0.005f), 1.0f);
  }

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
    // Coarse levels end where the mass of the coarser scale's prior outweighs the edges, or at a single pixel.
    float mass = p_.coarse_trust;
    Extent size = e;
    for (int k = 0; k < max_levels; ++k) {
      Level& level = scale.levels[k];
      level.extent = size;
      level.x = pair_of_planes(size);
      level.y = pair_of_planes(size);
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
      if ((size.width == 1 && size.height == 1) || (screened(index) && mass > 1.0f)) break;
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
    const In l = in(scale.lightness), m = in(scale.mean), d = in(scale.deviation), k = in(samples_);
    const float inverse = 1.0f / sample_distance_;
    sum(SumAffinity<1, true>{l, m, d, k, first++, inverse, affinity_});
    for (; first + chunk <= sample_count_; first += chunk)
      sum(SumAffinity<chunk, false>{l, m, d, k, first, inverse, affinity_});
    for (; first < sample_count_; ++first) sum(SumAffinity<1, false>{l, m, d, k, first, inverse, affinity_});
    exec_.run(scale.extent, AddAffinity{affinity_, in(scale.hint_mass), sample_trust_, scale.mass, scale.rhs});
  }

  // Edge weights, data terms and start of the current scale.
  bool prepare() {
    Scale& scale = scales_[current_];
    const Extent e = scale.extent;
    allocate_work(scale, current_);
    if (scale.weights_dirty) {
      exec_.run(e, EdgeWeights{in(scale.lightness), scale.weights, p_.edge_inverse_two_sigma2, p_.edge_floor, e});
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
    if (current_ == affinity_scale() && sample_count_ > 0 && sample_trust_ > 0) {
      make_features();
      add_affinity(scale);
    }
    if (current_ < scale_count_ - 1) {
      Scale& coarser = scales_[current_ + 1];
      if (exec_.interrupted()) return false;
      exec_.run(coarser.extent, TakeCoarse{coarser.u, scale.has_u ? In2(coarser.u_taken) : In2(coarser.u), coarser.extent, e,
                                           scale.mass, scale.rhs, scale.u, p_.coarse_trust,
                                           1.0f / (p_.coarse_blur * p_.coarse_blur), !scale.has_u});
      exec_.run(coarser.extent, Copy2{coarser.u, coarser.u_taken});
    } else if (!scale.has_u) {
      exec_.run(e, Clear2{scale.u});
    }
    scale.has_u = true;
    iterations_ = 0;
    phase_ = Phase::begin;
    return true;
  }

  void make_hint_mass(Scale& scale, int index) {
    exec_.run(scale.extent,
              HintMass{scale.hints, scale.hint_mass, p_.hint_strength, index == 0 ? 0.5f : p_.cover_threshold});
  }

  template <int roots>
  void sum_energy(const Scale& scale, Reweighting<roots> psi) {
    exec_.sum(scale.extent, Energy<roots>{scale.weights, in(scale.mass), scale.u, scale.rhs, psi, p_.beta, p_.membrane},
              scalar(slot_energy));
  }
  template <int roots>
  void reweight(const Scale& scale, Reweighting<roots> psi) {
    exec_.run(scale.extent, ReweightEdges<roots>{scale.weights, scale.u, scale.c, psi, p_.membrane});
  }

  bool build_hierarchy(Scale& scale) {
    for (int k = 0; k < scale.level_count; ++k) {
      Level& fine = scale.levels[k];
      // On the doubled grid a bilaplacian counts a quarter. Coarse levels have only K = membrane * L to make it from.
      fine.beta = k == 0 ? p_.beta : p_.beta / (p_.membrane * p_.membrane) * std::ldexp(1.0f, -2 * k);
      // One much weaker than the membrane is left to CG: preconditioned by the membrane alone its spectrum stays within
      // 1 + 0.3 lambda_max(L) < 4.
      if ((k == 0 ? fine.beta : fine.beta * p_.membrane * p_.membrane) < 0.3f * p_.membrane) fine.beta = 0;
      if (fine.beta > 0 && !fine.bent.a) fine.bent = pair_of_planes(fine.extent);
      if (k + 1 == scale.level_count) break;
      Level& coarse = scale.levels[k + 1];
      const Out deficit = fine.y.a, row_sums = fine.y.b;
      // A mass bends the interpolation by its share against all that holds neighbours together, the bilaplacian included.
      const float stiffness = k == 0 ? p_.beta : fine.beta * p_.membrane * p_.membrane;
      const float share = p_.membrane / (p_.membrane + 8 * stiffness);
      exec_.run(coarse.extent, InterpolateSides{fine.c, in(fine.mass), fine.p, deficit, share});
      exec_.run(coarse.extent, InterpolateCentre{fine.c, in(fine.mass), fine.p, deficit, share});
      exec_.run(fine.extent, RowSums{fine.c, in(fine.mass), in(deficit), row_sums});
      exec_.run(coarse.extent, Coarsen{fine.c, in(fine.mass), in(row_sums), fine.p, coarse.c, coarse.mass});
      if (exec_.interrupted()) return false;
    }
    scale.hierarchy_dirty = false;
    return true;
  }

  Operator operator_of(const Scale& scale) const {
    return {scale.c, scale.weights, in(scale.mass), p_.beta};
  }
  Operator operator_of(const Scale& scale, int k) const {
    const Level& level = scale.levels[k];
    return {level.c, k == 0 ? Edges(scale.weights) : Edges(level.c), in(level.mass), level.beta};
  }

  // One V-cycle on levels[k].r; the correction arrives in levels[k].y. `before` runs ahead of it and `after` behind it in the same
  // sweeps (ops of level 0's extent; `after` is made from the correction's planes).
  template <bool bilaplacian, class Before, class After>
  void cycle_level(Scale& scale, int k, Before before, After after);
  void cycle(Scale& scale, int k) {
    const auto before = [](auto run, auto... ops) { run(ops...); };
    const auto after = [](Out2, auto run, auto... ops) {
      if constexpr (sizeof...(ops) > 0) run(ops...);
    };
    if (scale.levels[k].beta > 0)
      cycle_level<true>(scale, k, before, after);
    else
      cycle_level<false>(scale, k, before, after);
  }

  // z = V-cycle(r), its product with r and its tail, with an op in front.
  template <class... Front>
  void precondition(Scale& scale, Slot slot, Front... front) {
    const auto before = [=](auto run, auto... ops) { run(front..., ops...); };
    const auto after = [&](Out2 z, auto run, auto... ops) {
      run(ops..., DotAndTail{scale.r, z, in(scale.lightness), tolerance(current_) * tolerance(current_)});
    };
    sum_slot_ = slot;
    if (scale.levels[0].beta > 0)
      cycle_level<true>(scale, 0, before, after);
    else
      cycle_level<false>(scale, 0, before, after);
  }

  // While no V-cycle runs, its vectors of level 0 are scratch: x takes q = A p, and y, once the direction is made from the
  // correction in it, the bent vector.
  void residual(Scale& scale) {
    const Out2 bent = scale.levels[0].y;
    if (p_.beta > 0)
      exec_.chain(scale.extent, Out{}, Bend{scale.weights, scale.u, bent, p_.beta},
                  Residual<true>{operator_of(scale), scale.u, bent, scale.rhs, scale.r});
    else
      exec_.run(scale.extent, Residual<false>{operator_of(scale), scale.u, bent, scale.rhs, scale.r});
  }
  template <class First>
  void apply(Scale& scale, First make_direction) {
    const Out2 q = scale.q = scale.levels[0].x, bent = scale.levels[0].y;
    if (p_.beta > 0)
      exec_.chain(scale.extent, scalar(slot_pq), make_direction, Bend{scale.weights, scale.p, bent, p_.beta},
                  ApplyAndDot<true>{operator_of(scale), scale.p, bent, q});
    else
      exec_.chain(scale.extent, scalar(slot_pq), make_direction,
                  ApplyAndDot<false>{operator_of(scale), scale.p, bent, q});
  }

  // Residual and correction with the edges reweighted at the iterate.
  bool begin() {
    Scale& scale = scales_[current_];
    with_reweighting([&](auto psi) { reweight(scale, psi); });
    if (exec_.interrupted()) return false;
    if (scale.hierarchy_dirty && !build_hierarchy(scale)) return false;
    residual(scale);
    if (exec_.interrupted()) return false;
    newest_ = slot_rz0;
    precondition(scale, newest_);
    since_begin_ = calm_steps_ = 0;
    ++progress_.rounds;
    phase_ = Phase::iterate;
    return true;
  }

  // One step of conjugate gradients. Two estimates of the error must have a small tail before the end: the correction z, and
  // the step alpha p just made, which exceeds z where the preconditioner is too stiff (islands that the coarse grids miss).
  bool iterate() {
    Scale& scale = scales_[current_];
    const Extent e = scale.extent;
    const float allowed = 0.001f * (static_cast<float>(e.width) * e.height);
    const Pair estimate = exec_.fetch(in(scalar(newest_)));
    const bool small = estimate.b <= allowed;
    const Slot older = newest_ == slot_rz0 ? slot_rz1 : slot_rz0;
    if (since_begin_ == 0)
      apply(scale, Copy2{scale.levels[0].y, scale.p});
    else
      apply(scale, Redirect{in(scalar(newest_)), in(scalar(older)), scale.levels[0].y, scale.p});
    if (exec_.interrupted()) return false;
    ++iterations_;

    const Advance advance{in(scalar(newest_)), in(scalar(slot_pq)), scale.p, scale.u, in(scale.lightness),
                          tolerance(current_) * tolerance(current_)};
    const Recede recede{in(scalar(newest_)), in(scalar(slot_pq)), scale.q, scale.r};
    const bool exhausted = iterations_ >= p_.iteration_limit;
    const int patience = this->patience(current_);
    const bool early = screened(current_) && reweights();
    if (small || early || exhausted) {
      exec_.sum(e, advance, scalar(slot_step));
      const bool calm = small && exec_.fetch(in(scalar(slot_step))).a <= allowed;
      calm_steps_ = calm ? calm_steps_ + 1 : 0;
      const bool settled = calm_steps_ >= patience;
      if (exhausted || (settled && (since_begin_ < patience || !reweights())))
        return finish_scale(estimate.b / allowed * 0.001f, !settled);
      if (early || (settled && reweights())) {
        phase_ = Phase::begin;
        return true;
      }
      precondition(scale, older, recede);
    } else {
      calm_steps_ = 0;
      precondition(scale, older, advance, recede);
    }
    newest_ = older;
    ++since_begin_;
    return true;
  }

  bool finish_scale(float tail, bool limited) {
    progress_.scale = current_;
    progress_.iterations = iterations_;
    progress_.tail = tail;
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
  float sample_distance_ = 1, sample_trust_ = 0;

  int current_ = 0;
  Phase phase_ = Phase::prepare;
  Slot newest_ = slot_rz0, sum_slot_ = slot_rz0;
  int iterations_ = 0, since_begin_ = 0, calm_steps_ = 0;
  Progress progress_;
};

template <class Executor>
template <bool bilaplacian, class Before, class After>
void Schedule<Executor>::cycle_level(Scale& scale, int k, Before before, After after) {
  Level& level = scale.levels[k];
  const Extent e = level.extent;
  const Operator op = operator_of(scale, k);
  // Spectrum bound of D^-1 A: 2 for edges alone (no positive off-diagonals); a chain of equal edges gives the square 16/6.
  const float lambda = bilaplacian ? 3.2f : 2.0f;
  const auto momentum = [](int step) { return (2.0f * step - 3.0f) / (2.0f * step + 1.0f); };
  const auto gain = [&](int step) { return (8.0f * step - 4.0f) / ((2.0f * step + 1.0f) * lambda); };
  const auto lead = [&](auto... ops) { exec_.chain(e, scalar(slot_step), ops...); };
  const auto follow = [&](auto... ops) { exec_.chain(e, scalar(sum_slot_), ops...); };
  const auto bend = [&](Out2 u) { return Bend{op.weights, u, level.bent, level.beta}; };
  const auto smooth = [&](int step, Out2 u, Out2 out) {
    return Smooth<bilaplacian>{op, level.r, u, level.bent, out, out, step == 1 ? 0.0f : momentum(step), gain(step)};
  };
  const Out2 x = level.x, y = level.y;

  if (k + 1 == scale.level_count) {
    if (e.width == 1 && e.height == 1) {
      before(lead, SmoothFromZero<bilaplacian>{op, level.r, y, 1.0f});
    } else {  // mass outweighs the edges here: a few more steps solve it
      before(lead, SmoothFromZero<bilaplacian>{op, level.r, x, gain(1)});
      if (bilaplacian) exec_.run(e, bend(x));
      exec_.run(e, Smooth<bilaplacian, true>{op, level.r, x, level.bent, y, y, momentum(2), gain(2)});
      for (int step = 3; step <= 5; step += 2) {
        if (bilaplacian) exec_.run(e, bend(y));
        exec_.run(e, smooth(step, y, x));
        if (bilaplacian) exec_.run(e, bend(x));
        exec_.run(e, smooth(step + 1, x, y));
      }
    }
    after(y, follow);
    return;
  }

  Level& coarse = scale.levels[k + 1];
  const SmoothFromZero<bilaplacian> first{op, level.r, x, gain(1)};
  const Smooth<bilaplacian, true> second{op, level.r, x, level.bent, y, y, momentum(2), gain(2)};
  const Residual<bilaplacian> rest{op, y, level.bent, level.r, x};
  if (bilaplacian)
    before(lead, first, bend(x), second, bend(y), rest);
  else
    before(lead, first, second, rest);
  exec_.run(coarse.extent, Restrict{level.p, x, coarse.r});
  cycle(scale, k + 1);
  exec_.run(coarse.extent, Prolong{level.p, coarse.y, y});
  if (bilaplacian)
    after(y, follow, bend(y), smooth(1, y, x), bend(x), smooth(2, x, y));
  else
    after(y, follow, smooth(1, y, x), smooth(2, x, y));
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
  void set_samples(const float* rows, int count, float distance, float trust) override {
    if (count > 0) exec_.upload(rows, sample_fields, schedule_.samples(), {sample_fields, count});
    schedule_.set_sample_count(count, distance, trust);
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
