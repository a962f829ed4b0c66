// What a solve says of itself.
#pragma once

#include <string>

#include "solver/backend.h"

namespace handtint {

enum class StopReason { not_started, converged, out_of_budget, cancelled, iteration_limit };

std::string_view name_of(StopReason reason);

struct Report {
  Backend backend = Backend::cpu;
  StopReason stop = StopReason::not_started;
  int width = 0, height = 0;                // the photo's size
  int solved_width = 0, solved_height = 0;  // the size of the chroma that read() gives now
  int iterations = 0;                       // preconditioned CG iterations at that size since the last change
  int rounds = 0;                           // times the edges were reweighted, all scales
  float residual = 0;                       // share of pixels whose estimated error exceeds 0.1 in a, b; stops at 0.001
  double energy = 0;                        // of the finished picture; filled by colorize() on request
  double solve_ms = 0;                      // spent in iterate() since the last load, apply or configure
  double setup_ms = 0;                      // the part of solve_ms that assembled the problem and its priors
  float progress = 0;                       // 0..1, monotone within one solve, a fair share of the time it will take
  bool picture_changed = false;             // read() would give something new since the last iterate()
  std::string note;                         // empty, or one line for the person (a fallback, a size limit)

  bool done() const { return stop == StopReason::converged || stop == StopReason::iteration_limit; }
};

}  // namespace handtint
