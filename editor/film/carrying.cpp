#include "editor/film/carrying.h"

#include <algorithm>
#include <utility>

#include "solver/resample.h"

namespace handtint {
namespace {

constexpr float colour_steps = 100, trust_steps = 10000;  // in files

// What is left of the trust after a step, where the colour was taken along and where it had to be guessed. Below
// `least_trust` a colour is no hint for others. (Tried on five of the clips in use; others are kept aside.)
constexpr float step_trust = 0.99f, guessed_trust = 0.3f, least_trust = 0.02f;

// What was guessed more than once is decided again where a key is compared with the frame: below `lost_trust` wholly,
// up to `held_trust` in part. (Tried on blackswan, breakdance, car-roundabout, cows, dog and libby of the DAVIS clips;
// what was guessed but once is better left: 0.1 dB.)
constexpr float lost_trust = 0.1f, held_trust = 0.2f;

// Of the colours that come from both sides the more trusted one wins.
constexpr float trust_floor = 0.02f;

}  // namespace

Sheet sheet_of(const Carried& carried) {
  Sheet sheet;
  sheet.add(carried.colour.a, colour_steps);
  sheet.add(carried.colour.b, colour_steps);
  sheet.add(carried.trust, trust_steps);
  double sum = 0;
  for (float trust : carried.trust) sum += trust;
  sheet.numbers[0] = static_cast<float>(sum / static_cast<double>(std::max<std::size_t>(1, carried.trust.size())));
  return sheet;
}

Carried carried_from(const Sheet& sheet) {
  return {{sheet.plane(0, colour_steps), sheet.plane(1, colour_steps)}, sheet.plane(2, trust_steps)};
}

Carrier::Carrier(int threads, bool draft) : solver_(make_solver(Backend::cpu, threads)) {
  Settings settings;
  if (draft) {
    settings.model = Model::membrane;  // one quadratic problem instead of a descent
    settings.affinity = 0;             // an eighth of the film's time for 0.00 dB (three clips)
  }
  solver_->configure(settings);
}

Carried Carrier::step(const Carried& neighbour, const Look& look, const Plane<float>& lightness,
                      const std::function<bool()>& keep_going) {
  Carried result;
  warp({&neighbour.colour.a, &neighbour.colour.b, &neighbour.trust}, look,
       {&result.colour.a, &result.colour.b, &result.trust});
  for (float& trust : result.trust) trust *= step_trust;
  guess_the_rest(result, look.believed, lightness, keep_going);
  return result;
}

Chroma Carrier::solve(Problem problem, const std::function<bool()>& keep_going) {
  const int width = problem.width(), height = problem.height();
  solver_->load(std::move(problem));
  Budget budget;
  budget.keep_going = [&](float) { return !keep_going || keep_going(); };
  solver_->iterate(budget);
  Chroma solved;
  solver_->read(solved);
  return solved.width() == width && solved.height() == height ? solved : resize(solved, width, height);
}

void Carrier::guess_the_rest(Carried& carried, const Plane<std::uint8_t>& believed, const Plane<float>& lightness,
                             const std::function<bool()>& keep_going) {
  const int width = lightness.width(), height = lightness.height();
  Problem problem;
  problem.lightness = lightness;
  problem.hint_a = carried.colour.a;
  problem.hint_b = carried.colour.b;
  problem.hint_strength = Plane<float>(width, height);
  std::vector<std::size_t> lost;
  for (std::size_t i = 0; i < believed.size(); ++i) {
    const float trust = carried.trust.data()[i];
    if (!believed.data()[i])
      lost.push_back(i);
    else if (trust > least_trust)
      problem.hint_strength.data()[i] = trust;
  }
  if (lost.empty()) return;
  const Chroma solved = solve(std::move(problem), keep_going);
  for (std::size_t i : lost) {
    carried.colour.a.data()[i] = solved.a.data()[i];
    carried.colour.b.data()[i] = solved.b.data()[i];
    carried.trust.data()[i] *= guessed_trust;
  }
}

void Carrier::decide_again(Carried& carried, Prior likely, const Plane<float>& lightness,
                           const std::function<bool()>& keep_going) {
  const Plane<float>& trust = carried.trust;
  if (likely.empty() || std::none_of(trust.begin(), trust.end(), [](float t) { return t < held_trust; })) return;
  Problem problem;
  problem.lightness = lightness;
  problem.hint_a = carried.colour.a;
  problem.hint_b = carried.colour.b;
  problem.hint_strength = trust;
  for (float& strength : problem.hint_strength)
    if (strength <= lost_trust) strength = 0;
  problem.prior = std::move(likely);
  const Chroma solved = solve(std::move(problem), keep_going);
  for (std::size_t i = 0; i < trust.size(); ++i) {
    const float share = std::clamp((held_trust - trust.data()[i]) / (held_trust - lost_trust), 0.0f, 1.0f);
    carried.colour.a.data()[i] += share * (solved.a.data()[i] - carried.colour.a.data()[i]);
    carried.colour.b.data()[i] += share * (solved.b.data()[i] - carried.colour.b.data()[i]);
    carried.trust.data()[i] = std::max(trust.data()[i], lost_trust);
  }
}

Carried laid_over(const Carried& below, const Chroma& key, const Plane<float>& share) {
  Carried result{key, share};
  if (below.empty()) return result;
  for (std::size_t i = 0; i < share.size(); ++i) {
    const float s = share.data()[i];
    result.colour.a.data()[i] = below.colour.a.data()[i] + s * (key.a.data()[i] - below.colour.a.data()[i]);
    result.colour.b.data()[i] = below.colour.b.data()[i] + s * (key.b.data()[i] - below.colour.b.data()[i]);
    result.trust.data()[i] = std::max(s, below.trust.data()[i]);
  }
  return result;
}

Carried both(const Carried& before, const Carried& after, float nearness) {
  if (before.empty()) return after;
  if (after.empty()) return before;
  Carried result{between(before, after, nearness), before.trust};
  for (std::size_t i = 0; i < result.trust.size(); ++i)
    result.trust.data()[i] = std::max(result.trust.data()[i], after.trust.data()[i]);
  return result;
}

Chroma between(const Carried& before, const Carried& after, float nearness) {
  if (before.empty()) return after.colour;
  if (after.empty()) return before.colour;
  Chroma result = before.colour;
  for (std::size_t i = 0; i < before.trust.size(); ++i) {
    const float p = before.trust.data()[i] + trust_floor, q = after.trust.data()[i] + trust_floor;
    const float share = q * q * (1 - nearness) / (p * p * nearness + q * q * (1 - nearness));
    result.a.data()[i] += share * (after.colour.a.data()[i] - before.colour.a.data()[i]);
    result.b.data()[i] += share * (after.colour.b.data()[i] - before.colour.b.data()[i]);
  }
  return result;
}

}  // namespace handtint
