#include "editor/work/solver_worker.h"

#include <algorithm>
#include <exception>
#include <mutex>

#include "editor/work/chroma_pool.h"
#include "solver/tr.h"

namespace handtint {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double batch_ms = 10;  // long enough to be efficient, short enough that news never wait noticeably

// While a hand paints, the next piece of its stroke is here within milliseconds: what was refined until then would be
// thrown away, and would take the cores from who draws the first answer (a GPU's are its own). A mouse reports 125
// times a second or more.
constexpr std::chrono::milliseconds rest_for_the_hand{8};

double ms_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

// Owns the solver; shares only the exchange with the rest of the program.
class Worker {
 public:
  Worker(SolverExchange& exchange, const std::function<std::unique_ptr<Solver>()>& make)
      : exchange_(exchange), make_(make) {}

  void run(std::stop_token stop) {
    while (!stop.stop_requested()) {
      SolverInbox news = wait_for_news(stop);
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
        say(text_of(std::current_exception(), tr("Not enough memory to solve this photo at its full size."),
                    tr("The solver failed for an unknown reason.")));
        update_status();
      }
    }
  }

 private:
  SolverInbox wait_for_news(std::stop_token stop) {
    std::unique_lock lock(exchange_.mutex);
    const auto ready = [&] {
      return exchange_.inbox.news || (working_ && (!exchange_.status.paused || exchange_.run_once));
    };
    if (!first_answer_) exchange_.changed.wait_until(lock, stop, rest_until_, [&] { return exchange_.inbox.news; });
    if (!working_ && without_values_)
      exchange_.changed.wait_until(lock, stop, last_publication_ + SolverThread::values_after, ready);
    else
      exchange_.changed.wait(lock, stop, ready);
    exchange_.sign_of_life = Clock::now();
    SolverInbox taken = std::move(exchange_.inbox);
    exchange_.inbox = {};
    exchange_.inbox.revision = taken.revision;
    if (taken.news && (taken.problem || taken.unload || !taken.patches.empty() || taken.prior || taken.settings)) {
      exchange_.status.busy = true;
    }
    return taken;
  }

