#include "solver/cpu/cpu_threads.h"

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

// Ops follow one another within microseconds during a solve; a futex wake-up costs more than most of them. Spinning
// this long (about 50 us) bridges the gaps and still lets an idle program sleep.
constexpr int spins = 2000;

}  // namespace

// A round of work is cut into parts; whoever is awake claims the next one. A worker that the system has put aside
// claims none and delays nobody: the caller does its share.
struct CpuThreads::State {
  std::vector<std::thread> workers;
  std::mutex mutex;
  std::condition_variable wake;
  std::atomic<std::uint64_t> ticket{
      0};  // round << 32 | parts << 16 | next part: a claim of an old round cannot succeed
  std::atomic<int> done{0}, sleeping{0};
  std::atomic<bool> quit{false};
  Task task = nullptr;
  const void* context = nullptr;
  int rows = 0, least_pixels = 0;

  static int next_of(std::uint64_t t) { return static_cast<int>(t & 0xffff); }
  static int parts_of(std::uint64_t t) { return static_cast<int>(t >> 16 & 0xffff); }
  bool has_work() const {
    const std::uint64_t t = ticket.load(std::memory_order_acquire);
    return next_of(t) < parts_of(t);
  }

  // Claims and does one part; false if there was none.
  bool do_part() {
    std::uint64_t t = ticket.load(std::memory_order_acquire);
    do {
      if (next_of(t) >= parts_of(t)) return false;
    } while (!ticket.compare_exchange_weak(t, t + 1, std::memory_order_acq_rel, std::memory_order_acquire));
    const int begin = static_cast<int>(static_cast<long long>(rows) * next_of(t) / parts_of(t));
    const int end = static_cast<int>(static_cast<long long>(rows) * (next_of(t) + 1) / parts_of(t));
    if (begin < end) task(context, begin, end);
    done.fetch_add(1, std::memory_order_release);
    return true;
  }

  void work() {
    while (!quit) {
      if (do_part()) continue;
      int i = 0;
      while (i < spins && !has_work() && !quit) {
        relax();
        ++i;
      }
      if (i < spins) continue;
      std::unique_lock lock(mutex);
      ++sleeping;
      wake.wait(lock, [&] { return has_work() || quit; });
      --sleeping;
    }
  }
};

CpuThreads::CpuThreads(int count, int least_pixels) : state_(new State) {
  state_->least_pixels = least_pixels;
  if (count <= 0) count = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  count = std::min(count, 1024);
  for (int i = 1; i < count; ++i) state_->workers.emplace_back();
  for (int i = 1; i < count; ++i) state_->workers[i - 1] = std::thread([this] { state_->work(); });
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

int CpuThreads::count() const {
  return static_cast<int>(state_->workers.size()) + 1;
}

int CpuThreads::least_pixels() const {
  return state_->least_pixels;
}

void CpuThreads::run(Task task, const void* context, int rows, bool run_inline) {
  State& s = *state_;
  if (run_inline || s.workers.empty()) {
    task(context, 0, rows);
    return;
  }
  s.task = task;
  s.context = context;
  s.rows = rows;
  s.done.store(0, std::memory_order_relaxed);
  const std::uint64_t round = (s.ticket.load(std::memory_order_relaxed) >> 32) + 1;
  const int parts = count();
  {
    // Under the mutex, so that a worker on its way to sleep either sees the new round or gets the notification.
    std::lock_guard lock(s.mutex);
    s.ticket.store(round << 32 | static_cast<std::uint64_t>(parts) << 16, std::memory_order_release);
  }
  if (s.sleeping.load() > 0) s.wake.notify_all();
  while (s.do_part()) {
  }
  for (int i = 0; s.done.load(std::memory_order_acquire) < parts; ++i)
    if (i < spins)
      relax();
    else
      std::this_thread::yield();
}

}  // namespace handtint
