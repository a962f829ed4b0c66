// The solver's thread with solvers made for the test: quick, failing, and hanging on purpose.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "editor/gui/solver_thread.h"

using namespace handtint;
using namespace std::chrono_literals;

namespace {

// What a test wants of its solver, and what the solver saw.
struct Script {
  std::atomic<bool> fail_load{false}, fail_apply{false}, fail_iterate{false};
  std::atomic<bool> hang{false};
  std::atomic<int> loads{0}, applies{0}, configures{0}, iterations{0};
  std::atomic<int> batches_needed{3};
  std::atomic<int> coat_batches{0};  // that a new coat takes before it changes the picture; 0 = as for a stroke
  std::atomic<int> coats_begun{0}, coats_made{0};
  std::atomic<float> smoothness{0};
};

// Fills the picture with the last hint's a; needs a number of batches to "converge".
class FakeSolver : public Solver {
 public:
  explicit FakeSolver(Script& script) : script_(script) {}

  void load(Problem problem) override {
    ++script_.loads;
    if (script_.fail_load) throw std::invalid_argument("load failed on purpose");
    width_ = problem.width();
    height_ = problem.height();
    left_ = script_.batches_needed;
  }
  void apply(const HintPatch& patch) override {
    ++script_.applies;
    if (script_.fail_apply) throw std::invalid_argument("apply failed on purpose");
    value_ = patch.hint_a(0, 0);
    left_ = script_.batches_needed;
  }
  void set_prior(Prior) override {
    ++script_.coats_begun;
    coat_left_ = script_.coat_batches;
    if (coat_left_ == 0) left_ = script_.batches_needed;
  }
  void configure(const Settings& settings) override {
    ++script_.configures;
    script_.smoothness = settings.smoothness;
    left_ = script_.batches_needed;
  }
  Report iterate(const Budget& budget) override {
    ++script_.iterations;
    while (script_.hang) std::this_thread::sleep_for(1ms);
    if (script_.fail_iterate) throw std::runtime_error("iterate failed on purpose");
    Report report;
    if (budget.keep_going && !budget.keep_going(0.5f)) {
      report.stop = StopReason::cancelled;
      return report;
    }
    std::this_thread::sleep_for(1ms);
    if (left_ <= 0 && coat_left_ > 0) {
      report.picture_changed = --coat_left_ == 0;
      script_.coats_made += coat_left_ == 0;
      report.stop = coat_left_ == 0 ? StopReason::converged : StopReason::out_of_budget;
      return report;
    }
    report.stop = --left_ <= 0 ? StopReason::converged : StopReason::out_of_budget;
    report.picture_changed = true;
    return report;
  }
  double energy() const { return 0; }
  void read(Chroma& chroma) const override {
    chroma.a = Plane<float>(width_, height_, value_);
    chroma.b = Plane<float>(width_, height_, 0.0f);
  }

 private:
  Script& script_;
  int width_ = 0, height_ = 0, left_ = 0, coat_left_ = 0;
  float value_ = 0;
};

// Waits for wake-ups as the UI does, but with a limit so that a fault is a failure and not a hang.
struct Bell {
  std::mutex mutex;
  std::condition_variable condition;
  int rings = 0;

  void ring() {
    std::lock_guard lock(mutex);
    ++rings;
    condition.notify_all();
  }
  template <class Ready>
  bool wait(Ready ready) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!ready()) {
      std::unique_lock lock(mutex);
      if (std::chrono::steady_clock::now() > end) return false;
      condition.wait_for(lock, 20ms);
    }
    return true;
  }
};

struct Stage {
  Script script;
  Bell bell;
  SolverThread thread{[this] { return std::make_unique<FakeSolver>(script); }, [this] { bell.ring(); }};

  std::optional<SolvedPicture> picture_of(std::uint64_t revision) {
    std::optional<SolvedPicture> last;
    bell.wait([&] {
      if (auto picture = thread.take_picture()) last = std::move(picture);
      return last && last->revision >= revision && last->report.done();
    });
    return last;
  }
  std::optional<std::string> message() {
    std::optional<std::string> text;
    bell.wait([&] { return (text = thread.take_message()).has_value(); });
    return text;
  }
};

Problem problem_of(int width, int height) {
  Problem problem;
  problem.lightness = Plane<float>(width, height, 50.0f);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(width, height, 0.0f);
  return problem;
}

HintPatch patch_of(Rect rect, float a) {
  HintPatch patch;
  patch.rect = rect;
  patch.hint_a = Plane<float>(rect.width(), rect.height(), a);
  patch.hint_b = Plane<float>(rect.width(), rect.height(), 0.0f);
  patch.hint_strength = Plane<float>(rect.width(), rect.height(), 1.0f);
  return patch;
}

}  // namespace

