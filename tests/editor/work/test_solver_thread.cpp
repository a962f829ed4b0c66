// The solver's thread with solvers made for the test: quick, failing, and hanging on purpose.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "editor/work/solver_thread.h"

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

// What a test does with a solver on a GPU, and what that saw.
struct GpuScript {
  std::atomic<bool> broken{false};  // its pictures are lost, until its settings come again: then a CPU takes over
  std::atomic<bool> breaks_at_close_up{false};
  std::atomic<bool> to_host{false};  // wished for last
  std::atomic<int> whole_reads{0}, shows{0}, close_ups{0};
};

class FakePicture : public ScreenPicture {
 public:
  FakePicture(int width, int height, std::int16_t value)
      : ScreenPicture(width, height), codes_(static_cast<std::size_t>(width) * height, {value, 0}) {}
  const numerics::ScreenCode* codes() override { return codes_.data(); }

 private:
  std::vector<numerics::ScreenCode> codes_;
};

// Answers with a tenth of the photo's size, then with all of it; the picture is the last hint's a.
class FakeGpuSolver : public Solver {
 public:
  explicit FakeGpuSolver(GpuScript& script) : script_(script) {}
  void load(Problem problem) override {
    width_ = problem.width();
    height_ = problem.height();
    changed();
  }
  void apply(const HintPatch& patch) override {
    value_ = patch.hint_a(0, 0);
    changed();
  }
  void set_prior(Prior) override { changed(); }
  void configure(const Settings&) override {
    if (script_.broken) on_cpu_ = true;
    changed();
  }
  Report iterate(const Budget&) override {
    report_.picture_changed = report_.stop != StopReason::converged;
    report_.stop = report_.solved_width == width_ / 10 ? StopReason::converged : StopReason::out_of_budget;
    const int size = report_.done() ? 1 : 10;
    report_.backend = on_cpu_ ? Backend::cpu : Backend::cuda;
    report_.width = width_;
    report_.height = height_;
    report_.solved_width = width_ / size;
    report_.solved_height = height_ / size;
    return report_;
  }
  double energy() const override { return 0; }
  void read(Chroma& chroma) const override {
    const bool whole = report_.solved_width == width_, lost = script_.broken && !on_cpu_;
    script_.whole_reads += whole;
    chroma.a = Plane<float>(width_ / (whole ? 1 : 10), height_ / (whole ? 1 : 10), lost ? -1 : value_);
    chroma.b = Plane<float>(chroma.a.width(), chroma.a.height(), 0.0f);
  }
  std::shared_ptr<ScreenPicture> show(const ScreenRequest& wish) override {
    if (on_cpu_) return nullptr;
    if (script_.broken) throw std::runtime_error("the GPU failed on purpose");
    if (script_.breaks_at_close_up && wish.window == 1) {
      script_.broken = true;
      throw std::runtime_error("the GPU failed on purpose");
    }
    script_.to_host = wish.to_host;
    ++(wish.window ? script_.close_ups : script_.shows);
    const auto length = [&](int pixels) { return (pixels + wish.step - 1) / wish.step; };
    return std::make_shared<FakePicture>(length(wish.part.width()), length(wish.part.height()),
                                         static_cast<std::int16_t>(value_));
  }

 private:
  void changed() {
    report_.stop = StopReason::not_started;
    report_.solved_width = 0;
  }
  GpuScript& script_;
  Report report_;
  int width_ = 0, height_ = 0;
  float value_ = 0;
  bool on_cpu_ = false;
};

struct GpuStage {
  static constexpr int width = 2000, height = 1500;
  GpuScript script;
  Bell bell;
  SolverThread thread{[this] { return std::make_unique<FakeGpuSolver>(script); }, [this] { bell.ring(); }};

