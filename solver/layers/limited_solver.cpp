#include "solver/layers/limited_solver.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "solver/colorize.h"
#include "solver/layers/coated_solver.h"
#include "solver/layers/cut_out.h"
#include "solver/layers/region_layer.h"

namespace handtint {
namespace {

// The size of the picture while a region is being solved.
constexpr double draft_pixels = 150e3;

class LimitedSolver final : public Solver {
 public:
  explicit LimitedSolver(std::function<std::unique_ptr<Solver>()> make)
      : make_(std::move(make)), whole_(make_coated_solver(make_)) {}

  void load(Problem problem) override {
    validate(problem);
    width_ = problem.width();
    height_ = problem.height();
    prior_ = problem.prior;
    layers_.clear();
    std::vector<RegionPatch> regions = std::exchange(problem.regions, {});
    whole_->load(std::move(problem));
    whole_changed();
    take_regions(std::move(regions));
  }

  void apply(const HintPatch& patch) override {
    validate(patch.regions, width_, height_);
    // Before anything is stored: it is the judge of a patch.
    if (!patch.hint_strength.empty()) {
      whole_->apply(patch);
      whole_changed();
    }
    untold_ = true;  // even if nothing changes: who gave it waits for an answer
    if (take_regions(patch.regions)) regions_changed();
  }

  void set_prior(Prior prior) override {
    whole_->set_prior(prior);
    prior_ = std::move(prior);
    whole_changed();
  }

  void configure(const Settings& settings) override {
    whole_->configure(settings);  // throws before anything is changed
    settings_ = settings;
    for (Slot& slot : layers_) slot.layer->configure(settings);
    whole_changed();
  }

  Report iterate(const Budget& budget) override {
    const auto start = std::chrono::steady_clock::now();
    float from = whole_done_ ? 0.0f : share_of_whole(), share = 1 - from;
    // Each solver counts its own progress from 0 to 1.
    const auto helping = [&](float begin, float part) {
      Budget rest = budget;
      rest.milliseconds -= std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
      if (budget.keep_going)
        rest.keep_going = [this, &budget, begin, part](float progress) {
          return budget.keep_going(std::max(progress_, begin + part * progress));
        };
      return rest;
    };
    bool changed = false;
    if (!whole_done_) {
      report_ = whole_->iterate(helping(0, from));
      changed |= report_.picture_changed;
      whole_done_ = report_.done();
      if (!whole_done_) return finished(report_.stop, changed, from * report_.progress);
    }
    const bool one_off = budget.milliseconds >= Budget().milliseconds;
    if (layers_in_force() == 0) {
      showing_ = Showing::whole;
      if (layers_.empty()) picture_ = draft_ = {};
      return settled(report_.stop, changed || untold_, one_off, helping(1, 0));
    }

    if (picture_.a.empty()) take_picture();
    share /= static_cast<float>(layers_in_force());
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      RegionLayer& layer = *layers_[i].layer;
      if (!layer.active()) continue;
      lay(i);
      if (!layer.done()) {
        const Report report = layer.iterate(helping(from, share));
        if (report.picture_changed) layers_[i].changed_at = ++clock_;
        changed |= report.picture_changed;
        layers_[i].solve_ms = report.solve_ms;
        layers_[i].setup_ms = report.setup_ms;
        report_.iterations = report.iterations;
        report_.residual = report.residual;
        if (!layer.done()) {
          if (draft_wanted_) showing_ = Showing::draft;
          if (changed) draft_owed_ = false;
          return finished(report.stop, changed, from + share * report.progress);
        }
      }
      from += share;
    }
    if (std::exchange(draft_owed_, false) && !one_off && draft_width() < final_width()) {
      showing_ = Showing::draft;
      return finished(StopReason::out_of_budget, true, 0.99f);
    }
    changed |= untold_ || showing_ != Showing::all;
    showing_ = Showing::all;
    draft_wanted_ = false;
    return settled(StopReason::converged, changed, one_off, helping(1, 0));
  }

  double energy() const override { return whole_->energy(); }

