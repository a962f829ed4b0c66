// The solver of one energy (layers/plain_solver.h) on a backend: what the public solver works with. For those inside
// the house who need no coat and no regions, and for tests of the energy itself.
#pragma once

#include <memory>

#include "solver/solver.h"

namespace handtint {

// Arguments and errors as make_solver's.
std::unique_ptr<Solver> make_plain_solver(Backend backend = Backend::automatic, int threads = 0,
                                          std::size_t held_bytes = 0);

}  // namespace handtint
