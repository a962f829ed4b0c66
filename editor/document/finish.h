// What is done to a picture's colours when all else has spoken: strokes, coat, solver. The screen does the same in
// shaders/picture.frag, so that the dials act at once. Lightness stays the photo's.
#pragma once

#include <string>

#include "editor/document/stroke.h"
#include "solver/solver.h"

namespace handtint {

inline constexpr float max_vividness = 2;

struct Finish {
  float vividness = 1;  // 0 = grey .. 2: gain of chroma
  float warmth = 0;     // -1 (bluer) .. 1 (as under a lamp)

  bool plain() const { return *this == Finish{}; }  // changes nothing
  friend bool operator==(const Finish&, const Finish&) = default;
};

// A warmer light, as a white balance for colours laid over grey: along the line in a, b from daylight (D65) to a black
// body of 4000 K. Colours move by up to the sum of both, greys by the first alone, so that paper and a neutral stroke
// stay nearly what they are.
inline constexpr Ab warm_direction{0.30f, 0.954f};
inline constexpr float warmth_of_grey = 4, warmth_of_colour = 12, half_coloured = 12;  // the last a chroma

Ab finished(Ab colour, const Finish& finish);
Chroma finished(Chroma chroma, const Finish& finish);

// Empty if all is well, else one sentence naming the dial, its value and its range.
std::string validate(const Finish& finish);

}  // namespace handtint