  template <class Wanted>
  std::optional<SolvedPicture> picture(Wanted wanted) {
    std::optional<SolvedPicture> last;
    const bool came = bell.wait([&] {
      if (auto picture = thread.take_picture()) last = std::move(picture);
      return last && wanted(*last);
    });
    return came ? last : std::nullopt;
  }
  std::optional<SolvedPicture> refined(std::uint64_t revision) {
    return picture([=](const SolvedPicture& p) { return p.revision == revision && p.report.done(); });
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

TEST_CASE("a large picture comes from a GPU packed, and its values when nothing has happened for a while") {
  GpuStage stage;
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  stage.thread.apply(patch_of({0, 0, 2, 2}, 5), 2);
  const auto packed = stage.refined(2);
  REQUIRE(packed);
  REQUIRE(packed->on_device.codes);
  CHECK(packed->on_device.part == Rect{0, 0, 2000, 1500});
  CHECK(packed->on_device.step == 2);
  CHECK(packed->on_device.codes->width() == 1000);
  CHECK(packed->on_device.codes->codes()->a == 5);
  CHECK(stage.script.to_host);
  CHECK_FALSE(packed->close_up.codes);
  CHECK(packed->width() == 2000);
  CHECK_FALSE(packed->has_values());
  CHECK(packed->chroma->a.width() == 200);  // until then: what was seen first
  CHECK(packed->chroma->a(7, 7) == 5);
  CHECK(packed->glance == packed->chroma);

  const auto whole = stage.picture([](const SolvedPicture& p) { return p.has_values(); });
  REQUIRE(whole);
  CHECK(whole->revision == 2);
  CHECK(whole->on_device.codes == packed->on_device.codes);
  CHECK(whole->chroma->a.width() == 2000);
  CHECK(whole->chroma->a(1234, 567) == 5);
  CHECK(stage.script.whole_reads == 1);
  CHECK_FALSE(stage.thread.status().busy);
}

TEST_CASE("while strokes go on no whole picture is read from a GPU") {
  GpuStage stage;
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  for (std::uint64_t revision = 2; revision < 20; ++revision) {
    stage.thread.apply(patch_of({0, 0, 2, 2}, static_cast<float>(revision)), revision);
    const auto picture = stage.refined(revision);
    REQUIRE(picture);
    CHECK(picture->on_device.codes->codes()->a == static_cast<std::int16_t>(revision));
    std::this_thread::sleep_for(SolverThread::values_after / 20);
  }
  CHECK(stage.script.whole_reads == 0);
  CHECK(stage.picture([](const SolvedPicture& p) { return p.has_values(); }));
  CHECK(stage.script.whole_reads == 1);
}

TEST_CASE("what is looked at closely comes along, as far as it is sharper") {
  GpuStage stage;
  const Rect part{300, 200, 1100, 900};
  stage.thread.look_closely(part, 1);
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  const auto close = stage.refined(1);
  REQUIRE(close);
  REQUIRE(close->close_up.codes);
  CHECK(close->close_up.part == part);
  CHECK(close->close_up.step == 1);
  CHECK(close->close_up.codes->width() == 800);
  const int close_ups = stage.script.close_ups;
  std::uint64_t revision = 1;
  for (const auto& [rect, step] : {std::pair{part, 2}, {Rect{}, 1}, {Rect{1500, 1000, 2001, 1200}, 1}}) {
    stage.thread.look_closely(rect, step);
    stage.thread.apply(patch_of({0, 0, 2, 2}, 1), ++revision);
    const auto far = stage.refined(revision);
    REQUIRE(far);
    CHECK(far->on_device.codes);
    CHECK_FALSE(far->close_up.codes);
  }
  CHECK(stage.script.close_ups == close_ups);
}

TEST_CASE("small pictures are read from a GPU, too") {
  GpuStage stage;
  stage.thread.load(problem_of(600, 500), {}, 1);
  const auto picture = stage.refined(1);
  REQUIRE(picture);
  CHECK(picture->has_values());
  CHECK_FALSE(picture->on_device.codes);
  CHECK(stage.script.shows == 0);
}

TEST_CASE("pictures take the road that they are told, and one that was lost comes again, read") {
  GpuStage stage;
  stage.thread.set_road(PictureRoad::shared);
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  REQUIRE(stage.refined(1));
  CHECK_FALSE(stage.script.to_host);
  stage.thread.set_road(PictureRoad::copied);
  stage.thread.apply(patch_of({0, 0, 2, 2}, 3), 2);
  REQUIRE(stage.refined(2));
  CHECK(stage.script.to_host);

  stage.thread.set_road(PictureRoad::read);
  const auto read = stage.picture([](const SolvedPicture& p) { return !p.on_device.codes && p.report.done(); });
  REQUIRE(read);
  CHECK(read->revision == 2);
  CHECK(read->has_values());
  CHECK(read->overview->a.width() == 1000);
  const int shows = stage.script.shows;
  stage.thread.apply(patch_of({0, 0, 2, 2}, 4), 3);
  const auto next = stage.refined(3);
  REQUIRE(next);
  CHECK(next->chroma->a(1999, 1499) == 4);
  CHECK(stage.script.shows == shows);
}

TEST_CASE("a GPU that fails when it shall give its picture does not leave the hand with an older one") {
  GpuStage stage;
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  REQUIRE(stage.refined(1));
  SUBCASE("at once") {
    stage.script.broken = true;
  }
  SUBCASE("in the middle") {
    stage.script.breaks_at_close_up = true;
    stage.thread.look_closely({0, 0, 400, 300}, 1);
  }
  stage.thread.apply(patch_of({0, 0, 2, 2}, 8), 2);
  const auto read = stage.picture([](const SolvedPicture& p) {
    CHECK_FALSE((p.revision == 2 && p.on_device.codes));
    return p.revision == 2 && p.report.done() && p.chroma->a(0, 0) == 8;
  });
  REQUIRE(read);
  CHECK(read->has_values());
  CHECK(read->chroma->a(1000, 1000) == 8);
  CHECK(stage.bell.wait([&] { return !stage.thread.status().busy; }));
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
