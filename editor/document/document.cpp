#include "editor/document/document.h"

#include <algorithm>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "editor/document/rasterise.h"
#include "solver/tr.h"

namespace handtint {
namespace {

Rect whole(Extent photo) {
  return {0, 0, photo.width, photo.height};
}

Extent extent_of(const StrokeMask& mask) {
  return {mask.width(), mask.height()};
}

void require_valid(const Stroke& stroke) {
  if (const std::string problem = validate(stroke); !problem.empty()) throw std::invalid_argument(problem);
}

// Swaps one stroke of the list; false if the list does not hold there what the swap takes away.
bool swap_stroke(StrokeList& strokes, std::size_t index, const std::optional<SharedStroke>& from,
                 const std::optional<SharedStroke>& to) {
  if (index > strokes.size()) return false;
  const auto place = strokes.begin() + static_cast<std::ptrdiff_t>(index);
  if (from) {
    if (place == strokes.end() || !(*place == *from)) return false;
    if (to) {
      *place = *to;
    } else {
      strokes.erase(place);
    }
  } else if (to) {
    strokes.insert(place, *to);
  }
  return true;
}

bool changes_in_place(const Edit& edit) {
  return !edit.palette && !edit.imported && !edit.lasso &&
         std::all_of(edit.strokes.begin(), edit.strokes.end(),
                     [](const StrokeSwap& swap) { return swap.before && swap.after; });
}

bool adds_one(const Edit& edit) {
  return !edit.palette && !edit.imported && !edit.lasso && edit.strokes.size() == 1 && !edit.strokes[0].before;
}

// May both be one undo step? A stroke may be added and then changed.
bool continues(const Edit& older, const Edit& newer) {
  return older.label == newer.label && (changes_in_place(older) || adds_one(older)) && changes_in_place(newer);
}

Edit joined(Edit older, const Edit& newer) {
  const std::size_t count = older.strokes.size();
  for (std::size_t i = 0; i < newer.strokes.size(); ++i) {
    const StrokeSwap& swap = newer.strokes[i];
    std::size_t place = i;  // nearly always
    if (place >= count || older.strokes[place].index != swap.index) {
      for (place = 0; place < count && older.strokes[place].index != swap.index;) ++place;
    }
    if (place < count) {
      older.strokes[place].after = swap.after;
    } else {
      older.strokes.push_back(swap);
    }
  }
  if (newer.settings) {
    older.settings =
        Swap<Settings>{older.settings ? older.settings->before : newer.settings->before, newer.settings->after};
  }
  if (newer.finish)
    older.finish = Swap<Finish>{older.finish ? older.finish->before : newer.finish->before, newer.finish->after};
  if (newer.coat) older.coat = Swap<FirstCoat>{older.coat ? older.coat->before : newer.coat->before, newer.coat->after};
  return older;
}

// What is painted in a region belongs to the group that the last stroke there belongs to, and is called like it.
void join_thing_of_region(Stroke& stroke, const StrokeList& strokes) {
  const std::uint64_t region = region_id(stroke.region);
  const auto mate = std::find_if(strokes.rbegin(), strokes.rend(),
                                 [&](const SharedStroke& s) { return s->limited() && s.region_id() == region; });
  if (mate == strokes.rend() || (*mate)->thing == (*mate)->id) return;  // that one stands alone on purpose
  stroke.thing = (*mate)->thing;
  stroke.name = (*mate)->name;
}

const char* label_of(StrokeKind kind) {
  switch (kind) {
    case StrokeKind::colour:
      // Translators: here and below, what was done and can be undone
      return tr_noop("Paint");
    case StrokeKind::neutral:
      return tr_noop("Keep grey");
    case StrokeKind::protect:
      return tr_noop("Protect");
    case StrokeKind::barrier:
      return tr_noop("Barrier");
    case StrokeKind::erase:
      return tr_noop("Erase");
  }
  return "";
}

ImportedMask recoloured(const StrokeMask& mask, Rgb from, Rgb to) {
  const Rgb8 old_code = codes_of(from), new_code = codes_of(to);
  std::shared_ptr<StrokeMask> result;
  for (std::size_t i = 0; i < mask.colour.size(); ++i) {
    if (!mask.drawn.data()[i] || mask.colour.data()[i] != old_code) continue;
    if (!result) result = std::make_shared<StrokeMask>(mask);
    result->colour.data()[i] = new_code;
  }
  return result;
}

}  // namespace

bool apply(const Edit& edit, bool forward, DocumentState& state) {
  std::size_t done = 0;
  const std::size_t count = edit.strokes.size();
  const auto swap = [&](std::size_t i, bool ahead) {
    const StrokeSwap& s = edit.strokes[i];
    return ahead ? swap_stroke(state.strokes, s.index, s.before, s.after)
                 : swap_stroke(state.strokes, s.index, s.after, s.before);
  };
  while (done < count && swap(forward ? done : count - 1 - done, forward)) ++done;
  if (done < count) {
    while (done > 0) {
      --done;
      swap(forward ? done : count - 1 - done, !forward);
    }
    return false;
  }
  if (edit.settings) state.settings = forward ? edit.settings->after : edit.settings->before;
  if (edit.coat) state.coat = forward ? edit.coat->after : edit.coat->before;
  if (edit.palette) state.palette = forward ? edit.palette->after : edit.palette->before;
  if (edit.imported) state.imported = forward ? edit.imported->after : edit.imported->before;
  if (edit.lasso) state.lasso = forward ? edit.lasso->after : edit.lasso->before;
  if (edit.finish) state.finish = forward ? edit.finish->after : edit.finish->before;
  return true;
}

Edit edit_of_each(const DocumentState& state, std::span<const StrokeId> ids, const char* label,
                  const std::function<bool(Stroke&)>& change) {
  const std::unordered_set<StrokeId> wanted(ids.begin(), ids.end());
  Edit edit{.label = label};
  for (std::size_t i = 0; i < state.strokes.size(); ++i) {
    const SharedStroke& before = state.strokes[i];
    if (!wanted.contains(before->id)) continue;
    Stroke after = *before;
    if (!change(after)) continue;
    require_valid(after);
    edit.strokes.push_back({i, before, SharedStroke(std::move(after))});
  }
  return edit;
}

Edit edit_of_nature(const DocumentState& state, std::span<const StrokeId> ids, bool natural) {
  return edit_of_each(state, ids, natural ? tr_noop("Natural colour") : tr_noop("Exact colour"), [&](Stroke& stroke) {
    return stroke.kind == StrokeKind::colour && std::exchange(stroke.natural, natural) != natural;
  });
}

Edit edit_of_strokes_below(const DocumentState& state, const StrokeList& strokes, const char* label) {
  Edit edit{.label = label};
  for (const SharedStroke& shared : strokes) {
    Stroke stroke = *shared;
    stroke.id = state.next_id + edit.strokes.size();
    stroke.of.reset();
    edit.strokes.push_back({edit.strokes.size(), std::nullopt, SharedStroke(std::move(stroke))});
  }
  return edit;
}

Edit edit_of_finish(const Finish& before, const Finish& after) {
  if (const std::string problem = validate(after); !problem.empty()) throw std::invalid_argument(problem);
  Edit edit{.label = tr_noop("Finish")};
  if (after != before) edit.finish = {before, after};
  return edit;
}

std::string undo_label(const DocumentState& state) {
  return state.position > 0 ? tr(state.history[state.position - 1]->label.c_str()) : "";
}
std::string redo_label(const DocumentState& state) {
  return state.position < state.history.size() ? tr(state.history[state.position]->label.c_str()) : "";
}

Document::Document(Extent photo, DocumentState state, bool saved) : photo_(photo), state_(std::move(state)) {
  const auto fits_photo = [&](const ImportedMask& mask) { return !mask || extent_of(*mask) == photo_; };
  bool sizes_agree = fits_photo(state_.imported);
  for (const EditPtr& edit : state_.history) {
    if (edit->imported) sizes_agree &= fits_photo(edit->imported->before) && fits_photo(edit->imported->after);
  }
  if (!sizes_agree) throw std::invalid_argument("the imported mask has another size than the photo");

  DocumentState walk;
  walk.strokes = state_.strokes;
  bool fits = state_.position <= state_.history.size();
  for (std::size_t i = state_.position; fits && i < state_.history.size(); ++i)
    fits = apply(*state_.history[i], true, walk);
  for (std::size_t i = state_.history.size(); fits && i > 0; --i) fits = apply(*state_.history[i - 1], false, walk);
  if (!fits) throw std::invalid_argument("the history does not lead to the strokes");

  const auto know = [&](const SharedStroke& stroke) {
    state_.next_id = std::max({state_.next_id, stroke->id + 1, stroke->thing + 1});
  };
  for (const SharedStroke& stroke : state_.strokes) know(stroke);
  for (const EditPtr& edit : state_.history) {
    for (const StrokeSwap& swap : edit->strokes) {
      if (swap.before) know(*swap.before);
      if (swap.after) know(*swap.after);
    }
  }
  mark_saved();
  saved_ = saved;
}

EditPtr Document::last_edit() const {
  return can_undo() ? state_.history[state_.position - 1] : nullptr;
}

// What doing or undoing the edit touches. Called while the strokes it does not touch are in the list, so before or
// after makes no difference.
Change Document::describe(const Edit& edit) const {
  Change change;
  bool erases = false;
  change.only_regions = !edit.imported;
  for (const StrokeSwap& swap : edit.strokes) {
    if (swap.before && swap.after && act_alike(**swap.before, **swap.after)) {
      change.names = true;
      continue;
    }
    for (const std::optional<SharedStroke>& stroke : {swap.before, swap.after}) {
      if (!stroke) continue;
      change.hints = unite(change.hints, intersect(stroke->bounds(), whole(photo_)));
      change.cuts |= (*stroke)->cuts();
      change.only_regions &= (*stroke)->limited();
      erases |= (*stroke)->kind == StrokeKind::erase;
    }
  }
  change.cuts |= erases && has_cuts(state_.strokes);
  if (edit.imported) change.hints = whole(photo_);
  change.settings = edit.settings.has_value();
  change.coat = edit.coat.has_value();
  change.palette = edit.palette.has_value();
  change.lasso = edit.lasso.has_value();
  change.finish = edit.finish.has_value();
  return change;
}

Change Document::step(const Edit& edit, bool forward) {
  const Change change = describe(edit);
  handtint::apply(edit, forward, state_);
  ++revision_;
  return change;
}

Change Document::commit(Edit edit, Step step) {
  if (edit.strokes.empty() && !edit.settings && !edit.coat && !edit.palette && !edit.imported && !edit.lasso &&
      !edit.finish) {
    foldable_ &= step == Step::fold;  // a drag that begins without an effect is still a new drag
    return {};
  }
  const Change change = this->step(edit, true);
  const EditPtr last = last_edit();
  if (step == Step::fold && foldable_ && last && last != saved_edit_ && continues(*last, edit)) {
    state_.history.back() = std::make_shared<const Edit>(joined(*last, edit));
  } else {
    state_.history.resize(state_.position);
    state_.history.push_back(std::make_shared<const Edit>(std::move(edit)));
    ++state_.position;
  }
  foldable_ = true;
  return change;
}

Change Document::add(Stroke stroke, const char* label) {
  require_valid(stroke);
  stroke.id = state_.next_id++;
  if (stroke.limited()) join_thing_of_region(stroke, state_.strokes);
  Edit edit{.label = label ? label : label_of(stroke.kind)};
  edit.strokes.push_back({state_.strokes.size(), std::nullopt, SharedStroke(std::move(stroke))});
  return commit(std::move(edit), Step::own);
}

Change Document::take(Edit edit, Step step) {
  DocumentState walk;
  walk.strokes = state_.strokes;
  if (!apply(edit, true, walk)) throw std::invalid_argument("the edit does not fit the strokes");
  for (const StrokeSwap& swap : edit.strokes) {
    if (!swap.after) continue;
    require_valid(**swap.after);
    state_.next_id = std::max({state_.next_id, (*swap.after)->id + 1, (*swap.after)->thing + 1});
  }
  return commit(std::move(edit), step);
}

Change Document::remove(std::span<const StrokeId> ids) {
  const std::unordered_set<StrokeId> gone(ids.begin(), ids.end());
  Edit edit{.label = tr_noop("Delete")};
  for (std::size_t i = state_.strokes.size(); i-- > 0;) {
    if (gone.contains(state_.strokes[i]->id)) edit.strokes.push_back({i, state_.strokes[i], std::nullopt});
  }
  return commit(std::move(edit), Step::own);
}

Change Document::recolour(std::span<const StrokeId> ids, Rgb colour, Step step, std::optional<bool> natural) {
  const auto change = [&](Stroke& stroke) {
    const StrokeKind kind = stroke.kind;
    const Rgb before = stroke.colour;
    const bool was_natural = stroke.natural;
    handtint::recolour(stroke, colour, natural);
    return stroke.kind != kind || stroke.colour != before || stroke.natural != was_natural;
  };
  return commit(edit_of_each(state_, ids, tr_noop("Recolour"), change), step);
}

Change Document::replace_colour(Rgb from, Rgb to, Step step) {
  Edit edit{.label = tr_noop("Replace colour")};
  for (std::size_t i = 0; i < state_.strokes.size(); ++i) {
    const SharedStroke& before = state_.strokes[i];
    if (before->kind != StrokeKind::colour || !same_colour(before->colour, from) || before->colour == to) continue;
    Stroke after = *before;
    after.colour = to;
    require_valid(after);
    edit.strokes.push_back({i, before, SharedStroke(std::move(after))});
  }
  if (state_.imported && !same_colour(from, to)) {
    if (ImportedMask mask = recoloured(*state_.imported, from, to)) edit.imported = {state_.imported, std::move(mask)};
  }
  return commit(std::move(edit), step);
}

Change Document::move(std::span<const StrokeId> ids, float dx, float dy, Step step) {
  const auto change = [&](Stroke& stroke) {
    handtint::move(stroke, dx, dy);
    return dx != 0 || dy != 0;
  };
  return commit(edit_of_each(state_, ids, tr_noop("Move"), change), step);
}

Change Document::set_strength(std::span<const StrokeId> ids, float strength, Step step) {
  const auto change = [&](Stroke& stroke) {
    const bool counts = stroke.kind == StrokeKind::colour || stroke.kind == StrokeKind::neutral;
    if (!counts || stroke.strength == strength) return false;
    stroke.strength = strength;
    return true;
  };
  return commit(edit_of_each(state_, ids, tr_noop("Firmness"), change), step);
}

Change Document::set_settings(const Settings& settings, Step step) {
  if (const std::string problem = validate(settings); !problem.empty()) throw std::invalid_argument(problem);
  Edit edit{.label = tr_noop("Settings")};
  if (settings != state_.settings) edit.settings = {state_.settings, settings};
  return commit(std::move(edit), step);
}

Change Document::set_coat(const FirstCoat& coat, Step step) {
  if (const std::string problem = validate(coat); !problem.empty()) throw std::invalid_argument(problem);
  Edit edit{.label = tr_noop("First coat")};
  if (coat != state_.coat) edit.coat = {state_.coat, coat};
  return commit(std::move(edit), step);
}

Change Document::set_palette(Palette palette) {
  Edit edit{.label = tr_noop("Palette")};
  if (!(palette == state_.palette)) edit.palette = {state_.palette, std::move(palette)};
  return commit(std::move(edit), Step::own);
}

Change Document::set_lasso(std::vector<Point> outline) {
  Edit edit{.label = outline.empty() ? tr_noop("Remove lasso") : tr_noop("Lasso")};
  if (outline != state_.lasso) edit.lasso = {state_.lasso, std::move(outline)};
  return commit(std::move(edit), Step::own);
}

Change Document::import_mask(ImportedMask mask) {
  if (mask && extent_of(*mask) != photo_) {
    throw std::invalid_argument("the mask is " + to_string(extent_of(*mask)) + " pixels, the photo " +
                                to_string(photo_));
  }
  Edit edit{.label = mask ? tr_noop("Import mask") : tr_noop("Remove mask")};
  if (mask != state_.imported) edit.imported = {state_.imported, std::move(mask)};
  return commit(std::move(edit), Step::own);
}

Change Document::undo() {
  foldable_ = false;
  if (!can_undo()) return {};
  return step(*state_.history[--state_.position], false);
}

Change Document::redo() {
  foldable_ = false;
  if (!can_redo()) return {};
  return step(*state_.history[state_.position++], true);
}

bool Document::modified() const {
  return !saved_ || state_.position != saved_position_ || last_edit() != saved_edit_;
}

void Document::mark_saved() {
  saved_ = true;
  saved_position_ = state_.position;
  saved_edit_ = last_edit();
  foldable_ = false;
}

}  // namespace handtint
