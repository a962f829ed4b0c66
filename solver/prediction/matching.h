// Which places of a colour photo show what a place of a grey photo shows, and what colour follows from that: cell by
// cell, with a confidence. Planes in, planes out; it knows no files and runs no network.
//
// Cells (an eighth of the network's size) are compared by what the network sees in them: its inner layers, its
// distribution over colours, lightness and height in the picture. Each layer is whitened over both photos first, so
// that what all cells share does not count. A distance has a meaning of its own: 0 = the same, about 3 = the same thing
// in another frame, from 5 on = other things (measured on photos of one scene and on unrelated ones).
#pragma once

#include <stop_token>
#include <vector>

#include "solver/plane.h"
#include "solver/prediction/prediction.h"

namespace handtint {

// A place in a photo, 0..1 across and down.
struct Place {
  float x = 0, y = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

struct Matches {
  Chroma chroma;            // CIE a, b that the reference shows at the places alike
  Plane<float> variance;    // of the colours at these places, in ab units squared
  Plane<float> distance;    // to the places alike
  Plane<float> likeness;    // 0..1: how sure each place is by itself
  Plane<float> confidence;  // 0..1: the likeness, less where the photos as a whole show other things; see as_daring
  Plane<Place> source;      // in the reference: the likest place
  Plane<int> reference;     // of several, which; see surest_of
  float excess = 0;         // how much farther the reference's places are than the photo's own; see related

  bool empty() const { return distance.empty(); }
  int width() const { return distance.width(); }
  int height() const { return distance.height(); }
};

// Where a match is looked for: planes of any size that cover the photos, above 0.5 = here. Empty = everywhere.
struct MatchLimits {
  Plane<float> target, reference;
};

// Distances have no common measure: parts of two strangers' faces are nearer than parts of one landscape. So the photo
// is its own measure. A twentieth of its cells is nearer to some place of the reference than d, and a twentieth nearer
// to some other place of the photo itself, at least a quarter of its diagonal away, than s, which counts as more than
// what an even sky repeats; the excess is d - s. A twentieth, not the whole: a reference may show but one of the
// photo's things. By the network's coarse layers, which know what a thing is, and a fifth of the same by everything.
// Other halves of one photo and frames of one clip mostly have an excess of -1 to 0.6, other photos more, but for
// other persons' faces and figures (figures: tests/bench/FIGURES.md).
inline constexpr float unrelated_excess = 0.61f;

// Does the reference show what the photo shows, that is, is the excess below the limit? Confidence fades from there and
// is 0 from 0.85 on. Who is more daring than 0.5 knows better than the excess: at 1 it may be larger by 1, in between
// evenly. Empty matches are not related.
bool related(const Matches& matches, float daring = 0.5f);

// The matches with the confidence that they have for one so daring; as they are up to 0.5.
Matches as_daring(Matches matches, float daring);

// `chroma` is the reference's, of any size. Cells outside the limits get confidence 0. Empty when asked to stop, or if
// a description or the chroma is empty. Throws std::invalid_argument if the two come from different networks.
Matches match(const Description& target, const Description& reference, const Chroma& chroma,
              const MatchLimits& limits = {}, std::stop_token stop = {});

// Of several references of one photo: for each cell the surest, `reference` its number. Leaves out empty matches; empty
// if there are no others.
Matches surest_of(const std::vector<Matches>& matches);

// The reference's lightness as the target's camera, print and scan would have left it: no sharper, in the same tones.
// What a network should see of the reference; any sizes.
Plane<float> age_like(const Plane<float>& reference, const Plane<float>& target);

}  // namespace handtint
