#include "editor/work/network_thread.h"

#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "solver/prediction/network.h"
#include "solver/tr.h"

namespace handtint {
namespace {

struct Task {
  std::function<Problem()> problem;
  std::uint64_t number = 0;
};

}  // namespace

struct NetworkExchange : Exchange {
  bool open_asked_for = false, opened = false;
  std::optional<Task> waiting;
  std::optional<std::uint64_t> running;
  std::stop_source stop_running{std::nostopstate};
  NetworkThread::Answer answer;
  std::uint64_t answer_number = 0;
  std::string problem;

  void drop() {
    waiting.reset();
    answer.reset();
    stop_running.request_stop();
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
      problem = text_of(std::current_exception(), tr("There is not enough memory for the network."),
                        tr("The network failed for an unknown reason."));
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
  if (name == "none") return {{}, tr("switched off with --network none")};
  return {[name] { return open_predictor(name); }, why_no_network(), name};
}

NetworkThread::NetworkThread(NetworkSource source, std::function<void()> wake_up)
    : exchange_(std::make_shared<NetworkExchange>()) {
  exchange_->problem = std::move(source.why_not);
  if (!exchange_->problem.empty()) return;
  exchange_->wake_up = std::move(wake_up);
  // Far below the solver's: while both want the processor, the solver gets nearly all of it.
  thread_.start(
      exchange_, LeavableThread::lowest_priority,
      [exchange = exchange_, open = std::move(source.open)](std::stop_token quit) { exchange->run(open, quit); });
}

NetworkThread::~NetworkThread() {
  drop();
  thread_.leave(patience);
}

void NetworkThread::prepare() {
  std::lock_guard lock(exchange_->mutex);
  exchange_->open_asked_for = true;
  exchange_->changed.notify_all();
}

void NetworkThread::ask(std::function<Problem()> problem, std::uint64_t number) {
  std::lock_guard lock(exchange_->mutex);
  if (!exchange_->problem.empty()) return;
  exchange_->drop();
  exchange_->waiting = Task{std::move(problem), number};
  exchange_->open_asked_for = true;
  exchange_->changed.notify_all();
}

void NetworkThread::drop() {
  std::lock_guard lock(exchange_->mutex);
  exchange_->drop();
}

bool NetworkThread::has(std::uint64_t number) const {
  std::lock_guard lock(exchange_->mutex);
  return (exchange_->waiting && exchange_->waiting->number == number) ||
         (exchange_->running == number && !exchange_->stop_running.stop_requested()) ||
         (exchange_->answer && exchange_->answer_number == number);
}

NetworkThread::Answer NetworkThread::take_answer(std::uint64_t number) {
  std::lock_guard lock(exchange_->mutex);
  if (!exchange_->answer || exchange_->answer_number != number) return nullptr;
  return std::exchange(exchange_->answer, nullptr);
}

NetworkStatus NetworkThread::status() const {
  std::lock_guard lock(exchange_->mutex);
  const bool opening = exchange_->open_asked_for && !exchange_->opened;
  const bool looking = exchange_->running && !exchange_->stop_running.stop_requested();
  return {exchange_->problem.empty() && (opening || looking || exchange_->waiting), exchange_->problem};
}

}  // namespace handtint
