// How well a network knows the colour of a place: its prediction set, the fewest colours, the likeliest first, whose
// probabilities add up to a mass. A small set: it knows. A large one: only a person does.
//
// What is promised if the network's contract holds a calibrated mass (assets/network/calibrate.py chose it; conformal
// risk control with the photo as the unit): of a photo like those that were measured, the share of places whose true
// colour is in their set is Calibration::covered on the mean over such photos. Not of every photo, and not of each kind
// of place: vivid colours are outside more often (the figures stand in assets/network/README.md). Strokes that the
// network was shown are not part of the promise.
#pragma once

#include <utility>
#include <vector>

#include "solver/plane.h"
#include "solver/prediction/prediction.h"

namespace handtint {

// The bins of the set at a position (0..1 across and down the photo), the likeliest first: at least one. Empty without
// a distribution.
std::vector<AbColour> prediction_set(const Prediction& prediction, float x, float y);

// The side of a bin: the least distance of two of them along an axis, for each bin is a square around its centre.
float bin_side(const std::vector<AbColour>& bins);

// The sides of the squares around the bins of a set that no two of them share.
std::vector<std::pair<AbColour, AbColour>> border_of(const std::vector<AbColour>& set, float side);

// The size of the set at each cell, as the radius in ab of a disc of the same area: 5.6 for a single bin of side 10.
// All 0 without a distribution.
Plane<float> prediction_radius(const Prediction& prediction);

}  // namespace handtint
