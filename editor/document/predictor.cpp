#include "editor/document/predictor.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include "editor/files/paths.h"
#include "editor/files/read_bytes.h"
#include "solver/prediction/matching.h"
#include "solver/prediction/network.h"

namespace handtint {

namespace fs = std::filesystem;

Predictor open_predictor(const std::string& name) {
  const auto network =
      std::make_shared<Network>(Network::load(name == "shipped" ? shipped_network().string() : name, read_bytes));
  return {[network](const Problem& problem, std::stop_token stop) { return network->predict(problem, stop); },
          network->description(),
          [network](const Plane<float>& lightness, const Plane<float>& like, std::stop_token stop) {
            NetworkInput question = network->reduce_to_describe(lightness);
            question.lightness = age_like(question.lightness, like);
            return network->describe(std::move(question), stop);
          }};
}

const Predictor& KeptPredictor::open(const std::string& name) {
  if (!predictor_ || name != name_) {
    predictor_ = open_predictor(name);
    name_ = name;
  }
  return *predictor_;
}

fs::path shipped_network() {
  std::error_code error;
  const fs::path installed = program_folder().parent_path() / "share/handtint/network/colornet.onnx";
  const fs::path built = fs::path(HANDTINT_NETWORK_FOLDER) / "colornet.onnx";
  for (const fs::path& file : {installed, built})
    if (fs::exists(file, error)) return file;
  throw std::runtime_error("the network that comes with Handtint is not there: looked for " + installed.string() +
                           " and " + built.string() + "; install it, or name one with --network FILE");
}

}  // namespace handtint
