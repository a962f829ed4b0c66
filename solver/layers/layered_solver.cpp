#include "solver/layers/layered_solver.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "solver/layers/coat_maker.h"
#include "solver/layers/coated_solver.h"
#include "solver/layers/layer.h"
#include "solver/layers/time_slice.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// The part of a coat over a rectangle of the photo, with about as many values as lie there.
Prior cut_out(const Prior& prior, const Rect& photo, const Rect& rect) {
  if (prior.empty()) return {};
  const auto values = [](int all, int photo_pixels, int pixels) {
    const float covered = static_cast<float>(all) * pixels / photo_pixels;
    return std::clamp(static_cast<int>(std::ceil(covered)) + 1, 1, pixels);
  };
  const int width = values(prior.weight.width(), photo.width(), rect.width());
  const int height = values(prior.weight.height(), photo.height(), rect.height());
  const auto part = [&](const Plane<float>& plane) {
    return stretched_part(plane, photo.width(), photo.height(), rect, width, height);
  };
  Prior cut{part(prior.a), part(prior.b), part(prior.weight), {}};
  if (prior.has_traits())
    for (int i = 0; i < 3; ++i) cut.traits[i] = part(prior.traits[i]);
  return cut;
}

class LayeredSolver final : public Solver {
 public:
  LayeredSolver(std::function<std::unique_ptr<Solver>()> make_plain, int threads, std::shared_ptr<HostMemory> memory,
                bool once)
      : make_plain_(std::move(make_plain)),
        once_(once),
        memory_(std::move(memory)),
        claim_(memory_),
        whole_(make_coated_solver(make_plain_, threads, once)) {
    if (memory_) memory_->make_room = [this] { park_finished(); };
  }
  ~LayeredSolver() override {
    if (memory_) memory_->make_room = {};
  }

  void load(Problem problem) override {
    validate(problem);
    photo_ = problem.lightness.whole();
    prior_ = problem.prior;
    regions_.clear();
    std::vector<RegionPatch> regions = std::exchange(problem.regions, {});
    claim_.set(bytes_beside(regions));
    whole_->load(std::move(problem));
    whole_changed();
    picture_ = draft_ = {};
    take_regions(std::move(regions));
  }

  void apply(const HintPatch& patch) override {
    validate(patch, photo_.width(), photo_.height());
    if (patch.has_hints()) {
      whole_->apply(patch);
      whole_changed();
    }
    must_report_ = true;  // even if nothing changes: who gave it waits for an answer
    if (take_regions(patch.regions)) regions_changed();
  }

  void set_prior(Prior prior) override {
    whole_->set_prior(prior);
    prior_ = std::move(prior);
    claim_.set(bytes_beside(regions_));
    whole_changed();
  }

  void configure(const Settings& settings) override {
    whole_->configure(settings);  // throws before anything is changed
    settings_ = settings;
    for (Region& region : regions_) region.layer->configure(settings);
    whole_changed();
  }

