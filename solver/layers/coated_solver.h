// A solver in which strokes move a first coat instead of fighting it.
//
// The plain solver pulls its answer towards Problem::prior, pixel by pixel: between strokes that flattens what the
// prior knows. This one first lets the plain solver spread the prior along the photograph's edges into a coat P, and
// then solves for the deviation r that the strokes ask for: hints become hint - P, the pull is towards r = 0 with the
// prior's weight, and the picture is P + r. The colour at a stroke is still the stroke's; near it, and on similar
// texture, the coat shifts with it; far from it the coat stays as it was proposed, the more firmly the less a pixel is
// like anything that was painted (unlikeness.h). (Measured on photos not trained on: assets/network/README.md.)
//
// Everything else is as Solver says. Without a prior it is the plain solver. The coat is made at no more than
// coat_pixels and brought to the photo's size along the photo's own lightness, so a new prior costs a fraction of a
// second whatever the photo's size; until it is ready the old coat stays and strokes go on being solved. Barriers stop
// strokes, not the coat. Report::energy and energy() are those of the deviation.
//
// As long as there is no hint the coat is the answer, first as it was made and then at the photo's size; without a
// coat, grey (small). Who iterates with a budget gets it as soon as it is there; the calls after that make the solver
// of the strokes ready, and the report says done when it is. While strokes are solved at a coarse scale, read() gives a
// larger picture than that, so that the coat keeps its edges.
#pragma once

#include <functional>
#include <memory>

#include "solver/solver.h"

namespace handtint {

inline constexpr double coat_pixels = 400e3;

// `make` makes the plain solvers that do the work.
std::unique_ptr<Solver> make_coated_solver(std::function<std::unique_ptr<Solver>()> make);

// With make_solver(backend, threads).
std::unique_ptr<Solver> make_coated_solver(Backend backend = Backend::automatic, int threads = 0);

// A small chroma at the photo's size: each pixel takes the mean of the nearest small pixels, those of like lightness
// first (Kopf et al. 2007, joint bilateral upsampling).
Chroma enlarge_along_edges(const Chroma& small, const Plane<float>& lightness);

}  // namespace handtint
