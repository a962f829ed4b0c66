#include "solver/layers/coated_solver.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "solver/colorize.h"
#include "solver/layers/unlikeness.h"
#include "solver/resample.h"

namespace handtint {
namespace {

// While the coat is made nothing else speaks, so the prior may hold more firmly: its own edges count, not only its
// level.
constexpr float coat_firmness = 30;

// A coarse deviation is added to the coat at this size: not so coarse that the coat loses its edges, not so large that
// a hand waits for it.
constexpr double draft_pixels = 150e3;

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

// enlarge_along_edges in helpings.
class Enlarger {
 public:
  // `guide` is the lightness at the small size. Both must outlive it.
  Enlarger(Chroma small, const Plane<float>& guide, const Plane<float>& lightness)
      : small_(std::move(small)),
        lightness_(lightness),
        guide_(guide),
        result_{{lightness.width(), lightness.height()}, {lightness.width(), lightness.height()}} {}

  // Goes on until it is done (then true) or told to stop: asked after each piece of a few milliseconds.
  template <class KeepGoing>
  bool work(KeepGoing keep_going) {
    const int height = lightness_.height();
    const int at_once = std::max(1, 500'000 / std::max(lightness_.width(), 1));
    do {
      const int end = std::min(next_row_ + at_once, height);
      const int parts = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 16);
      const auto begin = [&](int part) { return next_row_ + (end - next_row_) * part / parts; };
      {
        std::vector<std::jthread> threads;
        for (int part = 1; part < parts; ++part)
          threads.emplace_back([this, from = begin(part), to = begin(part + 1)] { rows(from, to); });
        rows(begin(0), begin(1));
      }
      next_row_ = end;
    } while (next_row_ < height && keep_going());
    return next_row_ == height;
  }

  const Chroma& small() const { return small_; }
  Chroma take() { return std::move(result_); }

 private:
  // A small pixel's lightness and colour for each pixel of the photo's width, for one of the nine neighbours.
  struct Stretched {
    std::vector<float> lightness, a, b;
  };

  void rows(int from, int to) {
    const int width = lightness_.width(), small_width = small_.a.width(), small_height = small_.a.height();
    const float step_x = static_cast<float>(small_width) / width;
    const float step_y = static_cast<float>(small_height) / lightness_.height();
    const auto n = static_cast<std::size_t>(width);
    std::array<std::vector<int>, 3> column;
    std::array<std::vector<float>, 3> near_x;
    for (int i = 0; i < 3; ++i) {
      column[i].resize(n);
      near_x[i].resize(n);
      for (int x = 0; x < width; ++x) {
        const float fx = (x + 0.5f) * step_x - 0.5f;
        const int neighbour = static_cast<int>(std::lround(fx)) + i - 1;
        column[i][x] = std::clamp(neighbour, 0, small_width - 1);
        near_x[i][x] = std::max(1.5f - std::abs(fx - neighbour), 0.0f);
      }
    }
    std::array<std::array<Stretched, 3>, 3> stretched;
    std::vector<float> sum(n), sum_a(n), sum_b(n);
    int stretched_for = -10;
    for (int y = from; y < to; ++y) {
      const float fy = (y + 0.5f) * step_y - 0.5f;
      const int centre = static_cast<int>(std::lround(fy));
      if (centre != stretched_for) {
        stretched_for = centre;
        for (int j = 0; j < 3; ++j)
          for (int i = 0; i < 3; ++i)
            stretch_row(std::clamp(centre + j - 1, 0, small_height - 1), column[i], stretched[j][i]);
      }
      std::fill(sum.begin(), sum.end(), 0.0f);
      std::fill(sum_a.begin(), sum_a.end(), 0.0f);
      std::fill(sum_b.begin(), sum_b.end(), 0.0f);
      for (int j = 0; j < 3; ++j)
        for (int i = 0; i < 3; ++i)
          add_neighbour(lightness_.row(y), stretched[j][i], near_x[i].data(),
                        std::max(1.5f - std::abs(fy - (centre + j - 1)), 0.0f), sum.data(), sum_a.data(), sum_b.data(),
                        n);
      float *a = result_.a.row(y), *b = result_.b.row(y);
      for (std::size_t x = 0; x < n; ++x) {
        a[x] = sum_a[x] / sum[x];
        b[x] = sum_b[x] / sum[x];
      }
    }
  }

