#include "editor/work/solver_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "solver/resample.h"

namespace handtint {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int niceness = 10;
constexpr double batch_ms = 10;  // long enough to be efficient, short enough that news never wait noticeably

double ms_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

bool contains(const Rect& outer, const Rect& inner) {
  return intersect(outer, inner) == inner;
}

// Everything that came since the solver last looked.
struct Inbox {
  std::optional<Problem> problem;
  bool unload = false;
  std::vector<HintPatch> patches;
  std::optional<Prior> prior;
  std::optional<Settings> settings;
  bool solve_again = false;  // the picture is lost
  std::chrono::milliseconds rest{0};
  std::uint64_t revision = 0;
  bool news = false;

  void add(HintPatch patch) {
    // A newer patch says all that an older one inside it said, unless the older one alone spoke of barriers, or of
    // more than regions.
    std::erase_if(patches, [&](const HintPatch& old) {
      return contains(patch.rect, old.rect) && (old.cuts.empty() || !patch.cuts.empty()) &&
             (old.hint_strength.empty() || !patch.hint_strength.empty());
    });
    patches.push_back(std::move(patch));
  }
};

}  // namespace

// Outlives the SolverThread while a hanging solver still holds on to it.
struct SolverThread::Shared {
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  Inbox inbox;
  std::optional<SolvedPicture> outbox;
  std::vector<std::string> messages;
  SolverStatus status;
  PictureRoad road = PictureRoad::copied;
  PictureOnDevice wanted_close_up;  // without codes
  bool run_once = false;
  bool finished = false;
  Clock::time_point sign_of_life = Clock::now();
  std::function<void()>
      wake_up;  // emptied when the owner dies; called with the mutex held so that it cannot outlive the owner

  void wake() {
    std::lock_guard lock(mutex);
    if (wake_up) wake_up();
  }
  void say(std::string message) {
    std::lock_guard lock(mutex);
    messages.push_back(std::move(message));
    if (wake_up) wake_up();
  }
};

namespace {

std::string text_of(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::bad_alloc&) {
    return "Not enough memory to solve this photo at its full size.";
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "The solver failed for an unknown reason.";
  }
}

}  // namespace

// What runs on the thread. Owns the solver; shares only `Shared` with the rest of the program.
template <class Shared>
class Worker {
 public:
  Worker(std::shared_ptr<Shared> shared, std::function<std::unique_ptr<Solver>()> make)
      : shared_(std::move(shared)), make_(std::move(make)) {}

  void run(std::stop_token stop) {
    while (!stop.stop_requested()) {
      Inbox news = wait_for_news(stop);
      if (stop.stop_requested()) break;
      try {
        take_in(std::move(news));
        if (may_solve())
          solve_batch(stop);
        else if (values_wait())
          send_values();
      } catch (...) {
        working_ = false;
        without_values_.reset();
        shared_->say(text_of(std::current_exception()));
        update_status();
      }
    }
  }

 private:
  Inbox wait_for_news(std::stop_token stop) {
    std::unique_lock lock(shared_->mutex);
    const auto ready = [&] {
      return shared_->inbox.news || (working_ && (!shared_->status.paused || shared_->run_once));
    };
    if (!first_answer_) shared_->changed.wait_until(lock, stop, rest_until_, [&] { return shared_->inbox.news; });
    if (!working_ && without_values_)
      shared_->changed.wait_until(lock, stop, last_publication_ + SolverThread::values_after, ready);
    else
      shared_->changed.wait(lock, stop, ready);
    shared_->sign_of_life = Clock::now();
    Inbox taken = std::move(shared_->inbox);
    shared_->inbox = {};
    shared_->inbox.revision = taken.revision;
    if (taken.news && (taken.problem || taken.unload || !taken.patches.empty() || taken.prior || taken.settings)) {
      shared_->status.busy = true;
    }
    return taken;
  }

