#include "editor/work/editor.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <new>
#include <stdexcept>

#include "editor/document/rasterise.h"
#include "solver/backend.h"
#include "solver/solver.h"

namespace handtint {
namespace {

std::string text_of(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error)) return "There is not enough memory for this.";
  return error.what();
}

Backend chosen_backend(const Preferences& preferences) {
  return backend_from_name(preferences.backend).value_or(Backend::automatic);
}

// What was painted, for a network that looks at it: strokes limited to a region are strokes as well.
Problem painted_problem(const Photo& photo, const DocumentState& state) {
  Problem problem = make_problem(photo, state);
  for (const RegionPatch& region : problem.regions)
    for (int y = region.rect.y0; y < region.rect.y1; ++y)
      for (int x = region.rect.x0; x < region.rect.x1; ++x) {
        const int u = x - region.rect.x0, v = y - region.rect.y0;
        if (!(region.mask(u, v) & region_own) || region.hint_strength(u, v) == 0) continue;
        problem.hint_a(x, y) = region.hint_a(u, v);
        problem.hint_b(x, y) = region.hint_b(u, v);
        problem.hint_strength(x, y) = region.hint_strength(u, v);
      }
  return problem;
}

// What is to be rasterised after both.
Change joined(const Change& p, const Change& q) {
  if (p.hints.empty()) return q;
  if (q.hints.empty()) return p;
  return {.hints = unite(p.hints, q.hints), .cuts = p.cuts || q.cuts, .only_regions = p.only_regions && q.only_regions};
}

std::filesystem::path beside(const std::filesystem::path& file, const std::string& ending) {
  return file.parent_path() / (file.stem().string() + ending);
}

}  // namespace

Editor::Editor(Preferences& prefs, std::function<void()> wake_up, NetworkSource network)
    : preferences(prefs),
      wake_up_(std::move(wake_up)),
      network_source_(std::move(network)),
      network_(std::make_unique<CoatThread>(network_source_, wake_up_)),
      told_network_problem_(network_source_.why_not) {
  for (auto it = preferences.recent_colours.rbegin(); it != preferences.recent_colours.rend(); ++it) recent_.use(*it);
  if (!recent_.colours().empty()) colour_ = recent_.colours().front();
  start_solver();
}

Editor::~Editor() = default;

void Editor::start_solver() {
  solver_ = std::make_unique<SolverThread>([backend = chosen_backend(preferences)] { return make_solver(backend); },
                                           wake_up_);
  if (road_ != PictureRoad::copied) solver_->set_road(road_);
  solver_->look_closely(close_up_.part, close_up_.step);
}

bool Editor::update() {
  bool changed = false;
  if (document_ && !solver_->has_untaken_news()) send_waiting();
  if (auto loaded = loader_.take()) {
    changed = true;
    switch (loaded->outcome) {
      case Loaded::Outcome::ready:
        install(std::move(*loaded));
        break;
      case Loaded::Outcome::failed:
        tell(loaded->message, true);
        break;
      case Loaded::Outcome::photo_missing:
      case Loaded::Outcome::photo_changed:
        question_ = std::move(*loaded);
        break;
    }
  }
  if (auto result = exporter_.take()) {
    changed = true;
    if (!result->problem.empty())
      tell(result->problem, true);
    else if (result->cancelled)
      tell("Export cancelled; nothing was written.");
    else if (!result->note.empty())
      tell("Exported " + result->target.string() + " without a first coat: " + result->note, true);
    else
      tell("Exported " + result->target.string());
  }
  if (auto notice = mask_exporter_.take()) {
    changed = true;
    tell(notice->text, notice->problem);
  }
  while (auto message = solver_->take_message()) {
    changed = true;
    tell(*message, true);
  }
  changed |= take_coat_picture();
  changed |= take_prediction();
  ask_network();
  if (auto solved = solver_->take_picture(); solved && document_ && solved->revision >= first_revision_) {
    changed = true;
    if (!solved->report.note.empty() && (!picture_ || picture_->report.note != solved->report.note)) {
      tell(solved->report.note);
    }
    picture_ = *solved;
    fresh_picture_ = std::move(solved);
  }
  if (const std::string problem = autosave_.problem(); problem != told_autosave_problem_) {
    told_autosave_problem_ = problem;
    if (!problem.empty()) tell("The recovery file cannot be written: " + problem, true);
    changed = true;
  }
  return changed;
}