  Report iterate(const Budget& budget) override {
    const TimeSlice slice(budget);
    float from = whole_done_ ? 0.0f : share_of_whole(), share = 1 - from;
    // Each solver counts its own progress from 0 to 1.
    const auto rest_of_slice = [&](float begin, float part) {
      Budget rest = slice.rest();
      if (budget.keep_going)
        rest.keep_going = [this, &budget, begin, part](float progress) {
          return budget.keep_going(std::max(progress_, begin + part * progress));
        };
      return rest;
    };
    bool changed = false;
    if (!whole_done_) {
      const Solving solving(*this, nullptr);
      report_ = whole_->iterate(rest_of_slice(0, from));
      changed |= report_.picture_changed;
      whole_done_ = report_.done();
      if (!whole_done_) return finished(report_.stop, changed, from * report_.progress);
    }
    const bool interactive = budget.mode == Budget::Mode::interactive;
    if (active_regions() == 0) {
      showing_ = Showing::whole;
      if (regions_.empty()) {
        picture_ = draft_ = {};
        picture_taken_ = false;
      }
      return settled(report_.stop, changed || must_report_, interactive, rest_of_slice(1, 0));
    }

    if (!picture_taken_) take_picture();
    share /= static_cast<float>(active_regions());
    for (std::size_t i = 0; i < regions_.size(); ++i) {
      Layer& layer = *regions_[i].layer;
      if (!layer.active()) continue;
      set_base(i);
      if (!layer.done()) {
        const Report report = solve(layer, rest_of_slice(from, share));
        regions_[i].note = report.note;
        if (report.picture_changed) regions_[i].changed_at = ++clock_;
        changed |= report.picture_changed;
        regions_[i].solve_ms = report.solve_ms;
        regions_[i].setup_ms = report.setup_ms;
        report_.iterations = report.iterations;
        report_.residual = report.residual;
        if (!layer.done()) {
          if (draft_wanted_) showing_ = Showing::draft;
          if (changed) draft_due_ = false;
          return finished(report.stop, changed, from + share * report.progress);
        }
      }
      if (!interactive) layer.park();
      from += share;
    }
    if (std::exchange(draft_due_, false) && interactive && draft_size().width < final_size().width) {
      showing_ = Showing::draft;
      return finished(StopReason::out_of_budget, true, 0.99f);
    }
    changed |= must_report_ || showing_ != Showing::all;
    showing_ = Showing::all;
    draft_wanted_ = false;
    return settled(StopReason::converged, changed, interactive, rest_of_slice(1, 0));
  }

  double energy() const override { return whole_->energy(); }

  void read(Chroma& chroma) const override {
    if (showing_ == Showing::whole)
      whole_->read(chroma);
    else if (showing_ == Showing::draft)
      chroma = draft_;
    else if (const Size size = final_size(); size.width == picture_.width() && size.height == picture_.height())
      chroma = picture_;  // into the memory that it has
    else
      chroma = resize(picture_, size.width, size.height);
    lay_over(chroma, photo_, regions_.size());
  }

  // Regions are laid over the picture on the host.
  std::shared_ptr<ScreenPicture> show(const ScreenRequest& request) override {
    return showing_ == Showing::whole && active_regions() == 0 ? whole_->show(request) : nullptr;
  }

 private:
  // What read() shows the regions upon: the rest of the picture as far as it is, or finished, small or not.
  enum class Showing { whole, draft, all };

  struct Region {
    std::uint64_t id;
    Rect bounds;
    std::unique_ptr<Layer> layer;
    // What happened when, in ticks of clock_.
    std::uint64_t changed_at = 0, based_at = 0;  // based on what is below
    double solve_ms = 0, setup_ms = 0;           // as the report has them
    std::string note = {};
  };

  // While it lives memory may be asked for: finished regions, but not the one that is being worked on, are parked then.
  struct Solving {
    Solving(LayeredSolver& solver, const Layer* layer) : solver(solver) {
      solver.solving_ = true;
      solver.worked_on_ = layer;
    }
    ~Solving() { solver.solving_ = false; }
    LayeredSolver& solver;
  };
  void park_finished() {
    if (!solving_) return;
    for (Region& region : regions_)
      if (region.layer && region.layer.get() != worked_on_ && region.layer->done()) region.layer->park();
  }
  Report solve(Layer& layer, const Budget& budget) {
    const Solving solving(*this, &layer);
    return layer.iterate(budget);
  }

  // Planes that the plain solvers know nothing of: the layers' hints, coats, answers.
  template <class Regions>
  std::size_t bytes_beside(const Regions& regions) const {
    const auto pixels = [](const Rect& rect) { return static_cast<std::size_t>(rect.width()) * rect.height(); };
    const std::size_t coat = prior_.empty() ? 0 : 2, hints = once_ ? 0 : 3;
    std::size_t bytes = pixels(photo_) * (hints + coat + (regions.empty() ? 0 : 2)) * sizeof(float);
    for (const auto& region : regions) bytes += pixels(region.bounds) * ((3 + 1 + 2 + coat) * sizeof(float) + 1);
    return bytes;
  }

