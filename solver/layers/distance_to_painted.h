// How unlike everything painted so far each cell of a first coat is: there the coat is to be trusted more firmly, or a
// stroke on the wall would run into the face, for want of anybody who speaks for the face.
//
// The distance of a cell to the nearest painted cell in the prior's traits, kept up to date from patch to patch: the
// same strokes give the same numbers, whatever way led to them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "solver/problem.h"

namespace handtint {

class DistanceToPainted {
 public:
  // `traits` as in Prior, for a photo of that size; empty planes: unlikeness() is 0 everywhere.
  DistanceToPainted() = default;
  DistanceToPainted(std::array<Plane<float>, 3> traits, int photo_width, int photo_height);

  // The hints inside a rectangle of the photo are new. `strength` is the whole photo's. True if unlikeness() has
  // changed.
  bool update(const Plane<float>& strength, const Rect& changed);

  // What a reach below 1 needs, if it is not known yet.
  void find_ways();

  // 0 = like something that was painted .. 1 = like nothing that was, or nothing was. Cells in row order. `reach` as in
  // Settings: at 1 only what cells show counts; the less, the more counts what lies between them and the strokes, as
  // long as those are few (after find_ways()).
  float unlikeness(std::size_t cell, float reach = 1) const;

  // 1 = there are but a few connected places that were painted .. 0 = there are many.
  float few() const { return few_; }

 private:
  void compare_with(std::size_t painted);

  std::array<Plane<float>, 3> traits_;
  int photo_width_ = 0, photo_height_ = 0;
  Plane<std::uint8_t> painted_;
  std::vector<float> distance2_;  // to the nearest painted cell, squared
  // Of the cheapest way to a painted cell, from neighbour to neighbour: what the steps' traits differ by, squared, so
  // that a thing may change slowly but not at once, and a little for the length of the way. Empty: not known.
  std::vector<float> way_;
  float few_ = 1;
};

// The prior of a deviation from a coat: none is wanted, as firmly as the coat was trusted, and more so where it shows
// something unlike all that was painted, by Settings::reach. `distance` has the prior's cells.
Prior pull_to_none(Prior prior, const DistanceToPainted& distance, float reach);

}  // namespace handtint
