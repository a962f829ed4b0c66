// The things of a photo that a reference shows too, and one short line for each: where a person would paint it, and
// with what colour. Plain data in, plain data out; strokes are made of it elsewhere (editor/document/suggest.h).
#pragma once

#include <cstdint>
#include <vector>

#include "solver/plane.h"
#include "solver/prediction/matching.h"
#include "solver/prediction/prediction.h"

namespace handtint {

// A line to paint on one thing.
struct SuggestedLine {
  std::vector<Place> points;  // in the photo, two or more, well inside the thing
  float radius = 0;           // of the brush, as a share of the photo's shorter side
  AbColour colour;            // the median of what the reference shows there
  float confidence = 0;       // 0..1
  Place source;               // in the reference: where the colour was taken
  int reference = 0;          // of several, which
  float area = 0;             // of the thing, as a share of the photo
};

struct LineSettings {
  float daring = 0.5f;  // 0 = only what is sure .. 1 = whatever there is
  int most = 25;
  Plane<float> painted;  // any size, covers the photo; above 0: a person painted here. A thing with such a place gets
                         // no line. Empty = nothing is painted
};

// The photo cut into things: connected areas of like kind and like lightness, numbered from 0; a prediction's size.
Plane<int> find_things(const Description& photo, const Matches& matches);

// The surest things first. Empty if the matches are empty.
std::vector<SuggestedLine> suggest_lines(const Description& photo, const Matches& matches,
                                         const LineSettings& settings = {});

}  // namespace handtint
