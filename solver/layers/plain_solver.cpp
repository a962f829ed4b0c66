#include "solver/layers/plain_solver.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "solver/layers/affinity_samples.h"
#include "solver/layers/closed_areas.h"
#include "solver/layers/parameters.h"
#include "solver/layers/working_memory.h"
#include "solver/prior_weights.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Along the short side of a photo: as finely as a first coat is made out.
constexpr float finest_cells = 48;

// Where nothing was painted and there is no coat, to grey; a tenth of what a soft stroke does.
constexpr float pull_of_silence = 0.1f;

class PlainSolver final : public Solver {
 public:
  PlainSolver(EngineWithBudget engine, std::function<EngineWithBudget()> stand_in)
      : engine_(std::move(engine)),
        stand_in_(std::move(stand_in)),
        claim_(std::make_unique<MemoryClaim>(engine_.host_memory)) {}

  void load(Problem problem) override {
    validate(problem);
    loaded_ = false;
    report_ = {};
    report_.width = problem.width();
    report_.height = problem.height();
    last_picture_ = {};
    failed_read_.clear();
    problem_ = std::move(problem);
    if (!attempt([&] { fill_engine(); })) fill_engine();
    if (!stand_in_) problem_ = {};
    loaded_ = true;
    changed();
  }

  void apply(const HintPatch& patch) override {
    require_loaded();
    validate(patch, report_.width, report_.height);
    if (patch.rect.empty() || !patch.has_hints()) return;
    const Rect r = patch.rect;
    if (stand_in_) remember(patch);
    const bool done = attempt([&] {
      engine().set_hints({r.x0, r.y0, r.width(), r.height(), r.width(), patch.hint_strength.data(), patch.hint_a.data(),
                          patch.hint_b.data()});
      if (patch.has_cuts()) {
        engine().set_cuts(r.x0, r.y0, r.width(), r.height(), patch.cuts.data());
        if (cuts_.empty()) cuts_ = Plane<std::uint8_t>(report_.width, report_.height);
        cuts_.paste(patch.cuts, r);
        areas_stale_ = true;
      }
      samples_stale_ = true;
    });
    if (!done) refill_engine();
    changed();
  }

  void set_prior(Prior prior) override {
    require_loaded();
    validate(prior);
    if (stand_in_) problem_.prior = prior;
    if (!attempt([&] { set_engine_prior(prior, true); })) refill_engine();
    changed();
  }

  void configure(const Settings& settings) override {
    if (const std::string wrong = validate(settings); !wrong.empty()) throw std::invalid_argument(wrong);
    settings_ = settings;
    samples_stale_ = true;
    if (loaded_ && !attempt([&] { engine().set(parameters()); })) refill_engine();
    changed();
  }

  Report iterate(const Budget& budget) override {
    require_loaded();
    const Clock::time_point start = Clock::now();
    report_.picture_changed = false;
    Watch watch{&budget, Clock::now(), &report_.progress, false};
    for (;;) {
      numerics::Progress progress;
      const Clock::time_point step_start = Clock::now();
      const bool worked = failed_read_.empty() && attempt([&] {
                            take_samples();
                            progress = engine().step({&Watch::wanted, &watch});
                          });
      if (!worked) {
        if (!failed_read_.empty()) fall_back(failed_read_);
        refill_engine();
        continue;
      }
      if (progress.fresh) {
        report_.picture_changed = true;
        showing_last_ = false;
        report_.solved_width = engine().scale_width(progress.scale);
        report_.solved_height = engine().scale_height(progress.scale);
        report_.iterations = progress.iterations;
        report_.residual = progress.tail;
      }
      if (progress.setting_up) report_.setup_ms += milliseconds_since(step_start);
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
      if (budget.mode == Budget::Mode::interactive && milliseconds_since(start) >= budget.milliseconds) {
        report_.stop = StopReason::out_of_budget;
        break;
      }
    }
    report_.solve_ms += milliseconds_since(start);  // the set-up included
    return report_;
  }

  double energy() const override {
    require_loaded();
    try {
      return engine_.engine->energy();
    } catch (const std::exception& failure) {
      if (!stand_in_) throw;
      failed_read_ = failure.what();
      return 0;
    }
  }

  void read(Chroma& chroma) const override {
    require_loaded();
    const int width = report_.solved_width, height = report_.solved_height;
    if (width == 0) {  // nothing solved yet: neutral
      chroma = {{1, 1}, {1, 1}};
      return;
    }
    if (showing_last_) {
      chroma = last_picture_;
      return;
    }
    try {
      if (engine_.once) engine_.engine->keep_only_picture();  // before there is memory for another
      if (chroma.a.width() != width || chroma.a.height() != height) chroma = {{width, height}, {width, height}};
      engine_.engine->read(chroma.a.data(), chroma.b.data());
      if (stand_in_) last_picture_ = chroma;
    } catch (const std::exception& failure) {
      if (!stand_in_) throw;
      failed_read_ = failure.what();  // the next iterate() calls the stand-in
      chroma = last_picture_.a.empty() ? Chroma{{1, 1}, {1, 1}} : last_picture_;
    }
  }

