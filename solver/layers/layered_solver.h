// The solver that make_solver gives: of all that a Problem may hold, regions included, to which strokes can be limited.
//
// The picture without them is solved as if they did not exist, by a coated solver; then each region, lowest first, is
// solved by itself on its part of the photo (layer.h) and laid over the picture inside its outline. So a limited
// stroke changes nothing outside, to the bit, and an outline stops no other stroke. Inside, what was painted inside
// speaks, unlimited strokes included, and nothing else.
//
// Everything else is as Solver says; without regions it is the coated solver. While a region is being solved, read()
// gives a small picture. In interactive mode that comes first even if the region is solved at once, so that a
// hand that paints is never kept waiting by a large one. A region in which nothing is painted for it alone changes
// nothing; it is made ready for strokes after everything else, and the report says done when it is. A region costs time
// and memory by its bounds. Where memory is short, and where nobody will paint (Budget::Mode::to_the_end), a finished
// region keeps its answer only.
#pragma once

#include <functional>
#include <memory>

#include "solver/layers/host_memory.h"
#include "solver/solver.h"

namespace handtint {

// `make_plain` makes the plain solvers that do the work. threads: for what is done beside them; 0 = all cores.
// `memory`: what the plain solvers claim of too; null: there is enough. once: as for make_solver_once, and the plain
// solvers are of that kind.
std::unique_ptr<Solver> make_layered_solver(std::function<std::unique_ptr<Solver>()> make_plain, int threads,
                                            std::shared_ptr<HostMemory> memory = {}, bool once = false);

}  // namespace handtint
