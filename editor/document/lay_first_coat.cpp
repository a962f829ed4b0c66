#include "editor/document/lay_first_coat.h"

#include <memory>
#include <utility>

#include "solver/prediction/network.h"

namespace handtint {

Predictor open_predictor(const std::string& name) {
  const auto network =
      std::make_shared<Network>(Network::load(name == "shipped" ? shipped_network() : std::filesystem::path(name)));
  return {[network](const Problem& problem, std::stop_token stop) { return network->predict(problem, stop); },
          network->description()};
}

const Predictor& KeptPredictor::open(const std::string& name) {
  if (!predictor_ || name != name_) {
    predictor_ = open_predictor(name);
    name_ = name;
  }
  return *predictor_;
}

void lay_first_coat(Problem& problem, const FirstCoat& coat, const Predictor& predictor, std::stop_token stop) {
  if (!coat.on || coat.dials.amount == 0) return;
  Plane<float> strengths = std::exchange(problem.hint_strength, {});
  Prediction prediction;
  try {
    prediction = predictor.ask(problem, stop);
  } catch (...) {
    problem.hint_strength = std::move(strengths);
    throw;
  }
  problem.hint_strength = std::move(strengths);
  problem.prior = make_prior(prediction, coat.dials);
}

}  // namespace handtint
