// Whether a document has a network's first coat under its strokes, and how it is laid on. The coat itself is not kept:
// it is derived anew from photo and dials, the same each time (lay_first_coat.h).
#pragma once

#include <string>

#include "solver/prediction/coat.h"

namespace handtint {

struct FirstCoat {
  bool on = false;
  CoatSettings dials;
  friend bool operator==(const FirstCoat&, const FirstCoat&) = default;
};

inline constexpr float min_coat_temperature = 0.1f, max_coat_temperature = 4;
inline constexpr std::uint32_t max_coat_variant = 9999;

// Empty if all is well, else one sentence naming the dial, its value and its range.
std::string validate(const FirstCoat& coat);

}  // namespace handtint
