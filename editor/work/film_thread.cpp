#include "editor/work/film_thread.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "editor/film/colour_film.h"
#include "editor/film/film_colouring.h"
#include "editor/work/messages.h"
#include "solver/tr.h"

namespace handtint {

namespace fs = std::filesystem;

struct FilmExchange : Exchange {
  FilmExchange(fs::path of_film, fs::path in_work, std::vector<int> first_frames)
      : film(std::move(of_film)), work(std::move(in_work)) {
    if (!first_frames.empty()) cuts = std::move(first_frames);
  }

  const fs::path film, work;

  // In.
  std::optional<FilmRecipe> recipe;
  std::optional<FilmWish> wish;
  std::optional<std::vector<int>> cuts;  // first frames
  int near = 0;
  bool news = false, forget = false, cancel = false;

  // Out.
  FilmStatus status;
  std::vector<FrameMark> marks;
  std::vector<Shot> shots, found;
  std::shared_ptr<const KeptColours> kept;
  std::optional<FilmWritten> written;
  std::vector<std::string> notes;
  bool writing = false;
};

namespace {

constexpr FilmReading as_shown{.deinterlace = true};  // as the frames that are shown (FrameSource)

// What runs on the thread.
class FilmWork {
 public:
  FilmWork(FilmExchange& exchange, std::stop_token stop) : exchange_(exchange), stop_(std::move(stop)) {}

  void run() {
    try {
      if (const std::string_view lack = why_no_dense_flow(); !lack.empty()) throw std::runtime_error(std::string(lack));
      work_.emplace(exchange_.work, identity_of_work(exchange_.film, as_shown, false));
      if (look()) colour();
    } catch (...) {
      const std::string problem = text_of(std::current_exception(), tr("There is not enough memory for the film."),
                                          tr("The film failed for an unknown reason."));
      tell([&](FilmExchange& e) {
        e.status.problem = problem;
        e.status.stage.clear();
      });
    }
    leave_folder();
  }

 private:
  template <class Change>
  void tell(const Change& change) {
    std::lock_guard lock(exchange_.mutex);
    change(exchange_);
    if (exchange_.wake_up) exchange_.wake_up();
  }

  // True: all of it has been seen.
  bool look() {
    tell([&](FilmExchange& e) {
      e.kept = std::make_shared<const KeptColours>(*work_, Survey{}, std::vector<KeyFrames>{});
      e.status.stage = tr("Reading the film");
    });
    const int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    std::chrono::steady_clock::time_point told{};
    int seen = 0;
    survey_ =
        survey_film(exchange_.film, as_shown, full_film_pixels, threads, *work_, [&](float done, std::string_view) {
          const auto now = std::chrono::steady_clock::now();
          if (now - told < std::chrono::milliseconds(100)) return !stop_.stop_requested();
          told = now;
          while (done < 0.5f && work_->has(kept::light, seen)) ++seen;
          tell([&](FilmExchange& e) {
            e.status.done = done;
            e.status.frames = seen;
            e.status.stage = done < 0.5f ? tr("Reading the film") : tr("Following what moves");
          });
          return !stop_.stop_requested();
        });
    if (survey_.cancelled) return false;
    if (const auto cuts = wanted_cuts()) cut_at(*cuts, *work_, survey_);
    tell([&](FilmExchange& e) {
      e.status.surveyed = true;
      e.status.frames = survey_.frames;
      e.status.done = 0;
      ++e.status.number;
      e.shots = survey_.shots;
      e.found = survey_.found;
      e.marks.assign(static_cast<std::size_t>(survey_.frames), {});
      for (const std::string& note : survey_.notes) e.notes.push_back(note);
    });
    return true;
  }

  void colour() {
    FilmColours colours(*work_, survey_);
    bool begun = false, more = false;
    while (true) {
      std::optional<FilmRecipe> recipe;
      std::optional<FilmWish> wish;
      int near;
      {
        std::unique_lock lock(exchange_.mutex);
        if (!more) {
          exchange_.status.stage.clear();
          if (exchange_.wake_up) exchange_.wake_up();
          exchange_.changed.wait(lock, stop_, [&] { return exchange_.news; });
        }
        exchange_.news = false;
        recipe = std::exchange(exchange_.recipe, std::nullopt);
        wish = std::exchange(exchange_.wish, std::nullopt);
        near = exchange_.near;
      }
      if (stop_.stop_requested()) return;
      const auto cuts = wanted_cuts();
      if (cuts) {
        cut_at(*cuts, *work_, survey_);
        colours.cut(survey_.shots);
      }
      if (recipe) colours.begin(std::move(*recipe));
      begun |= recipe.has_value();
      if (begun && (cuts || recipe)) take_marks(*colours.kept());
      if (wish && begun) write(colours, *wish);
      if (!begun) continue;
      const auto made = colours.carry_next(near, [&] { return !stop_.stop_requested(); });
      more = made.has_value();
      if (made) mark(*colours.kept(), *made);
    }
  }

  std::optional<std::vector<int>> wanted_cuts() {
    std::lock_guard lock(exchange_.mutex);
    return std::exchange(exchange_.cuts, std::nullopt);
  }

  void take_marks(const KeptColours& kept) {
    std::vector<std::optional<float>> trust;
    for (int n = 0; n < survey_.frames; ++n) trust.push_back(kept.trust(n));
    tell([&](FilmExchange& e) {
      e.kept = std::make_shared<const KeptColours>(kept);
      for (std::size_t n = 0; n < trust.size(); ++n) {
        FrameMark& mark = e.marks[n];
        const float now = trust[n].value_or(-1);
        if (mark.trust != now) ++mark.number;
        mark.trust = now;
      }
      ++e.status.number;
    });
  }