// --- files

void Editor::open(LoadRequest request) {
  loading_file_ = request.recovery ? *request.recovery : request.file;
  // Opened while the photo is read, and asked about a bare photo before its document is made: the coat is there sooner.
  const bool bare = !request.recovery && !is_session_name(request.file);
  request.first_coat = bare && preferences.coat_on_opening && network_->status().problem.empty();
  if (request.first_coat || !bare) network_->prepare();
  loading_number_ = ++last_number_;
  loader_.start(
      [network = network_.get(), request = std::move(request), number = loading_number_](std::stop_token, auto&) {
        if (!request.first_coat) return load(request);
        return load(request, [&](const std::shared_ptr<const Photo>& photo) {
          network->ask([photo] { return bare_problem(*photo); }, number);
        });
      },
      wake_up_);
}

void Editor::install(Loaded loaded) {
  cancel_stroke();
  if (document_) autosave_.discard();
  selection_.clear();
  region_.clear();
  last_end_.reset();
  picture_.reset();
  fresh_picture_.reset();
  unsent_ = sent_ = {};
  prediction_.reset();
  bare_prediction_.reset();
  prediction_strokes_ = 0;
  ++prediction_number_;
  bare_number_ = loading_number_;
  const bool bare = loaded.document->strokes().empty() && !loaded.document->imported();
  strokes_number_ = bare ? bare_number_ : ++last_number_;
  coat_colours_ = std::move(loaded.coat);
  if (coat_colours_ && !coat_colours_->problem.empty()) tell("No first coat: " + coat_colours_->problem, true);
  coat_reader_ = {};
  coat_chosen_ = false;
  coat_sent_ = !loaded.problem.prior.empty();
  coat_revision_ = 0;
  document_ = std::move(loaded.document);
  ++document_number_;
  photo_reference_ = std::move(loaded.photo);
  session_file_ = std::move(loaded.session_file);
  source_ = std::move(loaded.source);
  first_revision_ = ++revision_;
  // The coat comes before the solver makes itself ready for strokes, but a slow network must not hold that up for long.
  constexpr std::chrono::milliseconds for_the_coat{1500};
  solver_->load(std::move(loaded.problem), document_->settings(), revision_,
                wants_prediction() && wants_network_coat() ? for_the_coat : std::chrono::milliseconds{0});
  autosave_.open(photo_reference_, session_file_);
  if (loaded.recovered) {
    autosave_.record(*document_);
    autosave_.flush();
    // Only when its successor is on the disk.
    if (autosave_.problem().empty()) discard_recovery(*loaded.request.recovery);
    tell("Your unsaved work is back. Save it to keep it.");
  } else {
    autosave_.prepare(*document_);
    use_file(preferences, session_file_.empty() ? photo_reference_.path : session_file_);
  }
  for (const std::string& note : loaded.notes) tell(note);
}

bool Editor::save(const std::filesystem::path& file) {
  Session session;
  session.photo = photo_reference_;
  session.state = document_->state();
  try {
    write_session(file, session);
  } catch (const std::exception& error) {
    tell("Not saved. " + text_of(error), true);
    return false;
  }
  session_file_ = file;
  document_->mark_saved();
  autosave_.discard();
  autosave_.open(photo_reference_, session_file_);
  autosave_.prepare(*document_);
  use_file(preferences, file);
  tell("Saved " + file.filename().string());
  return true;
}

std::filesystem::path Editor::suggested_session_file() const {
  return session_file_.empty() ? beside(photo_reference_.path, ".handtint") : session_file_;
}

std::filesystem::path Editor::suggested_export_file() const {
  const bool deep = photo().bits > 8;
  const std::string ending = photo().format == "TIFF" ? ".tif" : photo().format == "JPEG" && !deep ? ".jpg" : ".png";
  return beside(photo_reference_.path, "-coloured" + ending);
}

