#include "editor/work/colouring.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "editor/document/render.h"
#include "editor/film/film_keys.h"
#include "solver/backend.h"
#include "solver/solver.h"

namespace handtint {
namespace {

// What is to be rasterised after both.
Change joined(const Change& p, const Change& q) {
  if (p.hints.empty()) return q;
  if (q.hints.empty()) return p;
  return {.hints = unite(p.hints, q.hints), .cuts = p.cuts || q.cuts, .only_regions = p.only_regions && q.only_regions};
}

}  // namespace

Backend chosen_backend(const Preferences& preferences) {
  return backend_from_name(preferences.backend).value_or(Backend::automatic);
}

Colouring::Colouring(const Sitting& sitting, const Brush& brush, const Preferences& preferences, Messages& messages,
                     NetworkSource network, std::function<void()> wake_up)
    : sitting_(sitting),
      brush_(brush),
      preferences_(preferences),
      messages_(messages),
      wake_up_(std::move(wake_up)),
      predictions_(sitting, messages, network, wake_up_),
      picture_coat_(sitting, messages, wake_up_),
      reference_(sitting, messages, std::move(network), wake_up_),
      coat_strip_(sitting, predictions_, wake_up_) {
  start_solver();
}

void Colouring::start_solver() {
  solver_ = std::make_unique<SolverThread>([backend = chosen_backend(preferences_)] { return make_solver(backend); },
                                           wake_up_);
  if (transfer_ != PictureTransfer::copied) solver_->set_transfer(transfer_);
  solver_->set_close_up(close_up_.part, close_up_.step);
}

bool Colouring::update() {
  bool changed = false;
  if (sitting_.has_document() && !solver_->has_untaken_news()) send_waiting();
  while (auto message = solver_->take_message()) {
    changed = true;
    messages_.tell(*message, true);
  }
  const Predictions::News news = predictions_.take_answer();
  if (news == Predictions::News::bare_answer) send_coat();
  changed |= news != Predictions::News::none;
  changed |= coat_strip_.update();
  predictions_.ask_if_due(brush_.stroke() != nullptr);
  if (auto solved = solver_->take_picture(); solved && sitting_.has_document() && solved->revision >= first_revision_) {
    changed = true;
    if (!solved->report.note.empty() && (!picture_ || picture_->report.note != solved->report.note))
      messages_.tell(solved->report.note);
    picture_ = *solved;
    fresh_picture_ = std::move(solved);
  }
  return changed;
}

void Colouring::begin_document(Problem problem, std::optional<CoatColours> coat,
                               std::shared_ptr<const Carried> carried) {
  carried_ = std::move(carried);
  predictions_.set_coat_is_given(carried_ != nullptr);
  picture_.reset();
  fresh_picture_.reset();
  unsent_ = sent_ = {};
  coat_sent_ = !problem.prior.empty();
  coat_revision_ = 0;
  predictions_.begin_document();
  picture_coat_.begin_document(std::move(coat));
  reference_.forget();
  reference_.follow();
  coat_strip_.forget();
  first_revision_ = ++revision_;
  // The coat comes before the solver makes itself ready for strokes, but a slow network must not hold that up for long.
  constexpr std::chrono::milliseconds for_the_coat{1500};
  solver_->load(std::move(problem), settings(), revision_,
                predictions_.coat_is_coming() ? for_the_coat : std::chrono::milliseconds{0});
}

void Colouring::forget() {
  carried_.reset();
  picture_.reset();
  fresh_picture_.reset();
  predictions_.forget();
  picture_coat_.forget();
  reference_.forget();
  coat_strip_.forget();
  first_revision_ = ++revision_;
  solver_->unload(revision_);
}

void Colouring::restart() {
  start_solver();
  if (!sitting_.has_document()) return;
  first_revision_ = ++revision_;
  Problem problem = make_problem(sitting_.photo(), sitting_.document().state(), wanted_prior());
  coat_sent_ = !problem.prior.empty();
  solver_->load(std::move(problem), settings(), revision_);
}

// --- what the solver is sent

void Colouring::send_hints(const Rect& rect, bool cuts, bool only_regions) {
  const Rect photo{0, 0, sitting_.photo().width(), sitting_.photo().height()};
  unsent_ = joined(unsent_, {.hints = intersect(rect, photo), .cuts = cuts, .only_regions = only_regions});
  if (solver_->has_untaken_news()) {
    const Change both = joined(unsent_, sent_);
    constexpr double quickly_rasterised = 250'000;  // pixels, so that no cursor event waits for it
    if (static_cast<double>(both.hints.width()) * both.hints.height() > quickly_rasterised) return;
    unsent_ = both;
  }
  send_waiting();
}

void Colouring::send_waiting() {
  if (unsent_.hints.empty()) return;
  sent_ = std::exchange(unsent_, {});
  solver_->apply(make_patch(sitting_.photo(), sitting_.document().state(), sent_, brush_.stroke(), brush_.region()),
                 ++revision_);
}

void Colouring::send_patch(const Change& change) {
  if (change.hints.empty()) return;
  solver_->apply(make_patch(sitting_.photo(), sitting_.document().state(), change, nullptr, brush_.region()),
                 ++revision_);
}

void Colouring::follow(const Change& change) {
  send_waiting();
  if (!change.hints.empty()) {
    send_patch(change);
    predictions_.strokes_changed();
  }
  if (change.settings) solver_->configure(settings(), ++revision_);
  if (change.coat) send_coat();
}

void Colouring::set_carried(std::shared_ptr<const Carried> carried) {
  const bool other_settings = (carried_ == nullptr) != (carried == nullptr);
  carried_ = std::move(carried);
  predictions_.set_coat_is_given(carried_ != nullptr);
  send_waiting();
  if (other_settings) solver_->configure(settings(), ++revision_);
  send_coat();
}

// Strokes on what was carried are corrections, as when the film is written (film_keys.h).
Settings Colouring::settings() const {
  Settings settings = sitting_.document().settings();
  if (carried_) settings.affinity = 0;
  return settings;
}

DocumentState Colouring::state_to_render() const {
  DocumentState state = sitting_.document().state();
  state.settings = settings();
  if (carried_) state.coat = {.on = true};
  return state;
}

CoatSource Colouring::known_coat() const {
  if (carried_)
    return
        [carried = carried_](const Photo&, const DocumentState&, std::stop_token) { return carried_prior(*carried); };
  return sitting_.document().coat().picture ? picture_coat_.source() : predictions_.known_coat();
}

CoatSource Colouring::coat() const {
  const CoatSource known = known_coat();  // even if the network has failed since
  if (carried_) return known;
  return reference_.surely_in_mood(known ? known
                                         : document_coat(predictions_.coat_to_be_asked(), sitting_.session_file()));
}

Prior Colouring::wanted_prior() const {
  if (carried_) return carried_prior(*carried_);
  const CoatSource source = known_coat();
  return source ? make_coat(sitting_.photo(), sitting_.document().state(), reference_.in_mood(source)) : Prior{};
}

void Colouring::send_coat() {
  picture_coat_.read_if_wanted();
  reference_.follow();
  Prior prior = wanted_prior();
  if (prior.empty() && !coat_sent_) return;
  send_waiting();
  coat_sent_ = !prior.empty();
  coat_revision_ = ++revision_;
  solver_->set_prior(std::move(prior), revision_);
}

// --- what comes back

bool Colouring::colour_is_coming() const {
  if (!sitting_.has_document() || (picture_ && picture_->revision >= revision_)) return false;
  const SolverStatus now = status();
  return now.busy && !now.paused;
}

void Colouring::set_screen(PictureTransfer transfer, const PictureOnDevice& close_up) {
  if (std::exchange(transfer_, transfer) != transfer) solver_->set_transfer(transfer);
  if (close_up.part == close_up_.part && close_up.step == close_up_.step) return;
  close_up_ = close_up;
  solver_->set_close_up(close_up.part, close_up.step);
}

std::optional<Rgb> result_at(const Sitting& sitting, const std::optional<SolvedPicture>& picture, Point place) {
  const auto L = sitting.lightness_at(place);
  if (!L) return std::nullopt;
  Ab colour;
  if (picture) {
    const Chroma& chroma = *picture->chroma;
    const auto nearest = [](float at, int photo, int length) {
      return std::clamp(static_cast<int>(at * static_cast<float>(length) / static_cast<float>(photo)), 0, length - 1);
    };
    const int x = nearest(place.x, sitting.photo().width(), chroma.a.width());
    const int y = nearest(place.y, sitting.photo().height(), chroma.a.height());
    colour.a = chroma.a(x, y);
    colour.b = chroma.b(x, y);
  }
  return lit_colour(*L, colour);
}

}  // namespace handtint
