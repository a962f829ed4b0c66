// The things of a document: what a person painted, in the pieces in which they think of it.
//
// A thing is a stroke, a click of the wand, or several strokes that belong together: those with one region do so by
// themselves, others once they are grouped. All of it is said by the strokes (Stroke::thing, name, hidden), so it is
// undone, journaled and saved as they are, and a thing is there exactly as long as one of its strokes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "editor/document/document.h"

namespace handtint {

struct Thing {
  StrokeId id = 0;  // stays the same while it keeps its strokes; no other thing has it
  std::string name =
      {};               // a person's, else one that tells of its colour and counts: "Skin 1", in the person's language
  bool named = false;   // by a person
  bool hidden = false;  // all of its strokes are
  std::vector<StrokeId> strokes = {};  // oldest first, at least one
  std::vector<Rgb> colours = {};       // of its strokes, each once, oldest first; none: nothing of it carries a colour
  StrokeKind kind = StrokeKind::colour;  // of its oldest stroke, but `colour` if one of them is
  float strength = 1;                    // of its oldest stroke that has one
  bool has_strength = false;
};

// Newest first, each where its oldest stroke is.
std::vector<Thing> things_of(const DocumentState& state);

// Edits of a document (Document::take); without strokes where there is nothing to do.
// The strokes become one thing, which is called as the oldest of them that has a name.
Edit edit_of_grouping(const DocumentState& state, std::span<const StrokeId> ids);
// Each of them becomes a thing of its own.
Edit edit_of_ungrouping(const DocumentState& state, std::span<const StrokeId> ids);
// Control characters and what is too long are left out; an empty name: the proposed one.
Edit edit_of_naming(const DocumentState& state, std::span<const StrokeId> ids, std::string_view name);
Edit edit_of_hiding(const DocumentState& state, std::span<const StrokeId> ids, bool hidden);
Edit edit_of_limiting(const DocumentState& state, std::span<const StrokeId> ids, const std::vector<Point>& region);

// The colours of the things, each once, called as they are (without the number of a proposed name): for other photos.
// Empty, and without a name, if there are none.
Palette palette_of_things(const DocumentState& state, std::string name);
// All of `palette` and what of `more` it does not have.
Palette joined(Palette palette, const Palette& more);

}  // namespace handtint
