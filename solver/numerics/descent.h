// Majorize-minimize descent on the energy of one scale: model, correction by multigrid, step.
#pragma once

#include "solver/numerics/multigrid.h"
#include "solver/numerics/stop_rule.h"
#include "solver/numerics/workspace.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

template <class Executor>
class Descent {
 public:
  explicit Descent(Executor& executor) : exec_(executor), work_(executor), multigrid_(executor) {}

  // The executor's planes are gone.
  void load() {
    work_.release();
    multigrid_.release({});
    scalars_ = exec_.plane({3 * slot_width, 1});
    scale_ = nullptr;
  }

  // The scale to be solved, in planes of its own (Pyramid::keep_answer) and in the common ones. `prior_mass`: the least
  // weight of a prior that holds every pixel, 0 without one.
  void enter(Pyramid<Executor>& pyramid, int index, const Parameters& parameters, float prior_mass) {
    p_ = parameters;
    scale_ = &pyramid[index];
    screened_ = prior_mass > 0;
    stiff_ = Multigrid<Executor>::stiff(p_.beta, p_.membrane);
    if (work_.enter(pyramid, index, p_.finest_scale, stiff_, p_.once))
      multigrid_.enter(scale_->extent, pyramid[smaller(p_.finest_scale, index)].extent, prior_mass, p_.once);
    const WorkPlanes& w = planes();
    multigrid_.set_finest(energy_operator(), p_.membrane, w.r, w.x, w.y, w.bent);
  }
  int entered() const { return work_.entered(); }  // -1: none

  // The scale is assembled, and nobody will ask for the coarser ones again: the levels take over their planes.
  void take_over_coarser(Pyramid<Executor>& pyramid) {
    const int entered = work_.entered();
    pyramid.keep_only_vectors(entered + 1);
    for (int k = 1; entered + k <= pyramid.coarsest(); ++k) {
      const Scale& scale = pyramid[entered + k];
      multigrid_.lend(k, {{scale.lightness, scale.hints.strength}, {scale.hints.a, scale.hints.b}, scale.u});
    }
  }
  void take_back_below_full_size() { work_.take_back_below_full_size(); }
  // Nobody needs more than the answer.
  void give_up() {
    work_.give_up();
    multigrid_.give_up();
  }

  // The planes that the scale's data terms go to.
  const DataTerms& data_terms() const { return planes().data; }

  // The scale's problem and iterate are there.
  void begin() {
    stop_.begin(p_, scale_->pixels(), entered() == 0, screened_, stiff_);
    has_residual_ = false;
    multigrid_.dirty = true;
  }

  struct Step {
    bool completed = false;  // false: interrupted, to be begun again
    bool renewed = false;    // a round of reweighting
    bool last = false;       // the scale has arrived
  };
  Step step() {
    const bool second = iterations() > 0, renew = stop_.renews_model();
    const auto piece = [&] { return run_step(renew, second); };
    const bool unique = has_residual_ || multigrid_.dirty;
    if (!(unique ? piece() : exec_.repeat(4 * entered() + 2 * renew + second, piece))) return {};
    has_residual_ = false;
    stop_.count_step(renew);
    return {true, renew, stop_.wants_tail() && stop_.ends(exec_.fetch(in(scalars(slot_tail))))};
  }
  int iterations() const { return stop_.iterations(); }
  float tail() const { return stop_.tail(); }
  bool limited() const { return stop_.limited(); }

  // The value of the energy at the iterate.
  double energy() {
    const WorkPlanes& w = planes();
    with_reweighting([&](auto psi) {
      exec_.sum(scale_->extent,
                Energy<psi.factors>{scale_->weights, in(w.data.mass), scale_->u, w.data.rhs, psi, p_.beta, p_.membrane},
                scalars(slot_energy));
    });
    return exec_.fetch(in(scalars(slot_energy)));
  }

 private:
  enum Slot { slot_survey, slot_tail, slot_energy };
  static constexpr int slot_width = 8;
  static_assert(max_sums <= slot_width);

