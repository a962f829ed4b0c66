// What was painted on a photo and how it is to be solved; every change can be undone, without limit. Of the photo it
// knows the size: whoever holds the frame holds its pixels.
//
// A change is an Edit: what was before and what is after, so undo and redo are the same code for every operation, and
// the history is data that the session file and the autosave journal can keep. Strokes are immutable and shared, so a
// copy of the state is cheap and another thread may read it. Not thread-safe itself: one thread (the UI's) owns a
// document. Knows no files, no solver, no window.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "editor/document/finish.h"
#include "editor/document/first_coat.h"
#include "editor/document/palette.h"
#include "editor/document/stroke.h"
#include "editor/files/photo.h"
#include "editor/files/stroke_mask.h"
#include "solver/problem.h"
#include "solver/settings.h"

namespace handtint {

using ImportedMask = std::shared_ptr<const StrokeMask>;  // null = none; below all strokes

template <class T>
struct Swap {
  T before, after;
};

struct StrokeSwap {
  std::size_t index;                          // in the list of strokes at that moment
  std::optional<SharedStroke> before, after;  // none before = inserted, none after = removed
};

// One undo step. The stroke swaps are applied first to last and undone last to first.
struct Edit {
  std::string label = {};  // for the person: "Paint", "Recolour", ..., in English, to be shown by tr()
  std::vector<StrokeSwap> strokes = {};
  std::optional<Swap<Settings>> settings = {};
  std::optional<Swap<FirstCoat>> coat = {};
  std::optional<Swap<Palette>> palette = {};
  std::optional<Swap<ImportedMask>> imported = {};
  std::optional<Swap<std::vector<Point>>> lasso = {};
  std::optional<Swap<Finish>> finish = {};
  std::string foreign = {};  // as in Stroke
};
using EditPtr = std::shared_ptr<const Edit>;

// What an operation changed, for whoever keeps a solver or a picture up to date.
struct Change {
  Rect hints;                 // rasterise this again; empty = no hint changed. Clipped to the photo.
  bool cuts = false;          // the rectangle's cuts changed too
  bool only_regions = false;  // nothing but strokes limited to regions changed
  bool settings = false;      // configure the solver
  bool coat = false;          // give the solver another first coat
  bool palette = false;
  bool lasso = false;  // what limits strokes to come
  bool names = false;  // strokes are called otherwise, or belong to other things: no hint changed
  bool finish = false;

  bool any() const { return !hints.empty() || settings || coat || palette || lasso || names || finish; }
};

// Everything that a person did to a photo: what a session file holds.
struct DocumentState {
  StrokeList strokes;
  Settings settings;
  FirstCoat coat;
  Finish finish;
  Palette palette;
  ImportedMask imported;
  std::vector<Point> lasso;      // the region of strokes to come; empty = everywhere
  std::vector<EditPtr> history;  // oldest first
  std::size_t position = 0;      // edits [0, position) are in effect, the rest can be redone
  StrokeId next_id = 1;
  std::string foreign;  // JSON object text of the session file's unknown members, at the places they had
};

// Does an edit (forward), or undoes it (backward). Returns false, and changes nothing, if it does not fit the state: an
// index out of range, or another stroke there than the edit knows. History and position are not touched.
bool apply(const Edit& edit, bool forward, DocumentState& state);

// Changes of those strokes of the ids, oldest first, that `change` says it has changed. Throws std::invalid_argument
// with the sentence of validate().
Edit edit_of_each(const DocumentState& state, std::span<const StrokeId> ids, const char* label,
                  const std::function<bool(Stroke&)>& change);

// Colour strokes become natural or exact (HintColour).
Edit edit_of_nature(const DocumentState& state, std::span<const StrokeId> ids, bool natural);

// Strokes that are new there, with ids of its own, under all others. What they took over from is forgotten.
Edit edit_of_strokes_below(const DocumentState& state, const StrokeList& strokes, const char* label);

// Another finish. Throws std::invalid_argument with the sentence of validate().
Edit edit_of_finish(const Finish& before, const Finish& after);

// Of the step that undo or redo would take; empty if there is none.
std::string undo_label(const DocumentState& state);
std::string redo_label(const DocumentState& state);

// While a slider or a stroke is dragged, the steps after the first are folded into one undo step.
enum class Step { own, fold };

class Document {
 public:
  // `photo` is its size in pixels. Throws std::invalid_argument if the imported mask has another size or the history
  // does not lead to the strokes. Not `saved`: no file holds the state (a recovered document).
  explicit Document(Extent photo, DocumentState state = {}, bool saved = true);

  const DocumentState& state() const { return state_; }
  const StrokeList& strokes() const { return state_.strokes; }
  const Settings& settings() const { return state_.settings; }
  const FirstCoat& coat() const { return state_.coat; }
  const ImportedMask& imported() const { return state_.imported; }

  // Operations. Unknown ids are passed over; an operation that changes nothing makes no undo step. Values out of range
  // throw std::invalid_argument with the sentence of validate(). `fold` continues the last undo step if that was the
  // same operation and nothing was undone or saved since.
  // On top; gets a new id: strokes().back()->id, and belongs to the thing of its region (things.h) if there is one. The
  // step's label tells of its kind, if none is given.
  Change add(Stroke stroke, const char* label = nullptr);
  Change remove(std::span<const StrokeId> ids);
  Change recolour(std::span<const StrokeId> ids, Rgb colour, Step step = Step::own,
                  std::optional<bool> natural = {});               // as handtint::recolour()
  Change replace_colour(Rgb from, Rgb to, Step step = Step::own);  // everywhere, compared as 8-bit sRGB
  Change move(std::span<const StrokeId> ids, float dx, float dy, Step step = Step::own);  // fold: by so much further
  Change set_strength(std::span<const StrokeId> ids, float strength, Step step = Step::own);
  Change set_settings(const Settings& settings, Step step = Step::own);
  Change set_coat(const FirstCoat& coat, Step step = Step::own);
  Change set_palette(Palette palette);
  // An edit made elsewhere. Throws std::invalid_argument if it does not fit the strokes.
  Change take(Edit edit, Step step = Step::own);
  Change set_lasso(std::vector<Point> outline);
  Change import_mask(
      ImportedMask mask);  // null removes it; throws std::invalid_argument if its size is not the photo's

  bool can_undo() const { return state_.position > 0; }
  bool can_redo() const { return state_.position < state_.history.size(); }
  Change undo();  // nothing to undo: no change
  Change redo();

  std::uint64_t revision() const { return revision_; }  // grows with every change, undo and redo too
  bool modified() const;  // differs from what was last saved; undoing back to it clears the flag
  void mark_saved();

 private:
  Change commit(Edit edit, Step step);
  Change step(const Edit& edit, bool forward);
  Change describe(const Edit& edit) const;
  EditPtr last_edit() const;

  Extent photo_;
  DocumentState state_;
  std::uint64_t revision_ = 0;
  bool foldable_ = false;  // the last thing that happened was a commit
  bool saved_ = true;      // some state was saved: the one after saved_edit_, at saved_position_
  std::size_t saved_position_ = 0;
  EditPtr saved_edit_;  // null at the beginning
};

}  // namespace handtint
