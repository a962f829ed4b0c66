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

  // The hints inside a rectangle of the photo are new. `strength` is the whole photo's. True if unlikeness() or
  // closeness() has changed.
  bool update(const Plane<float>& strength, const Rect& changed);

  // How closely what was painted keeps to its things, by Settings::reach: 0 = it speaks for everything alike .. 1 = for
  // what it can be reached from, each step alike .. 2 = and for nothing that is at all unlike. 0 without traits.
  float closeness(float reach) const;

  // What a closeness above 0 needs, if it is not known yet.
  void find_ways();

  // 0 = like something that was painted .. 1 = like nothing that was, or nothing was. Cells in row order. At closeness
  // 0 only what cells show counts; the more, the more counts what lies between them and the strokes (after
  // find_ways()).
  float unlikeness(std::size_t cell, float closeness = 0) const;

 private:
  void compare_with(std::size_t painted);
  float few_strokes() const;

  std::array<Plane<float>, 3> traits_;
  int photo_width_ = 0, photo_height_ = 0;
  Plane<std::uint8_t> painted_;
  struct Moments {  // of pixels
    double count = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    void add(double px, double py);
    void add(const Moments& other);
    double length() const;
  };
  std::vector<Moments> pixels_;   // painted ones of each cell
  std::vector<float> distance2_;  // to the nearest painted cell, squared
  // Of the cheapest way to a painted cell, from neighbour to neighbour: what the steps' traits differ by, squared, so
  // that a thing may change slowly but not at once, and a little for the length of the way. Empty: not known.
  std::vector<float> way_;
  bool shorter_ways_ = false;  // there may be: cells were painted since they were found
  float few_strokes_ = 0;      // 1 = a few strokes were painted .. 0 = many, or dabs
};

// The prior of a deviation from a coat: none is wanted, as firmly as the coat was trusted, and more so where it shows
// something unlike all that was painted. `distance` has the prior's cells.
Prior pull_to_none(Prior prior, const DistanceToPainted& distance, float closeness);

}  // namespace handtint
