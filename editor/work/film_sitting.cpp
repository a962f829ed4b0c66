#include "editor/work/film_sitting.h"

#include <algorithm>
#include <system_error>
#include <thread>

#include "editor/files/paths.h"
#include "editor/film/work_folder.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double usual_rate = 24;  // frames a second, of numbered pictures

// Something that is dragged changes again and again.
constexpr std::chrono::milliseconds coat_rest{400}, stroke_rest{60};

bool is_key(const DocumentState& state) {
  return !state.strokes.empty() || state.imported;
}

// The newest cuts of a film whose program died are in its work folder.
std::vector<int> cuts_of(const OpenedFilm& opened, bool makes_work) {
  return opened.recovered.empty() || makes_work ? opened.session.shots : std::vector<int>{};
}

// A network that fails has no opinion: the screen's own question says why.
CoatSource coat_from(const std::function<Predictor()>& open) {
  return [open, failed = std::make_shared<bool>(false)](const auto&... asked) {
    if (*failed) return Prior{};
    try {
      return network_coat(open())(asked...);
    } catch (const std::exception&) {
      *failed = true;
      return Prior{};
    }
  };
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

}  // namespace

FilmSitting::FilmSitting(const Sitting& sitting, Messages& messages, const OpenedFilm& opened,
                         const Predictions& network, std::function<void()> wake_up)
    : sitting_(sitting),
      messages_(messages),
      number_(sitting.number()),
      wake_up_(wake_up),
      network_name_(network.network_name()),
      frames_(opened.frames),
      film_(opened.session.film),
      coat_(opened.session.coat),
      finish_(opened.session.finish),
      foreign_(opened.session.foreign),
      frames_before_(opened.session.frames),
      rate_(frames_->rate() > 0 ? std::clamp(frames_->rate(), 1.0, 120.0) : usual_rate),
      frame_(film_.frame.value_or(0)),
      looked_at_(frame_),
      wanted_(frame_),
      made_work_(!is_there(work_folder_for(opened.frames->film()))),
      thread_(opened.frames->film(), work_folder_for(opened.frames->film()), cuts_of(opened, made_work_), wake_up),
      pictures_(wake_up),
      ghosts_(wake_up),
      cuts_(thread_, opened.session.shots) {
  if (const auto open = network.network_for_many()) {
    network_ = coat_from(open);
    matcher_ = std::make_shared<KeyMatcher>(open, network_name_);
  }
  for (const FrameWork& work : opened.session.painted) {
    follow_keys(work.frame, work.state);
    if (work.frame == frame_) continue;
    const bool lost = std::count(opened.recovered.begin(), opened.recovered.end(), work.frame) > 0;
    auto document = std::make_unique<Document>(frames_->size(), work.state, !lost);
    std::unique_ptr<Autosave> journal;
    if (lost) {
      journal = std::make_unique<Autosave>();
      PhotoReference frame = film_;
      frame.frame = work.frame;
      journal->open(frame, sitting_.session_file(), {}, false);
      journal->record(*document);
      journal->flush();
    }
    others_.emplace(work.frame, Sitting::FrameDesk{std::move(document), std::move(journal)});
  }
  for (std::size_t i = 0; i < opened.recovered.size(); ++i) {
    const auto other = others_.find(opened.recovered[i]);  // only when its successor is on the disk
    if (other != others_.end() && other->second.journal->problem().empty()) remove_recovery(opened.journals[i]);
  }
  recipe_due_ = Clock::now();
  ghosts_.look_again();
  thread_.look_at(frame_);
}

void FilmSitting::closing(bool keep_work) {
  for (auto& [frame, desk] : others_)
    if (desk.journal) desk.journal->discard();
  cuts_.put_back();
  if (!keep_work && made_work_) thread_.forget_work();
}

int FilmSitting::frames() const {
  const FilmStatus status = thread_.status();
  return std::max(
      1, status.surveyed ? status.frames : std::max({frames_->likely_frames(), status.frames, most_, looked_at_ + 1}));
}

std::vector<int> FilmSitting::keys() const {
  std::vector<int> keys = order_;
  std::sort(keys.begin(), keys.end());
  return keys;
}

void FilmSitting::look_at(int frame) {
  // Of a GIF nobody knows the length until it has been read: there is no such frame, then.
  const bool known = thread_.status().surveyed || frames_->likely_frames() > 0;
  looked_at_ = std::max(0, known ? std::min(frame, frames() - 1) : frame);
  thread_.look_at(looked_at_);
}

void FilmSitting::go_to(int frame) {
  look_at(frame);
  wanted_ = looked_at_;
  ready_.reset();
  if (loader_.running()) loader_.cancel();
  load_wanted();
}

