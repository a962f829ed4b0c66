// From a photo and the dials of a coat to the prior that the solver gets: the one way in which the editor's screen, its
// export and the command line make a first coat, so that all three get the same.
//
// The network is asked about the bare photo. It could be shown the strokes too, but then it answers with their colours
// around them and with its own further on, and the step between the two stays in the picture; asked without them, the
// solver carries the difference between stroke and coat to the edges (figures: assets/network/README.md).
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "editor/document/first_coat.h"
#include "solver/problem.h"

namespace handtint {

// Who says what colours are likely on a photo with these strokes.
struct Predictor {
  // One thread at a time. Empty when asked to stop. Throws std::runtime_error: one line with what is wrong.
  std::function<Prediction(const Problem&, std::stop_token)> ask;
  std::string description;  // which network, and how it is run
};

// `name` is "shipped" or an ONNX file. Throws std::runtime_error as Network::load does, or if no network can be run.
Predictor open_predictor(const std::string& name);

// Opens a network once for many photos; keeps the one asked for last. One thread at a time.
class KeptPredictor {
 public:
  const Predictor& open(const std::string& name);  // as open_predictor

 private:
  std::string name_;
  std::optional<Predictor> predictor_;
};

// Sets problem.prior, whatever the hints are. Without a coat (off, or amount 0) it does nothing and asks nobody. Throws
// what `ask` throws.
void lay_first_coat(Problem& problem, const FirstCoat& coat, const Predictor& predictor, std::stop_token stop = {});

}  // namespace handtint
