#include "solver/conductor/colorize.h"

#include <utility>

#include "solver/conductor/make_plain_solver.h"
#include "solver/resample.h"

namespace handtint {

Colorized colorize(Problem problem, const ColorizeOptions& options) {
  const int width = problem.width(), height = problem.height();
  // Without a coat and regions there is nothing that the layers would do, and one copy of the hints less to hold.
  const bool plain = problem.prior.empty() && problem.regions.empty();
  auto solver = (plain ? make_plain_solver : make_solver)(options.backend, options.threads, options.held_bytes);
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
