// How fast the CPU solver is, against the memory floor measured in the same run. Not a test: it prints, nothing fails.
//
//   bench_solver [--megapixels 1,4,12] [--threads N] [--repeat N]
//
// The floor counts every plane once per wavefront (CpuExecutor::chain), coarse multigrid levels included as a third
// more, and divides by the bandwidth of a copy of planes far larger than the caches.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "solver/conductor/colorize.h"
#include "solver/conductor/make_plain_solver.h"
#include "solver/cpu/cpu_backend.h"
#include "solver/layers/parameters.h"
#include "tests/bench/picture.h"

using namespace handtint;

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

// Floats per pixel of the finest scale that must move, by schedule.h. Edges and interpolation have 16 bits.
constexpr double edges = 4 * 0.5, pair = 2, one = 1, interpolation = 8 * 0.5 / 4;
constexpr double levels = 4.0 / 3;                                                      // 1 + 1/4 + 1/16 ...
constexpr double prepare_floats = (one + edges) + (4 * one + one + pair + pair + 0.5);  // EdgeWeights, Assemble
constexpr double build_floats = levels * ((edges + one + interpolation / 2 + 0.75)      // InterpolateSides
                                          + (edges + one + 1.5 * interpolation + 1.5)   // InterpolateCentre
                                          + (edges + 3 * one)                           // RowSums
                                          + (edges + 2 * one + interpolation + (edges + one) / 4));  // Coarsen
constexpr double iteration_floats =
    (2 * edges + pair + pair + one + pair + pair)                          // Linearise, Residual: one wavefront
    + levels * (pair + interpolation + 0.5) - pair                         // Restrict; the first in that wavefront
    + levels * (0.5 + interpolation + edges + one + pair + (pair + pair))  // Prolong, four Relax: one wavefront
    + (edges + pair)                                                       // and Survey behind them
    + (5 * pair + one);                                                    // Advance

double copy_bandwidth(int threads) {
  constexpr std::size_t size = std::size_t{32} << 20;  // floats: 128 MiB
  std::vector<float> from(size, 1), to(size);
  struct Copy {
    const float* from;
    float* to;
  } copy{from.data(), to.data()};
  CpuThreads pool(threads);
  constexpr int parts = 1024;
  double best = 1e30;
  for (int i = 0; i < 8; ++i) {
    const auto start = Clock::now();
    pool.run(
        [](const void* context, int begin, int end) {
          const Copy& c = *static_cast<const Copy*>(context);
          const std::size_t part = size / parts;
          std::memcpy(c.to + begin * part, c.from + begin * part, (end - begin) * part * sizeof(float));
        },
        &copy, parts, false);
    best = std::min(best, milliseconds(start, Clock::now()));
  }
  return 2.0 * size * sizeof(float) / (best * 1e-3);
}

struct Times {
  double cold = 1e30, preview = 1e30, stroke = 1e30, prepare = 1e30, build = 1e30, iteration = 1e30;
  int iterations = 0;
};

double solve(Solver& solver) {
  const auto start = Clock::now();
  solver.iterate({});
  return milliseconds(start, Clock::now());
}

// Single steps of the finest scale: prepare, then the descent; its first step builds the hierarchy, too. From the
// second time on an engine has its memory already: the first pays the system for clearing it.
void measure_steps(const Problem& p, numerics::Engine& engine, Times& times) {
  engine.set(parameters_from({}));
  engine.load(p.width(), p.height(), p.lightness.data());
  engine.set_hints({0, 0, p.width(), p.height(), p.width(), p.hint_strength.data(), p.hint_a.data(), p.hint_b.data()});
  numerics::Progress progress;
  while (progress.scale != 1 || !progress.fresh) progress = engine.step({});
  std::vector<double> steps;
  while (!progress.done) {
    const auto start = Clock::now();
    progress = engine.step({});
    steps.push_back(milliseconds(start, Clock::now()));
  }
  if (steps.size() < 3) return;
  const double iteration = *std::min_element(steps.begin() + 2, steps.end());
  times.prepare = std::min(times.prepare, steps[0]);
  times.build = std::min(times.build, std::max(steps[1] - iteration, 0.0));
  times.iteration = std::min(times.iteration, iteration);
  times.iterations = progress.iterations;
}

}  // namespace

int main(int argc, char** argv) {
  std::string sizes = "1,4,12";
  int threads = 0, repeat = 5;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--megapixels") sizes = argv[i + 1];
    if (option == "--threads") threads = std::atoi(argv[i + 1]);
    if (option == "--repeat") repeat = std::atoi(argv[i + 1]);
  }
  const double bandwidth = copy_bandwidth(threads);
  std::printf("%s, %d threads, copy bandwidth %.1f GB/s; best of %d\n", cpu_instruction_set().c_str(),
              CpuThreads(threads).count(), bandwidth * 1e-9, repeat);
  std::printf("%5s %9s %7s %9s %9s | finest scale, ms and share of the memory floor reached\n", "MP", "cold ms",
              "ns/px", "stroke ms", "preview");
  for (std::size_t at = 0; at < sizes.size();) {
    const std::size_t end = std::min(sizes.find(',', at), sizes.size());
    const double megapixels = std::atof(sizes.substr(at, end - at).c_str());
    at = end + 1;
    const Problem p = bench::picture(megapixels);
    const double pixels = static_cast<double>(p.width()) * p.height();
    Times times;
    const auto solver = make_plain_solver(Backend::cpu, threads);
    CpuThreads pool(threads);
    CpuMemory memory;
    const auto engine = make_cpu_engine(pool, memory);
    for (int i = 0; i < repeat; ++i) {
      solver->configure({});
      solver->load(p);
      times.cold = std::min(times.cold, solve(*solver));
      solver->apply(bench::stroke(p));
      times.stroke = std::min(times.stroke, solve(*solver));
      Settings preview;
      preview.preview = true;
      solver->configure(preview);
      solver->load(p);
      times.preview = std::min(times.preview, solve(*solver));
      measure_steps(p, *engine, times);
    }
    const auto share = [&](double floats, double ms) { return floats * 4 * pixels / bandwidth * 1e3 / ms * 100; };
    std::printf("%5.1f %9.1f %7.1f %9.1f %9.1f | setup %.1f (%.0f %%)  iteration %.1f (%.0f %%), %d of them\n",
                pixels * 1e-6, times.cold, times.cold * 1e6 / pixels, times.stroke, times.preview,
                times.prepare + times.build, share(prepare_floats + build_floats, times.prepare + times.build),
                times.iteration, share(iteration_floats, times.iteration), times.iterations);
  }
}
