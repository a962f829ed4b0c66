// The side panel's section "First coat", and the row of colours that the network thinks likely at a place.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "editor/gui/ui.h"

namespace handtint {

class CoatPanel {
 public:
  void section(Ui& ui);

  // Swatches of the colours likely at ui.likely_place, as they look at its lightness.
  void likely_row(Ui& ui, const std::function<void(Rgb)>& choose);

 private:
  void buttons(Ui& ui, FirstCoat coat);
};

inline constexpr int most_likely_colours = 5;  // as many as there are keys for them

struct LikelySwatch {
  Rgb colour;
  float probability = 0;
};

// The likeliest first; empty as long as the network has not said anything.
std::vector<LikelySwatch> likely_swatches(const Editor& editor, Point place);

}  // namespace handtint
