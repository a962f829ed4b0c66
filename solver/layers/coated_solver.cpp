#include "solver/layers/coated_solver.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "solver/layers/coat_maker.h"
#include "solver/layers/layer.h"
#include "solver/layers/time_slice.h"
#include "solver/resample.h"

namespace handtint {
namespace {

bool has_hints(const Plane<float>& strength) {
  return std::any_of(strength.begin(), strength.end(), [](float h) { return h > 0; });
}

void add(Plane<float>& to, const Plane<float>& what) {
  for (std::size_t i = 0; i < to.size(); ++i) to.data()[i] += what.data()[i];
}

class CoatedSolver final : public Solver {
 public:
  CoatedSolver(std::function<std::unique_ptr<Solver>()> make_plain, int threads, bool once)
      : strokes_(make_plain, once), maker_(std::move(make_plain), threads) {
    strokes_.open();
  }

  void load(Problem problem) override {
    validate(problem);
    width_ = problem.width();
    height_ = problem.height();
    prior_ = std::exchange(problem.prior, {});
    coat_.reset();
    draft_coat_ = {};
    coats_under_.clear();
    hinted_ = has_hints(problem.hint_strength);
    shown_ = strokes_done_ = picture_changed_ = false;
    report_ = {};
    report_.width = width_;
    report_.height = height_;
    maker_.load(problem.lightness);
    strokes_.load(std::move(problem));
    if (!prior_.empty()) maker_.begin(prior_, settings_);
  }

  void apply(const HintPatch& patch) override {
    require_loaded();
    validate(patch, width_, height_);
    if (patch.rect.empty() || !patch.has_hints()) return;
    strokes_.apply(patch);
    hinted_ = hinted_ || has_hints(patch.hint_strength);
    strokes_done_ = false;
  }

  void set_prior(Prior prior) override {
    require_loaded();
    validate(prior);
    prior_ = std::move(prior);
    if (!prior_.empty()) return maker_.begin(prior_, settings_);
    maker_.stop();
    adopt({});
  }

  void configure(const Settings& settings) override {
    strokes_.configure(settings);  // throws before anything is changed
    settings_ = settings;
    strokes_done_ = false;
    if (!prior_.empty()) maker_.begin(prior_, settings_);
  }

  Report iterate(const Budget& budget) override {
    require_loaded();
    const TimeSlice slice(budget);
    bool changed = std::exchange(picture_changed_, false);
    // A stroke is never kept waiting by a new coat; only the very first coat comes before them.
    if (!(maker_.busy() && (!coat_ || !hinted_)) && !strokes_done_) {
      solve_strokes(slice.rest());
      changed |= report_.picture_changed;
      if (!strokes_done_) return finished(report_.stop, changed);
    }
    if (maker_.busy()) {
      const bool solving = maker_.solving();
      const Report coat = maker_.iterate(slice.rest(), report_.progress);
      if (solving && !coat_) {
        report_.solved_width = coat.solved_width;
        report_.solved_height = coat.solved_height;
        report_.progress = std::max(report_.progress, 0.5f * coat.progress);
        changed |= coat.picture_changed;
      }
      if (solving && !maker_.solving() && !hinted_) changed = true;  // it is shown while it is enlarged
      if (!coat.done()) return finished(coat.stop, changed);
      adopt(maker_.take());
      changed = true;
    }
    if (!strokes_done_) {
      solve_strokes(slice.rest());
      changed |= report_.picture_changed;
    }
    picture_changed_ = false;  // what adopt has told is in `changed`
    return finished(report_.stop, changed);
  }

  double energy() const override { return strokes_.loaded() ? strokes_.solver().energy() : 0; }

  void read(Chroma& chroma) const override {
    require_loaded();
    if ((maker_.solving() && !coat_) || (maker_.enlarging() && (!coat_ || !hinted_))) return maker_.read(chroma);
    if (!hinted_ || !strokes_.loaded()) {
      chroma = coat_ ? *coat_ : grey();
      return;
    }
    strokes_.solver().read(chroma);
    if (!coat_) return;
    // A coarse deviation must not make the coat coarse.
    const bool coarse = chroma.width() < draft_coat_.width();
    if (coarse) chroma = resize(chroma, draft_coat_.width(), draft_coat_.height());
    with_size(coarse ? draft_coat_ : *coat_, chroma.width(), chroma.height(), [&](const Chroma& coat) {
      add(chroma.a, coat.a);
      add(chroma.b, coat.b);
    });
  }

  // Only what read() puts together of the coat and a fine deviation: all else is small, or on the host anyway.
  std::shared_ptr<ScreenPicture> show(const ScreenRequest& request) override {
    if (!strokes_.loaded() || !hinted_) return nullptr;
    if (!coat_) return maker_.busy() ? nullptr : strokes_.solver().show(request);
    if (report_.solved_width < draft_coat_.width()) return nullptr;
    ScreenRequest with_coat = request;
    with_coat.base = coat_under(request);
    return strokes_.solver().show(with_coat);
  }

 private:
  void require_loaded() const {
    if (width_ == 0) throw std::logic_error("the solver has no photo yet: call load first");
  }

