// One region that strokes are limited to: a solve of its own, on the part of the photo that its outline bounds, as if
// the photo had been cut out along the outline.
//
// Without a first coat its answer is the colour inside. With one, the answer is the deviation from the picture below
// that the region's strokes ask for, so that where they do not reach the picture below stays (as in coated_solver.h).
// Not thread-safe.
#pragma once

#include <memory>

#include "solver/layers/unlikeness.h"
#include "solver/solver.h"

namespace handtint {

class RegionLayer {
 public:
  // `region` is complete. `solver` is a plain one.
  RegionLayer(std::unique_ptr<Solver> solver, RegionPatch region, const Settings& settings);

  std::uint64_t id() const { return id_; }
  const Rect& bounds() const { return bounds_; }
  // Something is painted here for the region alone; else it has no say, and is not to be laid over anything.
  bool active() const { return own_ > 0; }

  // Of the same region. True if that changes something.
  bool apply(const RegionPatch& patch);
  void configure(const Settings& settings);

  // The photo's first coat and the picture below, cut to bounds(): the answer is a deviation from it.
  void lie_on(const Prior& prior, int photo_width, int photo_height, Chroma below);
  // No coat: the answer is the colour.
  void lie_on_nothing();

  Report iterate(const Budget& budget);
  bool done() const { return done_; }
  bool ready() const { return ready_; }  // was solved once, with or without strokes: the next will be quick

  // Lays what is solved so far over a picture of the part `window` of the photo, which may be smaller than that part.
  // Pixels outside the region stay as they are, those that the outline divides take their share.
  void lay_over(Chroma& picture, const Rect& window) const;

 private:
  bool inside(int x, int y) const { return mask_(x, y) & region_inside; }
  Rect whole() const { return {0, 0, bounds_.width(), bounds_.height()}; }
  HintPatch wish(const Rect& part, bool with_cuts) const;
  void load();
  Prior pull() const { return pull_to_none(prior_, unlikeness_); }

  std::unique_ptr<Solver> solver_;
  std::uint64_t id_;
  Rect bounds_;
  // Of the size of bounds_.
  Plane<float> lightness_, hint_a_, hint_b_, hint_strength_;
  Plane<std::uint8_t> mask_, barriers_;  // barriers_: empty, or CutBits
  Chroma below_;                         // empty: nothing
  Prior prior_;                          // the coat's, cut out; empty: none
  Unlikeness unlikeness_;
  Settings settings_;
  Chroma answer_;
  int own_ = 0;  // pixels painted for the region alone
  bool loaded_ = false, done_ = false, ready_ = false;
};

}  // namespace handtint
