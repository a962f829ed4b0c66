// The side panel's section "First coat", and the row of colours that the network thinks likely at a place.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "editor/gui/window_state.h"

namespace handtint {

class CoatPanel {
 public:
  void section(WindowState& state);

  // Swatches of the colours likely at state.likely_place, as they look at its lightness.
  void likely_row(WindowState& state, const std::function<void(Rgb)>& choose);

 private:
  void buttons(WindowState& state, FirstCoat coat);
  bool more_shown_ = false;  // the dials that few need
};

inline constexpr int most_likely_colours = 5;  // as many as there are keys for them

struct LikelySwatch {
  Rgb colour;
  float probability = 0;
};

// The likeliest first; empty as long as the network has not said anything.
std::vector<LikelySwatch> likely_swatches(Editor& editor, Point place);

}  // namespace handtint
