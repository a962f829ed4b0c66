// Strokes over something, on a rectangle of the photo: all of it, or a region's (RegionPatch), which is then solved as
// if the photo had been cut out along the outline.
//
// Over nothing the strokes are solved as they are, and the answer is the colour. Over a base, which is a coat or the
// picture below, the answer is the deviation from it that the strokes ask for: hints become hint - base, and the pull
// is towards no deviation with the coat's weight (pull_to_none). So the colour at a stroke is the stroke's, near it and
// on like texture the base shifts with it, and where strokes do not reach the base stays.
//
// Not thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "solver/layers/distance_to_painted.h"
#include "solver/solver.h"

namespace handtint {

class Layer {
 public:
  // `make_plain` makes its solver, a plain one, when it is first needed. once: as for make_solver_once; the hints are
  // let go of when the solver has them.
  explicit Layer(std::function<std::unique_ptr<Solver>()> make_plain, bool once = false)
      : make_plain_(std::move(make_plain)), once_(once) {}

  // Starts over, over nothing. `strokes` is about the rectangle and without a prior. `mask` (RegionBits) is of its
  // size, or empty: all of it is inside, and everything painted is its own.
  void load(Problem strokes, Plane<std::uint8_t> mask = {});

  // In pixels of the rectangle. True if that changes something.
  bool apply(const HintPatch& patch, const Plane<std::uint8_t>& mask = {});

  // Throws std::invalid_argument with validate(settings).
  void configure(const Settings& settings);

  // A new base, stretched over the rectangle, and the prior whose coat is in it; none for both: over nothing.
  void set_base(Prior prior, std::shared_ptr<const Chroma> base);

  // Something is painted here for the region alone; else it has no say, and is not to be laid over anything.
  bool active() const { return own_ > 0; }
  bool loaded() const { return loaded_; }
  bool done() const { return done_; }
  bool ready() const { return ready_; }  // was solved once, with or without strokes: the next will be quick

  // Makes its solver now, if it has none, so that what is wrong with the backend is said at once.
  void open();
  // Lets go of a region's solver and its memory and keeps the answer; what changes later is solved from the beginning.
  void park();

  Report iterate(const Budget& budget);
  Solver& solver() { return *solver_; }  // of the answer; to read from once loaded
  const Solver& solver() const { return *solver_; }

  // Of a region whose rectangle of the photo is `bounds`: lays what is solved so far over a picture of the part
  // `window` of the photo, which may be smaller than that part. Pixels outside the region stay as they are, those that
  // the outline divides take their share.
  void lay_over(Chroma& picture, const Rect& window, const Rect& bounds) const;

 private:
  bool is_region() const { return !mask_.empty(); }
  bool inside(int x, int y) const { return !is_region() || mask_(x, y) & region_inside; }
  Rect whole() const { return strokes_.lightness.whole(); }
  bool differs(const HintPatch& patch) const;
  bool cuts_differ(const HintPatch& patch) const;
  std::pair<float, float> base_at(int x, int y) const;
  std::uint8_t cuts_at(int x, int y) const;
  bool wants_sketch(const Budget& budget) const;
  Report sketch(const Budget& budget);
  HintPatch deviations(const Rect& part, bool with_cuts) const;
  void lay_pixels_over(Chroma& picture, const Rect& window, const Rect& bounds) const;
  void move_hints();
  Prior pull();
  Settings solver_settings() const;
  void give_settings();
  void follow_painted();

  std::function<std::unique_ptr<Solver>()> make_plain_;
  bool once_;
  std::unique_ptr<Solver> solver_;  // null: not needed yet, or parked
  Settings settings_, given_;       // given_: as the solver has them
  Problem strokes_;                 // as painted; its prior is the base's, or empty
  Plane<std::uint8_t> mask_;
  std::shared_ptr<const Chroma> base_;  // null: nothing
  DistanceToPainted distance_;
  Chroma answer_;  // of a region
  int own_ = 0;    // pixels painted for the region alone
  bool loaded_ = false, done_ = false, ready_ = false;
  bool sketched_ = false;  // answer_ is a small one of the strokes as they are
};

}  // namespace handtint