  void mark(const KeptColours& kept, int frame) {
    const float trust = kept.trust(frame).value_or(-1);
    tell([&](FilmExchange& e) {
      FrameMark& mark = e.marks[static_cast<std::size_t>(frame)];
      mark.trust = trust;
      ++mark.number;
      ++e.status.number;
      e.status.stage = tr("Carrying colours");
      const auto coloured =
          std::count_if(e.marks.begin(), e.marks.end(), [](const FrameMark& m) { return m.trust >= 0; });
      e.status.done = static_cast<float>(coloured) / static_cast<float>(e.marks.size());
    });
  }

  void write(FilmColours& colours, const FilmWish& wish) {
    FilmWritten written{wish.output, {}, {}, false};
    const auto going = [&](float carried, float frames_written) {
      bool cancel = false;
      tell([&](FilmExchange& e) {
        e.status.stage = carried < 1 ? tr("Carrying colours") : tr("Writing the film");
        e.status.done = 0.5f * (carried + frames_written);
        cancel = e.cancel;
      });
      return !cancel && !stop_.stop_requested();
    };
    try {
      FilmToWrite film{.film = exchange_.film, .output = wish.output, .shots = survey_.shots, .writing = wish.writing};
      film.note = [&](const std::string& note) { written.notes.push_back(note); };
      film.reading = as_shown;
      written.cancelled = !carry_and_write(colours, std::move(film), wish.finish, going);
    } catch (const std::exception& error) {
      written.problem = text_of(error);
    }
    take_marks(*colours.kept());
    tell([&](FilmExchange& e) {
      e.written = written;
      e.writing = e.cancel = false;
      e.status.stage.clear();
    });
  }

  void leave_folder() {
    std::lock_guard lock(exchange_.mutex);
    if (!work_) return;
    try {
      if (exchange_.forget)
        work_->remove();
      else if (exchange_.cuts && survey_.frames > 0)
        cut_at(*exchange_.cuts, *work_, survey_);
    } catch (const std::exception&) {
      // It stays, and is of use when the film is opened again.
    }
  }

  FilmExchange& exchange_;
  std::stop_token stop_;
  std::optional<WorkFolder> work_;
  Survey survey_;
};

}  // namespace

FilmThread::FilmThread(fs::path film, fs::path work, std::vector<int> first_frames, std::function<void()> wake_up)
    : exchange_(std::make_shared<FilmExchange>(std::move(film), std::move(work), std::move(first_frames))) {
  exchange_->wake_up = std::move(wake_up);
  // Below the solver's and its rest: what is under the hand goes first.
  constexpr int niceness = 10;
  thread_.start(exchange_, niceness, [exchange = exchange_](std::stop_token stop) { FilmWork(*exchange, stop).run(); });
}

FilmThread::~FilmThread() {
  thread_.leave(patience);
}

void FilmThread::set_recipe(FilmRecipe recipe) {
  std::lock_guard lock(exchange_->mutex);
  exchange_->recipe = std::move(recipe);
  exchange_->news = true;
  exchange_->changed.notify_all();
}

void FilmThread::look_at(int frame) {
  std::lock_guard lock(exchange_->mutex);
  exchange_->near = frame;
}

void FilmThread::cut_at(std::vector<int> first_frames) {
  std::lock_guard lock(exchange_->mutex);
  if (exchange_->status.surveyed) {
    exchange_->shots = shots_beginning_at(first_frames, exchange_->status.frames);
    ++exchange_->status.number;
  }
  exchange_->cuts = std::move(first_frames);
  exchange_->news = true;
  exchange_->changed.notify_all();
}

void FilmThread::forget_work() {
  std::lock_guard lock(exchange_->mutex);
  exchange_->forget = true;
}

void FilmThread::write(FilmWish wish) {
  std::lock_guard lock(exchange_->mutex);
  exchange_->wish = std::move(wish);
  exchange_->writing = exchange_->news = true;
  exchange_->cancel = false;
  exchange_->changed.notify_all();
}

void FilmThread::cancel_writing() {
  std::lock_guard lock(exchange_->mutex);
  exchange_->cancel = true;
  if (!exchange_->wish) return;
  exchange_->written = FilmWritten{std::exchange(exchange_->wish, std::nullopt)->output, {}, {}, true};
  exchange_->writing = false;
}

bool FilmThread::writing() const {
  std::lock_guard lock(exchange_->mutex);
  return exchange_->writing;
}

std::optional<FilmWritten> FilmThread::take_written() {
  std::lock_guard lock(exchange_->mutex);
  return std::exchange(exchange_->written, std::nullopt);
}

FilmStatus FilmThread::status() const {
  std::lock_guard lock(exchange_->mutex);
  return exchange_->status;
}

std::vector<FrameMark> FilmThread::marks() const {
  std::lock_guard lock(exchange_->mutex);
  return exchange_->marks;
}

std::vector<Shot> FilmThread::shots() const {
  std::lock_guard lock(exchange_->mutex);
  return exchange_->shots;
}

std::vector<Shot> FilmThread::found_shots() const {
  std::lock_guard lock(exchange_->mutex);
  return exchange_->found;
}

FrameMark FilmThread::mark(int frame) const {
  std::lock_guard lock(exchange_->mutex);
  const auto i = static_cast<std::size_t>(frame);
  return frame >= 0 && i < exchange_->marks.size() ? exchange_->marks[i] : FrameMark{};
}

std::shared_ptr<const KeptColours> FilmThread::colours() const {
  std::lock_guard lock(exchange_->mutex);
  return exchange_->kept;
}

std::vector<std::string> FilmThread::take_notes() {
  std::lock_guard lock(exchange_->mutex);
  return std::exchange(exchange_->notes, {});
}

}  // namespace handtint
