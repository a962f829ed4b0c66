#include "editor/film/carrying.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "solver/resample.h"

namespace handtint {
namespace {

constexpr float colour_steps = 100, trust_steps = 10000;  // in files
float knob(const char* n, float d) {
  const char* v = getenv(n);
  return v ? atof(v) : d;
}

// So much a guess counts on the way of the colours that were not taken along, and so much of the trust a step costs.
const float guessed_trust = knob("HT_GT", 0.3f), step_trust = knob("HT_ST", 0.99f);

}  // namespace

Sheet sheet_of(const Carried& carried) {
  Sheet sheet;
  sheet.add(carried.colour.a, colour_steps);
  sheet.add(carried.colour.b, colour_steps);
  sheet.add(carried.trust, trust_steps);
  return sheet;
}

Carried carried_from(const Sheet& sheet) {
  return {{sheet.plane(0, colour_steps), sheet.plane(1, colour_steps)}, sheet.plane(2, trust_steps)};
}

Carried Carrier::step(const Carried& neighbour, const Look& look, const Plane<float>& lightness, const Prior& guess,
                      const std::function<bool()>& keep_going) {
  static const float H = knob("HT_H", 1), AFF = knob("HT_AFF", 1), MIX = knob("HT_MIX", 1), ER = knob("HT_ER", 0);
  Carried result{{warp(neighbour.colour.a, look), warp(neighbour.colour.b, look)}, warp(neighbour.trust, look)};
  const int width = lightness.width(), height = lightness.height();
  Problem problem;
  problem.lightness = lightness;
  problem.hint_a = result.colour.a;
  problem.hint_b = result.colour.b;
  problem.hint_strength = Plane<float>(width, height);
  problem.prior = guess;
  std::vector<std::size_t> lost;
  for (std::size_t i = 0; i < look.believed.size(); ++i) {
    bool ok = look.believed.data()[i];
    if (ok && ER > 0) {
      int x = i % width, y = i / width, r = ER;
      for (int v = std::max(0, y - r); ok && v <= std::min(height - 1, y + r); ++v)
        for (int u = std::max(0, x - r); u <= std::min(width - 1, x + r); ++u)
          if (!look.believed(u, v)) ok = false;
    }
    if (ok)
      problem.hint_strength.data()[i] = H * std::max(0.02f, result.trust.data()[i]);
    else
      lost.push_back(i);
    result.trust.data()[i] *= step_trust;
  }
  if (lost.empty()) return result;
  Settings settings;
  settings.affinity = AFF;
  solver_->load(std::move(problem));
  solver_->configure(settings);
  Budget budget;
  budget.keep_going = [&](float) { return !keep_going || keep_going(); };
  solver_->iterate(budget);
  Chroma solved;
  solver_->read(solved);
  if (solved.width() != width || solved.height() != height) solved = resize(solved, width, height);
  for (std::size_t i : lost) {
    result.colour.a.data()[i] = solved.a.data()[i];
    result.colour.b.data()[i] = solved.b.data()[i];
    result.trust.data()[i] *= guessed_trust;
  }
  if (MIX < 1)
    for (std::size_t i = 0; i < solved.a.size(); ++i) {
      result.colour.a.data()[i] += (1 - MIX) * (solved.a.data()[i] - result.colour.a.data()[i]);
      result.colour.b.data()[i] += (1 - MIX) * (solved.b.data()[i] - result.colour.b.data()[i]);
    }
  return result;
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

Chroma between(const Carried& before, const Carried& after, float nearness) {
  if (before.empty()) return after.colour;
  if (after.empty()) return before.colour;
  static const float EPS = knob("HT_EPS", 0.02f), POW = knob("HT_POW", 2);
  Chroma result = before.colour;
  for (std::size_t i = 0; i < before.trust.size(); ++i) {
    const float p = std::pow(before.trust.data()[i] + EPS, POW) * nearness;
    const float q = std::pow(after.trust.data()[i] + EPS, POW) * (1 - nearness);
    const float share = p + q > 0 ? q / (p + q) : 0.5f;
    result.a.data()[i] += share * (after.colour.a.data()[i] - before.colour.a.data()[i]);
    result.b.data()[i] += share * (after.colour.b.data()[i] - before.colour.b.data()[i]);
  }
  return result;
}

}  // namespace handtint
