// Predictions made up for tests: a grid of bins, and cells whose distribution is a sum of bumps.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include "solver/prediction/prediction.h"

namespace handtint::tests {

inline const std::vector<AbColour> grid = [] {
  std::vector<AbColour> bins;
  for (int a = -50; a <= 50; a += 10)
    for (int b = -50; b <= 50; b += 10) bins.push_back({static_cast<float>(a), static_cast<float>(b)});
  return bins;
}();

// log of a sum of bumps: (centre, share) each, 6 units wide.
inline Prediction cells(const std::vector<std::vector<std::pair<AbColour, float>>>& mixtures) {
  Prediction p;
  p.width = static_cast<int>(mixtures.size());
  p.height = 1;
  p.bins = grid;
  p.logits.resize(grid.size() * p.cells());
  for (int x = 0; x < p.width; ++x)
    for (std::size_t q = 0; q < grid.size(); ++q) {
      float sum = 1e-9f;
      for (const auto& [centre, share] : mixtures[x])
        sum += share * std::exp(-(std::pow(grid[q].a - centre.a, 2.0f) + std::pow(grid[q].b - centre.b, 2.0f)) / 72);
      p.logits[q * p.cells() + x] = std::log(sum);
    }
  return p;
}

}  // namespace handtint::tests
