#include "solver/prediction/coat.h"

#include <algorithm>
#include <cmath>
#include <limits>
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
constexpr int least_choice = 3;             // colours, if there are so many that look different

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

// CIEDE2000 counts a step of chroma C as 1 / (1 + 0.045 C) of it (Sharma, Wu, Dalal 2005): ab with the chroma that is
// the sum of such steps, and back.
constexpr float chroma_steps = 0.045f;

AbColour as_seen(AbColour colour) {
  const float chroma = std::hypot(colour.a, colour.b);
  const float scale = chroma > 0 ? std::log1p(chroma_steps * chroma) / (chroma_steps * chroma) : 1;
  return {scale * colour.a, scale * colour.b};
}

AbColour from_seen(AbColour seen) {
  const float chroma = std::hypot(seen.a, seen.b);
  const float scale = chroma > 0 ? std::expm1(chroma_steps * chroma) / (chroma_steps * chroma) : 1;
  return {scale * seen.a, scale * seen.b};
}

// Where the expected difference from the true colour is least: the median of the distribution over `seen`. The mean of
// grey and two bright colours is a brown that is none of them. A few rounds (Weiszfeld 1937), not to the end, from the
// mean on, so that the picture stays smooth.
AbColour median_of(const std::vector<float>& probability, const std::vector<AbColour>& seen) {
  constexpr int rounds = 3;
  constexpr float nearest = 4, negligible = 1e-5f;  // squared distance to a bin; probability
  AbColour median = mean_of(probability, seen);
  for (int round = 0; round < rounds; ++round) {
    AbColour sum;
    float whole = 0;
    for (std::size_t q = 0; q < seen.size(); ++q) {
      if (probability[q] < negligible) continue;
      const float da = seen[q].a - median.a, db = seen[q].b - median.b;
      const float weight = probability[q] / std::sqrt(da * da + db * db + nearest);
      sum.a += weight * seen[q].a;
      sum.b += weight * seen[q].b;
      whole += weight;
    }
    median = {sum.a / whole, sum.b / whole};
  }
  return median;
}

// The median of several likely colours is a pale one: where some are likely but not all, it may be more colourful.
// Found on photos that were not trained on: the same error with more colour. Nothing where one colour is sure.
float gain_between_colours(float variance) {
  constexpr float most = 0.2f, where = 100;  // ab units squared
  const float x = variance / where;
  return 1 + 2 * most * x / (1 + x * x);
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

// Colours between which a person can choose where there are few peaks: those that variants of the coat have there, each
// as far as can be from the others. Every bin then counts for the colour that is nearest.
void add_variants(const Prediction& prediction, std::size_t cell, int most, std::vector<LikelyColour>& colours) {
  constexpr int hues = 12;
  constexpr float least_distance = 8;  // in ab: looks another colour
  const std::vector<AbColour>& bins = prediction.bins;
  std::vector<AbColour> seen;
  for (const AbColour& bin : bins) seen.push_back(as_seen(bin));
  std::vector<float> probability, leaning;
  distribution_at(prediction, cell, 1, {}, probability);
  const auto distance = [](AbColour p, AbColour q) { return std::hypot(p.a - q.a, p.b - q.b); };
  std::vector<AbColour> candidates;
  for (int hue = 0; hue < hues; ++hue) {
    const float angle = 2 * std::numbers::pi_v<float> * static_cast<float>(hue) / hues;
    distribution_at(prediction, cell, 1, {variant_lean * std::cos(angle), variant_lean * std::sin(angle)}, leaning);
    const AbColour colour = from_seen(median_of(leaning, seen));
    float near = 0;
    for (std::size_t q = 0; q < bins.size(); ++q)
      if (distance(bins[q], colour) <= neighbourhood) near += probability[q];
    if (near >= least_probability) candidates.push_back(colour);
  }
  const auto apart = [&](AbColour colour) {
    float nearest = std::numeric_limits<float>::max();
    for (const LikelyColour& other : colours) nearest = std::min(nearest, distance(colour, other.colour));
    return nearest;
  };
  while (std::ssize(colours) < most && !candidates.empty()) {
    const auto farthest = std::max_element(candidates.begin(), candidates.end(),
                                           [&](AbColour p, AbColour q) { return apart(p) < apart(q); });
    if (apart(*farthest) < least_distance) break;
    colours.push_back({*farthest});
  }
  for (LikelyColour& colour : colours) colour.probability = 0;
  for (std::size_t q = 0; q < bins.size(); ++q)
    std::min_element(colours.begin(), colours.end(), [&](const LikelyColour& p, const LikelyColour& r) {
      return distance(p.colour, bins[q]) < distance(r.colour, bins[q]);
    })->probability += probability[q];
  std::stable_sort(colours.begin(), colours.end(),
                   [](const LikelyColour& p, const LikelyColour& q) { return p.probability > q.probability; });
}

}  // namespace

Prior make_prior(const Prediction& prediction, const CoatSettings& settings) {
  const float amount = std::clamp(settings.amount, 0.0f, 1.0f);
  if (prediction.empty() || amount == 0) return {};
  const float gain = amount * std::clamp(settings.vividness, 0.0f, max_coat_vividness);
  const int w = prediction.width, h = prediction.height;
  Prior prior{Plane<float>(w, h), Plane<float>(w, h), Plane<float>(w, h), prediction.traits};
  const float temperature = std::clamp(settings.temperature, min_coat_temperature, max_coat_temperature);
  std::vector<AbColour> seen;
  for (const AbColour& bin : prediction.bins) seen.push_back(as_seen(bin));
  std::vector<float> probability;
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      AbColour colour;
      float trust = network_without_bins;
      if (prediction.has_distribution()) {
        const std::size_t cell = static_cast<std::size_t>(y) * w + x;
        distribution_at(prediction, cell, temperature, lean_of(settings.variant, x, y, w, h), probability);
        const float variance = variance_of(probability, prediction.bins, mean_of(probability, prediction.bins));
        trust = network_sure / (1 + variance / (network_half_sure * network_half_sure));
        const AbColour median = from_seen(median_of(probability, seen));
        const float vividness = gain_between_colours(variance);
        colour = {vividness * median.a, vividness * median.b};
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
  if (std::ssize(peaks) < std::min(most, least_choice))
    add_variants(prediction, cell, std::min(most, least_choice), peaks);
  return peaks;
}

}  // namespace handtint