  void take_in(Inbox news) {
    if (!news.news) return;
    rest_until_ = Clock::now() + news.rest;
    if (news.prior) rest_until_ = {};
    revision_ = news.revision;
    if (news.unload) {
      solver_.reset();
      without_values_.reset();
      working_ = false;
      update_status();
    }
    if (news.problem) {
      solver_.reset();  // before the new one, so that two photos never need memory at once
      without_values_.reset();
      report_ = {};
      auto solver = make_();
      if (news.settings) solver_settings_ = *std::exchange(news.settings, std::nullopt);
      solver->load(std::move(*news.problem));
      solver->configure(solver_settings_);
      solver_ = std::move(solver);
      begin();
    }
    if (!solver_) {
      update_status();
      return;
    }
    if (news.settings) {
      solver_settings_ = *news.settings;
      solver_->configure(solver_settings_);
      begin();
    }
    if (news.solve_again) solve_again();
    if (news.prior) {
      solver_->set_prior(std::move(*news.prior));
      if (working_ && first_answer_) {
        begin();  // strokes wait for their first answer anyway
      } else {
        working_ = first_coat_answer_ = true;
      }
    }
    for (const HintPatch& patch : news.patches) {
      solver_->apply(patch);
      begin();
    }
    update_status();
  }

  // Even a solver that was done then finds that its device is lost, and goes on without it.
  void solve_again() {
    solver_->configure(solver_settings_);
    picture_waits_ = working_ = true;
  }

  void begin() {
    working_ = true;
    first_answer_ = true;
    first_coat_answer_ = false;
  }

  // May what is being solved be shown before news are taken in? News that came before the first answer wait for it:
  // taken in between batches, they would start it anew each time and a hand that moves faster than the solver would
  // never see a picture. A new coat holds back only another coat: strokes never wait for it. Under the mutex.
  bool goes_on_before_news() const {
    const Inbox& inbox = shared_->inbox;
    if (inbox.problem || inbox.unload) return false;
    return !inbox.news || first_answer_ || (first_coat_answer_ && inbox.patches.empty() && !inbox.settings);
  }

  bool may_solve() const {
    std::lock_guard lock(shared_->mutex);
    return working_ && solver_ && (!shared_->status.paused || shared_->run_once);
  }

  void solve_batch(std::stop_token stop) {
    Budget budget;
    budget.mode = Budget::Mode::interactive;
    budget.milliseconds = first_answer_ ? 0 : batch_ms;  // the first answer is shown as soon as there is one
    budget.keep_going = [&, shared = shared_.get()](float) {
      std::lock_guard lock(shared->mutex);
      shared->sign_of_life = Clock::now();
      return !stop.stop_requested() && goes_on_before_news();
    };
    do {
      report_ = solver_->iterate(budget);
      picture_waits_ = picture_waits_ || report_.picture_changed;
      if (report_.picture_changed) keep_glance();
      if (report_.done()) working_ = false;
      if (picture_waits_ && (report_.done() || is_time_to_publish())) publish();
    } while (working_ && (first_answer_ || first_coat_answer_) && !stop.stop_requested() && may_go_on());
    update_status();
  }

  bool may_go_on() const {
    std::lock_guard lock(shared_->mutex);
    return goes_on_before_news();
  }

  // The coarsest answer comes twice: after a few steps, and when it is settled.
  void keep_glance() {
    if (first_answer_) glance_width_ = report_.solved_width;
    if (report_.solved_width != glance_width_) return;
    auto glance = std::make_shared<Chroma>();
    solver_->read(*glance);
    glance_ = std::move(glance);
  }

  // Copying a picture must stay a small part of the work: at once for the first answer, then at a fifth of the time at
  // most.
  bool is_time_to_publish() {
    if (first_answer_ || first_coat_answer_) return true;
    const double pause_ms = std::max(30.0, 4 * publishing_ms_);
    return ms_between(last_publication_, Clock::now()) >= pause_ms;
  }

  void publish() {
    const auto start = Clock::now();
    SolvedPicture picture;
    without_values_.reset();
    bool on_device = false, lost = false;
    try {
      on_device = is_for_screen() && leave_on_device(picture);
    } catch (const std::exception&) {
      lost = true;  // the solver will say so itself, once it goes on without the device
      picture = {};
    }
    if (!on_device) read(picture);
    if (report_.done()) picture.glance = glance_;
    picture.report = report_;
    picture.revision = revision_;
    last_publication_ = Clock::now();
    publishing_ms_ = ms_between(start, last_publication_);
    first_answer_ = false;
    first_coat_answer_ = false;
    picture_waits_ = false;
    if (on_device && report_.done()) without_values_ = picture;
    send(std::move(picture));
    if (lost) solve_again();  // what was read is an earlier picture
  }

