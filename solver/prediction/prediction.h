// What a network said about a photo's colours: plain data, small (a quarter of the network's input size).
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "solver/plane.h"

namespace handtint {

// A point of the CIE ab plane.
struct AbColour {
  float a = 0, b = 0;
  friend bool operator==(const AbColour&, const AbColour&) = default;
};

// How much of the probability a network's prediction sets hold (prediction_set.h).
struct Calibration {
  float mass = 0.7f;
  float covered = 0;  // the share of a photo's places whose true colour is then in their set, to be expected of photos
                      // like those that were measured. 0 = nobody has measured it
  float covered_vivid = 0;  // of those whose true colour is vivid (chroma above 15), as it was measured
};

// Either a distribution over ab bins at each cell of a small grid that covers the photo, or one colour per cell.
struct Prediction {
  int width = 0, height = 0;
  std::vector<AbColour> bins;          // empty: one colour per cell, in a and b
  std::vector<float> logits;           // bins.size() planes of width x height, before softmax at temperature 1
  Plane<float> a, b;                   // only without bins
  std::array<Plane<float>, 3> traits;  // the network's own or those of traits_of; see Prior; may be empty
  Calibration calibration;

  bool empty() const { return width == 0; }
  bool has_distribution() const { return !bins.empty(); }
  std::size_t cells() const { return static_cast<std::size_t>(width) * height; }
};

// One inner layer of a network: `channels` planes of width x height that cover the photo, one after the other.
struct FeatureMap {
  int channels = 0, width = 0, height = 0;
  std::vector<float> values;

  std::size_t cells() const { return static_cast<std::size_t>(width) * height; }
};

// What a network sees in a photo, beyond its colours: what two photos are compared by (matching.h).
struct Description {
  Plane<float> lightness;  // CIE L, as the network saw it
  Prediction prediction;
  std::vector<FeatureMap> features;  // as the contract lists them; empty if it lists none

  bool empty() const { return prediction.empty(); }
};

}  // namespace handtint
