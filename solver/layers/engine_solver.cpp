#include "solver/layers/engine_solver.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "solver/layers/parameters.h"
#include "solver/layers/parts.h"
#include "solver/layers/working_memory.h"
#include "solver/resample.h"

namespace handtint {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// The share of the photo's hints that the affinity prior looks at: a few hundred pixels spread over all strokes by a
// fixed pseudo-random choice, so that the same strokes always give the same picture.
struct AffinitySamples {
  std::vector<float> rows;  // numerics::SampleField each
  int count = 0;
  float distance = 1;  // d = sqrt(pixels / number of hint components)
  float trust = 0;
};

// Who knows what the pixels show can believe in their likeness more firmly and over longer ways, after few strokes
// already (found on dev photos).
constexpr float trait_trust = 4, least_trait_trust = 8e-3f, trait_reach = 1.4f;

// Along the short side of a photo: as finely as a first coat is made out.
constexpr float finest_cells = 48;

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

// Pixels of different parts of the photo are that far apart in the third trait: no sample speaks so far.
constexpr float between_parts = 100;

// `traits` and `parts` at the affinity scale, or empty planes.
AffinitySamples choose_samples(numerics::Engine& engine, const std::array<Plane<float>, 3>& traits,
                               const Plane<std::uint8_t>& parts) {
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
  // The more strokes there are, the better the nearest resemblance: trust grows with their number (found on dev
  // photos).
  samples.trust = std::clamp(1e-4f * components, 5e-4f, 1e-2f);
  const bool with_traits = !traits[0].empty();
  if (with_traits) {
    samples.distance *= trait_reach;
    samples.trust = std::max(trait_trust * samples.trust, least_trait_trust);
  }
  if (!parts.empty()) std::erase_if(hints, [&](std::uint32_t i) { return parts.data()[i] == mixed_part; });
  constexpr int most = numerics::max_samples;
  if (hints.size() > most) {
    std::nth_element(hints.begin(), hints.begin() + most, hints.end(),
                     [](std::uint32_t i, std::uint32_t j) { return scramble(i) < scramble(j); });
    hints.resize(most);
    std::sort(hints.begin(), hints.end());
  }
  samples.count = static_cast<int>(hints.size());
  const float x_scale = 1 / samples.distance;
  for (std::uint32_t i : hints) {
    const float s = std::pow((lightness[i] + 16) / 66, 0.375f);
    samples.rows.insert(samples.rows.end(), {lightness[i] / 4, mean[i] / 4, deviation[i] / 4, i % width * x_scale,
                                             i / width * x_scale, a[i] / s, b[i] / s});
    for (const Plane<float>& trait : traits) samples.rows.push_back(with_traits ? trait.data()[i] : 0.0f);
    if (!parts.empty()) samples.rows.back() += between_parts * parts.data()[i];
  }
  return samples;
}

class EngineSolver final : public Solver {
 public:
  EngineSolver(EngineOffer offer, std::function<EngineOffer()> stand_in)
      : offer_(std::move(offer)), stand_in_(std::move(stand_in)) {}

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
    const Rect r = patch.rect;
    if (r.empty()) return;
    if (r.x0 < 0 || r.y0 < 0 || r.x1 > report_.width || r.y1 > report_.height)
      throw std::invalid_argument("the patch lies outside the photo");
    if (patch.hint_strength.width() != r.width() || patch.hint_strength.height() != r.height())
      throw std::invalid_argument("the patch's planes have another size than its rectangle");
    if (stand_in_) remember(patch);
    const bool done = attempt([&] {
      engine().set_hints({r.x0, r.y0, r.width(), r.height(), r.width(), patch.hint_strength.data(), patch.hint_a.data(),
                          patch.hint_b.data()});
      if (!patch.cuts.empty()) {
        engine().set_cuts(r.x0, r.y0, r.width(), r.height(), patch.cuts.data());
        if (cuts_.empty()) cuts_ = Plane<std::uint8_t>(report_.width, report_.height);
        for (int y = r.y0; y < r.y1; ++y) std::copy_n(patch.cuts.row(y - r.y0), r.width(), cuts_.row(y) + r.x0);
        parts_stale_ = true;
      }
      samples_stale_ = true;
    });
    if (!done) refill_engine();
    changed();
  }

