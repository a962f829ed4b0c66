#include "solver/coated_solver.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "solver/colorize.h"
#include "solver/resample.h"

namespace handtint {
namespace {

// While the coat is made nothing else speaks, so the prior may hold more firmly: its own edges count, not only its
// level.
constexpr float coat_firmness = 10;

// A step in lightness of this size halves a neighbour's say when the coat is enlarged (its square root, at that).
constexpr float lightness_step = 4;

bool has_hints(const Problem& problem) {
  return std::any_of(problem.hint_strength.begin(), problem.hint_strength.end(), [](float h) { return h > 0; });
}

void add(Plane<float>& to, const Plane<float>& what) {
  for (std::size_t i = 0; i < to.size(); ++i) to.data()[i] += what.data()[i];
}

Rect whole(const Problem& problem) {
  return {0, 0, problem.width(), problem.height()};
}

class CoatedSolver final : public Solver {
 public:
  explicit CoatedSolver(std::function<std::unique_ptr<Solver>()> make) : make_(std::move(make)), strokes_(make_()) {}

  void load(Problem problem) override {
    validate(problem);
    problem_ = std::move(problem);
    coat_ = shown_coat_ = {};
    coat_maker_.reset();
    strokes_loaded_ = false;
    report_ = {};
    report_.width = problem_.width();
    report_.height = problem_.height();
    if (!problem_.prior.empty()) begin_coat();
  }

  void apply(const HintPatch& patch) override {
    const Rect r = patch.rect;
    if (r.empty()) return;
    if (intersect(r, whole(problem_)) != r) throw std::invalid_argument("the patch lies outside the photo");
    // Before anything is stored: the plain solver is the judge of a patch.
    if (strokes_loaded_) strokes_->apply(deviation(patch));
    const auto store = [&](const auto& from, auto& to) {
      for (int y = r.y0; y < r.y1; ++y) std::copy_n(from.row(y - r.y0), r.width(), to.row(y) + r.x0);
    };
    store(patch.hint_a, problem_.hint_a);
    store(patch.hint_b, problem_.hint_b);
    store(patch.hint_strength, problem_.hint_strength);
    if (!patch.cuts.empty()) {
      if (problem_.cuts.empty()) problem_.cuts = Plane<std::uint8_t>(problem_.width(), problem_.height());
      store(patch.cuts, problem_.cuts);
    }
    strokes_done_ = false;
  }

  void set_prior(Prior prior) override {
    problem_.prior = std::move(prior);
    if (!problem_.prior.empty()) return begin_coat();
    coat_maker_.reset();
    adopt({});
  }

  void configure(const Settings& settings) override {
    strokes_->configure(settings);  // throws before anything is changed
    settings_ = settings;
    strokes_done_ = false;
    if (!problem_.prior.empty()) begin_coat();
  }

  Report iterate(const Budget& budget) override {
    const auto start = std::chrono::steady_clock::now();
    const auto remaining = [&] {
      Budget rest = budget;
      rest.milliseconds -= std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
      return rest;
    };
    bool changed = std::exchange(picture_changed_, false);
    // A stroke is never kept waiting by a new coat; only the very first coat comes before the strokes.
    if (!(coat_maker_ && coat_.a.empty()) && !strokes_done_) {
      solve_strokes(remaining());
      changed |= report_.picture_changed;
      if (!strokes_done_) return finished(report_.stop, changed);
    }
    if (coat_maker_) {
      const Report coat = coat_maker_->iterate(remaining());
      if (coat_.a.empty()) {
        report_.solved_width = coat.solved_width;
        report_.solved_height = coat.solved_height;
        report_.progress = std::max(report_.progress, 0.5f * coat.progress);
        changed |= coat.picture_changed;
      }
      if (!coat.done()) return finished(coat.stop, changed);
      Chroma made;
      coat_maker_->read(made);
      coat_maker_.reset();
      adopt(std::move(made));
      changed = true;
      solve_strokes(remaining());
      changed |= report_.picture_changed;
    }
    return finished(report_.stop, changed);
  }

