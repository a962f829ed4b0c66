#include "solver/layers/affinity_samples.h"

#include <algorithm>
#include <cmath>

#include "solver/connected_areas.h"
#include "solver/layers/closed_areas.h"
#include "solver/prior_weights.h"

namespace handtint {
namespace {

// Who knows what the pixels show can believe in their likeness more firmly (prior_weights) and over longer ways (found
// on dev photos).
constexpr float trait_reach = 1.4f;

// Connected strokes: the places that hold any.
int count_components(const std::vector<float>& mass, int width, int height) {
  Plane<std::uint8_t> painted(width, height);
  std::transform(mass.begin(), mass.end(), painted.begin(), [](float m) { return m > 0; });
  return static_cast<int>(connected_areas(painted).sizes.size());
}

std::uint32_t scramble(std::uint32_t value) {  // Wellons' lowbias32
  value ^= value >> 16;
  value *= 0x7feb352dU;
  value ^= value >> 15;
  value *= 0x846ca68bU;
  return value ^ value >> 16;
}

// Pixels of different closed areas are that far apart in the third trait: no sample speaks so far.
constexpr float between_areas = 100;

}  // namespace

std::array<Plane<float>, 3> Likeness::planes() const {
  std::array<Plane<float>, 3> result = traits;
  if (areas.empty()) return result;
  if (result[0].empty()) result.fill(Plane<float>(areas.width(), areas.height()));
  for (std::size_t i = 0; i < areas.size(); ++i) result[2].data()[i] += between_areas * areas.data()[i];
  return result;
}

AffinitySamples choose_samples(numerics::Engine& engine, const Likeness& likeness) {
  const auto& [traits, areas] = likeness;
  const int width = engine.affinity_width(), height = engine.affinity_height();
  const std::size_t size = static_cast<std::size_t>(width) * height;
  std::vector<float> mass(size), a(size), b(size), lightness(size), mean(size), deviation(size);
  engine.read_affinity({mass.data(), a.data(), b.data(), lightness.data(), mean.data(), deviation.data()});

  std::vector<std::uint32_t> hints;
  for (std::size_t i = 0; i < size; ++i)
    if (mass[i] > 0) hints.push_back(static_cast<std::uint32_t>(i));
  AffinitySamples samples;
  samples.painted = !hints.empty();
  if (!samples.painted) return samples;
  const int components = count_components(mass, width, height);
  samples.distance = std::sqrt(static_cast<float>(size) / components);
  using namespace prior_weights;
  samples.trust = std::clamp(alike_per_stroke * components, alike_least, alike_most);
  const bool with_traits = !traits[0].empty();
  if (with_traits) {
    samples.distance *= trait_reach;
    samples.trust = std::max(alike_by_traits * samples.trust, alike_by_traits_least);
  }
  if (!areas.empty()) std::erase_if(hints, [&areas = areas](std::uint32_t i) { return areas.data()[i] == mixed_area; });
  if (hints.size() > numerics::max_samples) {
    std::nth_element(hints.begin(), hints.begin() + numerics::max_samples, hints.end(),
                     [](std::uint32_t i, std::uint32_t j) { return scramble(i) < scramble(j); });
    hints.resize(numerics::max_samples);
    std::sort(hints.begin(), hints.end());
  }
  samples.count = static_cast<int>(hints.size());
  const float x_scale = 1 / samples.distance;
  for (std::uint32_t i : hints) {
    const float s = std::pow((lightness[i] + 16) / 66, 0.375f);
    samples.rows.insert(samples.rows.end(), {lightness[i] / 4, mean[i] / 4, deviation[i] / 4, i % width * x_scale,
                                             i / width * x_scale, a[i] / s, b[i] / s});
    for (const Plane<float>& trait : traits) samples.rows.push_back(with_traits ? trait.data()[i] : 0.0f);
    if (!areas.empty()) samples.rows.back() += between_areas * areas.data()[i];
  }
  return samples;
}

}  // namespace handtint