  void read(Chroma& chroma) const override {
    if (showing_ == Showing::whole)
      whole_->read(chroma);
    else
      chroma = showing_ == Showing::draft ? draft_ : resize(picture_, final_width(), final_height());
    lay_layers_over(chroma, {0, 0, width_, height_}, layers_.size());
  }

  // Regions are laid over the picture on the host.
  std::shared_ptr<ScreenPicture> show(const ScreenWish& wish) override {
    return showing_ == Showing::whole && layers_in_force() == 0 ? whole_->show(wish) : nullptr;
  }

 private:
  // What read() shows the regions upon: the rest of the picture as far as it is, or finished, small or not.
  enum class Showing { whole, draft, all };

  // What happened when, in ticks of clock_.
  struct Slot {
    std::unique_ptr<RegionLayer> layer;
    std::uint64_t changed_at = 0, laid_at = 0;  // laid on what is below
    double solve_ms = 0, setup_ms = 0;          // as the report has them
  };

  // The layers for these regions, lowest first. True if the picture changes.
  bool take_regions(std::vector<RegionPatch> regions) {
    bool changed = false;
    std::vector<Slot> layers;
    for (RegionPatch& region : regions) {
      const auto known = std::find_if(layers_.begin(), layers_.end(), [&](const Slot& slot) {
        return slot.layer && slot.layer->id() == region.id && slot.layer->bounds() == region.bounds;
      });
      if (known != layers_.end()) {
        const bool moved = known - layers_.begin() != static_cast<std::ptrdiff_t>(layers.size());
        if (known->layer->apply(region) || moved) {
          known->changed_at = ++clock_;
          changed = true;
        }
        layers.push_back(std::move(*known));
      } else if (region.complete()) {
        layers.push_back({std::make_unique<RegionLayer>(make_(), std::move(region), settings_), ++clock_, 0, 0, 0});
        changed |= layers.back().layer->active();
      }
    }
    for (const Slot& gone : layers_) changed |= gone.layer && gone.layer->active();
    layers_ = std::move(layers);
    if (changed) regions_changed_at_ = ++clock_;
    return changed;
  }

  void whole_changed() {
    whole_done_ = draft_wanted_ = draft_owed_ = false;
    progress_ = 0;
    for (Slot& slot : layers_) slot.solve_ms = slot.setup_ms = 0;
    showing_ = Showing::whole;
    picture_ = draft_ = {};
  }
  void regions_changed() {
    draft_wanted_ = draft_owed_ = whole_done_;
    if (whole_done_) progress_ = 0;
    if (whole_done_) report_.solve_ms = report_.setup_ms = 0;
    for (Slot& slot : layers_) slot.solve_ms = slot.setup_ms = 0;
  }

  std::size_t layers_in_force() const {
    return static_cast<std::size_t>(
        std::count_if(layers_.begin(), layers_.end(), [](const Slot& slot) { return slot.layer->active(); }));
  }

  // Of the work ahead, by pixels.
  float share_of_whole() const {
    const double pixels = static_cast<double>(width_) * height_;
    double all = pixels;
    for (const Slot& slot : layers_)
      if (slot.layer->active())
        all += static_cast<double>(slot.layer->bounds().width()) * slot.layer->bounds().height();
    return static_cast<float>(pixels / all);
  }

  // The finished picture without the regions, and the same small.
  void take_picture() {
    picture_taken_at_ = ++clock_;
    whole_->read(picture_);
    draft_ = resize(picture_, draft_width(), draft_height());
  }

  // The picture is as it shall be. Who gives helpings will paint in the regions that wait for it: they are made ready,
  // so that the first stroke does not wait for that.
  Report settled(StopReason stop, bool changed, bool one_off, const Budget& budget) {
    if (one_off || waiting_layer() == layers_.size()) return finished(stop, changed, 1);
    if (!changed) {
      if (picture_.a.empty()) take_picture();
      const std::size_t i = waiting_layer();
      lay(i);
      const StopReason reason = layers_[i].layer->iterate(budget).stop;
      if (waiting_layer() == layers_.size())
        return finished(stop, true, 1);  // the same picture, but now it is the last
      return finished(reason == StopReason::cancelled ? reason : StopReason::out_of_budget, false, 0.99f);
    }
    return finished(StopReason::out_of_budget, true, 0.99f);
  }
  // The first layer without strokes that is not ready for them; the number of layers if there is none.
  std::size_t waiting_layer() const {
    const auto waits = [](const Slot& slot) { return !slot.layer->active() && !slot.layer->ready(); };
    return static_cast<std::size_t>(std::find_if(layers_.begin(), layers_.end(), waits) - layers_.begin());
  }