  Out scalars(Slot slot) { return {&scalars_(slot_width * slot, 0), scalars_.stride}; }
  const WorkPlanes& planes() const { return work_.planes(); }
  Operator energy_operator() const { return {planes().c, scale_->weights, in(planes().data.mass), p_.beta}; }

  // Relaxing on the way down, too: see multigrid.h.
  bool symmetric() const { return !screened_ || stiff_; }

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

  // The residual, in r and, for a quick cycle, restricted: of the model at the iterate, or, unless `renew`, of the
  // model as it is after the last step. While no cycle runs its vectors are scratch: y takes the bent vector.
  bool linearise(bool renew) {
    bool completed = true;
    with_reweighting([&](auto psi) {
      if (p_.beta > 0)
        completed = linearise<true>(renew, psi);
      else
        completed = linearise<false>(renew, psi);
    });
    return completed;
  }
  template <bool bilaplacian, int roots>
  bool linearise(bool renew, Reweighting<roots> psi) {
    const WorkPlanes& w = planes();
    const Scale& scale = *scale_;
    const Out2 bent = w.y;
    if (!renew) {
      // It follows the steps: where the operator is close to singular, one made anew from u would never fall below the
      // rounding of A u.
      const Residual<bilaplacian> residual{energy_operator(), w.p, bent, w.r, w.r};
      if constexpr (bilaplacian)
        with_restriction(Bend{scale.weights, w.p, bent, p_.beta}, residual);
      else
        with_restriction(residual);
      return true;
    }
    const Residual<bilaplacian> residual{energy_operator(), scale.u, bent, w.data.rhs, w.r};
    if (multigrid_.dirty) {
      exec_.run(scale.extent, Linearise<roots, false>{scale.weights, scale.u, w.c, {}, psi, p_.membrane, p_.beta});
      if (exec_.interrupted() || !multigrid_.build()) return false;
      if constexpr (bilaplacian)
        with_restriction(Bend{scale.weights, scale.u, bent, p_.beta}, residual);
      else
        with_restriction(residual);
      return true;
    }
    with_restriction(Linearise<roots, bilaplacian>{scale.weights, scale.u, w.c, bent, psi, p_.membrane, p_.beta},
                     residual);
    return true;
  }
  template <class... Ops>
  void with_restriction(const Ops&... ops) {
    if (!symmetric() && multigrid_.has_coarser())
      exec_.chain(scale_->extent, Out{}, Scratch{{planes().y}}, ops..., multigrid_.restrict_residual());
    else
      exec_.chain(scale_->extent, Out{}, Scratch{{planes().y}}, ops...);
  }

  // The correction for that residual, and the model along it and along the step before.
  template <bool second>
  void correct() {
    const WorkPlanes& w = planes();
    if (p_.beta > 0)
      multigrid_.cycle(symmetric(), scalars(slot_survey), Survey<true, second>{energy_operator(), w.r, w.x, w.p});
    else
      multigrid_.cycle(symmetric(), scalars(slot_survey), Survey<false, second>{energy_operator(), w.r, w.x, w.p});
  }
  // Leaves the number of pixels that are not there yet.
  template <bool second>
  void advance() {
    const WorkPlanes& w = planes();
    exec_.sum(scale_->extent,
              Advance<second>{in(scalars(slot_survey)), w.x, w.p, scale_->u, in(scale_->lightness),
                              stop_.tolerance() * stop_.tolerance()},
              scalars(slot_tail));
  }

  // The ops of one step; false: interrupted.
  bool run_step(bool renew, bool second) {
    if (!has_residual_ && !linearise(renew)) return false;
    has_residual_ = true;
    if (exec_.interrupted()) return false;
    second ? correct<true>() : correct<false>();
    if (exec_.interrupted()) return false;
    second ? advance<true>() : advance<false>();
    return true;
  }

  Executor& exec_;
  Workspace<Executor> work_;
  Multigrid<Executor> multigrid_;
  Parameters p_;
  Scale* scale_ = nullptr;  // entered
  bool screened_ = false, stiff_ = false;
  Out scalars_;
  StopRule stop_;
  bool has_residual_ = false;  // r belongs to u; only the correction is missing
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