void Editor::close() {
  cancel_stroke();
  autosave_.discard();
  document_.reset();
  ++document_number_;
  picture_.reset();
  fresh_picture_.reset();
  selection_.clear();
  prediction_.reset();
  bare_prediction_.reset();
  ++prediction_number_;
  network_->drop();
  coat_reader_ = {};
  coat_colours_.reset();
  coat_chosen_ = false;
  source_ = {};
  session_file_.clear();
  first_revision_ = ++revision_;
  solver_->unload(revision_);
}

std::string Editor::name() const {
  if (!document_) return {};
  return (session_file_.empty() ? photo_reference_.path : session_file_).filename().string();
}

void Editor::export_picture(const std::filesystem::path& target) {
  // The thread works on its own copy of the state: strokes are shared and never change.
  auto state = std::make_shared<const DocumentState>(document_->state());
  CoatSource coat = known_coat();  // even if the network has failed since
  if (!coat)
    coat = document_coat(
        [open = network_source_.open, why_not = network_->status().problem](const auto&... asked) {
          if (!why_not.empty()) throw std::runtime_error(why_not);
          return network_coat(open())(asked...);
        },
        session_file_);
  exporter_.start(
      [target, state, coat, photo = source_.photo, backend = chosen_backend(preferences)](
          std::stop_token stop, std::atomic<float>& progress) {
        ExportResult result;
        result.target = target;
        const CoatSource coat_or_note = [&](const auto&... asked) {
          try {
            return coat(asked...);
          } catch (const std::exception& error) {
            result.note = text_of(error);
            return Prior{};
          }
        };
        const Progress go_on = [&](float done, std::string_view) {
          progress = done;
          return !stop.stop_requested();
        };
        try {
          WriteOptions write = write_options_for(*photo);
          write.overwrite = true;  // the person was asked
          require_writable_target(target, write.overwrite, write.input);
          const Rendered rendered = render(*photo, *state, coat_or_note, {.backend = backend, .stop = stop}, go_on);
          result.cancelled = !write_rendered(target, *photo, rendered, write, go_on);
        } catch (const std::exception& error) {
          result.problem = "Not exported. " + text_of(error);
        }
        return result;
      },
      wake_up_);
}

void Editor::export_mask(const std::filesystem::path& target) {
  auto state = std::make_shared<const DocumentState>(document_->state());
  mask_exporter_.start(
      [=, photo = source_.photo](std::stop_token, auto&) {
        try {
          const Painting painting{*photo, state->strokes, state->imported.get()};
          write_stroke_mask(target, mask_from_strokes(painting), MaskFormat::rgba, true);
          return Notice{"Exported the strokes to " + target.string()};
        } catch (const std::exception& error) {
          return Notice{"Not exported. " + text_of(error), true};
        }
      },
      wake_up_);
}

void Editor::import_mask(const std::filesystem::path& file) {
  try {
    MaskReadOptions options;
    options.photo = &photo();
    MaskReading reading = read_stroke_mask(file, options);
    follow(document_->import_mask(std::make_shared<const StrokeMask>(std::move(reading.mask))));
    tell("Imported " + reading.found);
  } catch (const std::exception& error) {
    tell(text_of(error), true);
  }
}

// --- the document

void Editor::send_hints(const Rect& rect, bool cuts, bool only_regions) {
  const Change more{
      .hints = intersect(rect, {0, 0, photo().width(), photo().height()}), .cuts = cuts, .only_regions = only_regions};
  unsent_ = joined(unsent_, more);
  if (solver_->has_untaken_news()) {
    const Change both = joined(unsent_, sent_);
    constexpr double quickly_rasterised = 250'000;  // pixels, so that no cursor event waits for it
    if (static_cast<double>(both.hints.width()) * both.hints.height() > quickly_rasterised) return;
    unsent_ = both;
  }
  send_waiting();
}

void Editor::send_waiting() {
  if (unsent_.hints.empty()) return;
  sent_ = std::exchange(unsent_, {});
  solver_->apply(make_patch(photo(), document_->state(), sent_, stroke_ ? &*stroke_ : nullptr, region_), ++revision_);
}

