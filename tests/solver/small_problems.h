// Problems of a few pixels for the tests of the solver, and how they are solved and compared.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "solver/conductor/make_plain_solver.h"

namespace handtint::small_problems {

inline Problem blank(int width, int height, float lightness = 50) {
  Problem p;
  p.lightness = Plane<float>(width, height, lightness);
  p.hint_a = p.hint_b = p.hint_strength = Plane<float>(width, height);
  return p;
}

inline void hint(Problem& p, int x, int y, float a, float b, float strength = 100) {
  p.hint_a(x, y) = a;
  p.hint_b(x, y) = b;
  p.hint_strength(x, y) = strength;
}

// Patches of different lightness with noise: flat regions, hard edges, and islands that nothing reaches but the floor.
inline Problem random_problem(int width, int height, unsigned seed, float strength, int hints) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> unit(0, 1);
  Problem p = blank(width, height);
  for (int k = 0; k < 8; ++k) {
    const int x0 = static_cast<int>(unit(random) * width), y0 = static_cast<int>(unit(random) * height);
    const int x1 = x0 + 1 + static_cast<int>(unit(random) * width / 2),
              y1 = y0 + 1 + static_cast<int>(unit(random) * height / 2);
    const float level = 100 * unit(random);
    for (int y = y0; y < std::min(y1, height); ++y)
      for (int x = x0; x < std::min(x1, width); ++x) p.lightness.edit()(x, y) = level;
  }
  for (float& value : p.lightness.edit()) value = std::clamp(value + 2 * (unit(random) - 0.5f), 0.0f, 100.0f);
  for (int k = 0; k < hints; ++k)
    hint(p, static_cast<int>(unit(random) * width), static_cast<int>(unit(random) * height),
         120 * (unit(random) - 0.5f), 120 * (unit(random) - 0.5f), strength);
  return p;
}

inline Settings plain(Model model) {
  Settings s;
  s.model = model;
  s.affinity = 0;
  return s;
}

inline float largest_difference(const Chroma& u, const Chroma& v) {
  REQUIRE(u.a.same_size(v.a));
  float most = 0;
  for (std::size_t i = 0; i < u.a.size(); ++i)
    most = std::max({most, std::abs(u.a.data()[i] - v.a.data()[i]), std::abs(u.b.data()[i] - v.b.data()[i])});
  return most;
}

inline Chroma solve(const Problem& p, const Settings& s, int threads = 0) {
  auto solver = make_plain_solver(Backend::cpu, threads);
  solver->configure(s);
  solver->load(p);
  REQUIRE(solver->iterate({}).stop == StopReason::converged);
  Chroma chroma;
  solver->read(chroma);
  return chroma;
}

}  // namespace handtint::small_problems