const DocumentState* FilmSitting::state_of(int frame) const {
  if (frame == frame_) return &sitting_.document().state();
  const auto other = others_.find(frame);
  return other == others_.end() ? nullptr : &other->second.document->state();
}

void FilmSitting::follow_keys(int frame, const DocumentState& state) {
  const auto known = std::find(order_.begin(), order_.end(), frame);
  if (is_key(state) && known == order_.end()) order_.push_back(frame);
  if (!is_key(state) && known != order_.end()) order_.erase(known);
}

void FilmSitting::changed(const Change& change) {
  const DocumentState& state = sitting_.document().state();
  follow_keys(frame_, state);
  ghosts_.leave_out(state.strokes);
  ghosts_.look_again();
  if (change.finish) {
    film_modified_ |= state.finish != finish_;
    finish_ = state.finish;
    return;
  }
  if (change.coat) {
    FirstCoat wanted = sitting_.document().coat();
    wanted.picture.reset();
    wanted.reference.reset();
    film_modified_ |= !(wanted == coat_);
    coat_ = wanted;
  }
  recipe_due_ = Clock::now() + (change.coat ? coat_rest : stroke_rest);
}

std::optional<double> FilmSitting::due_in_ms() const {
  if (!recipe_due_) return std::nullopt;
  return std::max(0.0, std::chrono::duration<double, std::milli>(*recipe_due_ - Clock::now()).count());
}

void FilmSitting::send_recipe() {
  FilmRecipe recipe;
  for (int frame : order_) {
    const Document& document = frame == frame_ ? sitting_.document() : *others_.at(frame).document;
    if (!says_colours(document.state())) continue;
    auto& [revision, painted] = painted_[frame];
    if (!painted.state || revision != document.revision()) {
      painted = painted_frame(frame, document.state());
      revision = document.revision();
    }
    recipe.keys.painted.push_back(painted);
  }
  recipe.coat = network_;
  recipe.matcher = matcher_;
  recipe.coat_dials = coat_;
  recipe.coat_name = name_of_coat(network_name_, coat_.dials);
  thread_.set_recipe(std::move(recipe));
}

void FilmSitting::write(FilmWish wish) {
  recipe_due_.reset();
  send_recipe();
  wish.finish = finish_;
  thread_.write(std::move(wish));
}

bool FilmSitting::update() {
  if (recipe_due_ && Clock::now() >= *recipe_due_) {
    recipe_due_.reset();
    send_recipe();
  }
  for (const std::string& note : thread_.take_notes()) messages_.tell(note);
  const bool was_ready = ready_.has_value();
  take_loaded();
  load_wanted();
  follow_carried();
  if (std::exchange(cuts_seen_, cuts_.number()) != cuts_.number()) ghosts_.look_again();
  const bool other_ghosts = ghosts_.update([&] { return place_of_ghosts(); });
  const FilmStatus status = thread_.status();
  if (status.surveyed && !std::exchange(told_end_, true)) {
    const auto beyond = std::count_if(order_.begin(), order_.end(), [&](int frame) { return frame >= status.frames; });
    if (beyond > 0)
      messages_.tell(
          tr_n("The film has lost a frame that was painted on. Its strokes stay in the session.",
               "The film has lost {1} frames that were painted on. Their strokes stay in the session.", beyond),
          true);
  }
  return ready_.has_value() != was_ready || other_ghosts;
}

FilmGhosts::Place FilmSitting::place_of_ghosts() const {
  FilmGhosts::Place place{frame_, {}, thread_.shots(), thread_.colours()};
  for (int frame : order_) place.painted.push_back({frame, state_of(frame)->strokes});
  return place;
}

void FilmSitting::take_loaded() {
  auto loaded = loader_.take();
  if (!loaded) return;
  if (loaded->frame != wanted_ || wanted_ == frame_) return;
  if (loaded->there) {
    most_ = std::max(most_, loaded->frame + 1);
    ready_ = std::move(*loaded);
    return;
  }
  if (!loaded->problem.empty()) messages_.tell(loaded->problem, true);
  looked_at_ = wanted_ = frame_;
}

void FilmSitting::load_wanted() {
  if (wanted_ == frame_ || ready_ || loader_.running()) return;
  DocumentState state;
  state.coat = coat_;
  state.finish = finish_;
  if (const DocumentState* known = state_of(wanted_)) {
    state = *known;
    state.history.clear();
    state.position = 0;
  }
  loader_.start([frames = frames_, frame = wanted_, state = std::move(state), kept = thread_.colours()](
                    std::stop_token stop, auto&) { return load_frame(*frames, frame, state, kept, stop); },
                wake_up_);
}

