#include "solver/prediction/coat.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "solver/prediction/distribution.h"
#include "solver/prior_weights.h"

namespace handtint {
namespace {

using prior_weights::network_half_sure, prior_weights::network_sure, prior_weights::network_without_bins;

// Peaks of a distribution are looked for among bins at most this far apart in a and b: the eight neighbours of a grid
// of 10.
constexpr float neighbourhood = 10.5f;
constexpr float least_probability = 0.02f;  // of a colour worth showing

// How far a variant leans towards its hue: logits per ab unit. Where the network is sure, that changes nothing; where
// it hesitates between colours, another of them wins.
constexpr float variant_lean = 0.065f;

AbColour mean_of(const std::vector<float>& probability, const std::vector<AbColour>& bins) {
  AbColour mean;
  for (std::size_t q = 0; q < bins.size(); ++q) {
    mean.a += probability[q] * bins[q].a;
    mean.b += probability[q] * bins[q].b;
  }
  return mean;
}

float variance_of(const std::vector<float>& probability, const std::vector<AbColour>& bins, AbColour mean) {
  float variance = 0;
  for (std::size_t q = 0; q < bins.size(); ++q) {
    const float da = bins[q].a - mean.a, db = bins[q].b - mean.b;
    variance += probability[q] * (da * da + db * db);
  }
  return variance;
}

// Towards which colour a variant leans at a cell: a hue of its own that wanders slowly over the picture, so that things
// far apart may change differently but one thing keeps one colour.
AbColour lean_of(std::uint32_t variant, int x, int y, int width, int height) {
  if (variant == 0) return {};
  constexpr float turn = 2 * std::numbers::pi_v<float>, golden = 0.618034f;
  const float start = std::fmod(golden * static_cast<float>(variant % 10007), 1.0f);
  const float across = (x + 0.5f) / width, down = (y + 0.5f) / height;
  const float wander = 0.06f * (std::sin(turn * (across + 5 * start)) + std::sin(turn * (down + 7 * start)));
  return {variant_lean * std::cos(turn * (start + wander)), variant_lean * std::sin(turn * (start + wander))};
}

}  // namespace

Prior make_prior(const Prediction& prediction, const CoatSettings& settings) {
  const float amount = std::clamp(settings.amount, 0.0f, 1.0f);
  if (prediction.empty() || amount == 0) return {};
  const float gain = amount * std::clamp(settings.vividness, 0.0f, max_coat_vividness);
  const int w = prediction.width, h = prediction.height;
  Prior prior{Plane<float>(w, h), Plane<float>(w, h), Plane<float>(w, h), prediction.traits};
  const float temperature = std::clamp(settings.temperature, min_coat_temperature, max_coat_temperature);
  std::vector<float> probability;
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      AbColour colour;
      float trust = network_without_bins;
      if (prediction.has_distribution()) {
        const std::size_t cell = static_cast<std::size_t>(y) * w + x;
        distribution_at(prediction, cell, temperature, lean_of(settings.variant, x, y, w, h), probability);
        colour = mean_of(probability, prediction.bins);
        const float variance = variance_of(probability, prediction.bins, colour);
        trust = network_sure / (1 + variance / (network_half_sure * network_half_sure));
      } else {
        colour = {prediction.a(x, y), prediction.b(x, y)};
      }
      prior.a(x, y) = gain * colour.a;
      prior.b(x, y) = gain * colour.b;
      prior.weight(x, y) = amount * trust;
    }
  return prior;
}

std::vector<LikelyColour> likely_colours(const Prediction& prediction, float x, float y, int most) {
  if (prediction.empty() || most < 1) return {};
  const std::size_t cell = cell_at(prediction, x, y);
  if (!prediction.has_distribution()) return {{{prediction.a.data()[cell], prediction.b.data()[cell]}, 1.0f}};

  std::vector<float> probability;
  distribution_at(prediction, cell, 1, {}, probability);
  const std::vector<AbColour>& bins = prediction.bins;
  const std::size_t count = bins.size();
  // From every bin uphill, one neighbour at a time, to a peak; ties go to the earlier bin, so that every walk ends.
  const auto higher = [&](std::size_t p, std::size_t q) {
    return probability[p] > probability[q] || (probability[p] == probability[q] && p < q);
  };
  std::vector<std::size_t> uphill(count);
  for (std::size_t q = 0; q < count; ++q) {
    uphill[q] = q;
    for (std::size_t p = 0; p < count; ++p)
      if (std::abs(bins[p].a - bins[q].a) <= neighbourhood && std::abs(bins[p].b - bins[q].b) <= neighbourhood &&
          higher(p, uphill[q]))
        uphill[q] = p;
  }
  std::vector<LikelyColour> peaks(count);
  for (std::size_t q = 0; q < count; ++q) {
    std::size_t peak = q;
    while (uphill[peak] != peak) peak = uphill[peak];
    peaks[peak].probability += probability[q];
    peaks[peak].colour.a += probability[q] * bins[q].a;
    peaks[peak].colour.b += probability[q] * bins[q].b;
  }
  std::erase_if(peaks, [](const LikelyColour& peak) { return peak.probability < least_probability; });
  for (LikelyColour& peak : peaks) {
    peak.colour.a /= peak.probability;
    peak.colour.b /= peak.probability;
  }
  std::stable_sort(peaks.begin(), peaks.end(),
                   [](const LikelyColour& p, const LikelyColour& q) { return p.probability > q.probability; });
  if (peaks.size() > static_cast<std::size_t>(most)) peaks.resize(most);
  return peaks;
}

}  // namespace handtint
