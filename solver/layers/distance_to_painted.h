// How unlike everything painted so far each place of a first coat is: there the coat is to be trusted more firmly, or a
// stroke on the wall would run into the face, for want of anybody who speaks for the face.
//
// By kind: the distance to the nearest painted cell in the prior's traits. By thing: that to a stroke's, and how unlike
// the photo's areas are between the place and the stroke (area_tree.h), and how far it is. All are kept up to
// date from patch to patch: the same strokes give the same numbers, whatever way led to them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "solver/area_tree.h"
#include "solver/problem.h"

namespace handtint {

class DistanceToPainted {
 public:
  // `traits` as in Prior, for a photo of that lightness; empty planes: unlikeness() is 0 everywhere.
  DistanceToPainted() = default;
  DistanceToPainted(std::array<Plane<float>, 3> traits, SharedPlane<float> lightness);

  // The network has looked again: other traits for the same photo and strokes. False if they are of another size:
  // nothing was done, and all has to be found anew.
  bool look_again(std::array<Plane<float>, 3> traits);

  // The hints inside a rectangle of the photo are new. `strength` is the whole photo's. True if unlikeness() or
  // closeness() has changed.
  bool update(const Plane<float>& strength, const Rect& changed);

  // How closely what was painted keeps to its things, by Settings::reach: 0 = it speaks for everything alike .. 1 = for
  // its thing .. 2 = and for nothing that is at all unlike. 0 without traits.
  float closeness(float reach) const;

  // The photo's areas, if they are not known yet: 25 ms that a first stroke need not wait for.
  void find_areas();
  // What a closeness above 0 needs.
  void find_things();

  // 0 = like something that was painted .. 1 = like nothing that was, or nothing was. At closeness 0 only the kind
  // counts, in cells of the traits; the more, the more counts the thing (after find_things()), in pixels of the areas'
  // grid, which follows the photo's edges. Empty without traits.
  Plane<float> unlikeness(float closeness = 0) const;

 private:
  // Lowers each cell's squared distance in traits to that to a painted cell, or to all of them.
  void compare_with(std::size_t painted);
  void compare_with_all();
  float few_strokes() const;
  std::vector<std::vector<int>> areas_of_strokes() const;
  std::vector<float> distance_to(const std::vector<int>& stroke) const;

  std::array<Plane<float>, 3> traits_;
  SharedPlane<float> lightness_;
  Plane<float> small_lightness_;  // on the areas' grid; empty until it is needed
  Plane<std::uint8_t> painted_;
  struct Moments {  // of pixels
    double count = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    void add(double px, double py);
    void add(const Moments& other);
    double length() const;
    friend bool operator==(const Moments&, const Moments&) = default;
  };
  std::vector<Moments> pixels_;   // painted ones of each cell
  std::vector<float> distance2_;  // to the nearest painted cell in traits, squared
  std::optional<AreaTree> areas_;
  struct SmallArea {
    std::array<float, 3> traits{};
    float x = 0, y = 0;  // its middle, in pixels of the areas' grid
  };
  std::vector<SmallArea> small_areas_;  // the tree's smallest
  struct StrokeThing {
    std::vector<int> areas;       // the small areas that it lies on
    std::vector<float> distance;  // of each small area from its thing
  };
  std::vector<StrokeThing> things_;  // of the strokes when find_things() was last asked
  std::vector<float> other_thing_;  // how much each of them belongs to another thing than all strokes; empty: not known
  float few_strokes_ = 0;           // 1 = a few strokes were painted .. 0 = many, or dabs
};

// The prior of a deviation from a coat: none is wanted, as firmly as the coat was trusted, and more so where it shows
// something unlike all that was painted. `distance` is by the prior's traits.
Prior pull_to_none(const Prior& prior, const DistanceToPainted& distance, float closeness);

}  // namespace handtint
