// A pool of threads for row loops. The caller's thread works too; idle workers spin briefly, then sleep.
#pragma once

namespace handtint {

class CpuThreads {
 public:
  // Below these a fork saves a few microseconds at best, and costs far more when the other cores are busy with drawing
  // the window; a solve that nobody watches is a seventh (1 MP) to a third (a preview) quicker for the lower one.
  static constexpr int beside_a_window = 20000, unwatched = 2000;

  // 0 = all cores. least_pixels: of an op that is worth sharing.
  explicit CpuThreads(int count, int least_pixels = beside_a_window);
  ~CpuThreads();
  CpuThreads(const CpuThreads&) = delete;
  CpuThreads& operator=(const CpuThreads&) = delete;

  int count() const;
  int least_pixels() const;

  // task(context, begin, end) over contiguous parts of [0, rows); inline when `inline_if` or there is one thread. The
  // parts depend on the number of threads, so a task must give the same result for any division.
  using Task = void (*)(const void* context, int begin, int end);
  void run(Task task, const void* context, int rows, bool run_inline);

 private:
  struct State;
  State* state_;
};

}  // namespace handtint
