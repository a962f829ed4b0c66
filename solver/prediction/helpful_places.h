// Where a stroke helps most: where much is not known that one colour would decide.
//
// What is not known of a cell is the area of its prediction set. A stroke on a cell decides that of another one as far
// as the two are alike, in the prediction's traits, and near. The gain of a stroke is the sum of what it decides, that
// of several counts each cell once, by the one nearest to it in kind (facility location). The places are chosen one
// after the other, each with the largest gain after those before: at least 1 - 1/e of what the best choice of as many
// could decide (Nemhauser, Wolsey, Fisher 1978).
#pragma once

#include <array>
#include <vector>

#include "solver/plane.h"

namespace handtint {

struct HelpfulPlace {
  float x = 0, y = 0;  // 0..1 across and down the photo
  float share = 0;     // of all that is not known: what a stroke here decides, after those before it in the list
};

// The most helpful first; fewer than `most` if the rest decides next to nothing. `radius` as prediction_radius() gives
// it and `traits` as in Prediction, of one size. `painted`: any size, covers the photo, above 0 where a person painted:
// that counts as chosen before. Empty = nothing is painted.
std::vector<HelpfulPlace> helpful_places(const Plane<float>& radius, const std::array<Plane<float>, 3>& traits,
                                         const Plane<float>& painted, int most = 5);

}  // namespace handtint