  void read(SolvedPicture& picture) {
    std::shared_ptr<const Chroma> chroma = glance_;
    if (report_.solved_width != glance_width_) chroma = read_whole();
    picture.chroma = chroma;
    picture.overview_step = shrink_step(chroma->a.width(), chroma->a.height(), SolverThread::overview_pixels);
    picture.overview = picture.overview_step == 1
                           ? picture.chroma
                           : std::make_shared<const Chroma>(shrink(*chroma, picture.overview_step));
  }
  std::shared_ptr<const Chroma> read_whole() {
    auto chroma = std::make_shared<Chroma>();
    solver_->read(*chroma);
    return chroma;
  }

  // It need not leave the device whole.
  bool is_for_screen() const {
    return report_.backend == Backend::cuda && glance_ && report_.solved_width != glance_width_ &&
           static_cast<std::size_t>(report_.solved_width) * report_.solved_height > SolverThread::read_pixels;
  }
  // False: it must be read.
  bool leave_on_device(SolvedPicture& picture) {
    const int width = report_.solved_width, height = report_.solved_height;
    PictureRoad road;
    PictureOnDevice close_up;
    {
      std::lock_guard lock(shared_->mutex);
      road = shared_->road;
      close_up = shared_->wanted_close_up;
    }
    if (road == PictureRoad::read) return false;
    const Rect whole{0, 0, width, height};
    picture.overview_step = shrink_step(width, height, SolverThread::overview_pixels);
    picture.on_device = {nullptr, whole, picture.overview_step};
    const auto show = [&](PictureOnDevice& shown, int window) {
      shown.codes = solver_->show(
          {.part = shown.part, .step = shown.step, .window = window, .to_host = road == PictureRoad::copied});
      return shown.codes != nullptr;
    };
    if (!show(picture.on_device, 0)) return false;
    const bool sharper = close_up.step < picture.overview_step && width == report_.width && height == report_.height;
    if (sharper && !close_up.part.empty() && intersect(close_up.part, whole) == close_up.part && show(close_up, 1))
      picture.close_up = close_up;
    picture.chroma = glance_;
    return true;
  }

  bool values_wait() const {
    return !working_ && without_values_ && Clock::now() >= last_publication_ + SolverThread::values_after;
  }
  void send_values() {
    SolvedPicture picture = std::move(*without_values_);
    without_values_.reset();
    picture.chroma = read_whole();
    if (picture.has_values()) send(std::move(picture));
  }

  void send(SolvedPicture picture) {
    std::optional<SolvedPicture> old =
        std::move(picture);  // freed after the lock: unmapping a large picture takes time
    {
      std::lock_guard lock(shared_->mutex);
      std::swap(shared_->outbox, old);
    }
    shared_->wake();
  }

  void update_status() {
    bool was_busy;
    {
      std::lock_guard lock(shared_->mutex);
      was_busy = shared_->status.busy;
      shared_->status.report = report_;
      shared_->status.revision = revision_;
      shared_->status.busy = working_ || shared_->inbox.news;
      shared_->sign_of_life = Clock::now();
      if (!working_) shared_->run_once = false;
    }
    if (was_busy && !working_) shared_->wake();
  }

  std::shared_ptr<Shared> shared_;
  std::function<std::unique_ptr<Solver>()> make_;
  std::unique_ptr<Solver> solver_;
  Settings solver_settings_;
  Report report_;
  std::uint64_t revision_ = 0;
  std::optional<SolvedPicture> without_values_;  // refined and sent while it was on the device
  std::shared_ptr<const Chroma> glance_;
  int glance_width_ = 0;
  bool working_ = false;            // the stop rule does not hold yet
  bool first_answer_ = true;        // no picture was published since the last news
  bool first_coat_answer_ = false;  // none since the last coat; and strokes had theirs
  bool picture_waits_ = false;      // changed since the last publication
  Clock::time_point rest_until_{};
  Clock::time_point last_publication_{};
  double publishing_ms_ = 0;
};

SolverThread::SolverThread(std::function<std::unique_ptr<Solver>()> make_solver, std::function<void()> wake_up)
    : shared_(std::make_shared<Shared>()) {
  shared_->wake_up = std::move(wake_up);
  thread_ = std::jthread([shared = shared_, make = std::move(make_solver)](std::stop_token stop) {
    // On Linux niceness belongs to a thread, and the solver's own threads inherit it: the hand goes before the solve.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()),
                getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())) + niceness);
    Worker<Shared>(shared, make).run(stop);
    std::lock_guard lock(shared->mutex);
    shared->finished = true;
    shared->changed.notify_all();
  });
}

