// check_network FILE.onnx: loads a network on every runner that was built in (which compares its answer with the stored
// reference) and asks it once. Says what happened; the exit code is 1 if a runner refuses it.
#include <cstdio>
#include <exception>

#include "editor/files/read_bytes.h"
#include "solver/prediction/network.h"
#include "solver/prediction/runner.h"

int main(int argc, char** argv) {
  using namespace handtint;
  if (argc != 2) return 2;
  Problem problem;
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(300, 200, 50);
  problem.lightness = problem.hint_a;
  int refused = 0;
  for (const RunnerKind& kind : known_runners()) {
    if (!kind.reason.empty()) {
      std::printf("%.*s: %.*s\n", static_cast<int>(kind.name.size()), kind.name.data(),
                  static_cast<int>(kind.reason.size()), kind.reason.data());
      continue;
    }
    try {
      Network network = Network::load(argv[1], read_bytes, kind.name);
      const Prediction prediction = network.predict(problem);
      std::printf("%s: %dx%d cells\n", network.description().c_str(), prediction.width, prediction.height);
    } catch (const std::exception& error) {
      std::printf("%s\n", error.what());
      ++refused;
    }
  }
  return refused ? 1 : 0;
}
