// The exact minimiser of the energy of one scale, by a sparse Cholesky factorisation in double: the judge in the tests.
// Slow (seconds beyond 100x100 pixels) and deliberately written from the equations of solver.h, not from the ops.
//
// Not included: the affinity prior and the pyramid of scales (the fast solver has neither with Settings::affinity = 0
// and a photo small enough for a single scale, some 60 000 pixels).
#pragma once

#include "solver/problem.h"
#include "solver/settings.h"

namespace handtint {

struct Exact {
  Chroma chroma;
  double energy;  // up to the same constant as Solver::energy()
};

// Throws std::invalid_argument as validate does, std::runtime_error if the system is singular (no hint, prior or pull
// somewhere).
Exact solve_exactly(const Problem& problem, const Settings& settings);

// The energy of any chroma, for comparing.
double energy_of(const Problem& problem, const Settings& settings, const Chroma& chroma);

}  // namespace handtint
