// The solver of one energy (layers/plain_solver.h) on a backend: what the public solver works with. For those inside
// the house who need no coat and no regions, and for tests of the energy itself.
#pragma once

#include <memory>

#include "solver/solver.h"

namespace handtint {

class CpuMemory;

// Arguments and errors as make_solver's.
std::unique_ptr<Solver> make_plain_solver(Backend backend = Backend::automatic, int threads = 0,
                                          std::size_t held_bytes = 0);

// Both for one picture without regions: it is loaded, iterated until it is done or cancelled, and read last of all,
// each once. A quarter less memory is enough for that. `memory`: where the CPU's engines work, one at a time; null: in
// memory of their own.
std::unique_ptr<Solver> make_plain_solver_once(Backend backend, int threads, std::size_t held_bytes = 0,
                                               std::shared_ptr<CpuMemory> memory = {});
std::unique_ptr<Solver> make_solver_once(Backend backend, int threads, std::size_t held_bytes,
                                         std::shared_ptr<CpuMemory> memory);

}  // namespace handtint