  void stretch_row(int row, const std::vector<int>& column, Stretched& to) const {
    const float *L = guide_.row(row), *a = small_.a.row(row), *b = small_.b.row(row);
    to.lightness.resize(column.size());
    to.a.resize(column.size());
    to.b.resize(column.size());
    for (std::size_t x = 0; x < column.size(); ++x) {
      to.lightness[x] = L[column[x]];
      to.a[x] = a[column[x]];
      to.b[x] = b[column[x]];
    }
  }

  // Adds what one of the nine neighbours says, for a whole row: the compiler makes vectors of it.
  static void add_neighbour(const float* L, const Stretched& from, const float* near_x, float near_y,
                            float* __restrict sum, float* __restrict sum_a, float* __restrict sum_b, std::size_t n) {
    const float *guide = from.lightness.data(), *a = from.a.data(), *b = from.b.data();
    for (std::size_t x = 0; x < n; ++x) {
      const float step = (L[x] - guide[x]) * (1 / lightness_step);
      const float unlike = 1 + step * step;
      const float weight = (near_x[x] * near_y + 1e-4f) / (unlike * unlike);
      sum[x] += weight;
      sum_a[x] += weight * a[x];
      sum_b[x] += weight * b[x];
    }
  }

  Chroma small_;
  const Plane<float>& lightness_;
  const Plane<float>& guide_;
  Chroma result_;
  int next_row_ = 0;
};

class CoatedSolver final : public Solver {
 public:
  explicit CoatedSolver(std::function<std::unique_ptr<Solver>()> make) : make_(std::move(make)), strokes_(make_()) {}

  void load(Problem problem) override {
    validate(problem);
    problem_ = std::move(problem);
    coat_ = shown_coat_ = draft_coat_ = {};
    coats_under_.clear();
    coat_maker_.reset();
    enlarger_.reset();
    coat_lightness_ = {};
    hinted_ = has_hints(problem_);
    answered_ = strokes_done_ = strokes_loaded_ = false;
    report_ = {};
    report_.width = problem_.width();
    report_.height = problem_.height();
    regard_traits();
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
    const auto given = [](float h) { return h > 0; };
    hinted_ = hinted_ || std::any_of(patch.hint_strength.begin(), patch.hint_strength.end(), given);
    if (unlikeness_.update(problem_.hint_strength, r) && strokes_loaded_ && !coat_.a.empty())
      strokes_->set_prior(pull());
    strokes_done_ = false;
  }

  void set_prior(Prior prior) override {
    const bool other_traits = prior.traits != problem_.prior.traits;
    problem_.prior = std::move(prior);
    if (other_traits) regard_traits();
    if (!problem_.prior.empty()) return begin_coat();
    coat_maker_.reset();
    adopt({}, {});
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
    // A stroke is never kept waiting by a new coat; only the very first coat comes before them.
    if (!(making_coat() && (coat_.a.empty() || !hinted_)) && !strokes_done_) {
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
      if (settings_.preview || made.a.same_size(problem_.lightness))
        adopt(made, made);
      else
        enlarger_.emplace(std::move(made), coat_lightness_, problem_.lightness);
      changed |= !enlarger_ || !hinted_;  // without strokes it is shown while it is enlarged
    }
    if (enlarger_) {
      bool cancelled = false;
      const auto keep_going = [&] {
        cancelled = budget.keep_going && !budget.keep_going(std::min(report_.progress, 0.99f));
        return !cancelled && remaining().milliseconds > 0;
      };
      if (!enlarger_->work(keep_going))
        return finished(cancelled ? StopReason::cancelled : StopReason::out_of_budget, changed);
      adopt(enlarger_->small(), enlarger_->take());
      changed = true;
    }
    if (!strokes_done_) {
      solve_strokes(remaining());
      changed |= report_.picture_changed;
    }
    picture_changed_ = false;  // what adopt has told is in `changed`
    return finished(report_.stop, changed);
  }

  double energy() const override { return strokes_loaded_ ? strokes_->energy() : 0; }

