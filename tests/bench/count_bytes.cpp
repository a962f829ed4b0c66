// Bytes per pixel that a solve moves, counted from the schedule itself as it runs: each op declares the planes that it
// reads and writes (solver/numerics/planes_of.h). Not a test: it prints, nothing fails.
//
//   count_bytes [--megapixels 1,4,12] [--ops]
//
// What the launches of the CUDA executor read and write, by the plans that it makes (cuda/tile_plan.h). A plane counts
// once in a launch (within one op a cache saves the neighbours, and what several ops of a tile read lies in shared
// memory), except for the pixels around a tile: tiles overlap, and each reads them again ("overlaps", a part of the
// whole, of which a GPU's second-level cache will save some). Sums pass through memory.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "solver/layers/parameters.h"
#include "solver/layers/plain_solver.h"
#include "solver/layers/working_memory.h"
#include "tests/bench/picture.h"
#include "tests/solver/counting_engine.h"

using namespace handtint;

namespace {

void print(const char* what, const Report& report, const tests::Ledger& ledger, bool ops) {
  const double pixels = static_cast<double>(report.width) * report.height;
  std::printf("%5.1f MP  %-13s %6.0f B/px, %4.0f of them overlaps, %5ld launches, %d iterations at full size\n",
              pixels * 1e-6, what, ledger.bytes / pixels, ledger.overlap_bytes / pixels, ledger.launches,
              report.iterations);
  if (!ops) return;
  std::vector<std::pair<double, std::string>> most;
  for (const auto& [name, bytes] : ledger.bytes_of) most.push_back({bytes / pixels, name});
  std::sort(most.rbegin(), most.rend());
  for (const auto& [bytes, name] : most) std::printf("%27.1f  %s\n", bytes, name.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::string sizes = "1,4,12";
  bool ops = false;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--ops") ops = true;
    if (option == "--megapixels" && i + 1 < argc) sizes = argv[++i];
  }
  for (std::size_t at = 0; at < sizes.size();) {
    const std::size_t end = std::min(sizes.find(',', at), sizes.size());
    const double megapixels = std::atof(sizes.substr(at, end - at).c_str());
    at = end + 1;
    const Problem p = bench::picture(megapixels);
    const auto counting = std::make_shared<tests::CountingEngine>(0);
    const auto solver =
        make_plain_solver({Backend::cpu, std::shared_ptr<numerics::Engine>(counting, counting->engine.get()), 0});
    solver->load(p);
    print("cold solve", solver->iterate({}), counting->ledger, ops);
    counting->ledger = {};
    solver->apply(bench::stroke(p));
    print("stroke update", solver->iterate({}), counting->ledger, ops);
    const double pixels = static_cast<double>(p.width()) * p.height();
    std::printf("%5.1f MP  memory        %6.0f B/px\n", pixels * 1e-6,
                working_memory(p.width(), p.height(), parameters_from({})) / pixels);
  }
}
