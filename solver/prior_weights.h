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

// A key frame's colour at a place alike, times the confidence of the match, where a film's colours were lost on the
// way. A third or three times that: 0.05 dB less on five clips.
inline constexpr float matched = 3e-4f;

// --- Factors on a coat's weight

// While the coat is made nothing else speaks, so it may hold more firmly: its own edges count, not only its level.
inline constexpr float coat_alone = 30;

// The pull back to the coat where it shows something unlike all that was painted, against where it shows the like: if
// strokes speak for everything alike, and if they keep to their things (closeness 1); in between and beyond evenly in
// the logarithm. Found on dev photos, by figures (tests/bench/flood_score.py) and by eye.
inline constexpr float unlike_painted = 20, unlike_close = 8000;

inline float unlike_painted_at(float closeness) {
  return unlike_painted * std::pow(unlike_close / unlike_painted, closeness);
}

// --- How closely strokes keep to their things

// 1 for a single stroke .. 0 for many; half at so many connected places. A few strokes cannot speak for all that there
// is; many leave little that nobody spoke for.
inline float share_of_few(int places) {
  constexpr float half = 6, steepness = 4;
  return 1 / (1 + std::pow(static_cast<float>(places) / half, steepness));
}

// 1 for a stroke .. 0 for a dab: `slender` is its length by its width (length^2 by area), `photo_share` its area as a
// share of the photo. Who touches a photo with the tip of the brush shows an example, who paints means a thing.
inline float share_of_stroke(float slender, float photo_share) {
  constexpr float half_slender = 2.5f, slender_steepness = 6, half_share = 5e-3f, share_steepness = 4;
  const float thick = 1 / (1 + std::pow(slender / half_slender, slender_steepness));
  const float small = 1 / (1 + std::pow(photo_share / half_share, share_steepness));
  return 1 - thick * small;
}

// `reach` as in Settings, `few_strokes` 0 .. 1: what DistanceToPainted::closeness says.
inline float closeness(float reach, float few_strokes) {
  if (reach >= 0.5f) return 2 * (1 - reach) * few_strokes;
  return few_strokes + (1 - 2 * reach) * (2 - few_strokes);
}

// --- Strokes on what looks alike, times Settings::affinity

// For each connected stroke, within least and most: the more there are, the better the nearest resemblance (found on
// dev photos).
inline constexpr float alike_per_stroke = 1e-4f, alike_least = 5e-4f, alike_most = 1e-2f;

// With a network's traits to compare by: so many times that, and at least so much.
inline constexpr float alike_by_traits = 4, alike_by_traits_least = 8e-3f;

// Nor do strokes that keep to their things speak for all that merely resembles those: a factor at closeness 1.
inline constexpr float alike_of_close = 0.3f;

// --- Between the scales of the pyramid: the coarser scale's answer

inline constexpr float coarser_scale = 0.03f;

}  // namespace handtint::prior_weights
