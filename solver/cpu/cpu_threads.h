// A pool of threads for row loops. The caller's thread works too; idle workers spin briefly, then sleep.
#pragma once

namespace handtint {

class CpuThreads {
 public:
  explicit CpuThreads(int count);  // 0 = all cores
  ~CpuThreads();
  CpuThreads(const CpuThreads&) = delete;
  CpuThreads& operator=(const CpuThreads&) = delete;

  int count() const;

  // task(context, begin, end) over contiguous parts of [0, rows); inline when `inline_if` or there is one thread. The
  // parts depend on the number of threads, so a task must give the same result for any division.
  using Task = void (*)(const void* context, int begin, int end);
  void run(Task task, const void* context, int rows, bool run_inline);

 private:
  struct State;
  State* state_;
};

}  // namespace handtint
