#include "solver/conductor/colorize.h"

#include <algorithm>
#include <utility>

#include "solver/conductor/make_plain_solver.h"
#include "solver/cpu/cpu_memory.h"
#include "solver/layers/host_memory.h"
#include "solver/resample.h"

namespace handtint {

std::shared_ptr<CpuMemory> take_memory_ahead(int width, int height, Backend backend) {
  // Of a large photo so much that it has no more, together with what reading photo and strokes takes, than the solve
  // has at its end; of a small one what a solve takes in all.
  constexpr std::size_t ahead = 80, all = 96, at_most = 130;  // bytes per pixel
  constexpr std::size_t small_change = std::size_t{384} << 20;
  const std::size_t pixels = static_cast<std::size_t>(width) * height, most = picture_memory();
  if (most > 0 && pixels * at_most > most) return nullptr;
  if (backend != Backend::cpu && probe_backends().front().usable) return nullptr;
  auto memory = std::make_shared<CpuMemory>();
  memory->expect(std::max(pixels * ahead, std::min(pixels * all, small_change)), pixels * all);
  return memory;
}

Colorized colorize(Problem problem, const ColorizeOptions& options) {
  const int width = problem.width(), height = problem.height();
  std::unique_ptr<Solver> solver;
  if (!problem.regions.empty())
    solver = make_solver(options.backend, options.threads, options.held_bytes);
  else if (!problem.prior.empty())
    solver = make_solver_once(options.backend, options.threads, options.held_bytes, options.memory);
  else  // there is nothing that the layers would do
    solver = make_plain_solver_once(options.backend, options.threads, options.held_bytes, options.memory);
  solver->configure(options.settings);
  solver->load(std::move(problem));
  Colorized result;
  result.report = solver->iterate({.keep_going = options.keep_going});
  if (options.measure_energy) result.report.energy = solver->energy();
  solver->read(result.chroma);
  solver.reset();  // what it holds is needed for the stretched picture
  if (result.chroma.width() != width || result.chroma.height() != height)
    result.chroma = resize(result.chroma, width, height);
  return result;
}

}  // namespace handtint