  void read(Chroma& chroma) const override {
    if (coat_.a.empty() && coat_maker_) return coat_maker_->read(chroma);
    if (enlarger_ && (coat_.a.empty() || !hinted_)) {
      chroma = enlarger_->small();
      return;
    }
    if (!strokes_loaded_ || !hinted_) {
      chroma = shown_coat_;
      return;
    }
    strokes_->read(chroma);
    if (coat_.a.empty()) return;
    // A coarse deviation must not make the coat coarse.
    const bool coarse = chroma.a.width() < draft_coat_.a.width();
    if (coarse) chroma = resize(chroma, draft_coat_.a.width(), draft_coat_.a.height());
    const Chroma enlarged = coarse ? Chroma{} : resize(shown_coat_, chroma.a.width(), chroma.a.height());
    const Chroma& coat = coarse ? draft_coat_ : enlarged;
    add(chroma.a, coat.a);
    add(chroma.b, coat.b);
  }

  // Only what read() puts together of the coat and a fine deviation: all else is small, or on the host anyway.
  std::shared_ptr<ScreenPicture> show(const ScreenWish& wish) override {
    if (!strokes_loaded_ || !hinted_) return nullptr;
    if (coat_.a.empty()) return making_coat() ? nullptr : strokes_->show(wish);
    if (report_.solved_width < draft_coat_.a.width()) return nullptr;
    ScreenWish with_coat = wish;
    with_coat.base = coat_under(wish);
    return strokes_->show(with_coat);
  }

 private:
  struct Size {
    int width, height;
  };
  Size coat_size() const { return reduced_to(coat_pixels); }
  // The coat at the size that a screen wants of the strokes' picture. The mean of a sum is the sum of the means.
  struct CoatUnder {
    int width, height;  // of that picture
    Rect part;
    int step;
    std::shared_ptr<const Chroma> means;
  };
  std::shared_ptr<const Chroma> coat_under(const ScreenWish& wish) {
    const int width = report_.solved_width, height = report_.solved_height;
    for (const CoatUnder& known : coats_under_)
      if (known.width == width && known.height == height && known.part == wish.part && known.step == wish.step)
        return known.means;
    const bool same = shown_coat_.a.width() == width && shown_coat_.a.height() == height;
    const Chroma resized = same ? Chroma{} : resize(shown_coat_, width, height);
    const Chroma& coat = same ? shown_coat_ : resized;
    Chroma means{box_means(coat.a, wish.part, wish.step), box_means(coat.b, wish.part, wish.step)};
    constexpr std::size_t most = 2 * numerics::screen_windows;  // they come again for two scales, more or less
    if (coats_under_.size() == most) coats_under_.erase(coats_under_.begin());
    coats_under_.push_back({width, height, wish.part, wish.step, std::make_shared<const Chroma>(std::move(means))});
    return coats_under_.back().means;
  }
  Size reduced_to(double most_pixels) const {
    const double pixels = static_cast<double>(problem_.width()) * problem_.height();
    const double scale = std::sqrt(std::min(1.0, most_pixels / pixels));
    return {std::max(1, static_cast<int>(std::lround(problem_.width() * scale))),
            std::max(1, static_cast<int>(std::lround(problem_.height() * scale)))};
  }

