// What a solve says of itself.
#pragma once

#include <string>

#include "backend.h"

namespace handtint {

enum class StopReason { not_started, converged, out_of_budget, cancelled, iteration_limit };

std::string_view name_of(StopReason reason);

struct Report {
  Backend backend = Backend::cpu;
  StopReason stop = StopReason::not_started;
  int width = 0, height = 0;                // the photo's size
  int solved_width = 0, solved_height = 0;  // the size of the chroma that read() gives now
  int iterations = 0;                       // preconditioned CG iterations at that size since the last change
  float residual = 0;                       // tail (99.9th percentile) of the preconditioned residual, in units of a and b
  double energy = 0;                        // of the size being solved; falls from checkpoint to checkpoint
  double setup_ms = 0, solve_ms = 0;        // since the last load, apply or configure
  float progress = 0;                       // 0..1, monotone within one solve, a fair share of the time it will take
  bool picture_changed = false;             // read() would give something new since the last iterate()
  std::string note;                         // empty, or one line for the person (a fallback, a size limit)

  bool done() const { return stop == StopReason::converged || stop == StopReason::iteration_limit; }
};

}  // namespace handtint