  // These regions, lowest first. True if the picture changes.
  bool take_regions(std::vector<RegionPatch> patches) {
    bool changed = false;
    std::vector<Region> regions;
    for (RegionPatch& patch : patches) {
      const auto known = std::find_if(regions_.begin(), regions_.end(), [&](const Region& region) {
        return region.layer && region.id == patch.id && region.bounds == patch.bounds;
      });
      HintPatch hints{patch.rect.moved(-patch.bounds.x0, -patch.bounds.y0), std::move(patch.hint_a),
                      std::move(patch.hint_b), std::move(patch.hint_strength), std::move(patch.cuts)};
      if (known != regions_.end()) {
        const bool moved = known - regions_.begin() != static_cast<std::ptrdiff_t>(regions.size());
        if (known->layer->apply(hints, patch.mask) || moved) {
          known->changed_at = ++clock_;
          changed = true;
        }
        regions.push_back(std::move(*known));
      } else if (patch.complete()) {
        auto layer = std::make_unique<Layer>(make_plain_);
        layer->configure(settings_);
        layer->load({patch.lightness,
                     std::move(hints.hint_a),
                     std::move(hints.hint_b),
                     std::move(hints.hint_strength),
                     std::move(hints.cuts),
                     {}},
                    std::move(patch.mask));
        changed |= layer->active();
        regions.push_back({patch.id, patch.bounds, std::move(layer), ++clock_});
      }
    }
    for (const Region& gone : regions_) changed |= gone.layer && gone.layer->active();
    regions_ = std::move(regions);
    claim_.set(bytes_beside(regions_));
    if (changed) regions_changed_at_ = ++clock_;
    return changed;
  }

  void whole_changed() {
    whole_done_ = draft_wanted_ = draft_due_ = false;
    progress_ = 0;
    for (Region& region : regions_) region.solve_ms = region.setup_ms = 0;
    showing_ = Showing::whole;
    picture_taken_ = false;  // its memory will be wanted again
  }
  void regions_changed() {
    draft_wanted_ = draft_due_ = whole_done_;
    if (whole_done_) progress_ = 0;
    if (whole_done_) report_.solve_ms = report_.setup_ms = 0;
    for (Region& region : regions_) region.solve_ms = region.setup_ms = 0;
  }

  std::size_t active_regions() const {
    return static_cast<std::size_t>(
        std::count_if(regions_.begin(), regions_.end(), [](const Region& region) { return region.layer->active(); }));
  }

  // Of the work ahead, by pixels.
  float share_of_whole() const {
    const double pixels = static_cast<double>(photo_.width()) * photo_.height();
    double all = pixels;
    for (const Region& region : regions_)
      if (region.layer->active()) all += static_cast<double>(region.bounds.width()) * region.bounds.height();
    return static_cast<float>(pixels / all);
  }

  // The finished picture without the regions, and the same small.
  void take_picture() {
    picture_taken_at_ = ++clock_;
    whole_->read(picture_);
    draft_ = resize(picture_, draft_size().width, draft_size().height);
    picture_taken_ = true;
  }

  // The picture is as it shall be. In interactive mode the regions that wait for strokes are made ready, so that the
  // first stroke does not wait for that.
  Report settled(StopReason stop, bool changed, bool interactive, const Budget& budget) {
    if (!interactive || waiting_layer() == regions_.size()) return finished(stop, changed, 1);
    if (!changed) {
      if (!picture_taken_) take_picture();
      const std::size_t i = waiting_layer();
      set_base(i);
      const StopReason reason = solve(*regions_[i].layer, budget).stop;
      if (waiting_layer() == regions_.size())
        return finished(stop, true, 1);  // the same picture, but now it is the last
      return finished(reason == StopReason::cancelled ? reason : StopReason::out_of_budget, false, 0.99f);
    }
    return finished(StopReason::out_of_budget, true, 0.99f);
  }
  // The first layer without strokes that is not ready for them; the number of layers if there is none.
  std::size_t waiting_layer() const {
    const auto waits = [](const Region& region) { return !region.layer->active() && !region.layer->ready(); };
    return static_cast<std::size_t>(std::find_if(regions_.begin(), regions_.end(), waits) - regions_.begin());
  }

