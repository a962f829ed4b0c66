// The pool's promises: every row once, in any division, round after round, whoever is awake; run under the thread
// sanitizer too.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>
#include <vector>

#include "solver/conductor/make_plain_solver.h"
#include "solver/cpu/cpu_threads.h"
#include "solver/solver.h"

using namespace handtint;

namespace {

void count_rows(const void* context, int begin, int end) {
  auto& rows = **static_cast<std::vector<int>* const*>(context);
  for (int i = begin; i < end; ++i) ++rows[i];
}

}  // namespace

TEST_CASE("every row is done once per round") {
  for (int threads : {1, 2, 3, 7}) {
    CpuThreads pool(threads);
    CHECK(pool.count() == threads);
    for (int size : {1, 2, 5, 100}) {
      std::vector<int> rows(size);
      std::vector<int>* context = &rows;
      for (int round = 0; round < 500; ++round) pool.run(count_rows, &context, size, round % 5 == 0);
      for (int i = 0; i < size; ++i) CHECK(rows[i] == 500);
    }
  }
}

TEST_CASE("workers that fell asleep wake up again") {
  CpuThreads pool(3);
  std::vector<int> rows(64);
  std::vector<int>* context = &rows;
  for (int round = 0; round < 5; ++round) {
    pool.run(count_rows, &context, 64, false);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (int count : rows) CHECK(count == 5);
}

TEST_CASE("a solve with several threads races with nobody and gives one thread's bits") {
  const int width = 210, height = 120;  // large enough for bands and seams
  Problem p;
  p.lightness = Plane<float>(width, height);
  p.hint_a = p.hint_b = p.hint_strength = Plane<float>(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) p.lightness.edit()(x, y) = static_cast<float>((x / 30 * 37 + y / 25 * 53) % 100);
  for (int k = 0; k < 10; ++k) {
    p.hint_a(20 * k + 5, 11 * k + 3) = static_cast<float>(10 * k - 50);
    p.hint_strength(20 * k + 5, 11 * k + 3) = 100;
  }
  Chroma results[2];
  for (int i = 0; i < 2; ++i) {
    const auto solver = make_plain_solver(Backend::cpu, i == 0 ? 1 : 3);
    solver->load(p);
    CHECK(solver->iterate({}).stop == StopReason::converged);
    solver->read(results[i]);
  }
  CHECK(results[0].a == results[1].a);
  CHECK(results[0].b == results[1].b);
}
