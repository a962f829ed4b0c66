#include "editor/work/coat_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "solver/prediction/network.h"

namespace handtint {
namespace {

// Far below the solver's: while both want the processor, the solver gets nearly all of it.
constexpr int lowest_priority = 19;

struct Task {
  std::function<Problem()> problem;
  std::uint64_t number = 0;
};

std::string text_of(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::bad_alloc&) {
    return "There is not enough memory for the network.";
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "The network failed for an unknown reason.";
  }
}

}  // namespace

// Outlives the CoatThread while a network that does not return still holds on to it.
struct CoatThread::Shared {
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  bool open_asked_for = false, opened = false;
  std::optional<Task> waiting;
  std::optional<std::uint64_t> running;
  std::stop_source stop_running{std::nostopstate};
  Answer answer;
  std::uint64_t answer_number = 0;
  std::string problem;
  bool finished = false;
  std::function<void()>
      wake_up;  // emptied when the owner dies; called with the mutex held so that it cannot outlive it

  void drop() {
    waiting.reset();
    answer.reset();
    stop_running.request_stop();
  }
  void wake() {
    std::lock_guard lock(mutex);
    if (wake_up) wake_up();
  }

  void run(const std::function<Predictor()>& open, std::stop_token quit) {
    Predictor predictor;
    try {
      {
        std::unique_lock lock(mutex);
        if (!changed.wait(lock, quit, [&] { return open_asked_for; })) return;
      }
      predictor = open();
      {
        std::lock_guard lock(mutex);
        opened = true;
      }
      wake();
      while (answer_next(predictor, quit)) wake();
    } catch (...) {
      std::lock_guard lock(mutex);
      problem = text_of(std::current_exception());
      running.reset();
      drop();
      if (wake_up) wake_up();
    }
  }

  bool answer_next(const Predictor& predictor, std::stop_token quit) {
    Task task;
    std::stop_token stop;
    {
      std::unique_lock lock(mutex);
      if (!changed.wait(lock, quit, [&] { return waiting.has_value(); })) return false;
      task = *std::exchange(waiting, std::nullopt);
      running = task.number;
      stop_running = std::stop_source();
      stop = stop_running.get_token();
    }
    Prediction prediction = predictor.ask(task.problem(), stop);
    std::lock_guard lock(mutex);
    running.reset();
    if (!stop.stop_requested()) {
      answer = std::make_shared<const Prediction>(std::move(prediction));
      answer_number = task.number;
    }
    return true;
  }
};

NetworkSource network_source(const std::string& name) {
  if (name == "none") return {{}, "switched off with --network none"};
  return {[name] { return open_predictor(name); }, why_no_network()};
}

CoatThread::CoatThread(NetworkSource source, std::function<void()> wake_up) : shared_(std::make_shared<Shared>()) {
  shared_->problem = std::move(source.why_not);
  if (!shared_->problem.empty()) return;
  shared_->wake_up = std::move(wake_up);
  thread_ = std::jthread([shared = shared_, open = std::move(source.open)](std::stop_token quit) {
    // On Linux niceness belongs to a thread, and the threads that it starts inherit it.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), lowest_priority);
    shared->run(open, quit);
    std::lock_guard lock(shared->mutex);
    shared->finished = true;
    shared->changed.notify_all();
  });
}

CoatThread::~CoatThread() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  bool finished;
  {
    std::unique_lock lock(shared_->mutex);
    shared_->drop();
    finished = shared_->changed.wait_for(lock, patience, [&] { return shared_->finished; });
    shared_->wake_up = nullptr;
  }
  if (finished)
    thread_.join();
  else
    thread_.detach();
}

void CoatThread::prepare() {
  std::lock_guard lock(shared_->mutex);
  shared_->open_asked_for = true;
  shared_->changed.notify_all();
}

void CoatThread::ask(std::function<Problem()> problem, std::uint64_t number) {
  std::lock_guard lock(shared_->mutex);
  if (!shared_->problem.empty()) return;
  shared_->drop();
  shared_->waiting = Task{std::move(problem), number};
  shared_->open_asked_for = true;
  shared_->changed.notify_all();
}

void CoatThread::drop() {
  std::lock_guard lock(shared_->mutex);
  shared_->drop();
}

bool CoatThread::has(std::uint64_t number) const {
  std::lock_guard lock(shared_->mutex);
  return (shared_->waiting && shared_->waiting->number == number) ||
         (shared_->running == number && !shared_->stop_running.stop_requested()) ||
         (shared_->answer && shared_->answer_number == number);
}

CoatThread::Answer CoatThread::take_answer(std::uint64_t number) {
  std::lock_guard lock(shared_->mutex);
  if (!shared_->answer || shared_->answer_number != number) return nullptr;
  return std::exchange(shared_->answer, nullptr);
}

CoatThreadStatus CoatThread::status() const {
  std::lock_guard lock(shared_->mutex);
  const bool opening = shared_->open_asked_for && !shared_->opened;
  const bool looking = shared_->running && !shared_->stop_running.stop_requested();
  return {shared_->problem.empty() && (opening || looking || shared_->waiting), shared_->problem};
}

}  // namespace handtint