SolverThread::~SolverThread() {
  thread_.request_stop();
  bool finished;
  {
    std::unique_lock lock(shared_->mutex);
    finished = shared_->changed.wait_for(lock, patience, [&] { return shared_->finished; });
    shared_->wake_up = nullptr;
  }
  if (finished)
    thread_.join();
  else
    thread_.detach();
}

void SolverThread::load(Problem problem, const Settings& settings, std::uint64_t revision,
                        std::chrono::milliseconds rest) {
  std::lock_guard lock(shared_->mutex);
  Inbox fresh;
  fresh.problem = std::move(problem);
  fresh.settings = settings;
  fresh.rest = rest;
  fresh.revision = revision;
  fresh.news = true;
  shared_->inbox = std::move(fresh);
  shared_->outbox.reset();
  shared_->status.busy = true;
  shared_->changed.notify_all();
}

void SolverThread::unload(std::uint64_t revision) {
  std::lock_guard lock(shared_->mutex);
  Inbox fresh;
  fresh.unload = true;
  fresh.revision = revision;
  fresh.news = true;
  shared_->inbox = std::move(fresh);
  shared_->outbox.reset();
  shared_->changed.notify_all();
}

void SolverThread::apply(HintPatch patch, std::uint64_t revision) {
  std::lock_guard lock(shared_->mutex);
  shared_->inbox.add(std::move(patch));
  shared_->inbox.revision = revision;
  shared_->inbox.news = true;
  shared_->status.busy = true;
  shared_->changed.notify_all();
}

void SolverThread::set_prior(Prior prior, std::uint64_t revision) {
  std::lock_guard lock(shared_->mutex);
  shared_->inbox.prior = std::move(prior);
  shared_->inbox.revision = revision;
  shared_->inbox.news = true;
  shared_->status.busy = true;
  shared_->changed.notify_all();
}

void SolverThread::configure(const Settings& settings, std::uint64_t revision) {
  std::lock_guard lock(shared_->mutex);
  shared_->inbox.settings = settings;
  shared_->inbox.revision = revision;
  shared_->inbox.news = true;
  shared_->status.busy = true;
  shared_->changed.notify_all();
}

void SolverThread::set_road(PictureRoad road) {
  std::lock_guard lock(shared_->mutex);
  shared_->road = road;
  if (road != PictureRoad::read) return;
  shared_->inbox.solve_again = true;
  shared_->inbox.news = true;
  shared_->status.busy = true;
  shared_->changed.notify_all();
}

void SolverThread::look_closely(const Rect& part, int step) {
  std::lock_guard lock(shared_->mutex);
  shared_->wanted_close_up = {nullptr, part, step};
}

void SolverThread::set_paused(bool paused) {
  std::lock_guard lock(shared_->mutex);
  shared_->status.paused = paused;
  shared_->changed.notify_all();
}

void SolverThread::run_once() {
  std::lock_guard lock(shared_->mutex);
  shared_->run_once = true;
  shared_->changed.notify_all();
}

std::optional<SolvedPicture> SolverThread::take_picture() {
  std::lock_guard lock(shared_->mutex);
  return std::exchange(shared_->outbox, std::nullopt);
}

std::optional<std::string> SolverThread::take_message() {
  std::lock_guard lock(shared_->mutex);
  if (shared_->messages.empty()) return std::nullopt;
  std::string first = std::move(shared_->messages.front());
  shared_->messages.erase(shared_->messages.begin());
  return first;
}

bool SolverThread::has_untaken_news() const {
  std::lock_guard lock(shared_->mutex);
  return shared_->inbox.news;
}

SolverStatus SolverThread::status() const {
  std::lock_guard lock(shared_->mutex);
  SolverStatus status = shared_->status;
  status.silent_ms = status.busy && !status.paused ? ms_between(shared_->sign_of_life, Clock::now()) : 0;
  return status;
}

int shrink_step(int width, int height, std::size_t pixels) {
  const auto size_at = [&](int step) {
    return static_cast<std::size_t>((width + step - 1) / step) * ((height + step - 1) / step);
  };
  int step = 1;
  while (size_at(step) > pixels) ++step;
  return step;
}

Chroma shrink(const Chroma& chroma, int step) {
  const Rect whole{0, 0, chroma.a.width(), chroma.a.height()};
  return {box_means(chroma.a, whole, step), box_means(chroma.b, whole, step)};
}

}  // namespace handtint
