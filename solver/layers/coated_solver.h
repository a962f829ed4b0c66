// A solver in which strokes move a first coat instead of fighting it.
//
// The plain solver pulls its answer towards Problem::prior, pixel by pixel: between strokes that flattens what the
// prior knows. This one first spreads the prior along the photograph's edges into a coat P (coat_maker.h), and then
// solves for the deviation r from it that the strokes ask for (layer.h): the picture is P + r. Far from the strokes the
// coat stays as it was proposed, the more firmly the less a pixel is like anything that was painted
// (distance_to_painted.h). (Measured on photos not trained on: assets/network/README.md.)
//
// Everything else is as Solver says. Without a prior it is the plain solver. Until a new coat is ready the old one
// stays and strokes go on being solved. Barriers stop strokes, not the coat. Report::energy and energy() are those of
// the deviation. Regions are not heeded.
//
// As long as there is no hint the coat is the answer, first as it was made and then at the photo's size; without a
// coat, grey (small). In interactive mode it is given as soon as it is there; the slices after that make the solver
// of the strokes ready, and the report says done when it is. While strokes are solved at a coarse scale, read() gives a
// larger picture than that, so that the coat keeps its edges.
#pragma once

#include <functional>
#include <memory>

#include "solver/solver.h"

namespace handtint {

// `make_plain` makes the plain solvers that do the work. threads: for what is done beside them; 0 = all cores. once: as
// for make_solver, and the plain solvers are of that kind.
std::unique_ptr<Solver> make_coated_solver(std::function<std::unique_ptr<Solver>()> make_plain, int threads,
                                           bool once = false);

}  // namespace handtint
