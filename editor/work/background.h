// One piece of work on a thread of its own, whose result the UI fetches when it is there.
//
// The work gets a stop token and a place for its progress; it must not throw (failures are part of its result).
// Destroying or restarting asks it to stop and waits for it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace handtint {

template <class Result>
class Background {
 public:
  using Progress = std::atomic<float>;

  // wake_up is called from the thread when the result is there.
  void start(std::function<Result(std::stop_token, Progress&)> work, std::function<void()> wake_up) {
    thread_ = {};  // ends and joins what ran before
    auto shared = std::make_shared<Shared>();
    shared_ = shared;
    thread_ = std::jthread([shared, work = std::move(work), wake_up = std::move(wake_up)](std::stop_token stop) {
      Result result = work(stop, shared->progress);
      {
        std::lock_guard lock(shared->mutex);
        shared->result = std::move(result);
      }
      wake_up();
    });
  }

  bool running() const { return shared_ != nullptr; }  // until take() has given the result
  float progress() const { return shared_ ? shared_->progress.load() : 0; }
  void cancel() { thread_.request_stop(); }

  std::optional<Result> take() {
    if (!shared_) return std::nullopt;
    std::optional<Result> result;
    {
      std::lock_guard lock(shared_->mutex);
      result = std::exchange(shared_->result, std::nullopt);
    }
    if (result) {
      thread_ = {};
      shared_.reset();
    }
    return result;
  }

 private:
  struct Shared {
    std::mutex mutex;
    std::optional<Result> result;
    Progress progress{0};
  };
  std::shared_ptr<Shared> shared_;
  std::jthread thread_;
};

}  // namespace handtint
