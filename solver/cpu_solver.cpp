// The Solver of solver.h on top of an engine: settings to parameters, planes to rows, the choice of affinity samples, budgets.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "cpu_engine.h"
#include "parameters.h"
#include "solver.h"

namespace handtint {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// The share of the photo's hints that the affinity prior looks at: a few hundred pixels spread over all strokes by a fixed
// pseudo-random choice, so that the same strokes always give the same picture.
struct AffinitySamples {
  std::vector<float> rows;  // SampleField order
  int count = 0;
  float distance = 1;  // d = sqrt(pixels / number of hint components)
  float trust = 0;
};

constexpr int sample_fields = 7, max_samples = 400;

int count_components(const std::vector<float>& mass, int width, int height) {
  std::vector<char> seen(mass.size(), 0);
  std::vector<int> stack;
  int components = 0;
  for (int start = 0; start < width * height; ++start) {
    if (mass[start] <= 0 || seen[start]) continue;
    ++components;
    seen[start] = 1;
    stack.push_back(start);
    while (!stack.empty()) {
      const int here = stack.back(), x = here % width, y = here / width;
      stack.pop_back();
      for (int ny = std::max(y - 1, 0); ny <= std::min(y + 1, height - 1); ++ny)
        for (int nx = std::max(x - 1, 0); nx <= std::min(x + 1, width - 1); ++nx) {
          const int there = ny * width + nx;
          if (mass[there] <= 0 || seen[there]) continue;
          seen[there] = 1;
          stack.push_back(there);
        }
    }
  }
  return components;
}

std::uint32_t scramble(std::uint32_t value) {  // Wellons' lowbias32
  value ^= value >> 16;
  value *= 0x7feb352dU;
  value ^= value >> 15;
  value *= 0x846ca68bU;
  return value ^ value >> 16;
}

AffinitySamples choose_samples(numerics::Engine& engine) {
  const int width = engine.affinity_width(), height = engine.affinity_height();
  const std::size_t size = static_cast<std::size_t>(width) * height;
  std::vector<float> mass(size), a(size), b(size), lightness(size), mean(size), deviation(size);
  engine.read_affinity({mass.data(), a.data(), b.data(), lightness.data(), mean.data(), deviation.data()});

  std::vector<std::uint32_t> hints;
  for (std::size_t i = 0; i < size; ++i)
    if (mass[i] > 0) hints.push_back(static_cast<std::uint32_t>(i));
  AffinitySamples samples;
  if (hints.empty()) return samples;
  const int components = count_components(mass, width, height);
  samples.distance = std::sqrt(static_cast<float>(size) / components);
  // The more strokes there are, the better the nearest resemblance: trust grows with their number (found on dev photos).
  samples.trust = std::clamp(1e-4f * components, 5e-4f, 1e-2f);
  if (hints.size() > max_samples) {
    std::nth_element(hints.begin(), hints.begin() + max_samples, hints.end(),
                     [](std::uint32_t i, std::uint32_t j) { return scramble(i) < scramble(j); });
    hints.resize(max_samples);
    std::sort(hints.begin(), hints.end());
  }
  samples.count = static_cast<int>(hints.size());
  const float x_scale = 1 / samples.distance;
  for (std::uint32_t i : hints) {
    const float s = std::pow((lightness[i] + 16) / 66, 0.375f);
    samples.rows.insert(samples.rows.end(), {lightness[i] / 4, mean[i] / 4, deviation[i] / 4, i % width * x_scale,
                                             i / width * x_scale, a[i] / s, b[i] / s});
  }
  return samples;
}

class EngineSolver final : public Solver {
 public:
  explicit EngineSolver(int threads) : threads_(threads), engine_(make_cpu_engine(threads_, memory_)) {
    engine_->set(parameters_from(settings_));
  }

  void load(Problem problem) override {
    validate(problem);
    loaded_ = false;
    report_ = {};
    report_.width = problem.width();
    report_.height = problem.height();
    engine_->load(problem.width(), problem.height(), problem.lightness.data());
    engine_->set_hints({0, 0, problem.width(), problem.height(), problem.width(), problem.hint_strength.data(),
                        problem.hint_a.data(), problem.hint_b.data()});
    if (!problem.cuts.empty()) engine_->set_cuts(0, 0, problem.width(), problem.height(), problem.cuts.data());
    set_engine_prior(problem.prior);
    engine_->set(parameters());
    samples_stale_ = true;
    loaded_ = true;
    changed();
  }