  std::shared_ptr<ScreenPicture> show(const ScreenRequest& request) override {
    require_loaded();
    const Rect r = request.part;
    if (showing_last_ || !failed_read_.empty() || r.empty() ||
        intersect(r, {0, 0, report_.solved_width, report_.solved_height}) != r)
      return nullptr;
    try {
      if (request.base != screen_bases_[request.window]) {
        screen_bases_[request.window].reset();
        const Chroma none, &base = request.base ? *request.base : none;
        if (!engine().set_screen_base(request.window, base.a.width(), base.a.height(), base.a.data(), base.b.data()))
          return nullptr;
        screen_bases_[request.window] = request.base;
      }
      return std::shared_ptr<ScreenPicture>(
          engine().show({r.x0, r.y0, r.width(), r.height(), request.step}, request.window, request.to_host));
    } catch (const std::exception& failure) {
      if (stand_in_) failed_read_ = failure.what();  // the next iterate() calls the stand-in
      throw;
    }
  }

 private:
  // Asks the budget's owner, at most every two milliseconds; a no gives up the step in mid-work. Running out of time
  // does not: it ends with the step, so that every call makes progress.
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

  numerics::Engine& engine() { return *engine_.engine; }

  // Calls the engine; if it fails and there is a stand-in, that one takes its place, still empty, and the answer is
  // false.
  template <class Call>
  bool attempt(Call call) {
    try {
      call();
      return true;
    } catch (const std::exception& failure) {
      if (!stand_in_) throw;
      fall_back(failure.what());
      return false;
    }
  }

  void fall_back(std::string reason) {
    engine_.engine.reset();  // first: what it held may be needed
    engine_ = stand_in_();
    claim_ = std::make_unique<MemoryClaim>(engine_.host_memory);
    screen_bases_ = {};
    stand_in_ = nullptr;
    failed_read_.clear();
    fallback_note_ = tr("{1}; going on with the {2} backend", {reason, std::string(name_of(engine_.backend))});
    showing_last_ = !last_picture_.a.empty();
    report_.solved_width = last_picture_.a.width();
    report_.solved_height = last_picture_.a.height();
  }

  void refill_engine() {
    fill_engine();
    problem_ = {};
  }

  // Gives the engine all of problem_.
  void fill_engine() {
    const Problem& p = problem_;
    const int width = p.width(), height = p.height();
    engine().set(parameters());
    engine().load(width, height, p.lightness.data());
    screen_bases_ = {};
    engine().set_hints({0, 0, width, height, width, p.hint_strength.data(), p.hint_a.data(), p.hint_b.data()});
    if (!p.cuts.empty()) engine().set_cuts(0, 0, width, height, p.cuts.data());
    cuts_ = p.cuts;
    likeness_.areas = {};
    areas_stale_ = !cuts_.empty();
    set_engine_prior(p.prior, false);
    samples_stale_ = true;
    report_.backend = engine_.backend;
  }

  void remember(const HintPatch& patch) {
    problem_.hint_a.paste(patch.hint_a, patch.rect);
    problem_.hint_b.paste(patch.hint_b, patch.rect);
    problem_.hint_strength.paste(patch.hint_strength, patch.rect);
    if (!patch.has_cuts()) return;
    if (problem_.cuts.empty()) problem_.cuts = Plane<std::uint8_t>(report_.width, report_.height);
    problem_.cuts.paste(patch.cuts, patch.rect);
  }

  void take_samples() {
    if (!samples_stale_) return;
    if (areas_stale_) {
      Plane<std::uint8_t> areas = closed_areas(cuts_);
      if (!areas.empty()) areas = shrink_areas(areas, engine().affinity_width(), engine().affinity_height());
      if (areas != likeness_.areas) {
        likeness_.areas = std::move(areas);
        give_likeness();
      }
      areas_stale_ = false;
    }
    const AffinitySamples samples = choose_samples(engine(), likeness_);
    if (const bool silent = !samples.painted && !has_prior_; silent != silent_) {
      silent_ = silent;
      engine().set(parameters());
    }
    engine().set_samples(samples.rows.data(), samples.count, samples.distance, samples.trust * settings_.affinity);
    samples_stale_ = false;
  }

