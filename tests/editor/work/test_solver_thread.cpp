// The solver's thread: what it takes in and when, and what becomes of a solver that fails or hangs.
#include <doctest/doctest.h>

#include "tests/editor/work/solver_stage.h"

using namespace handtint;
using namespace handtint::stage;

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

TEST_CASE("what follows the first answer to a stroke waits a moment for the next piece of the stroke") {
  Stage stage;
  stage.thread.load(problem_of(4, 4), {}, 1);
  REQUIRE(stage.picture_of(1));
  stage.thread.apply(patch_of({0, 0, 2, 2}, 9), 2);
  REQUIRE(stage.picture_of(2));
  CHECK(stage.script.ms_to_refining >= 7);
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
  REQUIRE(refined.first_preview);
  CHECK(refined.chroma->a.width() == 600);
  CHECK(refined.first_preview->a.width() < 600);
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
