// Problems on which the CUDA backend must give the CPU's bits: on a GPU (test_cuda.cpp) and on the CPU through the shim
// (test_cuda_on_cpu.cpp).
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "solver/conductor/make_plain_solver.h"

namespace handtint::cuda_cases {

// Patches of different lightness with noise and single hinted pixels.
inline Problem random_problem(int width, int height, unsigned seed, float strength = 100, int hints = 12) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> unit(0, 1);
  Problem p;
  p.lightness = Plane<float>(width, height, 50);
  p.hint_a = p.hint_b = p.hint_strength = Plane<float>(width, height);
  for (int k = 0; k < 8; ++k) {
    const int x0 = static_cast<int>(unit(random) * width), y0 = static_cast<int>(unit(random) * height);
    const int x1 = std::min(width, x0 + 1 + static_cast<int>(unit(random) * width / 2));
    const int y1 = std::min(height, y0 + 1 + static_cast<int>(unit(random) * height / 2));
    const float level = 100 * unit(random);
    for (int y = y0; y < y1; ++y) {
      float* row = p.lightness.edit().row(y);
      std::fill(row + x0, row + x1, level);
    }
  }
  for (float& value : p.lightness.edit()) value = std::clamp(value + 2 * (unit(random) - 0.5f), 0.0f, 100.0f);
  for (int k = 0; k < hints; ++k) {
    const int x = static_cast<int>(unit(random) * width), y = static_cast<int>(unit(random) * height);
    p.hint_a(x, y) = 120 * (unit(random) - 0.5f);
    p.hint_b(x, y) = 120 * (unit(random) - 0.5f);
    p.hint_strength(x, y) = strength;
  }
  return p;
}

// A first coat of its own size, a barrier down the middle.
inline Problem problem_with_everything(int width, int height) {
  Problem p = random_problem(width, height, 3, 10);
  p.prior = {Plane<float>(7, 6, 12), Plane<float>(7, 6, -8), Plane<float>(7, 6, 1e-3f)};
  p.prior.a(3, 3) = 50;
  for (int i = 0; i < 3; ++i) {
    p.prior.traits[i] = Plane<float>(7, 6);
    for (int k = 0; k < 42; ++k) p.prior.traits[i].data()[k] = 0.3f * ((k * (3 + i)) % 7);
  }
  p.cuts = Plane<std::uint8_t>(width, height);
  for (int y = 0; y < height; ++y) {
    p.cuts(width / 2, y) = cut_east | cut_south_east;
    p.cuts(width / 2 + 1, y) = cut_south_west;
  }
  return p;
}

inline HintPatch stroke(int x, int y, int side) {
  return {{x, y, x + side, y + side},
          Plane<float>(side, side, 60),
          Plane<float>(side, side, -60),
          Plane<float>(side, side, 100),
          {}};
}

struct Answer {
  Chroma cold, warm;  // before and after one more stroke
  double energy = 0;
  Report report;
};

inline Answer solve(Solver& solver, const Problem& problem, const Settings& settings) {
  Answer answer;
  solver.configure(settings);
  solver.load(problem);
  REQUIRE(solver.iterate({}).stop == StopReason::converged);
  answer.energy = solver.energy();
  solver.read(answer.cold);
  const int side = std::max(1, std::min(problem.width(), problem.height()) / 5);
  solver.apply(stroke((problem.width() - side) / 2, (problem.height() - side) / 2, side));
  answer.report = solver.iterate({});
  REQUIRE(answer.report.stop == StopReason::converged);
  solver.read(answer.warm);
  return answer;
}

// As colorize() does, which gives up planes on the way.
inline Chroma solve_once(Backend backend, const Problem& problem) {
  const auto solver = make_plain_solver_once(backend, 1);
  solver->load(problem);
  REQUIRE(solver->iterate({}).done());
  Chroma chroma;
  solver->read(chroma);
  return chroma;
}

inline void check_same_bits(const Answer& cuda, const Answer& cpu) {
  CHECK(cuda.cold.a == cpu.cold.a);
  CHECK(cuda.cold.b == cpu.cold.b);
  CHECK(cuda.warm.a == cpu.warm.a);
  CHECK(cuda.warm.b == cpu.warm.b);
  CHECK(cuda.energy == cpu.energy);
  CHECK(cuda.report.iterations == cpu.report.iterations);
  CHECK(cuda.report.backend == Backend::cuda);
  CHECK(cuda.report.note.empty());
}

struct Case {
  std::string name;
  Problem problem;
  Settings settings;
};

// Every model, one pixel, one row, one column, odd sizes, everything a problem can hold, two scales.
inline std::vector<Case> cases() {
  std::vector<Case> all;
  for (Model model : {Model::full, Model::gtv, Model::membrane, Model::bilaplacian})
    for (auto [width, height] : {std::pair{1, 1}, {1, 40}, {57, 1}, {2, 2}, {33, 47}}) {
      Settings settings;
      settings.model = model;
      all.push_back({std::string(name_of(model)) + " " + std::to_string(width) + " x " + std::to_string(height),
                     random_problem(width, height, 7), settings});
    }
  Settings sharp;
  sharp.exponent = 1.25f;
  sharp.neutral_pull = 1e-3f;
  all.push_back({"everything, 61 x 45", problem_with_everything(61, 45), sharp});
  all.push_back({"two scales, 263 x 231", problem_with_everything(263, 231), {}});
  return all;
}

}  // namespace handtint::cuda_cases