  void set_prior(Prior prior) override {
    require_loaded();
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
      if (milliseconds_since(start) >= budget.milliseconds) {
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
      return offer_.engine->energy();
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
    if (chroma.a.width() != width || chroma.a.height() != height) chroma = {{width, height}, {width, height}};
    try {
      offer_.engine->read(chroma.a.data(), chroma.b.data());
      if (stand_in_) last_picture_ = chroma;
    } catch (const std::exception& failure) {
      if (!stand_in_) throw;
      failed_read_ = failure.what();  // the next iterate() calls the stand-in
      chroma = last_picture_.a.empty() ? Chroma{{1, 1}, {1, 1}} : last_picture_;
    }
  }

  std::shared_ptr<ScreenPicture> show(const ScreenWish& wish) override {
    require_loaded();
    const Rect r = wish.part;
    if (showing_last_ || !failed_read_.empty() || r.empty() ||
        intersect(r, {0, 0, report_.solved_width, report_.solved_height}) != r)
      return nullptr;
    try {
      if (wish.base != screen_bases_[wish.window]) {
        screen_bases_[wish.window].reset();
        const Chroma none, &base = wish.base ? *wish.base : none;
        if (!engine().set_screen_base(wish.window, base.a.width(), base.a.height(), base.a.data(), base.b.data()))
          return nullptr;
        screen_bases_[wish.window] = wish.base;
      }
      return std::shared_ptr<ScreenPicture>(
          engine().show({r.x0, r.y0, r.width(), r.height(), wish.step}, wish.window, wish.to_host));
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

  numerics::Engine& engine() { return *offer_.engine; }

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
    offer_.engine.reset();  // first: what it held may be needed
    offer_ = stand_in_();
    screen_bases_ = {};
    stand_in_ = nullptr;
    failed_read_.clear();
    fallback_note_ = reason + "; going on with the " + std::string(name_of(offer_.backend)) + " backend";
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
    parts_ = {};
    parts_stale_ = !cuts_.empty();
    set_engine_prior(p.prior, false);
    samples_stale_ = true;
    report_.backend = offer_.backend;
  }

  void remember(const HintPatch& patch) {
    const auto store = [&](const auto& from, auto& to) {
      for (int y = patch.rect.y0; y < patch.rect.y1; ++y)
        std::copy_n(from.row(y - patch.rect.y0), patch.rect.width(), to.row(y) + patch.rect.x0);
    };
    store(patch.hint_a, problem_.hint_a);
    store(patch.hint_b, problem_.hint_b);
    store(patch.hint_strength, problem_.hint_strength);
    if (patch.cuts.empty()) return;
    if (problem_.cuts.empty()) problem_.cuts = Plane<std::uint8_t>(report_.width, report_.height);
    store(patch.cuts, problem_.cuts);
  }

  void take_samples() {
    if (!samples_stale_) return;
    if (parts_stale_) {
      Plane<std::uint8_t> parts = parts_of(cuts_);
      if (!parts.empty()) parts = shrink_parts(parts, engine().affinity_width(), engine().affinity_height());
      if (parts != parts_) {
        parts_ = std::move(parts);
        give_traits();
      }
      parts_stale_ = false;
    }
    const AffinitySamples samples = choose_samples(engine(), traits_, parts_);
    engine().set_samples(samples.rows.data(), samples.count, samples.distance, samples.trust * settings_.affinity);
    samples_stale_ = false;
  }

  // Also decides the largest size that the engine's memory holds, and Report::note.
  numerics::Parameters parameters() {
    numerics::Parameters p = parameters_from(settings_);
    report_.note = fallback_note_;
    if (settings_.preview) {
      double pixels = static_cast<double>(report_.width) * report_.height;
      while (pixels > 450000) {
        pixels /= 4;
        ++p.finest_scale;
      }
    }
    if (offer_.memory_budget == 0) return p;
    const int wanted = p.finest_scale;
    int width = report_.width, height = report_.height;
    for (int scale = 0; working_memory(report_.width, report_.height, p) > offer_.memory_budget; ++scale) {
      if (width == 1 && height == 1)
        throw std::runtime_error("a photo of " + size_words(report_.width, report_.height) +
                                 " does not fit into the memory of the " + std::string(name_of(offer_.backend)) +
                                 " backend");
      width = (width + 1) / 2;
      height = (height + 1) / 2;
      p.finest_scale = std::max(wanted, scale + 1);
    }
    if (p.finest_scale > wanted)
      report_.note += std::string(report_.note.empty() ? "" : "; ") + "the memory of the " +
                      std::string(name_of(offer_.backend)) + " backend holds the colour at " +
                      size_words(width, height) + " only; it is stretched over the photo";
    return p;
  }

  static std::string size_words(int width, int height) {
    return std::to_string(width) + " x " + std::to_string(height);
  }

  // same_traits: the engine still has those of the last call.
  void set_engine_prior(const Prior& prior, bool same_traits) {
    engine().set_prior(prior.weight.width(), prior.weight.height(), prior.a.data(), prior.b.data(),
                       prior.weight.data());
    if (same_traits && prior.traits == given_traits_) return;
    given_traits_ = prior.traits;
    traits_ = {};
    if (prior.has_traits())
      for (int i = 0; i < 3; ++i)
        traits_[i] = resample(prior.traits[i], engine().affinity_width(), engine().affinity_height());
    give_traits();
    samples_stale_ = true;
  }

  // The size of the cells that the traits are known for, in pixels of the affinity scale; 0: they are not known. A
  // prior of more and smaller cells is no sharper than its network.
  float trait_cell() const {
    if (traits_[0].empty()) return 0;
    const int width = traits_[0].width(), height = traits_[0].height();
    return std::max(static_cast<float>(height) / given_traits_[0].height(), std::min(width, height) / finest_cells);
  }

  // The likeness that the affinity prior knows of: the prior's, and who is shut off by closed barriers.
  void give_traits() {
    if (parts_.empty()) {
      if (traits_[0].empty()) return engine().set_traits(nullptr, nullptr, nullptr, 0);
      return engine().set_traits(traits_[0].data(), traits_[1].data(), traits_[2].data(), trait_cell());
    }
    std::array<Plane<float>, 3> planes = traits_;
    if (planes[0].empty()) planes.fill(Plane<float>(parts_.width(), parts_.height()));
    for (std::size_t i = 0; i < parts_.size(); ++i) planes[2].data()[i] += between_parts * parts_.data()[i];
    engine().set_traits(planes[0].data(), planes[1].data(), planes[2].data(), trait_cell());
  }

  EngineOffer offer_;
  std::function<EngineOffer()> stand_in_;
  Settings settings_;
  Report report_;
  std::array<Plane<float>, 3> given_traits_, traits_;  // the prior's, and the same at the affinity scale
  Plane<std::uint8_t> cuts_, parts_;  // barriers, or empty; the parts at the affinity scale, empty if all is one
  bool loaded_ = false, samples_stale_ = true, parts_stale_ = false;
  std::array<std::shared_ptr<const Chroma>, numerics::screen_windows> screen_bases_;  // that the engine has

  // For the day when the engine fails; used only while there is a stand-in.
  Problem problem_;
  std::string fallback_note_;
  bool showing_last_ = false;  // read() gives last_picture_ until the stand-in has a picture
  mutable Chroma last_picture_;
  mutable std::string failed_read_;
};

}  // namespace

std::unique_ptr<Solver> make_engine_solver(EngineOffer offer, std::function<EngineOffer()> stand_in) {
  return std::make_unique<EngineSolver>(std::move(offer), std::move(stand_in));
}

}  // namespace handtint