// The colours that were carried to the open frame may have become others.
void FilmSitting::follow_carried() {
  if (auto found = carried_loader_.take()) {
    const auto& [frame, carried] = *found;
    const auto same = [](const Carried& p, const Carried& q) {
      return p.colour.a == q.colour.a && p.colour.b == q.colour.b && p.trust == q.trust;
    };
    if (frame == frame_ && (carried != nullptr) && !(carried_shown_ && same(*carried, *carried_shown_)))
      carried_ = carried_shown_ = carried;
  }
  const FrameMark mark = thread_.mark(frame_);
  if (mark.number == carried_number_ || carried_loader_.running() || wanted_ != frame_) return;
  carried_number_ = mark.number;
  carried_loader_.start(
      [kept = thread_.colours(), frame = frame_](std::stop_token, auto&) {
        std::shared_ptr<const Carried> result;
        try {
          Carried carried = kept ? kept->under(frame) : Carried{};
          if (!carried.empty()) result = std::make_shared<const Carried>(std::move(carried));
        } catch (const std::exception&) {
          // The frame keeps the colours that it has.
        }
        return std::pair(frame, result);
      },
      wake_up_);
}

std::optional<LoadedFrame> FilmSitting::take_frame(Sitting& sitting) {
  if (held_) return std::nullopt;
  std::optional<LoadedFrame> arrived = std::exchange(ready_, std::nullopt);
  if (arrived) swap(sitting, *arrived);
  return arrived;
}

void FilmSitting::swap(Sitting& sitting, LoadedFrame& arrived) {
  Sitting::FrameDesk coming;
  if (const auto other = others_.find(arrived.frame); other != others_.end()) {
    coming = std::move(other->second);
    others_.erase(other);
  } else {
    DocumentState state;
    state.coat = coat_;
    state.finish = finish_;
    coming.document = std::make_unique<Document>(frames_->size(), std::move(state));
  }
  coming.document->take(edit_of_finish(coming.document->state().finish, finish_));
  film_.frame = arrived.frame;
  Sitting::FrameDesk left = sitting.exchange(film_, std::move(arrived.loaded.source), std::move(coming));
  const DocumentState& state = left.document->state();
  if (!left.document->modified() && left.journal) {
    left.journal->discard();
    left.journal.reset();
  }
  if (is_key(state) || !state.history.empty()) others_.emplace(frame_, std::move(left));
  frame_ = arrived.frame;
  ghosts_.clear();
  carried_shown_ = arrived.carried;
  carried_number_ = thread_.mark(frame_).number;
}

bool FilmSitting::modified_elsewhere() const {
  return film_modified_ || cuts_.modified() || std::any_of(others_.begin(), others_.end(), [](const auto& other) {
           return other.second.document->modified();
         });
}

FilmSession FilmSitting::session() const {
  FilmSession session;
  session.film = film_;
  session.frames = std::max(frames_before_, thread_.status().surveyed ? thread_.status().frames : 0);
  session.coat = coat_;
  session.finish = finish_;
  session.shots = cuts_.of_session();
  session.foreign = foreign_;
  for (int frame : order_)
    if (const DocumentState* state = state_of(frame)) {
      session.painted.push_back({frame, *state});
      session.painted.back().state.finish = finish_;  // also of frames that were not looked at since it became another
    }
  return session;
}

void FilmSitting::saved() {
  film_modified_ = false;
  cuts_.saved();
  for (auto& [frame, desk] : others_) {
    desk.document->mark_saved();
    if (desk.journal) desk.journal->discard();
    desk.journal.reset();
  }
}

void FilmSitting::save_frame(const fs::path& file) const {
  const fs::path picture = sitting_.photo().path;
  Session session;
  // A picture of a folder is a photo like all others.
  const bool in_folder = frames_->kind() == FilmKind::folder;
  session.photo = in_folder ? refer_to_photo(picture, film_.width, film_.height) : film_;
  session.photo.frame = in_folder ? std::nullopt : std::optional(frame_);
  Document document(frames_->size(), sitting_.document().state());
  document.take(edit_of_strokes_below(document.state(), ghosts_.strokes(), tr_noop("Strokes of other frames")));
  session.state = document.state();
  write_session(file, session);
}

fs::path suggested_output(const FrameSource& film) {
  const FilmKind kind = film.kind();
  const std::string ending = kind == FilmKind::gif ? ".gif" : kind == FilmKind::film ? ".mkv" : "";
  return film.film().parent_path() / (film.film().stem().string() + "-coloured" + ending);
}

}  // namespace handtint