  double energy() const override { return strokes_loaded_ ? strokes_->energy() : 0; }

  void read(Chroma& chroma) const override {
    if (coat_maker_ && coat_.a.empty()) return coat_maker_->read(chroma);
    if (!strokes_loaded_) {
      chroma = shown_coat_;
      return;
    }
    strokes_->read(chroma);
    if (coat_.a.empty()) return;
    const Chroma coat = resize(shown_coat_, chroma.a.width(), chroma.a.height());
    add(chroma.a, coat.a);
    add(chroma.b, coat.b);
  }

 private:
  struct Size {
    int width, height;
  };
  Size coat_size() const {
    const double pixels = static_cast<double>(problem_.width()) * problem_.height();
    const double scale = std::sqrt(std::min(1.0, coat_pixels / pixels));
    return {std::max(1, static_cast<int>(std::lround(problem_.width() * scale))),
            std::max(1, static_cast<int>(std::lround(problem_.height() * scale)))};
  }

  void begin_coat() {
    const auto [width, height] = coat_size();
    Problem coat;
    coat.lightness = resample(problem_.lightness, width, height);
    coat.hint_a = coat.hint_b = coat.hint_strength = Plane<float>(width, height);
    coat.prior = problem_.prior;
    for (float& weight : coat.prior.weight) weight *= coat_firmness;
    Settings settings = settings_;
    settings.preview = false;
    settings.neutral_pull = 0;
    coat_maker_ = make_();
    coat_maker_->configure(settings);
    coat_maker_->load(std::move(coat));
  }

  // Takes a new coat (empty: none) and turns the strokes into deviations from it.
  void adopt(Chroma coat) {
    coat_ = std::move(coat);
    shown_coat_ = settings_.preview || coat_.a.empty() ? coat_ : enlarge_along_edges(coat_, problem_.lightness);
    if (strokes_loaded_) {
      strokes_->set_prior(pull());
      strokes_->apply(deviation({whole(problem_), problem_.hint_a, problem_.hint_b, problem_.hint_strength, {}}));
    }
    strokes_done_ = false;
    picture_changed_ = true;
  }

  void solve_strokes(const Budget& budget) {
    report_.picture_changed = false;
    if (!strokes_loaded_) {
      if (!has_hints(problem_)) {  // the coat is the answer; without one, grey
        if (coat_.a.empty()) shown_coat_.a = shown_coat_.b = Plane<float>(coat_size().width, coat_size().height);
        strokes_done_ = true;
        report_.picture_changed = true;
        report_.stop = StopReason::converged;
        report_.solved_width = shown_coat_.a.width();
        report_.solved_height = shown_coat_.a.height();
        report_.progress = 1;
        return;
      }
      load_strokes();
    }
    const float earlier = report_.progress;
    report_ = strokes_->iterate(budget);
    report_.progress = std::max(report_.progress, earlier < 1 ? earlier : 0);
    strokes_done_ = report_.done();
  }

  void load_strokes() {
    Problem strokes = problem_;
    if (!coat_.a.empty()) {
      HintPatch moved = deviation({whole(problem_), problem_.hint_a, problem_.hint_b, problem_.hint_strength, {}});
      strokes.hint_a = std::move(moved.hint_a);
      strokes.hint_b = std::move(moved.hint_b);
      strokes.prior = pull();
    }
    strokes_->load(std::move(strokes));
    strokes_->configure(settings_);
    strokes_loaded_ = true;
  }

  // The prior of the deviation: none is wanted, as firmly as the coat was trusted.
  Prior pull() const {
    Prior prior = problem_.prior;
    std::fill(prior.a.begin(), prior.a.end(), 0.0f);
    std::fill(prior.b.begin(), prior.b.end(), 0.0f);
    return prior;
  }

