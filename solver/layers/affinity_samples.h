// Which of the photo's hints speak in the affinity prior, and how far: a few hundred pixels spread over all strokes by
// a fixed pseudo-random choice, so that the same strokes always give the same picture.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "solver/numerics/engine.h"
#include "solver/plane.h"

namespace handtint {

struct AffinitySamples {
  bool painted = false;     // there is a hint
  std::vector<float> rows;  // numerics::SampleField each
  int count = 0;
  float distance = 1;  // d = sqrt(pixels / number of hint components)
  float trust = 0;
};

// What the affinity prior knows of likeness besides lightness, at the engine's affinity scale; both may be empty.
struct Likeness {
  std::array<Plane<float>, 3> traits;  // the prior's
  Plane<std::uint8_t> areas;           // shut off from each other by barriers (closed_areas.h)

  bool empty() const { return traits[0].empty() && areas.empty(); }
  // The planes as Engine::set_traits takes them. Not of an empty one.
  std::array<Plane<float>, 3> planes() const;
};

AffinitySamples choose_samples(numerics::Engine& engine, const Likeness& likeness);

}  // namespace handtint
