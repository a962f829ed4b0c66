#include "editor/document/predictor.h"

#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include "editor/document/network_trial.h"
#include "editor/files/file_error.h"
#include "editor/files/paths.h"
#include "editor/files/read_bytes.h"
#include "editor/files/regular_file.h"
#include "editor/files/sha256.h"
#include "solver/prediction/matching.h"
#include "solver/prediction/network.h"
#include "solver/tr.h"

namespace handtint {

namespace fs = std::filesystem;

constexpr std::uint64_t most_network_bytes = std::uint64_t{4} << 30;

namespace {

// Another way to name it, or a copy of it.
bool is_shipped(const std::string& file) {
  try {
    const fs::path shipped = shipped_network();
    std::error_code error;
    return fs::equivalent(file, shipped, error) || sha256_of_file(file) == sha256_of_file(shipped);
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace

Predictor open_predictor(const std::string& name) {
  const std::string file = name == "shipped" ? shipped_network().string() : name;
  const bool known = name == "shipped" || is_shipped(file);
  if (!known) {
    if (RegularFile(file, tr("a network")).size() > most_network_bytes)
      throw FileError(file, tr("is larger than {1} GiB: not a network", {std::to_string(most_network_bytes >> 30)}));
    try_network(file, 0, 0);
  }
  const auto network = std::make_shared<Network>(Network::load(file, read_bytes));
  const auto tried = std::make_shared<std::set<std::pair<int, int>>>();  // sizes of photos
  const auto try_size = [=](int width, int height, std::stop_token stop) {
    if (known || !tried->insert({width, height}).second) return;
    try {
      try_network(file, width, height, stop);
    } catch (...) {
      tried->clear();
      throw;
    }
    if (stop.stop_requested()) tried->clear();
  };
  const auto ask = [=](const Problem& problem, std::stop_token stop) {
    try_size(problem.width(), problem.height(), stop);
    return network->predict(problem, stop);
  };
  const auto describe = [=](const Plane<float>& lightness, const Plane<float>& like, std::stop_token stop) {
    try_size(lightness.width(), lightness.height(), stop);
    NetworkInput question = network->reduce(lightness);
    question.lightness = age_like(question.lightness, like);
    return network->describe(std::move(question), stop);
  };
  return {ask, network->description(), describe};
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
  const fs::path assets(HANDTINT_SOURCE_ASSETS);  // empty in a package
  const fs::path built = assets.empty() ? installed : assets / "network/colornet.onnx";
  for (const fs::path& file : {installed, built})
    if (fs::exists(file, error)) return file;
  throw std::runtime_error(
      assets.empty() ? tr("the network that comes with Handtint is not there: looked for {1}; install it, or name one "
                          "with --network FILE",
                          {installed.string()})
                     : tr("the network that comes with Handtint is not there: looked for {1} and {2}; install it, or "
                          "name one with --network FILE",
                          {installed.string(), built.string()}));
}

}  // namespace handtint