void Editor::follow(const Change& change) {
  if (!change.any()) return;
  send_waiting();
  if (!change.hints.empty()) {
    solver_->apply(make_patch(photo(), document_->state(), change, nullptr, region_), ++revision_);
    note_strokes_change();
  }
  if (change.settings) solver_->configure(document_->settings(), ++revision_);
  if (change.coat) send_coat();
  std::erase_if(selection_, [&](StrokeId id) { return !find(document_->strokes(), id); });
  autosave_.record(*document_);
}

void Editor::undo() {
  if (!document_ || stroke_ || !document_->can_undo()) return;
  follow(document_->undo());
}
void Editor::redo() {
  if (!document_ || stroke_ || !document_->can_redo()) return;
  follow(document_->redo());
}

// --- strokes

void Editor::limit_strokes(std::vector<Point> lasso) {
  if (lasso == region_) return;
  const Rect touched = unite(bounds(region_), bounds(lasso));
  region_ = std::move(lasso);
  if (document_) send_hints(touched, false, true);  // the solver makes itself ready for strokes there
}

void Editor::begin_stroke(StrokeKind kind, const BrushEvent& event) {
  BrushSettings settings;
  settings.radius = preferences.brush_radius;
  settings.smoothing = preferences.smoothing;
  path_.emplace(settings, event);
  stroke_.emplace();
  stroke_->kind = kind;
  stroke_->colour = colour_;
  stroke_->strength = stroke_strength;
  stroke_->region = region_;
  stroke_->points = path_->points();
  selection_.clear();
  if (kind == StrokeKind::colour) remember_colour();
  note_strokes_change();
  send_hints(bounds(*stroke_), !stroke_->paints(), stroke_->limited());
}

Rect Editor::extend_stroke(const BrushEvent& event) {
  if (!path_) return {};
  Rect changed = path_->extend(event);
  stroke_->points = path_->points();
  const bool cuts = !stroke_->paints();
  if (cuts) changed = {changed.x0 - 2, changed.y0 - 2, changed.x1 + 2, changed.y1 + 2};
  send_hints(changed, cuts, stroke_->limited());
  return changed;
}

void Editor::end_stroke() {
  if (!path_) return;
  const Rect tip = path_->finish();
  send_waiting();
  Stroke finished = std::move(*stroke_);
  finished.points = path_->points();
  last_end_ = Point{finished.points.back().x, finished.points.back().y};
  path_.reset();
  stroke_.reset();
  const bool hints_are_known = finished.paints();
  Change change = document_->add(std::move(finished));
  // While it was drawn, the solver got the stroke piece by piece: only the tip is news.
  if (hints_are_known) change.hints = intersect(tip, change.hints);
  if (!change.hints.empty())
    solver_->apply(make_patch(photo(), document_->state(), change, nullptr, region_), ++revision_);
  note_strokes_change();
  autosave_.record(*document_);
}

void Editor::cancel_stroke() {
  if (!stroke_) return;
  const Rect touched = bounds(*stroke_);
  const bool cuts = !stroke_->paints(), limited = stroke_->limited();
  stroke_.reset();
  path_.reset();
  send_hints(touched, cuts, limited);
  send_waiting();
  note_strokes_change();
}

void Editor::add_straight(StrokeKind kind, const BrushEvent& to) {
  if (!last_end_) return;
  BrushSettings settings;
  settings.radius = preferences.brush_radius;
  Stroke stroke;
  stroke.kind = kind;
  stroke.colour = colour_;
  stroke.strength = stroke_strength;
  stroke.region = region_;
  stroke.points = straight_line(settings, {last_end_->x, last_end_->y, 1}, to);
  last_end_ = Point{to.x, to.y};
  if (kind == StrokeKind::colour) remember_colour();
  follow(document_->add(std::move(stroke)));
}

// --- selection

void Editor::select(std::vector<StrokeId> ids) {
  selection_ = std::move(ids);
}

