// Colours of one frame laid on the next: taken along where the motion is believed, decided by the solver where it is
// not, from what looks alike and lies near.
#pragma once

#include <functional>
#include <memory>

#include "editor/film/motion.h"
#include "solver/solver.h"

namespace handtint {

// The colours of a frame.
struct Carried {
  Chroma colour;
  Plane<float> trust;  // 0..1: how much of it is still a key's, or a coat's, rather than guessed on the way

  bool empty() const { return colour.empty(); }
};

Sheet sheet_of(const Carried& carried);  // its first number is the mean trust
Carried carried_from(const Sheet& sheet);

class Carrier {
 public:
  Carrier(int threads, bool draft);

  // On the frame of that lightness, what the neighbour has. Throws what the solver throws.
  Carried step(const Carried& neighbour, const Look& look, const Plane<float>& lightness,
               const std::function<bool()>& keep_going);

  // Where `believed` is 0 the solver decides from the rest, and little of the trust is left.
  void guess_the_rest(Carried& carried, const Plane<std::uint8_t>& believed, const Plane<float>& lightness,
                      const std::function<bool()>& keep_going);

  // Where hardly any trust is left the solver decides again, from the rest and from `likely`. Throws as step.
  void decide_again(Carried& carried, Prior likely, const Plane<float>& lightness,
                    const std::function<bool()>& keep_going);

 private:
  Chroma solve(Problem problem, const std::function<bool()>& keep_going);

  std::unique_ptr<Solver> solver_;
};

// A key laid over what was carried to its frame: `share` 0..1 of the key for each pixel.
Carried laid_over(const Carried& below, const Chroma& key, const Plane<float>& share);

// Two carried to one frame from both sides, by trust and nearness; `nearness` 0..1 is that of the first.
Chroma between(const Carried& before, const Carried& after, float nearness);

// The same with the trust that is left, the larger of the two.
Carried both(const Carried& before, const Carried& after, float nearness);

}  // namespace handtint