  HintPatch deviation(HintPatch patch) const {
    if (coat_.a.empty()) return patch;
    const bool full = shown_coat_.a.same_size(problem_.lightness);
    const Chroma enlarged = full ? Chroma{} : resize(shown_coat_, problem_.width(), problem_.height());
    const Chroma& coat = full ? shown_coat_ : enlarged;
    for (int y = 0; y < patch.rect.height(); ++y)
      for (int x = 0; x < patch.rect.width(); ++x) {
        patch.hint_a(x, y) -= coat.a(patch.rect.x0 + x, patch.rect.y0 + y);
        patch.hint_b(x, y) -= coat.b(patch.rect.x0 + x, patch.rect.y0 + y);
      }
    return patch;
  }

  Report finished(StopReason stop, bool changed) {
    Report report = report_;
    report.width = problem_.width();
    report.height = problem_.height();
    report.stop = coat_maker_ && (stop == StopReason::converged || stop == StopReason::iteration_limit)
                      ? StopReason::out_of_budget
                      : stop;
    report.picture_changed = changed;
    if (!report.done()) report.progress = std::min(report.progress, 0.99f);
    return report;
  }

  std::function<std::unique_ptr<Solver>()> make_;
  std::unique_ptr<Solver> strokes_;  // solves for the deviation from the coat, or for the picture where there is none
  std::unique_ptr<Solver> coat_maker_;  // while a coat is being made
  Problem problem_;
  Settings settings_;
  Chroma coat_;        // as made, small; empty: none
  Chroma shown_coat_;  // at the photo's size, or as made for a preview
  Report report_;
  bool strokes_loaded_ = false, strokes_done_ = false, picture_changed_ = false;
};

}  // namespace

std::unique_ptr<Solver> make_coated_solver(std::function<std::unique_ptr<Solver>()> make) {
  return std::make_unique<CoatedSolver>(std::move(make));
}

std::unique_ptr<Solver> make_coated_solver(Backend backend, int threads) {
  return make_coated_solver([backend, threads] { return make_solver(backend, threads); });
}

Chroma enlarge_along_edges(const Chroma& small, const Plane<float>& lightness) {
  const int width = lightness.width(), height = lightness.height();
  const int small_width = small.a.width(), small_height = small.a.height();
  if (width == small_width && height == small_height) return small;
  const Plane<float> guide = resample(lightness, small_width, small_height);
  const float step_x = static_cast<float>(small_width) / width, step_y = static_cast<float>(small_height) / height;
  Chroma result{{width, height}, {width, height}};
  const auto rows = [&](int from, int to) {
    for (int y = from; y < to; ++y) {
      const float fy = (y + 0.5f) * step_y - 0.5f;
      const int centre_y = static_cast<int>(std::lround(fy));
      for (int x = 0; x < width; ++x) {
        const float fx = (x + 0.5f) * step_x - 0.5f;
        const int centre_x = static_cast<int>(std::lround(fx));
        float sum = 0, sum_a = 0, sum_b = 0;
        for (int j = centre_y - 1; j <= centre_y + 1; ++j)
          for (int i = centre_x - 1; i <= centre_x + 1; ++i) {
            const int cx = std::clamp(i, 0, small_width - 1), cy = std::clamp(j, 0, small_height - 1);
            const float near = (1.5f - std::abs(fx - i)) * (1.5f - std::abs(fy - j));
            const float step = (lightness(x, y) - guide(cx, cy)) / lightness_step;
            const float alike = 1 / (1 + step * step);
            const float weight = (std::max(near, 0.0f) + 1e-4f) * alike * alike;
            sum += weight;
            sum_a += weight * small.a(cx, cy);
            sum_b += weight * small.b(cx, cy);
          }
        result.a(x, y) = sum_a / sum;
        result.b(x, y) = sum_b / sum;
      }
    }
  };
  const int parts = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 16);
  const auto begin = [&](int part) { return static_cast<int>(static_cast<long>(height) * part / parts); };
  {
    std::vector<std::jthread> threads;
    for (int part = 0; part < parts; ++part) threads.emplace_back(rows, begin(part), begin(part + 1));
  }
  return result;
}

}  // namespace handtint
