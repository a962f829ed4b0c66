// The problem of one scale, made of the photo, the hints and the priors: edge weights and data terms, and the iterate
// that the descent starts at.
#pragma once

#include "solver/numerics/affinity.h"
#include "solver/numerics/problem_ops.h"
#include "solver/numerics/workspace.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

template <class Executor>
class Assembly {
 public:
  explicit Assembly(Executor& executor) : exec_(executor) {}

  void set(const Parameters& parameters) { p_ = parameters; }

  // A first coat of its own size, a and b in Lab, null: 0; weight may be null: none.
  void set_prior(In2 prior, In weight, Extent extent) {
    prior_ = prior;
    prior_weight_ = weight;
    prior_extent_ = extent;
  }

  // `traits`: null planes, or what the scale's pixels show; `cell_pixels`: the size of the cells that they are known
  // for. False: interrupted, to be begun again.
  bool weigh_edges(Scale& scale, const Traits& traits, float cell_pixels) {
    if (!scale.weights_dirty) return true;
    if (traits.first)
      weigh_edges<true>(scale, traits, cell_pixels);
    else
      weigh_edges<false>(scale, traits, cell_pixels);
    if (scale.cuts) exec_.run(scale.extent, CutEdges{scale.read_cuts(), scale.weights});
    if (exec_.interrupted()) return false;
    scale.weights_dirty = false;
    return true;
  }

  // The strokes of the coarsest scale, their own mass kept as well.
  void assemble(const Scale& scale, bool full_size, const DataTerms& terms, Out kept_mass) {
    if (full_size)
      assemble_hints<true>(scale, terms, kept_mass);
    else
      assemble_hints<false>(scale, terms, kept_mass);
  }
  // The strokes of another scale, with the coarser scale's answer, which it takes in.
  void assemble(Scale& scale, Scale& coarser, bool full_size, const DataTerms& terms) {
    if (full_size)
      assemble<true>(scale, coarser, terms);
    else
      assemble<false>(scale, coarser, terms);
    if (!p_.once) exec_.run(coarser.extent, Copy2{coarser.u, coarser.u_taken});
    scale.has_u = true;
  }

  void add_prior(const Scale& scale, const DataTerms& terms) {
    if (!prior_weight_) return;
    const Extent e = scale.extent;
    const Stretching stretching = {prior_extent_, static_cast<float>(prior_extent_.width) / e.width,
                                   static_cast<float>(prior_extent_.height) / e.height};
    if (prior_.a)
      exec_.run(e, AddPrior{prior_, prior_weight_, stretching, in(scale.lightness), terms.mass, terms.rhs});
    else
      exec_.run(e, AddPull{prior_weight_, stretching, terms.mass});
  }

 private:
  template <bool with_traits>
  void weigh_edges(const Scale& scale, const Traits& traits, float cell_pixels) {
    const float slope = trait_slope * cell_pixels;
    exec_.run(scale.extent, EdgeWeights<with_traits>{in(scale.lightness), traits, slope * slope, scale.weights,
                                                     p_.edge_inverse_two_sigma2, p_.edge_floor, scale.extent});
  }
  template <bool full_size>
  void assemble_hints(const Scale& scale, const DataTerms& terms, Out kept_mass) {
    exec_.run(scale.extent, AssembleHints<full_size>{hint_mass<full_size>(scale), in(scale.lightness), kept_mass,
                                                     terms.mass, terms.rhs, p_.neutral_pull});
  }
  template <bool full_size>
  void assemble(Scale& scale, const Scale& coarser, const DataTerms& terms) {
    if (scale.has_u)
      scale.cuts ? assemble<full_size, false, true>(scale, coarser, terms)
                 : assemble<full_size, false, false>(scale, coarser, terms);
    else
      scale.cuts ? assemble<full_size, true, true>(scale, coarser, terms)
                 : assemble<full_size, true, false>(scale, coarser, terms);
  }
  template <bool full_size, bool start, bool divided>
  void assemble(Scale& scale, const Scale& coarser, const DataTerms& terms) {
    const float inverse_blur2 = 1.0f / (p_.coarse_blur * p_.coarse_blur);
    exec_.run(coarser.extent, Assemble<full_size, start, divided>{
                                  hint_mass<full_size>(scale), in(scale.lightness), in(coarser.lightness), coarser.u,
                                  start ? coarser.u : coarser.u_taken, scale.read_cuts(), coarser.extent, scale.extent,
                                  terms.mass, terms.rhs, scale.u, p_.neutral_pull, p_.coarse_trust, inverse_blur2});
  }
  template <bool full_size>
  HintMass<full_size> hint_mass(const Scale& scale) const {
    return {scale.hints, p_.hint_strength, p_.cover_threshold};
  }

  Executor& exec_;
  Parameters p_;
  In2 prior_;
  In prior_weight_;
  Extent prior_extent_;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
