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
  solver_->load(std::move(problem));
  Budget budget;
  budget.keep_going = [&](float) { return !keep_going || keep_going(); };
  solver_->iterate(budget);
  Chroma solved;
  solver_->read(solved);
  if (solved.width() != width || solved.height() != height) solved = resize(solved, width, height);
  for (std::size_t i : lost) {
    carried.colour.a.data()[i] = solved.a.data()[i];
    carried.colour.b.data()[i] = solved.b.data()[i];
    carried.trust.data()[i] *= guessed_trust;
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