  // Tells a layer what it lies on, if that is news.
  void lay(std::size_t i) {
    Slot& slot = layers_[i];
    const Rect& bounds = slot.layer->bounds();
    std::uint64_t news = std::max(picture_taken_at_, regions_changed_at_);
    for (std::size_t k = 0; k < i; ++k)
      if (!intersect(bounds, layers_[k].layer->bounds()).empty()) news = std::max(news, layers_[k].changed_at);
    if (slot.laid_at >= news) return;
    slot.laid_at = ++clock_;
    if (prior_.empty()) return slot.layer->lie_on_nothing();
    const auto cut = [&](const Plane<float>& plane) {
      return cut_out(plane, width_, height_, bounds, bounds.width(), bounds.height());
    };
    Chroma below{cut(picture_.a), cut(picture_.b)};
    lay_layers_over(below, bounds, i);
    slot.layer->lie_on(prior_, width_, height_, std::move(below));
  }

  void lay_layers_over(Chroma& picture, const Rect& window, std::size_t count) const {
    for (std::size_t i = 0; i < count; ++i)
      if (layers_[i].layer->active()) layers_[i].layer->lay_over(picture, window);
  }

  double draft_scale() const {
    return std::min(1.0, std::sqrt(draft_pixels / (static_cast<double>(width_) * height_)));
  }
  int draft_width() const { return std::max(1, static_cast<int>(std::lround(width_ * draft_scale()))); }
  int draft_height() const { return std::max(1, static_cast<int>(std::lround(height_ * draft_scale()))); }
  // A preview stays as small as it is.
  int final_width() const { return settings_.preview ? picture_.a.width() : width_; }
  int final_height() const { return settings_.preview ? picture_.a.height() : height_; }

  Report finished(StopReason stop, bool changed, float progress) {
    Report report = report_;
    if (showing_ != Showing::whole) {
      report.solved_width = showing_ == Showing::draft ? draft_width() : final_width();
      report.solved_height = showing_ == Showing::draft ? draft_height() : final_height();
    }
    for (const Slot& slot : layers_) {
      report.solve_ms += slot.solve_ms;
      report.setup_ms += slot.setup_ms;
    }
    report.stop = stop;
    report.picture_changed = changed;
    if (changed) untold_ = false;
    progress_ = std::max(progress_, progress);
    report.progress = report.done() ? 1 : std::min(progress_, 0.99f);
    return report;
  }

  std::function<std::unique_ptr<Solver>()> make_;
  std::unique_ptr<Solver> whole_;
  std::vector<Slot> layers_;  // lowest first
  int width_ = 0, height_ = 0;
  Prior prior_;
  Settings settings_;
  Chroma picture_, draft_;  // whole_'s when it is done and there are layers in force; empty: not taken yet
  Report report_;
  Showing showing_ = Showing::whole;
  float progress_ = 0;
  std::uint64_t clock_ = 0, picture_taken_at_ = 0, regions_changed_at_ = 0;
  bool whole_done_ = false;
  bool untold_ = false;        // the picture has changed and nobody was told
  bool draft_wanted_ = false;  // only regions are being solved: a small picture will do meanwhile
  bool draft_owed_ = false;    // none was given yet
};

}  // namespace

std::unique_ptr<Solver> make_limited_solver(std::function<std::unique_ptr<Solver>()> make) {
  return std::make_unique<LimitedSolver>(std::move(make));
}

std::unique_ptr<Solver> make_limited_solver(Backend backend, int threads) {
  return make_limited_solver([backend, threads] { return make_solver(backend, threads); });
}

}  // namespace handtint
