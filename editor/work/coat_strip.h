// Six coats to choose from: the likeliest, and five that differ visibly from it and from one another, chosen among
// twenty; as small pictures and as colours for a large one. Made on a thread once the screen's own picture is done.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "editor/work/background.h"
#include "editor/work/predictions.h"
#include "editor/work/sitting.h"
#include "solver/prediction/coat.h"

namespace handtint {

// The numbers of `count` variants among the first `among`, the likeliest (0) first: each next one is the farthest from
// those before (Gonzalez 1985), by the mean difference of a, b over the picture. Fewer if there are no more that differ
// visibly. `dials` without its variant.
std::vector<std::uint32_t> different_variants(const Prediction& prediction, CoatSettings dials, int count, int among);

class CoatStrip {
 public:
  struct Coat {
    std::uint32_t variant = 0;
    std::shared_ptr<const Chroma> chroma;  // of the whole photo, small
    int width = 0, height = 0;             // of the picture
    std::vector<std::uint8_t> rgba;
  };

  CoatStrip(const Sitting& sitting, const Predictions& predictions, std::function<void()> wake_up)
      : sitting_(sitting), predictions_(predictions), wake_up_(std::move(wake_up)) {}

  // Of the open document; empty while they are not there, or if nothing proposes any.
  const std::vector<Coat>& coats() const { return coats_; }
  std::uint64_t number() const { return number_; }  // other coats, another number

  // Makes them, if they are wanted and there is something to make them of; anew if the coat's dials were moved. Gives
  // up making them when they are no longer wanted.
  void follow(bool wanted);
  bool update();  // true: they are there
  void forget();  // another document, or none

 private:
  const Sitting& sitting_;
  const Predictions& predictions_;
  std::function<void()> wake_up_;
  std::vector<Coat> coats_;
  std::uint64_t number_ = 0;
  bool begun_ = false;  // of this document
  CoatSettings dials_;  // that the coats were made with, but for the variant
  Background<std::vector<Coat>> maker_;
};

}  // namespace handtint
