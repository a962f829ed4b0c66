// What pulls colour besides a person's strokes, in one place: the weights mu of the priors in one energy (solver.h), so
// that they can be compared. A stroke of strength 1 has the weight 100; the smoothness terms are of the order of 1.
//
// At 1e-5 a prior is a hint that gives way everywhere, at 1e-3 it holds beyond the thing that a stroke is on, at 1e-2
// it is hard to change.
#pragma once

#include <cmath>

namespace handtint::prior_weights {

// --- First coats: Prior::weight

// A network's answer where it is sure, and the standard deviation of its distribution (in ab units) at which that is
// halved. Fitted on photos that were not trained on (assets/network/README.md).
inline constexpr float network_sure = 2e-5f, network_half_sure = 15;

// A network's that answers with one colour and does not say how sure it is.
inline constexpr float network_without_bins = 1.5e-5f;

// Another tool's colour picture. Gives way to a stroke within an object and holds beyond it. Found by trying, by eye,
// on one photograph at 0.26 and 4 megapixels: at 1e-3 a stroke stays a blob, at 1e-5 it floods the neighbours.
inline constexpr float picture = 3e-4f;

// --- Factors on a coat's weight

// While the coat is made nothing else speaks, so it may hold more firmly: its own edges count, not only its level.
inline constexpr float coat_alone = 30;

// The pull back to the coat where it shows something unlike all that was painted, against where it shows the like: if
// strokes reach everything alike (Settings::reach 1), and at reach 0.5 if they are many or few; in between and below
// evenly in the logarithm. A few strokes cannot speak for all that there is; many leave little that nobody spoke
// for. Found on dev photos, by figures (tests/bench/flood_score.py) and by eye.
inline constexpr float unlike_painted = 20, unlike_many = 100, unlike_few = 400;

// 1 for a single stroke .. 0 for many; half at `places` connected strokes.
inline float share_of_few(int places) {
  constexpr float half = 6;
  const float crowd = static_cast<float>(places) / half;
  return 1 / (1 + crowd * crowd);
}

inline float unlike_painted_at(float reach, float few) {
  const float usual = unlike_many * std::pow(unlike_few / unlike_many, few);
  return unlike_painted * std::pow(usual / unlike_painted, 2 * (1 - reach));
}

// --- Strokes on what looks alike, times Settings::affinity

// For each connected stroke, within least and most: the more there are, the better the nearest resemblance (found on
// dev photos).
inline constexpr float alike_per_stroke = 1e-4f, alike_least = 5e-4f, alike_most = 1e-2f;

// With a network's traits to compare by: so many times that, and at least so much.
inline constexpr float alike_by_traits = 4, alike_by_traits_least = 8e-3f;

// Nor can a few strokes speak for all that merely resembles their things: their trust with Settings::reach 0, against
// reach 1.
inline constexpr float alike_of_few = 0.36f;

// --- Between the scales of the pyramid: the coarser scale's answer

inline constexpr float coarser_scale = 0.03f;

}  // namespace handtint::prior_weights
