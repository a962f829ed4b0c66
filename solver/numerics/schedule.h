// The order in which the ops run: pyramid of scales, assembly, multigrid set-up, majorize-minimize descent, stop rule.
// Templated on an executor, which owns memory and runs ops; CPU and GPU share everything below.
//
// An Executor offers
//
//   View<float> plane(Extent), View<std::uint8_t> byte_plane(Extent), View<Small> small_plane(Extent)
//     a plane with zeroed margins; it lives until release()
//   Stack<T> stack<T>(Extent, int count)
//     memory for so many planes of up to this extent each; until release()
//   void divide(Stack<T>, Extent, View<T>* planes)
//     planes of one extent in it, margins zeroed; former planes are gone
//   void run(Extent, op)
//     start(op) on a copy (view.h), then op(x, y) for every pixel, in any order
//   void sum(Extent, op, View<float> out)
//     op returns Sums<n>; out(0..n-1, 0) receive the sums
//   void chain(Extent, View<float> out, Scratch, ops...)
//     as if run one after the other; the last may sum. Free to overlap them: row by row on a CPU, tile by tile on a
//     GPU. chain.h has more
//   bool repeat(int key, piece)
//     piece(), which runs ops and answers whether it ran them all; with a key seen before it would run the very same
//     ops, so they may be replayed instead
//   void forget_repeats()
//     keys mean something else from now on
//   void upload(T* rows, stride, View<T>, Extent), void download(In, Extent, float* rows)
//     host rows into a plane and back
//   float fetch(In)
//     a scalar to the host
//   bool interrupted()
//     true: give up this step; asked between ops
//
// Work is done in steps of one descent step or less, so that whoever drives it can look for news in between.
#pragma once

#include "solver/numerics/engine.h"
#include "solver/numerics/multigrid.h"
#include "solver/numerics/screen_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

constexpr int max_scales = 12, max_samples = 400;

template <class Executor>
class Schedule {
 public:
  explicit Schedule(Executor& executor) : exec_(executor), multigrid_(executor) {}

