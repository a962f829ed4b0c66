#include "solver/layers/parameters.h"

#include <cmath>

#include "solver/prior_weights.h"

namespace handtint {

numerics::Parameters parameters_from(const Settings& settings) {
  numerics::Parameters p;
  const float sigma = 1.5f;
  p.edge_inverse_two_sigma2 = settings.edge * settings.edge / (2 * sigma * sigma);
  p.hint_strength = settings.strength;
  p.neutral_pull = settings.neutral_pull;
  p.coarse_trust = prior_weights::coarser_scale;
  p.reweighting_digits = static_cast<int>(std::lround((2 - settings.exponent) * 16));
  p.beta *= settings.smoothness;
  switch (settings.model) {
    case Model::full:
      break;
    case Model::gtv:
      p.beta = 0;
      break;
    case Model::membrane:
      p.beta = 0;
      p.reweighting_digits = 0;
      break;
    case Model::bilaplacian:
      // A thin plate under slight tension: without any, colour would extrapolate without bound beyond the strokes.
      p.beta = 4 * settings.smoothness;
      p.membrane = 0.1f;
      p.reweighting_digits = 0;
      break;
  }
  return p;
}

}  // namespace handtint
