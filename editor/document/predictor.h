// Networks as the editor and the command line have them: opened from a file by name, asked about a photo.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "solver/prediction/prediction.h"
#include "solver/problem.h"

namespace handtint {

// Who says what colours are likely on a photo with these strokes.
struct Predictor {
  // One thread at a time. Empty when asked to stop. Throws std::runtime_error: one line with what is wrong.
  std::function<Prediction(const Problem&, std::stop_token)> ask;
  std::string description;  // which network, and how it is run

  // What the network sees in a photo, for comparing two; a reference is first aged like the lightness of another
  // description (empty = as it is). Threads, stopping and throwing as above. May be missing.
  std::function<Description(const Plane<float>& lightness, const Plane<float>& like, std::stop_token)> describe = {};
};

// `name` is "shipped" or an ONNX file, which is tried out in a process of its own first (network_trial.h). Throws
// std::runtime_error as Network::load does, or if no network can be run.
Predictor open_predictor(const std::string& name);

// Opens a network once for many photos; keeps the one asked for last. One thread at a time.
class KeptPredictor {
 public:
  const Predictor& open(const std::string& name);  // as open_predictor

 private:
  std::string name_;
  std::optional<Predictor> predictor_;
};

// The file of the network that comes with Handtint: beside the installed program (../share/handtint/network), else in
// the folder it was built from. Throws std::runtime_error if it is at neither place.
std::filesystem::path shipped_network();

}  // namespace handtint
