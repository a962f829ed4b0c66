#include "cpu_threads.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace handtint {
namespace {

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

// Ops follow one another within microseconds during a solve; a futex wake-up costs more than most of them. Spinning this
// long (about 50 us) bridges the gaps and still lets an idle program sleep.
constexpr int spins = 2000;

}  // namespace

struct CpuThreads::State {
  std::vector<std::thread> workers;
  std::mutex mutex;
  std::condition_variable wake;
  std::atomic<std::uint64_t> round{0};
  std::atomic<int> pending{0}, sleeping{0};
  std::atomic<bool> quit{false};
  Task task = nullptr;
  const void* context = nullptr;
  int rows = 0;

  void part(int index) const {
    const int parts = static_cast<int>(workers.size()) + 1;
    const int begin = static_cast<int>(static_cast<long long>(rows) * index / parts);
    const int end = static_cast<int>(static_cast<long long>(rows) * (index + 1) / parts);
    if (begin < end) task(context, begin, end);
  }

  void work(int index) {
    std::uint64_t seen = 0;
    for (;;) {
      for (int i = 0; i < spins && round.load(std::memory_order_acquire) == seen && !quit; ++i) relax();
      if (round.load(std::memory_order_acquire) == seen && !quit) {
        std::unique_lock lock(mutex);
        ++sleeping;
        wake.wait(lock, [&] { return round.load(std::memory_order_acquire) != seen || quit; });
        --sleeping;
      }
      if (quit) return;
      seen = round.load(std::memory_order_acquire);
      part(index);
      pending.fetch_sub(1, std::memory_order_release);
    }
  }
};

CpuThreads::CpuThreads(int count) : state_(new State) {
  if (count <= 0) count = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  for (int i = 1; i < count; ++i) state_->workers.emplace_back();
  for (int i = 1; i < count; ++i) state_->workers[i - 1] = std::thread([this, i] { state_->work(i); });
}

CpuThreads::~CpuThreads() {
  {
    std::lock_guard lock(state_->mutex);
    state_->quit = true;
  }
  state_->wake.notify_all();
  for (std::thread& worker : state_->workers) worker.join();
  delete state_;
}

int CpuThreads::count() const { return static_cast<int>(state_->workers.size()) + 1; }

void CpuThreads::run(Task task, const void* context, int rows, bool run_inline) {
  State& s = *state_;
  if (run_inline || s.workers.empty()) {
    task(context, 0, rows);
    return;
  }
  s.task = task;
  s.context = context;
  s.rows = rows;
  s.pending.store(static_cast<int>(s.workers.size()), std::memory_order_relaxed);
  {
    // Under the mutex, so that a worker on its way to sleep either sees the new round or gets the notification.
    std::lock_guard lock(s.mutex);
    s.round.fetch_add(1, std::memory_order_release);
  }
  if (s.sleeping.load() > 0) s.wake.notify_all();
  s.part(0);
  for (int i = 0; s.pending.load(std::memory_order_acquire) > 0; ++i)
    if (i < spins * 10)
      relax();
    else
      std::this_thread::yield();
}

}  // namespace handtint