  void begin_coat() {
    enlarger_.reset();
    const auto [width, height] = coat_size();
    Problem coat;
    if (coat_lightness_.empty()) coat_lightness_ = resample(problem_.lightness, width, height);
    coat.lightness = coat_lightness_;
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

  void regard_traits() {
    unlikeness_ = Unlikeness(problem_.prior.traits, problem_.width(), problem_.height());
    unlikeness_.update(problem_.hint_strength, whole(problem_));
  }

  bool making_coat() const { return coat_maker_ || enlarger_; }

  // Takes a new coat (empty: none) and turns the strokes into deviations from it.
  void adopt(Chroma coat, Chroma enlarged) {
    coat_ = std::move(coat);
    shown_coat_ = std::move(enlarged);
    draft_coat_ = {};
    coats_under_.clear();
    if (!coat_.a.empty()) {
      const auto [width, height] = reduced_to(draft_pixels);
      draft_coat_ = {resample(coat_.a, width, height), resample(coat_.b, width, height)};
    }
    enlarger_.reset();
    answered_ = false;
    if (strokes_loaded_) {
      strokes_->set_prior(pull());
      if (hinted_) move_hints();
    }
    strokes_done_ = false;
    picture_changed_ = true;
  }

  // Tells the strokes' solver what the hints are as deviations, rows with hints only: most of a large photo has none.
  void move_hints() {
    const int width = problem_.width(), height = problem_.height();
    const auto given = [](float h) { return h > 0; };
    const auto hinted = [&](int y) {
      const float* row = problem_.hint_strength.row(y);
      return std::any_of(row, row + width, given);
    };
    for (int y = 0; y < height; ++y) {
      if (!hinted(y)) continue;
      const int first = y;
      while (y < height && hinted(y)) ++y;
      const Rect rows{0, first, width, y};
      const auto part = [&](const Plane<float>& plane) {
        Plane<float> cut(width, rows.height());
        std::copy_n(plane.row(first), cut.size(), cut.data());
        return cut;
      };
      strokes_->apply(
          deviation({rows, part(problem_.hint_a), part(problem_.hint_b), part(problem_.hint_strength), {}}));
    }
  }

  void solve_strokes(const Budget& budget) {
    report_.picture_changed = false;
    if (!hinted_) return answer_without_strokes(budget);
    if (!strokes_loaded_) load_strokes();
    const float earlier = report_.progress;
    report_ = strokes_->iterate(budget);
    report_.progress = std::max(report_.progress, earlier < 1 ? earlier : 0);
    strokes_done_ = report_.done();
  }

  // The coat is the answer; without one, grey. Who gives helpings will paint: what is left of them makes the solver of
  // the strokes ready, so that the first stroke does not wait for it.
  void answer_without_strokes(const Budget& budget) {
    const bool one_off = budget.milliseconds >= Budget().milliseconds;
    if (!answered_ || one_off) {
      if (coat_.a.empty()) shown_coat_.a = shown_coat_.b = Plane<float>(coat_size().width, coat_size().height);
      answered_ = true;
      strokes_done_ = one_off;
      report_.picture_changed = true;
      report_.progress = strokes_done_ ? 1 : 0.99f;
    } else {
      if (!strokes_loaded_) load_strokes();
      strokes_done_ = strokes_->iterate(budget).done();
      report_.picture_changed = strokes_done_;  // the same picture, but now it is the last
      if (strokes_done_) report_.progress = 1;
    }
    report_.stop = strokes_done_ ? StopReason::converged : StopReason::out_of_budget;
    report_.solved_width = shown_coat_.a.width();
    report_.solved_height = shown_coat_.a.height();
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

  Prior pull() const { return pull_to_none(problem_.prior, unlikeness_); }

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
    // As read() gives it.
    if (enlarger_ && !hinted_) {
      report.solved_width = enlarger_->small().a.width();
      report.solved_height = enlarger_->small().a.height();
    } else if (report.solved_width < draft_coat_.a.width()) {
      report.solved_width = draft_coat_.a.width();
      report.solved_height = draft_coat_.a.height();
    }
    report.stop = making_coat() && (stop == StopReason::converged || stop == StopReason::iteration_limit)
                      ? StopReason::out_of_budget
                      : stop;
    report.picture_changed = changed;
    if (!report.done()) report.progress = std::min(report.progress, 0.99f);
    return report;
  }

  std::function<std::unique_ptr<Solver>()> make_;
  std::unique_ptr<Solver> strokes_;  // solves for the deviation from the coat, or for the picture where there is none
  std::unique_ptr<Solver> coat_maker_;  // while a coat is being made
  std::optional<Enlarger> enlarger_;    // then, while it is being enlarged
  Problem problem_;
  Unlikeness unlikeness_;        // of the prior's cells to what is painted
  Plane<float> coat_lightness_;  // at the coat's size; empty until it is needed
  Settings settings_;
  Chroma coat_;        // as made, small; empty: none
  Chroma draft_coat_;  // smaller still
  Chroma shown_coat_;  // at the photo's size, or as made for a preview
  std::vector<CoatUnder> coats_under_;
  Report report_;
  bool hinted_ = false;    // there is, or was, a hint
  bool answered_ = false;  // without hints: what is shown has been told
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
  if (small.a.same_size(lightness)) return small;
  const Plane<float> guide = resample(lightness, small.a.width(), small.a.height());
  Enlarger enlarger(small, guide, lightness);
  enlarger.work([] { return true; });
  return enlarger.take();
}

}  // namespace handtint