void Editor::delete_selected() {
  if (!document_ || selection_.empty()) return;
  follow(document_->remove(selection_));
  selection_.clear();
}

// --- colour

void Editor::set_colour(Rgb colour) {
  colour_ = colour;
}

void Editor::remember_colour() {
  if (!recent_.colours().empty() && same_colour(recent_.colours().front(), colour_)) return;
  recent_.use(colour_);
  preferences.recent_colours = recent_.colours();
}

void Editor::swap_colours() {
  remember_colour();
  if (recent_.colours().size() < 2) return;
  recent_.swap_last_two();
  colour_ = recent_.colours().front();
  preferences.recent_colours = recent_.colours();
}

// --- the solve

bool Editor::colour_is_coming() const {
  if (!document_ || (picture_ && picture_->revision >= revision_)) return false;
  const SolverStatus status = solver_->status();
  return status.busy && !status.paused;
}

void Editor::set_road(PictureRoad road) {
  if (road == road_) return;
  road_ = road;
  solver_->set_road(road);
}

void Editor::look_closely(const PictureOnDevice& wanted) {
  if (wanted.part == close_up_.part && wanted.step == close_up_.step) return;
  close_up_ = wanted;
  solver_->look_closely(wanted.part, wanted.step);
}

void Editor::restart_solver() {
  start_solver();
  if (!document_) return;
  first_revision_ = ++revision_;
  Problem problem = make_problem(photo(), document_->state(), wanted_prior());
  coat_sent_ = !problem.prior.empty();
  solver_->load(std::move(problem), document_->settings(), revision_);
}

// --- the first coat

void Editor::note_strokes_change() {
  strokes_number_ = ++last_number_;
  strokes_changed_ = std::chrono::steady_clock::now();
  network_->drop();
}

bool Editor::wants_prediction() const {
  return document_ && network_->status().problem.empty() && (watching_network_ || wants_network_coat());
}

std::optional<std::uint64_t> Editor::next_question() const {
  if (!wants_prediction()) return std::nullopt;
  if (wants_network_coat() && !bare_prediction_) return bare_number_;
  if (prediction_strokes_ != strokes_number_) return strokes_number_;
  return std::nullopt;
}

std::optional<double> Editor::due_in_ms() const {
  const std::optional<std::uint64_t> question = next_question();
  if (stroke_ || !question || network_->has(*question)) return std::nullopt;
  const std::chrono::duration<double, std::milli> rested = std::chrono::steady_clock::now() - strokes_changed_;
  return std::max(rest_ms - rested.count(), 0.0);
}

void Editor::ask_network() {
  const std::optional<double> due = due_in_ms();
  if (!due || *due > 0) return;
  const std::uint64_t question = *next_question();
  if (question == bare_number_) {
    network_->ask([photo = source_.photo] { return bare_problem(*photo); }, question);
    return;
  }
  DocumentState state = document_->state();  // strokes are shared, so this is cheap
  state.history.clear();
  state.position = 0;
  network_->ask([photo = source_.photo, state = std::move(state)] { return painted_problem(*photo, state); }, question);
}

bool Editor::take_prediction() {
  bool changed = false;
  if (const std::string problem = network_->status().problem; problem != told_network_problem_) {
    told_network_problem_ = problem;
    tell("No first coat: " + problem, true);
    changed = true;
  }
  if (!document_) return changed;
  if (CoatThread::Answer answer = network_->take_answer(bare_number_)) {
    bare_prediction_ = prediction_ = std::move(answer);
    prediction_strokes_ = bare_number_;
    ++prediction_number_;
    send_coat();
    return true;
  }
  if (CoatThread::Answer answer = network_->take_answer(strokes_number_)) {
    prediction_ = std::move(answer);
    prediction_strokes_ = strokes_number_;
    ++prediction_number_;
    return true;
  }
  return changed;
}

CoatSource Editor::known_coat() const {
  if (document_->coat().picture) {
    if (!has_coat_picture() || !coat_colours_->colours) return nullptr;
    return [colours = coat_colours_->colours](const Photo&, const DocumentState& state, std::stop_token) {
      return picture_prior(*colours, state.coat);
    };
  }
  if (!bare_prediction_) return nullptr;
  return [prediction = bare_prediction_](const Photo&, const DocumentState& state, std::stop_token) {
    return make_prior(*prediction, state.coat.dials);
  };
}

