// From what a network said to a first coat: the prior that enters the energy, and what a person wants to see of it.
//
// All of this is fast (milliseconds) and needs no network run again: amount and temperature act live.
#pragma once

#include <cstdint>
#include <vector>

#include "solver/prediction/prediction.h"
#include "solver/problem.h"

namespace handtint {

inline constexpr float min_coat_temperature = 0.1f, max_coat_temperature = 4;
inline constexpr float max_coat_vividness = 2;
inline constexpr std::uint32_t max_coat_variant = 9999;

struct CoatSettings {
  float amount = 1;       // 0 = no coat .. 1 = as proposed; scales colour and trust
  float temperature = 1;  // 0.1 (the likeliest colour, often near grey) .. 4 (a mean of all); 1 = as calibrated. Only
                          // distributions have one.
  std::uint32_t variant = 0;  // 0 = the most plausible coat; others, up to 9999, draw different plausible colours, the
                              // same for the same number
  float vividness = 1;        // 0 = grey .. 2: gain of the proposal's chroma, which leaves its trust as it is
  friend bool operator==(const CoatSettings&, const CoatSettings&) = default;
};

// The median of the annealed distribution (Zhang, Isola, Efros 2016: softmax(logits / temperature) weighs the bins) in
// differences as CIEDE2000 counts them, up to 20 % more colourful where several colours are likely; with a weight
// that falls with the distribution's variance: where the network is unsure, strokes and neighbours decide. The
// prediction's traits go with it as they are. Empty if the prediction is empty or the amount is 0.
Prior make_prior(const Prediction& prediction, const CoatSettings& settings = {});

struct LikelyColour {
  AbColour colour;
  float probability = 0;
};

// The peaks of the distribution at a position (0..1 across and down the photo), the likeliest first, at most `most`.
// Each holds the probability of the bins that lead up to it and their mean colour. Where there are fewer than three,
// what variants of the coat have there, if it looks different, and each bin counts for the nearest colour. Without a
// distribution: the one colour proposed.
std::vector<LikelyColour> likely_colours(const Prediction& prediction, float x, float y, int most = 5);

}  // namespace handtint
