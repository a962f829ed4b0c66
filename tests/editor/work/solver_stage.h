// Solvers made for the tests of the solver's thread: quick, failing, and hanging on purpose; one that poses as a GPU's.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "editor/work/solver_thread.h"

namespace handtint::stage {

using namespace std::chrono_literals;

// What a test wants of its solver, and what the solver saw.
struct Script {
  std::atomic<bool> fail_load{false}, fail_apply{false}, fail_iterate{false};
  std::atomic<bool> hang{false};
  std::atomic<int> loads{0}, applies{0}, configures{0}, iterations{0};
  std::atomic<int> batches_needed{3};
  std::atomic<int> coat_batches{0};  // that a new coat takes before it changes the picture; 0 = as for a stroke
  std::atomic<int> coats_begun{0}, coats_made{0};
  std::atomic<float> smoothness{0};
  std::atomic<double> ms_to_refining{0};  // from the first answer to a stroke to the next batch
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
    since_apply_ = 0;
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
    if (since_apply_++ == 1)
      script_.ms_to_refining = std::chrono::duration<double, std::milli>(Clock::now() - answered_).count();
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
    answered_ = Clock::now();
    return report;
  }
  double energy() const { return 0; }
  void read(Chroma& chroma) const override {
    chroma.a = Plane<float>(width_, height_, value_);
    chroma.b = Plane<float>(width_, height_, 0.0f);
  }

 private:
  using Clock = std::chrono::steady_clock;

  Script& script_;
  Clock::time_point answered_{};
  int since_apply_ = 0;
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

inline Problem problem_of(int width, int height) {
  Problem problem;
  problem.lightness = Plane<float>(width, height, 50.0f);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(width, height, 0.0f);
  return problem;
}

inline HintPatch patch_of(Rect rect, float a) {
  HintPatch patch;
  patch.rect = rect;
  patch.hint_a = Plane<float>(rect.width(), rect.height(), a);
  patch.hint_b = Plane<float>(rect.width(), rect.height(), 0.0f);
  patch.hint_strength = Plane<float>(rect.width(), rect.height(), 1.0f);
  return patch;
}

}  // namespace handtint::stage