TEST_CASE("a photo and a patch give a picture that carries the patch's revision") {
  Stage stage;
  stage.thread.load(problem_of(8, 6), {}, 1);
  auto picture = stage.picture_of(1);
  REQUIRE(picture);
  CHECK(picture->chroma->a.width() == 8);
  CHECK(picture->chroma->a.height() == 6);
  stage.thread.apply(patch_of({1, 1, 3, 3}, 25), 2);
  picture = stage.picture_of(2);
  REQUIRE(picture);
  CHECK(picture->revision == 2);
  CHECK(picture->chroma->a(0, 0) == 25);
  CHECK(stage.bell.wait([&] { return !stage.thread.status().busy; }));
}

TEST_CASE("a new photo replaces everything that waits, and no picture of the old one comes after it") {
  Stage stage;
  stage.script.batches_needed = 1;
  for (std::uint64_t revision = 1; revision <= 50; ++revision) {
    stage.thread.load(problem_of(4 + static_cast<int>(revision), 5), {}, revision);
    if (auto picture = stage.thread.take_picture()) {
      CHECK(picture->chroma->a.width() == 4 + static_cast<int>(picture->revision));
    }
  }
  auto picture = stage.picture_of(50);
  REQUIRE(picture);
  CHECK(picture->chroma->a.width() == 54);
  CHECK(stage.script.loads <= 50);
}

TEST_CASE("while the solver is away, covered patches and older settings are dropped") {
  Stage stage;
  stage.thread.load(problem_of(8, 8), {}, 1);
  REQUIRE(stage.picture_of(1));
  stage.script.hang = true;
  stage.thread.apply(patch_of({0, 0, 1, 1}, 1), 2);  // gets the solver into the hanging batch
  REQUIRE(stage.bell.wait([&] { return stage.script.applies == 1 && stage.thread.status().revision == 2; }));
  const int configures = stage.script.configures;
  for (int i = 0; i < 100; ++i) {
    stage.thread.apply(patch_of({2, 2, 5, 5}, static_cast<float>(i)), 3 + i);
    Settings settings;
    settings.smoothness = 1.0f + static_cast<float>(i) * 0.01f;
    stage.thread.configure(settings, 3 + i);
  }
  stage.script.hang = false;
  auto picture = stage.picture_of(102);
  REQUIRE(picture);
  CHECK(picture->chroma->a(0, 0) == 99);
  CHECK(stage.script.applies == 2);
  CHECK(stage.script.configures == configures + 1);
  CHECK(stage.script.smoothness == doctest::Approx(1.99f));
}

TEST_CASE("a stroke does not wait until a new coat is made") {
  Stage stage;
  stage.script.coat_batches = 1'000'000;
  stage.thread.load(problem_of(4, 4), {}, 1);
  REQUIRE(stage.picture_of(1));
  stage.thread.set_prior({Plane<float>(1, 1), Plane<float>(1, 1), Plane<float>(1, 1, 1e-5f)}, 2);
  REQUIRE(stage.bell.wait([&] { return stage.script.coats_begun == 1; }));
  stage.thread.apply(patch_of({0, 0, 2, 2}, 9), 3);
  std::optional<SolvedPicture> picture;
  REQUIRE(stage.bell.wait([&] {
    if (auto p = stage.thread.take_picture()) picture = std::move(p);
    return picture && picture->revision == 3;
  }));
  CHECK(picture->chroma->a(0, 0) == 9);
  CHECK(stage.script.coats_made == 0);
}

TEST_CASE("coats that come faster than they are made do not keep all of them from being made") {
  Stage stage;
  stage.script.coat_batches = 20;
  stage.thread.load(problem_of(4, 4), {}, 1);
  REQUIRE(stage.picture_of(1));
  for (int i = 0; i < 100; ++i) {
    stage.thread.set_prior({Plane<float>(1, 1), Plane<float>(1, 1), Plane<float>(1, 1, 1e-5f)}, 2 + i);
    std::this_thread::sleep_for(3ms);
  }
  CHECK(stage.script.coats_made >= 2);
  REQUIRE(stage.picture_of(101));
}

TEST_CASE("told that a coat is coming it rests after its first answer, until there is news") {
  Stage stage;
  stage.thread.load(problem_of(4, 4), {}, 1, 60s);
  std::optional<SolvedPicture> first;
  REQUIRE(stage.bell.wait([&] { return (first = stage.thread.take_picture()).has_value(); }));
  CHECK_FALSE(first->report.done());
  std::this_thread::sleep_for(50ms);
  const int iterations = stage.script.iterations;
  CHECK(iterations < stage.script.batches_needed);
  CHECK(stage.thread.status().busy);
  stage.thread.apply(patch_of({0, 0, 2, 2}, 9), 2);
  REQUIRE(stage.picture_of(2));
  stage.thread.load(problem_of(4, 4), {}, 3, 20ms);
  REQUIRE(stage.picture_of(3));
}