  void take_in(SolverInbox news) {
    if (!news.news) return;
    rest_until_ = Clock::now() + news.rest;
    if (news.prior) rest_until_ = {};
    revision_ = news.revision;
    if (news.unload) {
      solver_.reset();
      pictures_ = {};
      without_values_.reset();
      working_ = false;
      update_status();
    }
    if (news.problem) {
      solver_.reset();  // before the new one, so that two photos never need memory at once
      pictures_ = {};
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
    const SolverInbox& inbox = exchange_.inbox;
    if (inbox.problem || inbox.unload) return false;
    return !inbox.news || first_answer_ || (first_coat_answer_ && inbox.patches.empty() && !inbox.settings);
  }

  bool may_solve() const {
    std::lock_guard lock(exchange_.mutex);
    return working_ && solver_ && (!exchange_.status.paused || exchange_.run_once);
  }

  void solve_batch(std::stop_token stop) {
    Budget budget;
    budget.mode = Budget::Mode::interactive;
    budget.milliseconds = first_answer_ ? 0 : batch_ms;  // the first answer is shown as soon as there is one
    budget.keep_going = [&](float) {
      std::lock_guard lock(exchange_.mutex);
      exchange_.sign_of_life = Clock::now();
      return !stop.stop_requested() && goes_on_before_news();
    };
    do {
      report_ = solver_->iterate(budget);
      picture_waits_ = picture_waits_ || report_.picture_changed;
      if (report_.picture_changed) keep_first_preview();
      if (report_.done()) working_ = false;
      if (picture_waits_ && (report_.done() || is_time_to_publish())) publish();
    } while (working_ && (first_answer_ || first_coat_answer_) && !stop.stop_requested() && may_go_on());
    update_status();
  }

  bool may_go_on() const {
    std::lock_guard lock(exchange_.mutex);
    return goes_on_before_news();
  }

  // The coarsest answer comes twice: after a few steps, and when it is settled.
  void keep_first_preview() {
    if (first_answer_) preview_width_ = report_.solved_width;
    if (report_.solved_width != preview_width_) return;
    auto preview = std::make_shared<Chroma>();
    solver_->read(*preview);
    first_preview_ = std::move(preview);
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
    if (report_.done()) picture.first_preview = first_preview_;
    picture.report = report_;
    picture.revision = revision_;
    last_publication_ = Clock::now();
    if (first_answer_ && report_.backend != Backend::cuda)
      rest_until_ = std::max(rest_until_, last_publication_ + rest_for_the_hand);
    publishing_ms_ = ms_between(start, last_publication_);
    first_answer_ = false;
    first_coat_answer_ = false;
    picture_waits_ = false;
    if (on_device && report_.done()) without_values_ = picture;
    send(std::move(picture));
    if (lost) solve_again();  // what was read is an earlier picture
  }

  void read(SolvedPicture& picture) {
    std::shared_ptr<const Chroma> chroma = first_preview_;
    if (report_.solved_width != preview_width_) chroma = read_whole();
    picture.chroma = chroma;
    picture.overview_step = shrink_step(chroma->a.width(), chroma->a.height(), overview_pixels);
    picture.overview = picture.overview_step == 1
                           ? picture.chroma
                           : std::make_shared<const Chroma>(shrink(*chroma, picture.overview_step));
  }
  std::shared_ptr<const Chroma> read_whole() {
    auto chroma = pictures_.take(report_.solved_width, report_.solved_height);
    solver_->read(*chroma);
    return chroma;
  }

  // It need not leave the device whole.
  bool is_for_screen() const {
    return report_.backend == Backend::cuda && first_preview_ && report_.solved_width != preview_width_ &&
           static_cast<std::size_t>(report_.solved_width) * report_.solved_height > read_pixels;
  }
  // False: it must be read.
  bool leave_on_device(SolvedPicture& picture) {
    const int width = report_.solved_width, height = report_.solved_height;
    PictureTransfer transfer;
    PictureOnDevice close_up;
    {
      std::lock_guard lock(exchange_.mutex);
      transfer = exchange_.transfer;
      close_up = exchange_.wanted_close_up;
    }
    if (transfer == PictureTransfer::read) return false;
    const Rect whole{0, 0, width, height};
    picture.overview_step = shrink_step(width, height, overview_pixels);
    picture.on_device = {nullptr, whole, picture.overview_step};
    const auto show = [&](PictureOnDevice& shown, int window) {
      shown.codes = solver_->show(
          {.part = shown.part, .step = shown.step, .window = window, .to_host = transfer == PictureTransfer::copied});
      return shown.codes != nullptr;
    };
    if (!show(picture.on_device, 0)) return false;
    const bool sharper = close_up.step < picture.overview_step && width == report_.width && height == report_.height;
    if (sharper && !close_up.part.empty() && intersect(close_up.part, whole) == close_up.part && show(close_up, 1))
      picture.close_up = close_up;
    picture.chroma = first_preview_;
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
      std::lock_guard lock(exchange_.mutex);
      std::swap(exchange_.outbox, old);
    }
    exchange_.wake();
  }

  void say(std::string message) {
    std::lock_guard lock(exchange_.mutex);
    exchange_.messages.push_back(std::move(message));
    if (exchange_.wake_up) exchange_.wake_up();
  }

  void update_status() {
    bool was_busy;
    {
      std::lock_guard lock(exchange_.mutex);
      was_busy = exchange_.status.busy;
      exchange_.status.report = report_;
      exchange_.status.revision = revision_;
      exchange_.status.busy = working_ || exchange_.inbox.news;
      exchange_.sign_of_life = Clock::now();
      if (!working_) exchange_.run_once = false;
    }
    if (was_busy && !working_) exchange_.wake();
  }

  SolverExchange& exchange_;
  const std::function<std::unique_ptr<Solver>()>& make_;
  std::unique_ptr<Solver> solver_;
  Settings solver_settings_;
  Report report_;
  std::uint64_t revision_ = 0;
  std::optional<SolvedPicture> without_values_;  // refined and sent while it was on the device
  ChromaPool pictures_;
  std::shared_ptr<const Chroma> first_preview_;
  int preview_width_ = 0;
  bool working_ = false;            // the stop rule does not hold yet
  bool first_answer_ = true;        // no picture was published since the last news
  bool first_coat_answer_ = false;  // none since the last coat; and strokes had theirs
  bool picture_waits_ = false;      // changed since the last publication
  Clock::time_point rest_until_{};
  Clock::time_point last_publication_{};
  double publishing_ms_ = 0;
};

}  // namespace

void run_solver(SolverExchange& exchange, const std::function<std::unique_ptr<Solver>()>& make_solver,
                std::stop_token stop) {
  Worker(exchange, make_solver).run(stop);
}

}  // namespace handtint