Prior Editor::wanted_prior() const {
  const CoatSource source = known_coat();
  return source ? make_coat(photo(), document_->state(), source) : Prior{};
}

bool Editor::has_coat_picture() const {
  return document_->coat().picture && coat_colours_ && coat_colours_->file == document_->coat().picture->file;
}

void Editor::take_coat_from(const std::filesystem::path& picture) {
  if (!document_) return;
  coat_chosen_ = true;
  coat_reader_.start(
      [picture, size = photo().extent()](std::stop_token, auto&) {
        try {
          return read_coat_colours({.file = refer_to_file(picture)}, {}, size);
        } catch (const std::exception& error) {
          return CoatColours{{}, nullptr, text_of(error)};
        }
      },
      wake_up_);
}

bool Editor::take_coat_picture() {
  std::optional<CoatColours> coat = coat_reader_.take();
  if (!coat) return false;
  const bool chosen = std::exchange(coat_chosen_, false);
  if (!coat->problem.empty()) tell("No first coat: " + coat->problem, true);
  if (!document_) return true;
  const bool taken = chosen && coat->colours;
  if (!chosen || coat->colours) coat_colours_ = std::move(coat);
  if (taken) {
    FirstCoat wanted = document_->coat();
    wanted.on = true;
    wanted.picture = CoatPicture{.file = coat_colours_->file};
    follow(document_->set_coat(wanted, Step::own));
  } else {
    send_coat();
  }
  return true;
}

void Editor::send_coat() {
  if (const FirstCoat& coat = document_->coat();
      coat.wanted() && coat.picture && !has_coat_picture() && !coat_chosen_) {
    coat_reader_.start([picture = *coat.picture, session = session_file_, size = photo().extent()](
                           std::stop_token, auto&) { return read_coat_colours(picture, session, size); },
                       wake_up_);
  }
  Prior prior = wanted_prior();
  if (prior.empty() && !coat_sent_) return;
  send_waiting();
  coat_sent_ = !prior.empty();
  coat_revision_ = ++revision_;
  solver_->set_prior(std::move(prior), revision_);
}

void Editor::set_coat(const FirstCoat& coat, Step step) {
  if (document_) follow(document_->set_coat(coat, step));
}

void Editor::set_settings(const Settings& settings, Step step) {
  if (document_) follow(document_->set_settings(settings, step));
}

std::optional<float> Editor::lightness_at(Point place) const {
  if (!document_) return std::nullopt;
  const int x = static_cast<int>(std::floor(place.x)), y = static_cast<int>(std::floor(place.y));
  if (x < 0 || y < 0 || x >= photo().width() || y >= photo().height()) return std::nullopt;
  return photo().lightness(x, y);
}

std::optional<Rgb> Editor::result_at(Point place) const {
  const auto L = lightness_at(place);
  if (!L) return std::nullopt;
  Lab colour{*L, 0, 0};
  if (picture_) {
    const Chroma& chroma = *picture_->chroma;
    const int x = std::clamp(
        static_cast<int>(place.x * static_cast<float>(chroma.a.width()) / static_cast<float>(photo().width())), 0,
        chroma.a.width() - 1);
    const int y = std::clamp(
        static_cast<int>(place.y * static_cast<float>(chroma.a.height()) / static_cast<float>(photo().height())), 0,
        chroma.a.height() - 1);
    colour.a = chroma.a(x, y);
    colour.b = chroma.b(x, y);
  }
  const Rgb rgb = srgb_from_lab(reduce_chroma_to_gamut(colour));
  return Rgb{std::clamp(rgb.r, 0.0f, 1.0f), std::clamp(rgb.g, 0.0f, 1.0f), std::clamp(rgb.b, 0.0f, 1.0f)};
}

void Editor::tell(std::string text, bool problem) {
  notices_.push_back({std::move(text), problem});
}

}  // namespace handtint