  void set(const Parameters& parameters) {
    const bool weights =
        parameters.edge_inverse_two_sigma2 != p_.edge_inverse_two_sigma2 || parameters.edge_floor != p_.edge_floor;
    p_ = parameters;
    exec_.forget_repeats();
    for (int s = 0; s < scale_count_; ++s) scales_[s].weights_dirty |= weights;
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
    for (int s = 0; s < scale_count_; ++s) allocate_inputs(scales_[s], s);
    stack_ = stiff_stack_ = {};
    edge_stack_ = weights_stack_ = {};
    multigrid_.release({});
    constexpr int band_pixels = 1 << 18;
    band_ =
        exec_.template stack<float>({extent.width, larger(1, smaller(extent.height, band_pixels / extent.width))}, 2);
    scalars_ = exec_.plane({3 * slot_width, 1});
    samples_ = exec_.plane({sample_fields, max_samples});
    sample_count_ = 0;
    traits_ = {};
    trait_cell_ = 0;
    hint_mass_ = {};
    entered_ = -1;
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
      scales_[s].weights_dirty = scales_[s].features_dirty = true;
    }
    restart();
  }
  void cuts_changed() {
    for (int s = 1; s < scale_count_; ++s) {
      View<std::uint8_t>&coarse = scales_[s].cuts, fine = scales_[s - 1].cuts;
      if (!coarse) coarse = exec_.byte_plane(scales_[s].extent);
      exec_.run(scales_[s].extent, HalveCuts{{fine.origin, fine.stride}, coarse});
    }
    for (int s = 0; s < scale_count_; ++s) scales_[s].weights_dirty = true;
    hints_changed(0, 0, scales_[0].extent);  // a coarse hint is of one side
  }
  // Inside a rectangle: on a large photo a stroke's next piece must not cost a pass over all of it.
  void hints_changed(int x, int y, Extent changed) {
    int x1 = x + changed.width, y1 = y + changed.height;
    for (int s = 1; s < scale_count_; ++s) {
      x /= 2, y /= 2, x1 = (x1 + 1) / 2, y1 = (y1 + 1) / 2;
      const Extent part = {x1 - x, y1 - y};
      if (s == 1)
        halve_hints<true>(s, x, y, part);
      else
        halve_hints<false>(s, x, y, part);
    }
    restart();
  }

  // A first coat of its own size, a and b in Lab; weight may be null: none.
  void set_prior(In2 prior, In weight, Extent extent) {
    prior_ = prior;
    prior_weight_ = weight;
    prior_extent_ = extent;
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
    restart();
  }
  // What the pixels of the affinity scale show; null planes: nobody knows. Where they change a thing
  // ends; cell_pixels: the size of the cells that they are known for, 0: they make no edges.
  void set_traits(Traits traits, float cell_pixels) {
    traits_ = traits;
    trait_cell_ = cell_pixels;
    scales_[affinity_scale()].weights_dirty = true;
    restart();
  }
  // Planes the caller needs in order to sample: hints, lightness and features of the affinity scale.
  In affinity_hint_mass() {
    enter(affinity_scale());
    assemble_hints(scales_[affinity_scale()], affinity_scale());
    phase_ = Phase::prepare;  // the planes of the scale being solved were overwritten
    return in(hint_mass_);
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
    progress_.setting_up = phase_ == Phase::prepare;
    progress_.interrupted = !(phase_ == Phase::prepare ? prepare() : descend());
    progress_.fraction = larger(progress_.fraction, work_done());
    return progress_;
  }

  // The picture of Progress::scale in units of a, b: band_rows() of its rows at a time, in planes that the next call
  // overwrites. The solve goes on undisturbed.
  int picture_scale() const { return progress_.scale; }
  int band_rows() const { return band_.largest.height; }
  Out2 picture_band(int top, Extent rows) {
    Scale& scale = scales_[progress_.scale];
    if (!scale.has_u) start_at_zero(scale);
    Out planes[2];
    exec_.divide(band_, rows, planes);
    const Out2 chroma = {planes[0], planes[1]};
    const auto from = [&](Out plane) { return In{&plane(0, top), plane.stride}; };
    exec_.run(rows, ToChroma{{from(scale.u.a), from(scale.u.b)}, from(scale.lightness), chroma});
    return chroma;
  }

  // A part of the same picture for a screen; base: what lies under it, or empty. The solve goes on undisturbed.
  void show(const ScreenPart& part, In2 base, View<ScreenCode> codes) {
    Scale& scale = scales_[progress_.scale];
    if (!scale.has_u) start_at_zero(scale);
    exec_.run({part.columns(), part.rows()}, PackForScreen{scale.u, in(scale.lightness), base, codes, part});
  }

  // The energy of the problem being solved, or of the finished picture's; 0 before its terms are assembled.
  double energy() {
    const int asked = progress_.done ? progress_.scale : current_;
    const Scale& scale = scales_[asked];
    if (!scale.has_u || entered_ != asked || (!progress_.done && phase_ == Phase::prepare)) return 0;
    with_reweighting([&](auto psi) {
      exec_.sum(scale.extent,
                Energy<psi.factors>{scale.weights, in(work_.mass), scale.u, work_.rhs, psi, p_.beta, p_.membrane},
                scalars(slot_energy));
    });
    return exec_.fetch(in(scalars(slot_energy)));
  }

 private:
  // What a scale keeps between solves.
  struct Scale {
    Extent extent;
    Out lightness, mean, deviation;
    OutHintPlanes hints;
    View<std::uint8_t> cuts;
    OutEdges weights;  // scales below full size share one set (Work), made anew for each solve
    Out2 u, u_taken;   // u_taken: what the next finer scale has taken in
    bool weights_dirty = true, features_dirty = true, has_u = false;
  };
  // What only the scale being solved needs: one set of planes for all scales.
  struct Work {
    OutEdges c;
    Out mass;
    Out2 rhs, r, p, x, y, bent;
  };
  enum class Phase { prepare, descend };
  enum Slot { slot_survey, slot_tail, slot_energy };
  static constexpr int slot_width = 8, work_planes = 11;

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

  static OutHintPlanes part_of(const OutHintPlanes& planes, int x, int y) {
    const auto at = [&](Out plane) { return Out{&plane(x, y), plane.stride}; };
    OutSmall cover = planes.cover;  // the photo's own has none
    if (cover.origin) cover.origin += y * cover.stride + x;
    return {at(planes.strength), at(planes.a), at(planes.b), cover};
  }

  static View<const std::uint8_t> cuts_of(const Scale& scale) { return {scale.cuts.origin, scale.cuts.stride}; }

  // The hints of a part of scale `index`.
  template <bool from_full_size>
  void halve_hints(int index, int x, int y, Extent part) {
    const OutHintPlanes fine = part_of(scales_[index - 1].hints, 2 * x, 2 * y);
    const OutHintPlanes coarse = part_of(scales_[index].hints, x, y);
    View<const std::uint8_t> cuts = cuts_of(scales_[index - 1]);
    if (cuts) {
      cuts.origin += 2 * y * cuts.stride + 2 * x;
      exec_.run(part, HalveHints<from_full_size, true>{fine, coarse, cuts});
    } else {
      exec_.run(part, HalveHints<from_full_size, false>{fine, coarse, {}});
    }
  }

  Out scalars(Slot slot) { return {&scalars_(slot_width * slot, 0), scalars_.stride}; }
  Out2 pair_of_planes(Extent e) { return {exec_.plane(e), exec_.plane(e)}; }
  OutEdges edge_planes(Extent e) {
    const auto plane = [&] { return small(exec_.small_plane(e)); };
    return {plane(), plane(), plane(), plane()};
  }
  // Calls function(Reweighting<roots>) with as many square roots as the exponent needs.
  template <class Function>
  void with_reweighting(Function function) const {
    const float inverse_eps2 = 1.0f / (p_.reweighting_eps * p_.reweighting_eps);
    const int digits = p_.reweighting_digits > 0 ? p_.reweighting_digits : 0;
    if (digits == 0)
      function(Reweighting<0>{inverse_eps2, 0});
    else if (digits % 4 == 0)
      function(Reweighting<3>{inverse_eps2, digits});
    else
      function(Reweighting<5>{inverse_eps2, digits});
  }

  // The coarser scale's answer as a prior bounds the operator from below: only the coarsest scale has to carry colour
  // far.
  bool screened(int scale) const { return scale < scale_count_ - 1 && p_.coarse_trust > 0; }

  // Without that prior, islands that the coarse grids miss converge late, after a plateau of small steps. So the end is
  // believed after several calm steps in a row, and on small pictures, where steps are cheap and an island is a large
  // share, more strictly.
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
    return p_.tolerance * smaller(larger(share_of_full_grid(scale), 0.004f), 1.0f);
  }

  void allocate_inputs(Scale& scale, int index) {
    const Extent e = scale.extent;
    scale.lightness = exec_.plane(e);
    scale.hints = {exec_.plane(e), exec_.plane(e), exec_.plane(e),
                   index > 0 ? small(exec_.small_plane(e)) : OutSmall{}};
  }

  // Share of pixels that may still be on their way at the end. Where every scale starts close to its answer the
  // estimate is made before the last step, which brings most of them home; fewer with a strong bilaplacian or a sharp
  // exponent.
  float stragglers(int scale) const {
    if (!screened(scale)) return 0.001f;
    return multigrid_.stiff(p_.beta, p_.membrane) || p_.reweighting_digits > 8 ? 0.008f : 0.02f;
  }

  // Gives the scale its planes: those it keeps, and the common ones.
  void enter(int index) {
    const float* memory_before = stack_.memory;
    Scale& scale = scales_[index];
    const Extent e = scale.extent;
    if (index == 0 && !scale.weights.east) scale.weights = edge_planes(e);
    if (!scale.u.a) scale.u = pair_of_planes(e);
    if (index > 0 && !scale.u_taken.a) scale.u_taken = pair_of_planes(e);
    if (index == affinity_scale() && !hint_mass_) hint_mass_ = exec_.plane(e);
    const Extent largest = scales_[smaller(p_.finest_scale, index)].extent;
    const bool stiff = multigrid_.stiff(p_.beta, p_.membrane);
    if (!stack_.fits(largest)) {
      stack_ = exec_.template stack<float>(largest, work_planes);
      edge_stack_ = exec_.template stack<Small>(largest, 4);
      entered_ = -1;
    }
    const Extent half = scales_[smaller(larger(p_.finest_scale, 1), index)].extent;
    if (index > 0 && !weights_stack_.fits(half)) {
      weights_stack_ = exec_.template stack<Small>(half, 4);
      entered_ = -1;
    }
    if (stiff && !stiff_stack_.fits(largest)) stiff_stack_ = exec_.template stack<float>(largest, 2), entered_ = -1;
    if (entered_ != index) {
      View<Small> edges[4];
      exec_.divide(edge_stack_, e, edges);
      work_.c = {small(edges[0]), small(edges[1]), small(edges[2]), small(edges[3])};
      if (index > 0) {
        View<Small> weights[4];
        exec_.divide(weights_stack_, e, weights);
        scale.weights = {small(weights[0]), small(weights[1]), small(weights[2]), small(weights[3])};
        scale.weights_dirty = true;
      }
      multigrid_.enter(e, largest, screened(index) ? p_.coarse_trust : 0.0f);
      Out planes[work_planes];
      exec_.divide(stack_, e, planes);
      work_.mass = planes[0];
      work_.rhs = {planes[1], planes[2]};
      work_.r = {planes[3], planes[4]};
      work_.p = {planes[5], planes[6]};
      work_.x = {planes[7], planes[8]};
      work_.y = {planes[9], planes[10]};
      work_.bent = {};
      if (stiff_stack_.memory) {
        Out bent[2];
        exec_.divide(stiff_stack_, e, bent);
        work_.bent = {bent[0], bent[1]};
      }
      entered_ = index;
    }
    if (stack_.memory != memory_before) exec_.forget_repeats();
    multigrid_.set_finest(operator_of(scale), p_.membrane, work_.r, work_.x, work_.y, work_.bent);
  }

  void start_at_zero(Scale& scale) {
    if (!scale.u.a) scale.u = pair_of_planes(scale.extent);
    exec_.run(scale.extent, Clear2{scale.u});
    scale.has_u = true;
  }

  template <bool with_traits>
  void weigh_edges(const Scale& scale) {
    const Extent e = scale.extent;
    const float slope = trait_slope * trait_cell_;
    exec_.run(e, EdgeWeights<with_traits>{in(scale.lightness), traits_, slope * slope, scale.weights,
                                          p_.edge_inverse_two_sigma2, p_.edge_floor, e});
  }

  template <bool with_traits>
  void sum_affinity(Scale& scale) {
    constexpr int chunk = 4;
    const auto sum = [&](auto op) { exec_.run(scale.extent, op); };
    int first = 0;
    const In l = in(scale.lightness), m = in(scale.mean), d = in(scale.deviation), k = in(samples_);
    const float inverse = 1.0f / sample_distance_;
    sum(SumAffinity<1, true, with_traits>{l, m, d, traits_, k, first++, inverse, affinity_});
    for (; first + chunk <= sample_count_; first += chunk)
      sum(SumAffinity<chunk, false, with_traits>{l, m, d, traits_, k, first, inverse, affinity_});
    for (; first < sample_count_; ++first)
      sum(SumAffinity<1, false, with_traits>{l, m, d, traits_, k, first, inverse, affinity_});
  }

  void add_affinity(Scale& scale) {
    if (!affinity_.sum)
      affinity_ = {exec_.plane(scale.extent), exec_.plane(scale.extent), exec_.plane(scale.extent),
                   exec_.plane(scale.extent), exec_.plane(scale.extent)};
    if (traits_.first)
      sum_affinity<true>(scale);
    else
      sum_affinity<false>(scale);
    exec_.run(scale.extent, AddAffinity{affinity_, in(hint_mass_), sample_trust_, work_.mass, work_.rhs});
  }

  // Edge weights, data terms and start of the current scale.
  bool prepare() {
    Scale& scale = scales_[current_];
    const Extent e = scale.extent;
    enter(current_);
    if (scale.weights_dirty) {
      if (current_ == affinity_scale() && trait_cell_ > 0)
        weigh_edges<true>(scale);
      else
        weigh_edges<false>(scale);
      if (scale.cuts) exec_.run(e, CutEdges{cuts_of(scale), scale.weights});
      if (exec_.interrupted()) return false;
      scale.weights_dirty = false;
    }
    if (current_ == affinity_scale()) {
      assemble_hints(scale, current_);
      if (!scale.has_u) start_at_zero(scale);
    } else if (current_ > 0) {
      assemble<false>(scale, scales_[current_ + 1]);
    } else {
      assemble<true>(scale, scales_[current_ + 1]);
    }
    scale.has_u = true;
    if (prior_weight_) {
      exec_.run(e, AddPrior{prior_, prior_weight_, prior_extent_, in(scale.lightness), work_.mass, work_.rhs,
                            static_cast<float>(prior_extent_.width) / e.width,
                            static_cast<float>(prior_extent_.height) / e.height});
    }
    if (current_ == affinity_scale() && sample_count_ > 0 && sample_trust_ > 0) {
      make_features();
      add_affinity(scale);
    }
    iterations_ = since_model_ = calm_steps_ = unseen_steps_ = 0;
    confirming_ = false;
    has_residual_ = false;
    multigrid_.dirty = true;
    phase_ = Phase::descend;
    return true;
  }

  // The coarsest scale's strokes.
  void assemble_hints(const Scale& scale, int index) {
    const In l = in(scale.lightness);
    if (index == 0)
      exec_.run(scale.extent,
                AssembleHints<true>{hint_mass<true>(scale), l, hint_mass_, work_.mass, work_.rhs, p_.neutral_pull});
    else
      exec_.run(scale.extent,
                AssembleHints<false>{hint_mass<false>(scale), l, hint_mass_, work_.mass, work_.rhs, p_.neutral_pull});
  }
  // The strokes of another scale, with the coarser scale's answer.
  template <bool full_size>
  void assemble(Scale& scale, Scale& coarser) {
    if (scale.has_u)
      scale.cuts ? assemble<full_size, false, true>(scale, coarser) : assemble<full_size, false, false>(scale, coarser);
    else
      scale.cuts ? assemble<full_size, true, true>(scale, coarser) : assemble<full_size, true, false>(scale, coarser);
    exec_.run(coarser.extent, Copy2{coarser.u, coarser.u_taken});
  }
  template <bool full_size, bool start, bool divided>
  void assemble(Scale& scale, Scale& coarser) {
    const float inverse_blur2 = 1.0f / (p_.coarse_blur * p_.coarse_blur);
    exec_.run(coarser.extent, Assemble<full_size, start, divided>{
                                  hint_mass<full_size>(scale), in(scale.lightness), coarser.u,
                                  start ? coarser.u : coarser.u_taken, cuts_of(scale), coarser.extent, scale.extent,
                                  work_.mass, work_.rhs, scale.u, p_.neutral_pull, p_.coarse_trust, inverse_blur2});
  }
  template <bool full_size>
  HintMass<full_size> hint_mass(const Scale& scale) const {
    return {scale.hints, p_.hint_strength, p_.cover_threshold};
  }

  Operator operator_of(const Scale& scale) const { return {work_.c, scale.weights, in(work_.mass), p_.beta}; }

  // Relaxing on the way down, too: see multigrid.h.
  bool symmetric() const { return !screened(current_) || multigrid_.stiff(p_.beta, p_.membrane); }

  // The residual, in r and, for a quick cycle, restricted: of the model at the iterate, or, unless `renew`, of the
  // model as it is after the last step. While no cycle runs its vectors are scratch: y takes the bent vector.
  bool linearise(Scale& scale, bool renew) {
    bool completed = true;
    with_reweighting([&](auto psi) {
      if (p_.beta > 0)
        completed = linearise<true>(scale, renew, psi);
      else
        completed = linearise<false>(scale, renew, psi);
    });
    return completed;
  }
  template <bool bilaplacian, int roots>
  bool linearise(Scale& scale, bool renew, Reweighting<roots> psi) {
    const Out2 bent = work_.y;
    if (!renew) {
      // It follows the steps: where the operator is close to singular, one made anew from u would never fall below the
      // rounding of A u.
      const Residual<bilaplacian> residual{operator_of(scale), work_.p, bent, work_.r, work_.r};
      if constexpr (bilaplacian)
        with_restriction(scale, Bend{scale.weights, work_.p, bent, p_.beta}, residual);
      else
        with_restriction(scale, residual);
      return true;
    }
    const Residual<bilaplacian> residual{operator_of(scale), scale.u, bent, work_.rhs, work_.r};
    if (multigrid_.dirty) {
      exec_.run(scale.extent, Linearise<roots, false>{scale.weights, scale.u, work_.c, {}, psi, p_.membrane, p_.beta});
      if (exec_.interrupted() || !multigrid_.build()) return false;
    }
    with_restriction(scale,
                     Linearise<roots, bilaplacian>{scale.weights, scale.u, work_.c, bent, psi, p_.membrane, p_.beta},
                     residual);
    return true;
  }
  template <class... Ops>
  void with_restriction(const Scale& scale, const Ops&... ops) {
    if (!symmetric() && multigrid_.has_coarser())
      exec_.chain(scale.extent, Out{}, Scratch{{work_.y}}, ops..., multigrid_.restrict_residual());
    else
      exec_.chain(scale.extent, Out{}, Scratch{{work_.y}}, ops...);
  }

  // The correction for that residual, and the model along it and along the step before.
  template <bool second>
  void correct(Scale& scale) {
    const bool symmetric = this->symmetric();
    if (p_.beta > 0)
      multigrid_.cycle(symmetric, scalars(slot_survey),
                       Survey<true, second>{operator_of(scale), work_.r, work_.x, work_.p});
    else
      multigrid_.cycle(symmetric, scalars(slot_survey),
                       Survey<false, second>{operator_of(scale), work_.r, work_.x, work_.p});
  }
  // Leaves the number of pixels that are not there yet.
  template <bool second>
  void advance(Scale& scale) {
    exec_.sum(scale.extent,
              Advance<second>{in(scalars(slot_survey)), work_.x, work_.p, scale.u, in(scale.lightness),
                              tolerance(current_) * tolerance(current_)},
              scalars(slot_tail));
  }

  // The ops of one step; false: interrupted.
  bool run_step(Scale& scale, bool renew, bool second) {
    if (!has_residual_ && !linearise(scale, renew)) return false;
    has_residual_ = true;
    if (exec_.interrupted()) return false;
    second ? correct<true>(scale) : correct<false>(scale);
    if (exec_.interrupted()) return false;
    second ? advance<true>(scale) : advance<false>(scale);
    return true;
  }

  // One step. The model is renewed every time, except for a quadratic energy, which is its own, and while the end is
  // being confirmed.
  bool descend() {
    Scale& scale = scales_[current_];
    const bool quadratic = p_.reweighting_digits <= 0, second = iterations_ > 0;
    const bool renew = since_model_ == 0 || !(quadratic || confirming_);
    const auto piece = [&] { return run_step(scale, renew, second); };
    const bool unique = has_residual_ || multigrid_.dirty;
    if (!(unique ? piece() : exec_.repeat(4 * current_ + 2 * renew + second, piece))) return false;
    has_residual_ = false;
    if (renew) {
      since_model_ = 0;
      ++progress_.rounds;
    }
    ++iterations_;
    ++since_model_;
    // What a hand that paints sees first: a tenth of the change is missing then, a quarter of the time has passed.
    constexpr int steps_to_a_glance = 8;
    if (current_ == affinity_scale() && iterations_ == steps_to_a_glance) show_current();
    // Far from the end, a look at the tail every few steps will do: each costs a GPU a wait.
    const bool exhausted = iterations_ >= p_.iteration_limit;
    if (unseen_steps_ > 0 && !exhausted) {
      --unseen_steps_;
      return true;
    }
    const float tail =
        exec_.fetch(in(scalars(slot_tail))) / (static_cast<float>(scale.extent.width) * scale.extent.height);
    if (!screened(current_) && tail > 0.05f) unseen_steps_ = 3;
    calm_steps_ = tail <= stragglers(current_) ? calm_steps_ + 1 : 0;
    const int patience = this->patience(current_);
    const bool settled = calm_steps_ >= patience;
    // Without a prior the end is confirmed: the model stays until its own minimum is found, and that is the energy's if
    // it was the model's from its start.
    const bool sure = screened(current_) || quadratic || (confirming_ && since_model_ <= patience);
    if (exhausted || (settled && sure)) {
      finish_scale(tail, !settled);
    } else if (settled) {
      since_model_ = calm_steps_ = 0;
      confirming_ = true;
    }
    return true;
  }

  void show_current() {
    progress_.scale = current_;
    progress_.iterations = iterations_;
    progress_.fresh = true;
  }

  void finish_scale(float tail, bool limited) {
    show_current();
    progress_.tail = tail;
    progress_.limited = limited;
    if (current_ <= p_.finest_scale) {
      progress_.done = true;
      progress_.fraction = 1;
    } else {
      --current_;
    }
    phase_ = Phase::prepare;
  }

  Executor& exec_;
  Multigrid<Executor> multigrid_;
  Parameters p_;
  Scale scales_[max_scales];
  int scale_count_ = 0;
  Stack<float> stack_, stiff_stack_, band_;
  Stack<Small> edge_stack_, weights_stack_;
  Work work_;
  int entered_ = -1;                   // the scale that work_ is laid out for
  Out scalars_, samples_, hint_mass_;  // hint_mass_: of the affinity scale
  AffinitySums affinity_;
  Traits traits_;
  float trait_cell_ = 0;
  In2 prior_;
  In prior_weight_;
  Extent prior_extent_;
  int sample_count_ = 0;
  float sample_distance_ = 1, sample_trust_ = 0;

  int current_ = 0;
  Phase phase_ = Phase::prepare;
  int iterations_ = 0, since_model_ = 0, calm_steps_ = 0, unseen_steps_ = 0;
  bool confirming_ = false, has_residual_ = false;  // r belongs to u; only the correction is missing
  Progress progress_;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
