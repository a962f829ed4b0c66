#include "editor/work/leavable_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <new>
#include <utility>

namespace handtint {

// On Linux niceness belongs to a thread, and the threads that it starts inherit it: the hand goes before the work.
void let_others_go_first(int niceness) {
  const auto thread = static_cast<id_t>(gettid());
  setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, thread) + niceness);
}

void LeavableThread::start(std::shared_ptr<Exchange> exchange, int niceness,
                           std::function<void(std::stop_token)> work) {
  exchange_ = exchange;
  thread_ = std::jthread([exchange = std::move(exchange), niceness, work = std::move(work)](std::stop_token stop) {
    let_others_go_first(niceness);
    work(stop);
    std::lock_guard lock(exchange->mutex);
    exchange->finished = true;
    exchange->changed.notify_all();
  });
}

void LeavableThread::leave(std::chrono::milliseconds patience) {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  bool finished;
  {
    std::unique_lock lock(exchange_->mutex);
    finished = exchange_->changed.wait_for(lock, patience, [&] { return exchange_->finished; });
    exchange_->wake_up = nullptr;
  }
  if (finished)
    thread_.join();
  else
    thread_.detach();
}

std::string text_of(std::exception_ptr error, const std::string& no_memory, const std::string& unknown) {
  try {
    std::rethrow_exception(error);
  } catch (const std::bad_alloc&) {
    return no_memory;
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return unknown;
  }
}

}  // namespace handtint