  // Also decides the largest size that the engine's memory holds, and Report::note.
  numerics::Parameters parameters() {
    numerics::Parameters p = parameters_from(settings_);
    p.once = engine_.once;
    // Any one colour all over would be a minimum: what was there before the last stroke went.
    if (silent_) p.neutral_pull = std::max(p.neutral_pull, pull_of_silence);
    report_.note = fallback_note_;
    if (settings_.preview) {
      double pixels = static_cast<double>(report_.width) * report_.height;
      while (pixels > 450000) {
        pixels /= 4;
        ++p.finest_scale;
      }
    }
    if ((engine_.memory_budget == 0 && !claim_->limited()) || report_.width == 0) return p;
    if (memory_for(p) > budget()) claim_->ask_for_room();
    const int wanted = p.finest_scale;
    int width = report_.width, height = report_.height;
    for (int scale = 0; memory_for(p) > budget(); ++scale) {
      if (width == 1 && height == 1)
        throw std::runtime_error(
            tr("a photo of {1} does not fit into the memory of the {2} backend",
               {size_words(report_.width, report_.height), std::string(name_of(engine_.backend))}));
      width = (width + 1) / 2;
      height = (height + 1) / 2;
      p.finest_scale = std::max(wanted, scale + 1);
    }
    if (claim_->limited()) claim_->set(memory_for(p));
    if (p.finest_scale > wanted)
      report_.note += (report_.note.empty() ? "" : "; ") +
                      tr("the memory of the {1} backend holds the colour at {2} only; it is stretched over the photo",
                         {std::string(name_of(engine_.backend)), size_words(width, height)});
    return p;
  }

  std::size_t budget() const { return claim_->limited() ? claim_->available() : engine_.memory_budget; }

  // In the machine's memory what is read from the engine counts too: the answer, and its sum with a coat. What is
  // solved once has given up more than that by then.
  std::size_t memory_for(const numerics::Parameters& p) const {
    const std::size_t pixels = static_cast<std::size_t>(report_.width) * report_.height >> 2 * p.finest_scale;
    const std::size_t read = claim_->limited() && !p.once ? pixels * 4 * sizeof(float) : 0;
    return working_memory(report_.width, report_.height, p, claim_->limited()) + read;
  }

  static std::string size_words(int width, int height) {
    return std::to_string(width) + " x " + std::to_string(height);
  }

  // same_traits: the engine still has those of the last call.
  void set_engine_prior(const Prior& prior, bool same_traits) {
    if (has_prior_ != !prior.weight.empty()) samples_stale_ = true;
    has_prior_ = !prior.weight.empty();
    const auto is_none = [](const Plane<float>& plane) {
      return std::all_of(plane.begin(), plane.end(), [](float v) { return v == 0; });
    };
    const bool pull = is_none(prior.a) && is_none(prior.b);
    engine().set_prior(prior.weight.width(), prior.weight.height(), pull ? nullptr : prior.a.data(),
                       pull ? nullptr : prior.b.data(), prior.weight.data());
    if (same_traits && prior.traits == given_traits_) return;
    given_traits_ = prior.traits;
    likeness_.traits = {};
    if (prior.has_traits())
      for (int i = 0; i < 3; ++i)
        likeness_.traits[i] = resample(prior.traits[i], engine().affinity_width(), engine().affinity_height());
    give_likeness();
    samples_stale_ = true;
  }

  // The size of the cells that the traits are known for, in pixels of the affinity scale; 0: they are not known. A
  // prior of more and smaller cells is no sharper than its network.
  float trait_cell() const {
    const Plane<float>& trait = likeness_.traits[0];
    if (trait.empty()) return 0;
    const int width = trait.width(), height = trait.height();
    return std::max(static_cast<float>(height) / given_traits_[0].height(), std::min(width, height) / finest_cells);
  }

  void give_likeness() {
    if (likeness_.empty()) return engine().set_traits(nullptr, nullptr, nullptr, 0);
    const std::array<Plane<float>, 3> planes = likeness_.planes();
    engine().set_traits(planes[0].data(), planes[1].data(), planes[2].data(), trait_cell());
  }

  EngineWithBudget engine_;
  std::function<EngineWithBudget()> stand_in_;
  std::unique_ptr<MemoryClaim> claim_;
  Settings settings_;
  Report report_;
  std::array<Plane<float>, 3> given_traits_;  // the prior's own size
  Likeness likeness_;
  Plane<std::uint8_t> cuts_;  // barriers, or empty
  bool loaded_ = false, samples_stale_ = true, areas_stale_ = false;
  bool has_prior_ = false, silent_ = false;  // silent_: nothing says a colour, neither stroke nor prior
  std::array<std::shared_ptr<const Chroma>, numerics::screen_windows> screen_bases_;  // that the engine has

  // For the day when the engine fails; used only while there is a stand-in.
  Problem problem_;
  std::string fallback_note_;
  bool showing_last_ = false;  // read() gives last_picture_ until the stand-in has a picture
  mutable Chroma last_picture_;
  mutable std::string failed_read_;
};

}  // namespace

std::unique_ptr<Solver> make_plain_solver(EngineWithBudget engine, std::function<EngineWithBudget()> stand_in) {
  return std::make_unique<PlainSolver>(std::move(engine), std::move(stand_in));
}

}  // namespace handtint
