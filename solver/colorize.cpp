#include "solver/colorize.h"

#include "solver/layers/coated_solver.h"
#include "solver/layers/limited_solver.h"

namespace handtint {
namespace {

Plane<float> stretch(const Plane<float>& from, int width, int height) {
  Plane<float> to(width, height);
  const float step_x = static_cast<float>(from.width()) / width, step_y = static_cast<float>(from.height()) / height;
  for (int y = 0; y < height; ++y) {
    const float fy = std::clamp((y + 0.5f) * step_y - 0.5f, 0.0f, from.height() - 1.0f);
    const int y0 = static_cast<int>(fy), y1 = std::min(y0 + 1, from.height() - 1);
    const float ty = fy - y0;
    for (int x = 0; x < width; ++x) {
      const float fx = std::clamp((x + 0.5f) * step_x - 0.5f, 0.0f, from.width() - 1.0f);
      const int x0 = static_cast<int>(fx), x1 = std::min(x0 + 1, from.width() - 1);
      const float tx = fx - x0;
      const float top = from(x0, y0) + tx * (from(x1, y0) - from(x0, y0));
      const float bottom = from(x0, y1) + tx * (from(x1, y1) - from(x0, y1));
      to(x, y) = top + ty * (bottom - top);
    }
  }
  return to;
}

}  // namespace

Chroma resize(const Chroma& chroma, int width, int height) {
  if (chroma.a.width() == width && chroma.a.height() == height) return chroma;
  return {stretch(chroma.a, width, height), stretch(chroma.b, width, height)};
}

Colorized colorize(Problem problem, const ColorizeOptions& options) {
  const int width = problem.width(), height = problem.height();
  // Without a coat there is nothing that strokes could move, and one copy of the photo less to hold.
  auto solver = !problem.regions.empty() ? make_limited_solver(options.backend, options.threads)
                : problem.prior.empty()  ? make_solver(options.backend, options.threads)
                                         : make_coated_solver(options.backend, options.threads);
  solver->configure(options.settings);
  solver->load(std::move(problem));
  Colorized result;
  result.report = solver->iterate({.keep_going = options.keep_going});
  if (options.measure_energy) result.report.energy = solver->energy();
  solver->read(result.chroma);
  result.chroma = resize(result.chroma, width, height);
  return result;
}

}  // namespace handtint