  // Tells a layer what is below it, if that is news.
  void set_base(std::size_t i) {
    Region& region = regions_[i];
    std::uint64_t news = std::max(picture_taken_at_, regions_changed_at_);
    for (std::size_t k = 0; k < i; ++k)
      if (!intersect(region.bounds, regions_[k].bounds).empty()) news = std::max(news, regions_[k].changed_at);
    if (region.based_at >= news) return;
    region.based_at = ++clock_;
    if (prior_.empty()) return region.layer->set_base({}, nullptr);
    const auto cut = [&](const Plane<float>& plane) {
      return stretched_part(plane, photo_.width(), photo_.height(), region.bounds, region.bounds.width(),
                            region.bounds.height());
    };
    Chroma below{cut(picture_.a), cut(picture_.b)};
    lay_over(below, region.bounds, i);
    region.layer->set_base(cut_out(prior_, photo_, region.bounds), std::make_shared<const Chroma>(std::move(below)));
  }

  void lay_over(Chroma& picture, const Rect& window, std::size_t count) const {
    for (std::size_t i = 0; i < count; ++i)
      if (regions_[i].layer->active()) regions_[i].layer->lay_over(picture, window, regions_[i].bounds);
  }

  Size draft_size() const { return reduced_to(draft_pixels, photo_.width(), photo_.height()); }
  // A preview stays as small as it is.
  Size final_size() const {
    return settings_.preview ? Size{picture_.width(), picture_.height()} : Size{photo_.width(), photo_.height()};
  }

  Report finished(StopReason stop, bool changed, float progress) {
    Report report = report_;
    if (showing_ != Showing::whole) {
      const Size size = showing_ == Showing::draft ? draft_size() : final_size();
      report.solved_width = size.width;
      report.solved_height = size.height;
    }
    for (const Region& region : regions_) {
      if (report.note.empty() && !region.note.empty()) report.note = tr("in a region {1}", {region.note});
      report.solve_ms += region.solve_ms;
      report.setup_ms += region.setup_ms;
    }
    report.stop = stop;
    report.picture_changed = changed;
    if (changed) must_report_ = false;
    progress_ = std::max(progress_, progress);
    report.progress = report.done() ? 1 : std::min(progress_, 0.99f);
    return report;
  }

  std::function<std::unique_ptr<Solver>()> make_plain_;
  bool once_;
  std::shared_ptr<HostMemory> memory_;
  MemoryClaim claim_;
  bool solving_ = false;
  const Layer* worked_on_ = nullptr;
  std::unique_ptr<Solver> whole_;
  std::vector<Region> regions_;  // lowest first
  Rect photo_;
  Prior prior_;
  Settings settings_;
  Chroma picture_, draft_;  // whole_'s when it is done and there are layers in force
  Report report_;
  Showing showing_ = Showing::whole;
  float progress_ = 0;
  std::uint64_t clock_ = 0, picture_taken_at_ = 0, regions_changed_at_ = 0;
  bool whole_done_ = false;
  bool picture_taken_ = false;  // else these are memory only
  bool must_report_ = false;    // the picture has changed and nobody was told
  bool draft_wanted_ = false;   // only regions are being solved: a small picture will do meanwhile
  bool draft_due_ = false;      // none was given yet
};

}  // namespace

std::unique_ptr<Solver> make_layered_solver(std::function<std::unique_ptr<Solver>()> make_plain, int threads,
                                            std::shared_ptr<HostMemory> memory, bool once) {
  return std::make_unique<LayeredSolver>(std::move(make_plain), threads, std::move(memory), once);
}

}  // namespace handtint