TEST_CASE("a refined picture brings its own coarsest answer, for the next first answer to be compared with") {
  std::atomic<int> woken{0};
  SolverThread thread([] { return make_solver(Backend::cpu, 1); }, [&] { ++woken; });
  Problem problem;
  problem.lightness = Plane<float>(600, 400, 50);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(600, 400);
  problem.hint_a(10, 10) = 20;
  problem.hint_strength(10, 10) = 100;
  thread.load(std::move(problem), Settings{}, 1);
  const auto next = [&](bool done) {
    for (const auto end = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(1ms)) {
      auto picture = thread.take_picture();
      if (picture && picture->report.done() == done) return *picture;
    }
    return SolvedPicture{};
  };
  const SolvedPicture refined = next(true);
  REQUIRE(refined.glance);
  CHECK(refined.chroma->a.width() == 600);
  CHECK(refined.glance->a.width() < 600);
}

TEST_CASE("a failing solver becomes a message and the thread goes on") {
  Stage stage;
  stage.script.fail_load = true;
  stage.thread.load(problem_of(4, 4), {}, 1);
  CHECK(stage.message() == "load failed on purpose");
  stage.script.fail_load = false;
  stage.thread.load(problem_of(4, 4), {}, 2);
  REQUIRE(stage.picture_of(2));

  stage.script.fail_apply = true;
  stage.thread.apply(patch_of({0, 0, 2, 2}, 5), 3);
  CHECK(stage.message() == "apply failed on purpose");
  stage.script.fail_apply = false;

  stage.script.fail_iterate = true;
  stage.thread.apply(patch_of({0, 0, 2, 2}, 6), 4);
  CHECK(stage.message() == "iterate failed on purpose");
  const int iterations = stage.script.iterations;
  std::this_thread::sleep_for(50ms);
  CHECK(stage.script.iterations == iterations);  // it rests and does not fail in a loop
  stage.script.fail_iterate = false;
  stage.thread.apply(patch_of({0, 0, 2, 2}, 7), 5);
  auto picture = stage.picture_of(5);
  REQUIRE(picture);
  CHECK(picture->chroma->a(0, 0) == 7);
}

TEST_CASE("no solver at all is a message, not a crash") {
  Bell bell;
  SolverThread thread([]() -> std::unique_ptr<Solver> { throw std::runtime_error("no backend"); },
                      [&] { bell.ring(); });
  thread.load(problem_of(4, 4), {}, 1);
  std::optional<std::string> text;
  CHECK(bell.wait([&] { return (text = thread.take_message()).has_value(); }));
  CHECK(text == "no backend");
}

TEST_CASE("a hanging solver is seen, never waited for by its caller, and left behind at the end") {
  auto script = std::make_shared<Script>();  // outlives the solver that is left behind
  Bell bell;
  {
    SolverThread thread([script] { return std::make_unique<FakeSolver>(*script); }, [&] { bell.ring(); });
    thread.patience = 100ms;
    script->hang = true;
    thread.load(problem_of(4, 4), {}, 1);
    REQUIRE(bell.wait([&] { return script->iterations == 1 && thread.status().silent_ms > 30; }));
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i) thread.apply(patch_of({0, 0, 2, 2}, 1), 2 + i);
    CHECK(std::chrono::steady_clock::now() - start < 1s);
  }
  script->hang = false;
  std::this_thread::sleep_for(200ms);  // the left-behind thread ends by itself; sanitizers watch
}

TEST_CASE("paused, changes are taken in and not solved until asked for") {
  Stage stage;
  stage.thread.load(problem_of(4, 4), {}, 1);
  REQUIRE(stage.picture_of(1));
  stage.thread.set_paused(true);
  const int iterations = stage.script.iterations;
  stage.thread.apply(patch_of({0, 0, 2, 2}, 9), 2);
  REQUIRE(stage.bell.wait([&] { return stage.thread.status().revision == 2; }));
  std::this_thread::sleep_for(30ms);
  CHECK(stage.script.iterations == iterations);
  CHECK(stage.thread.status().paused);
  stage.thread.run_once();
  auto picture = stage.picture_of(2);
  REQUIRE(picture);
  CHECK(picture->chroma->a(0, 0) == 9);
}

TEST_CASE("shrink averages whole boxes and the remainder at the border") {
  Chroma chroma{Plane<float>(5, 3), Plane<float>(5, 3)};
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5; ++x) {
      chroma.a(x, y) = static_cast<float>(x);
      chroma.b(x, y) = static_cast<float>(10 * y);
    }
  }
  CHECK(shrink_step(5, 3, 15) == 1);
  CHECK(shrink_step(5, 3, 14) == 2);
  const Chroma small = shrink(chroma, 2);
  REQUIRE(small.a.width() == 3);
  REQUIRE(small.a.height() == 2);
  CHECK(small.a(0, 0) == doctest::Approx(0.5f));
  CHECK(small.a(2, 0) == doctest::Approx(4.0f));
  CHECK(small.b(0, 0) == doctest::Approx(5.0f));
  CHECK(small.b(2, 1) == doctest::Approx(20.0f));
}
