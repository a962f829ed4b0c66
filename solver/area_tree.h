// A photo's areas in a tree: small ones, the likest neighbours joined first, until one is left (a binary partition
// tree, Salembier and Garrido 2000). How like two are is told by all of their common border, so that one weak place in
// the edge between unlike areas joins nothing.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "solver/plane.h"

namespace handtint {

class AreaTree {
 public:
  static constexpr double usual_pixels = 120e3;  // of a grid over a photo, for whose areas the weights were found

  // `lightness`: CIE L, not empty. `traits` of the same size, as in Prior, or empty.
  AreaTree(const Plane<float>& lightness, const std::array<Plane<float>, 3>& traits);

  // 1 = belongs to the largest area around the pixel whose parts are all less unlike than that; connected.
  Plane<std::uint8_t> around(int x, int y, float unlikeness) const;

  // Which of the smallest areas each pixel is in, numbered from 0 on.
  const Plane<int>& smallest() const { return leaf_; }
  int smallest_count() const { return leaves_; }

  // Of each of the smallest areas, how unlike the two parts are of the least one that holds it and one of `marked`,
  // which are one or more of them; 0 for the marked.
  std::vector<float> unlikeness_to(const std::vector<int>& marked) const;

  int width() const { return leaf_.width(); }
  int height() const { return leaf_.height(); }

 private:
  Plane<int> leaf_;
  struct Node {
    int parent = -1;
    float unlikeness = 0;  // of the two that it was joined of, never below theirs; 0 of a leaf
  };
  std::vector<Node> nodes_;  // the leaves, then parents behind their children
  int leaves_ = 0;
};

}  // namespace handtint