  // Calls use(chroma at that size); a stretched copy is made only if it has another.
  template <class Use>
  static void with_size(const Chroma& chroma, int width, int height, Use use) {
    if (chroma.width() == width && chroma.height() == height) return use(chroma);
    use(resize(chroma, width, height));
  }

  // The coat at the size that a screen asks of the strokes' picture. The mean of a sum is the sum of the means.
  struct CoatUnder {
    int width, height;  // of that picture
    Rect part;
    int step;
    std::shared_ptr<const Chroma> means;
  };
  std::shared_ptr<const Chroma> coat_under(const ScreenRequest& request) {
    const int width = report_.solved_width, height = report_.solved_height;
    for (const CoatUnder& known : coats_under_)
      if (known.width == width && known.height == height && known.part == request.part && known.step == request.step)
        return known.means;
    std::shared_ptr<const Chroma> means;
    with_size(*coat_, width, height, [&](const Chroma& coat) {
      means = std::make_shared<const Chroma>(
          Chroma{box_means(coat.a, request.part, request.step), box_means(coat.b, request.part, request.step)});
    });
    constexpr std::size_t most = 2 * numerics::screen_windows;  // they come again for two scales, more or less
    if (coats_under_.size() == most) coats_under_.erase(coats_under_.begin());
    coats_under_.push_back({width, height, request.part, request.step, means});
    return means;
  }

  // The answer where there is neither hint nor coat.
  Chroma grey() const {
    const auto [width, height] = reduced_to(coat_pixels, width_, height_);
    return {{width, height}, {width, height}};
  }

  // Takes a new coat (empty: none) and turns the strokes into deviations from it.
  void adopt(CoatMaker::Coat coat) {
    coat_ = coat.full.empty() ? nullptr : std::make_shared<const Chroma>(std::move(coat.full));
    draft_coat_ = {};
    coats_under_.clear();
    if (coat_) {
      const auto [width, height] = reduced_to(draft_pixels, width_, height_);
      draft_coat_ = {resample(coat.small.a, width, height), resample(coat.small.b, width, height)};
    }
    strokes_.set_base(prior_, coat_);
    shown_ = strokes_done_ = false;
    picture_changed_ = true;
  }

  void solve_strokes(const Budget& budget) {
    report_.picture_changed = false;
    if (!hinted_) return answer_without_strokes(budget);
    const float earlier = report_.progress;
    report_ = strokes_.iterate(budget);
    report_.progress = std::max(report_.progress, earlier < 1 ? earlier : 0);
    strokes_done_ = report_.done();
  }

  // The coat, or grey. Then the rest of the slices makes the solver of the strokes ready, so that the first stroke does
  // not wait for it.
  void answer_without_strokes(const Budget& budget) {
    if (!shown_ || budget.mode == Budget::Mode::to_the_end) {
      shown_ = true;
      strokes_done_ = budget.mode == Budget::Mode::to_the_end;
      report_.picture_changed = true;
      report_.progress = strokes_done_ ? 1 : 0.99f;
    } else {
      strokes_done_ = strokes_.iterate(budget).done();
      report_.picture_changed = strokes_done_;  // the same picture, but now it is the last
      if (strokes_done_) report_.progress = 1;
    }
    report_.stop = strokes_done_ ? StopReason::converged : StopReason::out_of_budget;
    const auto [width, height] =
        coat_ ? Size{coat_->width(), coat_->height()} : reduced_to(coat_pixels, width_, height_);
    report_.solved_width = width;
    report_.solved_height = height;
  }

  Report finished(StopReason stop, bool changed) {
    Report report = report_;
    report.width = width_;
    report.height = height_;
    // As read() gives it.
    if (maker_.enlarging() && !hinted_) {
      report.solved_width = maker_.small().width();
      report.solved_height = maker_.small().height();
    } else if (report.solved_width < draft_coat_.width()) {
      report.solved_width = draft_coat_.width();
      report.solved_height = draft_coat_.height();
    }
    report.stop = stop;
    if (maker_.busy() && report.done()) report.stop = StopReason::out_of_budget;
    report.picture_changed = changed;
    if (!report.done()) report.progress = std::min(report.progress, 0.99f);
    return report;
  }

  Layer strokes_;  // the deviation from the coat, or the picture where there is none
  CoatMaker maker_;
  int width_ = 0, height_ = 0;
  Prior prior_;
  Settings settings_;
  std::shared_ptr<const Chroma> coat_;  // at the photo's size, or as made for a preview; null: none
  Chroma draft_coat_;                   // smaller than it was made
  std::vector<CoatUnder> coats_under_;
  Report report_;
  bool hinted_ = false;           // there is, or was, a hint
  bool shown_ = false;            // without hints: the answer was reported
  bool strokes_done_ = false;     // nothing is left to solve but a coat
  bool picture_changed_ = false;  // by adopt, and not reported yet
};

}  // namespace

std::unique_ptr<Solver> make_coated_solver(std::function<std::unique_ptr<Solver>()> make_plain, int threads,
                                           bool once) {
  return std::make_unique<CoatedSolver>(std::move(make_plain), threads, once);
}

}  // namespace handtint
