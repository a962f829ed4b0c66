// Strokes that another frame of the film has brought to the open one: who changes one of them makes it a stroke of this
// frame, and from here on it is carried instead.
#pragma once

#include <string>

#include "editor/work/editor.h"

namespace handtint {

// The topmost one at a place, of those that act; null: there is none.
const Stroke* carried_stroke_at(const Editor& editor, Point place, float reach);

std::string words_of_carried(int frame);  // that it was painted on

void pick_carried(Editor& editor, const Stroke& stroke);  // instead of all others
const Stroke* picked_carried(const Editor& editor);       // null: none

// The picked one becomes a stroke of this frame, and is selected. What follows is one undo step with it if it has the
// label and the step that is given back; where nothing is picked, that is `otherwise`.
Step adopt_picked(Editor& editor, const char* label, Step otherwise);

// The picked one ends here, as a hidden stroke of this frame says. False: nothing is picked.
bool end_picked(Editor& editor);

}  // namespace handtint
