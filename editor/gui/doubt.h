// What the network does not know, drawn: over the photo, in the colour field.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"
#include "editor/work/picker_geometry.h"
#include "solver/prediction/helpful_places.h"

namespace handtint {

// While somebody wants to see it: how far the true colour may lie, in violet; numbered marks where a stroke helps most,
// one of which goes when a stroke is painted there; the legend.
class UnsureOverlay {
 public:
  void draw(WindowState& state, ImDrawList* list);

 private:
  void renew(WindowState& state, const Prediction& prediction);

  gl::Texture texture_;
  Plane<float> radius_;
  std::vector<HelpfulPlace> places_;
  std::uint64_t prediction_ = 0, strokes_ = 0;  // numbers of what they are about
};

// The prediction set where the cursor rested, as an outline in the colour field; `words` about it are empty without
// one.
void draw_prediction_set(const WindowState& state, ImDrawList* list, const PickerPanel& panel);
std::string prediction_set_words(const WindowState& state);

}  // namespace handtint
