// The side panel's section "Things": the list of what was painted, with its name, eye, strength and bin.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "editor/document/things.h"
#include "editor/gui/window_state.h"

namespace handtint {

// Selects its strokes, to be moved and recoloured, and gives the brush its colour.
void select_thing(WindowState& state, const Thing& thing);
// The next one below the selected ones in the list, or above (by = -1); the first if none is selected.
void select_next_thing(WindowState& state, int by);
// Those of the selected strokes: all of them, unless they are hidden already.
void hide_or_show_selected(WindowState& state);

class ThingsPanel {
 public:
  void section(WindowState& state);

 private:
  void follow(const WindowState& state);
  void buttons(WindowState& state);
  void row(WindowState& state, const Thing& thing);
  void sample(WindowState& state, const Thing& thing, float x, float y);
  void name(WindowState& state, const Thing& thing, float width);
  void name_field(WindowState& state, const Thing& thing, float width);
  void controls_of(WindowState& state, const Thing& thing, float x, float y);
  void clicked(WindowState& state, const Thing& thing);

  std::vector<Thing> things_;
  struct Known {
    std::uint64_t document = 0, revision = 0;
    std::string language;
    friend bool operator==(const Known&, const Known&) = default;
  };
  Known known_;                           // that the things are of
  std::vector<std::size_t> selected_of_;  // strokes of each thing that are selected
  std::vector<StrokeId> selection_;       // that the list has been scrolled to
  StrokeId anchor_ = 0;                   // the thing that was clicked last
  StrokeId named_ = 0;                    // that is being named; 0 = none
  bool focus_name_ = false;               // its field comes in this frame
  std::array<char, max_name_bytes + 1> text_{};
};

}  // namespace handtint