  void apply(const HintPatch& patch) override {
    require_loaded();
    const Rect r = patch.rect;
    if (r.empty()) return;
    if (r.x0 < 0 || r.y0 < 0 || r.x1 > report_.width || r.y1 > report_.height)
      throw std::invalid_argument("the patch lies outside the photo");
    if (patch.hint_strength.width() != r.width() || patch.hint_strength.height() != r.height())
      throw std::invalid_argument("the patch's planes have another size than its rectangle");
    engine_->set_hints({r.x0, r.y0, r.width(), r.height(), r.width(), patch.hint_strength.data(), patch.hint_a.data(),
                        patch.hint_b.data()});
    if (!patch.cuts.empty()) engine_->set_cuts(r.x0, r.y0, r.width(), r.height(), patch.cuts.data());
    samples_stale_ = true;
    changed();
  }

  void set_prior(Prior prior) override {
    require_loaded();
    set_engine_prior(prior);
    changed();
  }

  void configure(const Settings& settings) override {
    if (const std::string wrong = validate(settings); !wrong.empty()) throw std::invalid_argument(wrong);
    settings_ = settings;
    engine_->set(parameters());
    samples_stale_ = true;
    changed();
  }

  Report iterate(const Budget& budget) override {
    require_loaded();
    const Clock::time_point start = Clock::now();
    report_.picture_changed = false;
    if (samples_stale_) {
      const AffinitySamples samples = choose_samples(*engine_);
      engine_->set_samples(samples.rows.data(), samples.count, samples.distance, samples.trust * settings_.affinity);
      samples_stale_ = false;
    }
    Watch watch{&budget, Clock::now(), &report_.progress, false};
    for (;;) {
      const numerics::Progress progress = engine_->step({&Watch::wanted, &watch});
      if (progress.fresh) {
        report_.picture_changed = true;
        report_.solved_width = engine_->scale_width(progress.scale);
        report_.solved_height = engine_->scale_height(progress.scale);
        report_.iterations = progress.iterations;
        report_.residual = progress.tail;
      }
      report_.rounds = progress.rounds;
      report_.progress = std::max(report_.progress, progress.fraction);
      if (progress.done) {
        report_.stop = progress.limited ? StopReason::iteration_limit : StopReason::converged;
        break;
      }
      if (Watch::wanted(&watch)) {
        report_.stop = StopReason::cancelled;
        break;
      }
      if (milliseconds_since(start) >= budget.milliseconds) {
        report_.stop = StopReason::out_of_budget;
        break;
      }
    }
    report_.solve_ms += milliseconds_since(start);
    return report_;
  }

  double energy() const override {
    require_loaded();
    return engine_->energy();
  }

  void read(Chroma& chroma) const override {
    require_loaded();
    const int width = report_.solved_width, height = report_.solved_height;
    if (width == 0) {  // nothing solved yet: neutral
      chroma = {{1, 1}, {1, 1}};
      return;
    }
    if (chroma.a.width() != width || chroma.a.height() != height) chroma = {{width, height}, {width, height}};
    engine_->read(chroma.a.data(), chroma.b.data());
  }

 private:
  // Asks the budget's owner, at most every two milliseconds; a no gives up the step in mid-work. Running out of time does not:
  // it ends with the step, so that every call makes progress.
  struct Watch {
    const Budget* budget;
    Clock::time_point asked;
    const float* progress;
    bool cancelled;

    static bool wanted(void* context) {
      Watch& watch = *static_cast<Watch*>(context);
      if (!watch.cancelled && watch.budget->keep_going && milliseconds_since(watch.asked) >= 2) {
        watch.cancelled = !watch.budget->keep_going(*watch.progress);
        watch.asked = Clock::now();
      }
      return watch.cancelled;
    }
  };

  void require_loaded() const {
    if (!loaded_) throw std::logic_error("the solver has no photo yet: call load first");
  }

  void changed() {
    report_.stop = StopReason::not_started;
    report_.progress = 0;
    report_.solve_ms = report_.setup_ms = 0;
  }

  numerics::Parameters parameters() const {
    numerics::Parameters p = parameters_from(settings_);
    if (settings_.preview && report_.width > 0) {
      double pixels = static_cast<double>(report_.width) * report_.height;
      while (pixels > 450000) {
        pixels /= 4;
        ++p.finest_scale;
      }
    }
    return p;
  }

  void set_engine_prior(const Prior& prior) {
    engine_->set_prior(prior.weight.width(), prior.weight.height(), prior.a.data(), prior.b.data(), prior.weight.data());
  }

  CpuThreads threads_;
  CpuMemory memory_;
  std::unique_ptr<numerics::Engine> engine_;
  Settings settings_;
  Report report_;
  bool loaded_ = false, samples_stale_ = true;
};

}  // namespace

std::vector<BackendInfo> probe_backends() {
  return {{Backend::cpu, true, cpu_instruction_set() + ", " + std::to_string(CpuThreads(0).count()) + " threads"}};
}

std::unique_ptr<Solver> make_solver(Backend backend, int threads) {
  if (backend == Backend::cuda) throw std::runtime_error("this build has no CUDA backend");
  return std::make_unique<EngineSolver>(threads);
}

}  // namespace handtint
