#include "editor/film/key_matcher.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "solver/prediction/matching.h"
#include "solver/prior_weights.h"
#include "solver/resample.h"

namespace handtint {

KeyMatcher::KeyMatcher(std::function<Predictor()> open, std::string identity)
    : open_(std::move(open)), identity_(std::move(identity)) {}

const Description& KeyMatcher::description_of_key(const Predictor& network, const Plane<float>& lightness) {
  if (described_ != lightness) {
    description_ = network.describe(lightness, {}, {});
    described_ = lightness;
  }
  return description_;
}

Prior KeyMatcher::colours_for(const Plane<float>& frame, const Plane<float>& key_lightness, const Carried& key) {
  if (!why_not_.empty()) return {};
  try {
    const Predictor network = open_();
    if (!network.describe) return {};
    const Description seen = network.describe(frame, {}, {});
    const Matches matches = match(seen, description_of_key(network, key_lightness), key.colour, {{}, key.trust});
    if (matches.empty()) return {};
    Prior prior{matches.chroma.a, matches.chroma.b, matches.confidence, seen.prediction.traits};
    if (prior.has_traits()) {
      const int width = prior.traits[0].width(), height = prior.traits[0].height();
      for (Plane<float>* plane : {&prior.a, &prior.b, &prior.weight}) *plane = resample(*plane, width, height);
    }
    for (float& w : prior.weight) w = prior_weights::matched * std::max(w, 0.0f);
    return prior;
  } catch (const std::exception& error) {
    why_not_ = error.what();
    return {};
  }
}

}  // namespace handtint
