// The distribution that a network's logits stand for.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "solver/prediction/prediction.h"

namespace handtint {

// Softmax of (logits + lean . bin) / temperature at one cell, into `probability`.
inline void distribution_at(const Prediction& prediction, std::size_t cell, float temperature, AbColour lean,
                            std::vector<float>& probability) {
  const std::size_t n = prediction.cells(), count = prediction.bins.size();
  probability.resize(count);
  float largest = -1e30f, sum = 0;
  for (std::size_t q = 0; q < count; ++q) {
    const AbColour bin = prediction.bins[q];
    probability[q] = prediction.logits[q * n + cell] + lean.a * bin.a + lean.b * bin.b;
    largest = std::max(largest, probability[q]);
  }
  for (float& p : probability) sum += p = std::exp((p - largest) / temperature);
  for (float& p : probability) p /= sum;
}

// The cell of a place, 0..1 across and down the photo; outside, the nearest.
inline std::size_t cell_at(const Prediction& prediction, float x, float y) {
  const int column = std::clamp(static_cast<int>(x * prediction.width), 0, prediction.width - 1);
  const int row = std::clamp(static_cast<int>(y * prediction.height), 0, prediction.height - 1);
  return static_cast<std::size_t>(row) * prediction.width + column;
}

}  // namespace handtint
