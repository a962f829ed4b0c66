// A Solver of one energy on one engine: the prior pulls its answer as solver.h says, regions are not heeded. Settings
// to parameters, planes to rows, budgets; and what happens when an engine fails in mid-work.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "solver/layers/host_memory.h"
#include "solver/numerics/engine.h"
#include "solver/solver.h"

namespace handtint {

struct EngineWithBudget {
  Backend backend = Backend::cpu;
  std::shared_ptr<numerics::Engine> engine;  // shared with what it runs on: threads, memory
  // Bytes for planes of the engine's own memory. A photo that needs more is solved at the largest size that fits. 0: as
  // much as it takes.
  std::size_t memory_budget = 0;
  // The same for an engine that works in the machine's memory, which it shares with others; null: as much as it takes.
  std::shared_ptr<HostMemory> host_memory = {};
  bool once = false;  // as for make_solver_once
};

// `stand_in` (may be empty) makes the engine that takes over, once, if the first one throws or has not even the memory
// for the smallest size. The last picture read stays until the new engine has one; Report::note says what happened in
// one line. With a stand-in the solver keeps the problem in host memory, since a failed device gives nothing back.
std::unique_ptr<Solver> make_plain_solver(EngineWithBudget engine, std::function<EngineWithBudget()> stand_in = {});

}  // namespace handtint
