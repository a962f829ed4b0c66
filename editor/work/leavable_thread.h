// A thread that its owner can leave behind: what the solver's and the network's threads have in common.
//
// Owner and thread share an Exchange, which outlives whichever of the two dies first. Work that never returns is left
// behind with it; its memory is freed when it does return.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace handtint {

struct Exchange {
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  bool finished = false;          // the thread has ended
  std::function<void()> wake_up;  // of the owner; called with the mutex held, so that it cannot outlive the owner

  void wake() {
    std::lock_guard lock(mutex);
    if (wake_up) wake_up();
  }
};

// Makes the niceness of the calling thread so much greater.
void let_others_go_first(int niceness);

class LeavableThread {
 public:
  static constexpr int lowest_priority = 40;  // the system stops at the lowest that it has

  // Runs `work` on a thread whose niceness is so much greater than this one's.
  void start(std::shared_ptr<Exchange> exchange, int niceness, std::function<void(std::stop_token)> work);

  // Asks the thread to end and waits for `patience`; then it is left behind. The owner's wake-up is not called any
  // more.
  void leave(std::chrono::milliseconds patience);

 private:
  std::shared_ptr<Exchange> exchange_;
  std::jthread thread_;
};

// One line for a person: the error's own, or for what has none the other two.
std::string text_of(std::exception_ptr error, const std::string& no_memory, const std::string& unknown);

}  // namespace handtint
