// What kind of thing each cell shows, as far as the answer of a network that has no traits of its own tells: cells that
// may have the same colours are alike.
//
// A distribution over colours says more about a cell than its mean: a wall that is surely grey and a shirt that may be
// blue or red have the same mean. Cells are compared by the Hellinger distance of their distributions (the Euclidean
// distance of the square roots of the probabilities), of which the picture's three principal axes keep nearly all.
#pragma once

#include <array>

#include "solver/prediction/prediction.h"

namespace handtint {

// Three planes of the prediction's size in the scale of Prior::traits: at distance 1 the claim of a stroke has fallen
// to 0.6. From the colours themselves where there is no distribution. Empty planes for an empty prediction.
std::array<Plane<float>, 3> traits_of(const Prediction& prediction);

}  // namespace handtint
