#include "solver/prediction/coat.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace handtint {
namespace {

// Fitted on photos that were not trained on (see assets/network/README.md).
constexpr float full_trust = 1e-4f;       // the prior's weight where the network is sure
constexpr float trusted_deviation = 15;   // in ab units: at this standard deviation the weight is half of that
constexpr float trust_without_bins = 5e-5f;

constexpr int grid = 10;  // side of a bin; peaks are looked for among the eight neighbours

// The distribution at one cell after another.
class Distribution {
 public:
  explicit Distribution(const Prediction& p) : prediction_(p), probability_(p.bins.size()) {}

  // Softmax of (logits + tilt) / temperature; tilt may be empty.
  const std::vector<float>& at(std::size_t cell, float temperature, const std::vector<float>& tilt = {}) {
    const std::size_t n = prediction_.cells(), count = probability_.size();
    float largest = -1e30f, sum = 0;
    for (std::size_t q = 0; q < count; ++q) {
      probability_[q] = prediction_.logits[q * n + cell] + (tilt.empty() ? 0 : tilt[q]);
      largest = std::max(largest, probability_[q]);
    }
    for (float& p : probability_) sum += p = std::exp((p - largest) / temperature);
    for (float& p : probability_) p /= sum;
    return probability_;
  }

 private:
  const Prediction& prediction_;
  std::vector<float> probability_;
};

Ab mean_of(const std::vector<float>& probability, const std::vector<Ab>& bins) {
  Ab mean;
  for (std::size_t q = 0; q < bins.size(); ++q) {
    mean.a += probability[q] * bins[q].a;
    mean.b += probability[q] * bins[q].b;
  }
  return mean;
}

float variance_of(const std::vector<float>& probability, const std::vector<Ab>& bins) {
  const Ab mean = mean_of(probability, bins);
  float variance = 0;
  for (std::size_t q = 0; q < bins.size(); ++q) {
    const float da = bins[q].a - mean.a, db = bins[q].b - mean.b;
    variance += probability[q] * (da * da + db * db);
  }
  return variance;
}

}  // namespace

}  // namespace handtint
