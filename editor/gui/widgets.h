// The interface's own controls, on top of ImGui: icon buttons, segmented choices, sliders with a default, swatches.
// All of them draw with the Style and none of them holds state; who watches hears where each of them is.
//
// A control's label is given in English, marked by tr_noop(): so it is the control's id and its name for the watch,
// whatever language shows it. Two of one label in a window need ImGui::PushID() around them. Segments are labels too,
// and so are their tips. Every other text is shown as it comes: who calls says tr().
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "editor/gui/icons.h"
#include "editor/gui/theme.h"
#include "solver/plane.h"

namespace handtint::controls {

// Tells of every control in every frame: the frame's number, the control's name (its label in English, else its id) and
// its visible part in window pixels, empty if none. For tests, which press controls by name; nullptr ends it.
using ControlWatch = std::function<void(int frame, std::string_view name, Rect place)>;
void watch_controls(ControlWatch watch);
// A control that is not one of these here: tells the watch where ImGui's last item is.
void name_last_item(std::string_view name);

// A square button with an icon; `tip` is shown after a moment. Returns true when clicked.
bool icon_button(const Style& style, const char* id, Icon icon, const std::string& tip, bool active = false,
                 bool enabled = true, float side = 36);

// A button with a word, filled with the accent if `primary`. width 0 = as wide as the word.
float button_width(const Style& style, const char* label);  // then; but no less than that of a short word
bool text_button(const Style& style, const char* label, bool primary = false, bool enabled = true, float width = 0);

// One choice of several, side by side. Returns true when `chosen` changed.
struct Segment {
  const char* label;
  const char* tip;
};
bool segmented(const Style& style, const char* id, const Segment* segments, int count, int& chosen, float width);

enum class Scale { linear, logarithmic };
struct SliderRange {
  float low, high, usual;  // double click goes to `usual`
  const char* format = "%.2f";
  Scale scale = Scale::linear;
};
struct SliderEvent {
  bool changed = false;  // now
  bool begun = false;    // the first change of a drag: what follows belongs to the same undo step
  explicit operator bool() const { return changed; }
};
// Label to the left, value to the right, track below.
SliderEvent slider(const Style& style, const char* label, float& value, const SliderRange& range, const char* tip,
                   bool enabled = true);

// A track alone, for rows of a list.
SliderEvent small_slider(const Style& style, const char* id, float& value, const SliderRange& range, float width,
                         const std::string& tip, bool enabled = true);

bool toggle(const Style& style, const char* label, bool& value, const char* tip);

// A colour that can be clicked, and dragged to where dropped_colour() is asked.
bool swatch(const Style& style, const char* id, Rgb colour, float side, bool chosen, const std::string& tip);

// What was dropped on ImGui's last item, or group.
std::optional<Rgb> dropped_colour();

// The place of a colour that may come.
void empty_swatch(const Style& style, float side);

// A collapsible heading; returns true while open.
bool section(const Style& style, const char* label, bool open_at_first = true, bool open_now = false);

// ImGui has keys and clicks that it has not acted on yet: since 1.87 it takes what happened between two frames one step
// a frame.
bool input_pending();

// The text field that comes next gets the keyboard, in the next frame.
void focus_next_field();

// A field was promised the keyboard and has not got it yet.
bool focus_pending();

void tip_for_last_item(const Style& style, std::string_view text);
void dim_text(const Style& style, const char* text);  // small and quiet, wrapped
void centred_text(const Style& style, ImFont* font, ImU32 colour, const char* text);

// Text cut to a width, with an ellipsis.
std::string fitted(std::string_view text, float width);
// The same for a path: the end matters more than the beginning.
std::string fitted_path(std::string_view text, float width);

}  // namespace handtint::controls
