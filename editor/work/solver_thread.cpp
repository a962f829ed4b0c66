#include "editor/work/solver_thread.h"

#include <mutex>
#include <utility>

#include "editor/work/solver_worker.h"

namespace handtint {
namespace {

constexpr int niceness = 10;

}  // namespace

SolverThread::SolverThread(std::function<std::unique_ptr<Solver>()> make_solver, std::function<void()> wake_up)
    : exchange_(std::make_shared<SolverExchange>()) {
  exchange_->wake_up = std::move(wake_up);
  thread_.start(exchange_, niceness, [exchange = exchange_, make = std::move(make_solver)](std::stop_token stop) {
    run_solver(*exchange, make, stop);
  });
}

SolverThread::~SolverThread() {
  thread_.leave(patience);
}

void SolverThread::send(std::uint64_t revision, const std::function<void(SolverInbox&)>& add) {
  std::lock_guard lock(exchange_->mutex);
  SolverInbox& inbox = exchange_->inbox;
  add(inbox);
  inbox.revision = revision;
  inbox.news = true;
  if (inbox.problem || inbox.unload) exchange_->outbox.reset();
  if (!inbox.unload) exchange_->status.busy = true;
  exchange_->changed.notify_all();
}

void SolverThread::load(Problem problem, const Settings& settings, std::uint64_t revision,
                        std::chrono::milliseconds rest) {
  send(revision, [&](SolverInbox& inbox) {
    inbox = {};
    inbox.problem = std::move(problem);
    inbox.settings = settings;
    inbox.rest = rest;
  });
}

void SolverThread::unload(std::uint64_t revision) {
  send(revision, [](SolverInbox& inbox) {
    inbox = {};
    inbox.unload = true;
  });
}

void SolverThread::apply(HintPatch patch, std::uint64_t revision) {
  send(revision, [&](SolverInbox& inbox) { inbox.add(std::move(patch)); });
}

void SolverThread::set_prior(Prior prior, std::uint64_t revision) {
  send(revision, [&](SolverInbox& inbox) { inbox.prior = std::move(prior); });
}

void SolverThread::configure(const Settings& settings, std::uint64_t revision) {
  send(revision, [&](SolverInbox& inbox) { inbox.settings = settings; });
}

void SolverThread::set_transfer(PictureTransfer transfer) {
  std::lock_guard lock(exchange_->mutex);
  exchange_->transfer = transfer;
  if (transfer != PictureTransfer::read) return;
  exchange_->inbox.solve_again = true;
  exchange_->inbox.news = true;
  exchange_->status.busy = true;
  exchange_->changed.notify_all();
}

void SolverThread::set_close_up(const Rect& part, int step) {
  std::lock_guard lock(exchange_->mutex);
  exchange_->wanted_close_up = {nullptr, part, step};
}

void SolverThread::set_paused(bool paused) {
  std::lock_guard lock(exchange_->mutex);
  exchange_->status.paused = paused;
  exchange_->changed.notify_all();
}

void SolverThread::run_once() {
  std::lock_guard lock(exchange_->mutex);
  exchange_->run_once = true;
  exchange_->changed.notify_all();
}

std::optional<SolvedPicture> SolverThread::take_picture() {
  std::lock_guard lock(exchange_->mutex);
  return std::exchange(exchange_->outbox, std::nullopt);
}

std::optional<std::string> SolverThread::take_message() {
  std::lock_guard lock(exchange_->mutex);
  if (exchange_->messages.empty()) return std::nullopt;
  std::string first = std::move(exchange_->messages.front());
  exchange_->messages.erase(exchange_->messages.begin());
  return first;
}

bool SolverThread::has_untaken_news() const {
  std::lock_guard lock(exchange_->mutex);
  return exchange_->inbox.news;
}

SolverStatus SolverThread::status() const {
  std::lock_guard lock(exchange_->mutex);
  SolverStatus status = exchange_->status;
  const std::chrono::duration<double, std::milli> silent = std::chrono::steady_clock::now() - exchange_->sign_of_life;
  status.silent_ms = status.busy && !status.paused ? silent.count() : 0;
  return status;
}

}  // namespace handtint
