#include "editor/work/editor.h"

#include <algorithm>
#include <exception>

#include "solver/tr.h"

namespace handtint {

Editor::Editor(Preferences& preferences, std::function<void()> wake_up, NetworkSource network)
    : preferences_(preferences),
      wake_up_(std::move(wake_up)),
      sitting_(preferences, messages_),
      brush_(preferences),
      colouring_(sitting_, brush_, preferences, messages_, std::move(network), wake_up_),
      exports_(sitting_, colouring_, preferences, messages_, wake_up_) {}

bool Editor::update() {
  bool changed = take_loaded();
  changed |= exports_.update();
  changed |= take_mask();
  changed |= take_picture_coat();
  changed |= take_reference();
  changed |= take_frame();
  changed |= colouring_.update();
  changed |= sitting_.watch_journal();
  return changed;
}

// --- files

void Editor::open(LoadRequest request) {
  // Opened while the photo is read, and asked about a bare photo before its document is made: the coat is there sooner.
  Predictions& predictions = colouring_.predictions();
  const bool bare = !request.recovery && !is_session_name(request.file);
  request.first_coat = bare && preferences_.coat_on_opening && predictions.status().problem.empty();
  if (request.first_coat || !bare) predictions.prepare();
  loader_.start([request = std::move(request), ask = predictions.ask_while_reading()](
                    std::stop_token, auto&) { return request.first_coat ? load(request, ask) : load(request); },
                wake_up_);
}

bool Editor::take_loaded() {
  auto loaded = loader_.take();
  if (!loaded) return false;
  switch (loaded->outcome) {
    case Loaded::Outcome::ready:
      begin_document(std::move(*loaded));
      break;
    case Loaded::Outcome::failed:
      messages_.tell(loaded->message, true);
      break;
    case Loaded::Outcome::photo_missing:
    case Loaded::Outcome::photo_changed:
    case Loaded::Outcome::session_found:
      question_ = std::move(*loaded);
      break;
  }
  return true;
}

void Editor::begin_document(Loaded loaded) {
  cancel_stroke();
  brush_.forget_photo();
  Problem problem = std::move(loaded.problem);
  std::optional<CoatColours> coat = std::move(loaded.coat);
  const std::shared_ptr<const OpenedFilm> opened = loaded.film;
  close_film();
  sitting_.open(std::move(loaded));
  if (opened) film_ = std::make_unique<FilmSitting>(sitting_, messages_, *opened, colouring_.predictions(), wake_up_);
  exports_.set_film(film_.get());
  brush_.set_region(document().state().lasso);
  colouring_.begin_document(std::move(problem), std::move(coat));
}

void Editor::close() {
  cancel_stroke();
  brush_.forget_photo();
  close_film();
  sitting_.close();
  colouring_.forget();
}

void Editor::import_mask(const std::filesystem::path& file) {
  mask_importer_.start(
      [file, photo = sitting_.picture_source().photo, number = sitting_.number()](std::stop_token, auto&) {
        MaskImport import;
        import.document = number;
        try {
          MaskReadOptions options;
          options.photo = photo.get();
          MaskReading reading = read_stroke_mask(file, options);
          import.mask = std::make_shared<const StrokeMask>(std::move(reading.mask));
          Autosave::pack(import.mask);
          import.message = tr("Imported {1}", {reading.found});
        } catch (const std::exception& error) {
          import.message = text_of(error);
        }
        return import;
      },
      wake_up_);
}

bool Editor::take_mask() {
  if (brush_.stroke()) return false;  // the photo would change under the hand
  const auto import = mask_importer_.take();
  if (!import || import->document != sitting_.number()) return import.has_value();
  if (import->mask) change([&](Document& document) { return document.import_mask(import->mask); });
  messages_.tell(import->message, !import->mask);
  return true;
}

bool Editor::take_picture_coat() {
  const auto news = colouring_.picture_coat().take();
  if (!news || !sitting_.has_document()) return news.has_value();
  if (news->chosen) {
    FirstCoat coat = document().coat();
    coat.on = true;
    coat.picture = news->chosen;
    change([&](Document& document) { return document.set_coat(coat, Step::own); });
  } else {
    colouring_.send_coat();
  }
  return true;
}

bool Editor::take_reference() {
  if (brush_.stroke()) return false;  // the photo would change under the hand
  const auto news = colouring_.reference().take();
  if (!news || !sitting_.has_document()) return news.has_value();
  FirstCoat coat = document().coat();
  if (news->chosen) {
    coat.reference = CoatReference{*news->chosen, coat.reference ? coat.reference->mood : MoodSettings{.amount = 0}};
    change([&](Document& document) { return document.set_coat(coat, Step::own); });
  }
  if (!news->suggested.empty()) {
    const std::string label = tr("From {1}", {coat.reference.value().file.path.filename().string()});
    change([&](Document& document) {
      return document.take(edit_of_suggestions(document.state(), news->suggested, label));
    });
  }
  colouring_.send_coat();
  return true;
}

// Of a film that no session tells of nothing stays on the disk.
void Editor::close_film() {
  exports_.set_film(nullptr);
  if (film_) film_->closing(!sitting_.session_file().empty());
  film_.reset();
}

bool Editor::take_frame() {
  if (!film_) return false;
  bool changed = film_->update();
  if (brush_.stroke()) return changed;  // the photo would change under the hand
  if (auto arrived = film_->take_frame(sitting_)) {
    brush_.forget_photo();
    colouring_.predictions().other_frame();
    brush_.set_region(document().state().lasso);
    colouring_.begin_document(std::move(arrived->loaded.problem), std::nullopt, arrived->carried);
    if (document().coat().picture) colouring_.send_coat();
    return true;
  }
  if (auto carried = film_->take_carried()) {
    colouring_.set_carried(std::move(*carried));
    changed = true;
  }
  return changed;
}

bool Editor::save(const std::filesystem::path& session_file) {
  if (!film_) return sitting_.save(session_file);
  if (!sitting_.save(session_file, film_->session())) return false;
  film_->saved();
  return true;
}

std::optional<double> Editor::due_in_ms() {
  std::optional<double> due = colouring_.predictions().due_in_ms(brush_.stroke() != nullptr);
  const std::optional<double> film = film_ ? film_->due_in_ms() : std::nullopt;
  return due && film ? std::min(*due, *film) : due ? due : film;
}

// --- the document

void Editor::change(const std::function<Change(Document&)>& act) {
  if (!sitting_.has_document()) return;
  const Change change = act(sitting_.document_to_change());
  if (!change.any()) return;
  if (change.lasso) follow_lasso();
  colouring_.follow(change);
  sitting_.record_change();
  const bool other_picture = !change.hints.empty() || change.settings || change.coat || change.finish;
  if (film_ && other_picture) film_->changed(change);
}

void Editor::select(std::vector<StrokeId> ids) {
  sitting_.select(std::move(ids));
  if (film_) film_->ghosts().pick({});
}

void Editor::undo() {
  if (!brush_.stroke()) change([](Document& document) { return document.undo(); });
}

void Editor::redo() {
  if (!brush_.stroke()) change([](Document& document) { return document.redo(); });
}

// --- strokes

void Editor::limit_strokes(std::vector<Point> lasso) {
  change([&](Document& document) { return document.set_lasso(std::move(lasso)); });
}

void Editor::follow_lasso() {
  const std::vector<Point>& lasso = document().state().lasso;
  const Rect touched = unite(bounds(brush_.region()), bounds(lasso));
  brush_.set_region(lasso);
  colouring_.send_hints(touched, false, true);  // the solver makes itself ready for strokes there
}

std::string_view Editor::why_refused(const Stroke& stroke) const {
  const Extent photo = sitting_.photo().extent();
  const auto on_photo = [&](Point p) {
    return p.x >= 0 && p.y >= 0 && p.x < static_cast<float>(photo.width) && p.y < static_cast<float>(photo.height);
  };
  if (!touches(stroke, on_photo)) return tr("Outside the photo");
  const auto in_lasso = [&](Point p) { return on_photo(p) && inside_polygon(stroke.region, p); };
  if (stroke.limited() && !touches(stroke, in_lasso)) return tr("Outside the lasso");
  return {};
}

void Editor::begin_stroke(StrokeKind kind, const BrushEvent& event) {
  const Stroke& stroke = brush_.begin(kind, event);
  sitting_.select({});
  colouring_.predictions().strokes_changed();
  colouring_.send_hints(bounds(stroke), !stroke.paints(), stroke.limited());
}

Rect Editor::extend_stroke(const BrushEvent& event) {
  const Stroke* stroke = brush_.stroke();
  if (!stroke) return {};
  Rect changed = brush_.extend(event);
  const bool cuts = !stroke->paints();
  if (cuts) changed = {changed.x0 - 2, changed.y0 - 2, changed.x1 + 2, changed.y1 + 2};
  colouring_.send_hints(changed, cuts, stroke->limited());
  return changed;
}

std::string_view Editor::end_stroke() {
  if (!brush_.stroke()) return {};
  if (const std::string_view why = why_refused(*brush_.stroke()); !why.empty()) {
    cancel_stroke();
    return why;
  }
  Brush::Finished finished = brush_.finish();
  const bool hints_are_known = finished.stroke.paints();
  Change change = sitting_.document_to_change().add(std::move(finished.stroke));
  // While it was drawn, the solver got the stroke piece by piece: only the tip is news.
  if (hints_are_known) change.hints = intersect(finished.tip, change.hints);
  colouring_.follow(change);
  colouring_.predictions().strokes_changed();
  sitting_.record_change();
  if (film_) film_->changed(change);
  return {};
}

void Editor::cancel_stroke() {
  if (!brush_.stroke()) return;
  const Rect touched = bounds(*brush_.stroke());
  const Change change{.hints = touched, .cuts = !brush_.stroke()->paints(), .only_regions = brush_.stroke()->limited()};
  brush_.cancel();
  colouring_.follow(change);
}

std::string_view Editor::add_straight(StrokeKind kind, const BrushEvent& to) {
  if (!brush_.can_go_straight()) return {};
  Stroke stroke = brush_.straight(kind, to);
  const std::string_view why = why_refused(stroke);
  if (why.empty()) change([&](Document& document) { return document.add(std::move(stroke)); });
  return why;
}

bool has_unsaved_work(const Editor& editor) {
  if (!editor.sitting().has_document()) return false;
  return editor.document().modified() || (editor.film() && editor.film()->modified_elsewhere());
}

}  // namespace handtint
