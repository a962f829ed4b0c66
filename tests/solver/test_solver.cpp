// The fast solver against the exact one, and its promises: same bits for any number of threads, a falling energy, hints
// kept.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "solver/conductor/colorize.h"
#include "solver/conductor/make_plain_solver.h"
#include "tests/solver/reference.h"
#include "tests/solver/small_problems.h"

using namespace handtint;
using namespace handtint::small_problems;

TEST_CASE("agrees with the exact solve: every model, hard and soft hints") {
  for (Model model : {Model::membrane, Model::gtv, Model::full, Model::bilaplacian})
    for (float strength : {100.0f, 1.0f})
      for (unsigned seed = 0; seed < 6; ++seed) {
        const int width = 20 + 7 * static_cast<int>(seed), height = 33 - 3 * static_cast<int>(seed);
        const Problem p = random_problem(width, height, seed, strength, 4 + 3 * static_cast<int>(seed));
        const Settings s = plain(model);
        INFO(name_of(model), " strength ", strength, " seed ", seed);
        CHECK(largest_difference(solve(p, s), solve_exactly(p, s).chroma) <= 0.05f);
      }
}

TEST_CASE("agrees with the exact solve for every exponent and smoothness") {
  const Problem p = random_problem(31, 27, 99, 100, 9);
  for (float exponent : {1.1f, 1.25f, 1.6f, 2.0f})
    for (float smoothness : {0.0f, 1.0f, 10.0f}) {
      Settings s = plain(Model::full);
      s.exponent = exponent;
      s.smoothness = smoothness;
      INFO("p ", exponent, " smoothness ", smoothness);
      CHECK(largest_difference(solve(p, s), solve_exactly(p, s).chroma) <= 0.05f);
    }
}

TEST_CASE("agrees with the exact solve on pictures of a pixel's width and on islands") {
  for (auto [width, height] : {std::pair{1, 1}, {1, 2}, {1, 40}, {57, 1}, {2, 2}, {4, 50}, {17, 3}})
    for (Model model : {Model::membrane, Model::gtv, Model::full, Model::bilaplacian}) {
      Problem p = random_problem(width, height, 5, 100, 2);
      hint(p, 0, 0, 30, -20);
      INFO(name_of(model), " ", width, "x", height);
      const Settings s = plain(model);
      CHECK(largest_difference(solve(p, s), solve_exactly(p, s).chroma) <= 0.05f);
    }
  // Islands of 1 to 9 pixels, 40 lightness units from their surroundings: reached through the weights' floor only.
  Problem p = blank(40, 40);
  for (int k = 1; k <= 3; ++k)
    for (int y = 10 * k; y < 10 * k + k; ++y)
      for (int x = 10 * k; x < 10 * k + k; ++x) p.lightness.edit()(x, y) = 90;
  hint(p, 2, 2, 40, 10);
  hint(p, 37, 37, -40, 30);
  for (Model model : {Model::membrane, Model::gtv, Model::full})
    CHECK(largest_difference(solve(p, plain(model)), solve_exactly(p, plain(model)).chroma) <= 0.05f);
}

TEST_CASE("agrees with the exact solve with a prior, barriers and a pull to grey") {
  Problem p = random_problem(30, 24, 3, 10, 5);
  p.prior = {Plane<float>(7, 6, 12), Plane<float>(7, 6, -8), Plane<float>(7, 6, 1e-3f)};
  p.prior.a(3, 3) = 50;
  p.cuts = Plane<std::uint8_t>(30, 24);
  for (int y = 0; y < 24; ++y) p.cuts(14, y) = cut_east | cut_south_east, p.cuts(15, y) = cut_south_west;
  Settings s = plain(Model::full);
  s.neutral_pull = 1e-3f;
  CHECK(largest_difference(solve(p, s), solve_exactly(p, s).chroma) <= 0.05f);
}

TEST_CASE("the same bits for any number of threads") {
  const Problem p = random_problem(401, 223, 11, 100, 60);  // two scales, wavefronts with seams
  const Chroma one = solve(p, {}, 1);
  for (int threads : {2, 3, 5}) {
    const Chroma many = solve(p, {}, threads);
    CHECK(many.a == one.a);
    CHECK(many.b == one.b);
  }
}

TEST_CASE("the same bits on every instruction set") {
  const Problem p = random_problem(301, 203, 12, 100, 40);
  const Chroma best = solve(p, {});
  for (const char* isa : {"portable", "avx2"}) {
    setenv("HANDTINT_ISA", isa, 1);
    const Chroma other = solve(p, {});
    unsetenv("HANDTINT_ISA");
    CHECK(other.a == best.a);
    CHECK(other.b == best.b);
  }
}

TEST_CASE("the energy never rises between checkpoints, and ends at the exact minimum") {
  for (Model model : {Model::membrane, Model::gtv, Model::full, Model::bilaplacian}) {
    const Problem p = random_problem(60, 50, 21, 100, 12);
    const Settings s = plain(model);
    auto solver = make_plain_solver(Backend::cpu, 1);
    solver->configure(s);
    solver->load(p);
    double before = energy_of(p, s, {Plane<float>(60, 50), Plane<float>(60, 50)});
    int checkpoints = 0, rounds = 0;
    Report report;
    do {  // A checkpoint is where the edges are reweighted (a majorant touches the energy), or any step if they never
          // are.
      report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0});
      const bool reweighted = report.rounds > rounds;
      rounds = report.rounds;
      if (!reweighted && (model == Model::gtv || model == Model::full)) continue;
      const double energy = solver->energy();
      INFO(name_of(model), " checkpoint ", checkpoints);
      CHECK(energy <= before * (1 + 1e-5) + 1e-6);
      before = energy;
      ++checkpoints;
    } while (!report.done() && checkpoints < 5000);
    CHECK(report.stop == StopReason::converged);
    CHECK(checkpoints > 3);
    Chroma chroma;
    solver->read(chroma);
    const double exact = solve_exactly(p, s).energy;
    CHECK(energy_of(p, s, chroma) <= exact * 1.0001 + 1e-4);
    CHECK(before == doctest::Approx(energy_of(p, s, chroma)).epsilon(1e-4));
  }
}

TEST_CASE("a hint's colour is kept and stops at an edge") {
  Problem p = blank(400, 300, 30);
  for (int y = 0; y < 300; ++y)
    for (int x = 200; x < 400; ++x) p.lightness.edit()(x, y) = 70;
  for (int y = 140; y < 150; ++y)
    for (int x = 50; x < 80; ++x) hint(p, x, y, 40, 20);
  for (int y = 140; y < 150; ++y)
    for (int x = 320; x < 350; ++x) hint(p, x, y, -30, 30);
  const Chroma chroma = solve(p, {});
  for (auto [x, y] : {std::pair{60, 145}, {10, 10}, {195, 290}, {199, 150}}) {
    INFO(x, ",", y);
    CHECK(chroma.a(x, y) == doctest::Approx(40).epsilon(0.05));
  }
  for (auto [x, y] : {std::pair{330, 145}, {390, 10}, {204, 290}, {200, 150}}) {
    INFO(x, ",", y);
    const float s = std::pow((70 + 16) / 66.0f, 0.375f);
    CHECK(chroma.a(x, y) == doctest::Approx(-30).epsilon(0.05));
    CHECK(s > 1);
  }
}

TEST_CASE("a closed barrier holds colour in at every scale") {
  Problem p = blank(600, 400, 50);
  for (int y = 100; y < 104; ++y)
    for (int x = 100; x < 104; ++x) hint(p, x, y, 50, 0);
  for (int y = 300; y < 304; ++y)
    for (int x = 500; x < 504; ++x) hint(p, x, y, -50, 0);
  p.cuts = Plane<std::uint8_t>(600, 400);
  for (int y = 0; y < 400; ++y) p.cuts(301, y) = cut_east | cut_south_east, p.cuts(302, y) = cut_south_west;
  Settings s;
  s.affinity = 0;
  const Chroma chroma = solve(p, s);
  CHECK(chroma.a(300, 200) == doctest::Approx(50).epsilon(0.02));
  CHECK(chroma.a(303, 200) == doctest::Approx(-50).epsilon(0.02));
}

TEST_CASE("a closed barrier shuts colour in wherever it lies: at every scale, by likeness, and along its own edge") {
  Problem cloth = blank(900, 640, 50);
  for (int y = 0; y < 640; ++y)
    for (int x = 0; x < 900; ++x)
      cloth.lightness.edit()(x, y) = 55 + 9 * std::sin(0.4f * x) + 7 * std::sin(0.31f * y + 0.02f * x);
  const auto cut = [](Problem& p, int x, int y, int bits) {
    p.cuts(x, y) = static_cast<std::uint8_t>(p.cuts(x, y) | bits);
  };
  for (const bool firm : {false, true})
    for (int offset = 0; offset < 8; ++offset) {
      CAPTURE(offset);
      Problem p = cloth;
      const int x0 = 300 + offset, y0 = 203 + 3 * offset, x1 = x0 + 201, y1 = y0 + 150;  // the box inside
      p.cuts = Plane<std::uint8_t>(900, 640);
      const auto inside = [&](int x, int y) { return x >= x0 && x < x1 && y >= y0 && y < y1; };
      for (int y = y0 - 1; y <= y1; ++y)
        for (int x = x0 - 1; x <= x1; ++x) {
          const bool here = inside(x, y);
          if (here != inside(x + 1, y)) cut(p, x, y, cut_east);
          if (here != inside(x, y + 1)) cut(p, x, y, cut_south);
          if (here != inside(x + 1, y + 1)) cut(p, x, y, cut_south_east);
          if (here != inside(x - 1, y + 1)) cut(p, x, y, cut_south_west);
        }
      for (int y = y0; y < y0 + 9; ++y)  // a stroke up to the barrier
        for (int x = x0; x < x0 + 30; ++x) hint(p, x, y, 50, 20);
      if (firm) p.prior = {Plane<float>(9, 6), Plane<float>(9, 6), Plane<float>(9, 6, 1e-5f)};
      Settings s;
      s.neutral_pull = firm ? 0 : 1e-6f;
      const Chroma chroma = solve(p, s);
      float largest = 0, least = 100;
      for (int y = 0; y < 640; ++y)
        for (int x = 0; x < 900; ++x)
          if (inside(x, y))
            least = std::min(least, chroma.a(x, y));
          else
            largest = std::max(largest, std::abs(chroma.a(x, y)));
      CHECK(largest < 0.01f);
      CHECK(least > 20);
    }
}

TEST_CASE("around the end of an open barrier colour goes on its way") {
  Problem p = blank(900, 640, 50);
  for (int y = 300; y < 310; ++y)
    for (int x = 200; x < 210; ++x) hint(p, x, y, 50, 0);
  p.cuts = Plane<std::uint8_t>(900, 640);
  for (int y = 0; y < 500; ++y) p.cuts(450, y) = cut_east | cut_south_east, p.cuts(451, y) = cut_south_west;
  const Chroma chroma = solve(p, {});
  CHECK(chroma.a(700, 100) == doctest::Approx(50).epsilon(0.02));
  CHECK(chroma.a(452, 300) == doctest::Approx(50).epsilon(0.02));
}

TEST_CASE("two strokes on a ramp: the bilaplacian blends without the membrane's cusp") {
  const int width = 240, height = 12;
  Problem p = blank(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) p.lightness.edit()(x, y) = 30 + 40.0f * x / width;
    for (int x = 40; x < 60; ++x) hint(p, x, y, 40, 0);
    for (int x = 180; x < 200; ++x) hint(p, x, y, -40, 0);
  }
  // The kink at a stroke's end: the largest second difference of c there, against the mean slope between the strokes.
  const auto kink = [&](Model model) {
    const Chroma chroma = solve(p, plain(model));
    const auto c = [&](int x) {
      return chroma.a(x, height / 2) / std::pow((p.lightness(x, height / 2) + 16) / 66, 0.375f);
    };
    float most = 0;
    for (int x = 56; x <= 64; ++x) most = std::max(most, std::abs(c(x - 1) - 2 * c(x) + c(x + 1)));
    return most / (std::abs(c(60) - c(180)) / 120);
  };
  CHECK(kink(Model::membrane) > 0.7f);
  CHECK(kink(Model::bilaplacian) < 0.15f);
}

TEST_CASE("a warm start after one more stroke gives what a cold start gives") {
  Problem p = random_problem(500, 300, 31, 100, 30);
  auto warm = make_plain_solver(Backend::cpu);
  warm->load(p);
  CHECK(warm->iterate({}).stop == StopReason::converged);
  HintPatch patch{
      {100, 100, 120, 110}, Plane<float>(20, 10, 60), Plane<float>(20, 10, -60), Plane<float>(20, 10, 100), {}};
  warm->apply(patch);
  const Report report = warm->iterate({});
  CHECK(report.stop == StopReason::converged);
  Chroma after;
  warm->read(after);
  for (int y = 100; y < 110; ++y)
    for (int x = 100; x < 120; ++x) hint(p, x, y, 60, -60);
  const Chroma cold = solve(p, {});
  double sum = 0;
  for (std::size_t i = 0; i < cold.a.size(); ++i) sum += std::abs(cold.a.data()[i] - after.a.data()[i]);
  CHECK(sum / cold.a.size() < 0.1);
}

TEST_CASE("the first answer to a stroke comes after a few steps and is nearly the settled one") {
  Problem p = random_problem(700, 500, 5, 1, 6);
  const auto solver = make_plain_solver(Backend::cpu, 1);
  solver->load(p);
  while (!solver->iterate(Budget{}).done()) {
  }
  solver->apply(
      {{300, 200, 330, 230}, Plane<float>(30, 30, 40), Plane<float>(30, 30, -30), Plane<float>(30, 30, 100), {}});
  const auto next = [&](Chroma& chroma) {
    Budget at_once;
    at_once.mode = Budget::Mode::interactive;
    Report report;
    do report = solver->iterate(at_once);
    while (!report.picture_changed);
    solver->read(chroma);
    return report;
  };
  Chroma glance, settled;
  const Report first = next(glance), second = next(settled);
  CHECK(first.iterations == 8);
  CHECK(second.iterations > 8);
  REQUIRE(second.solved_width == first.solved_width);
  double off = 0, size = 0;
  for (std::size_t i = 0; i < glance.a.size(); ++i) {
    off += std::abs(glance.a.data()[i] - settled.a.data()[i]);
    size += std::abs(settled.a.data()[i]);
  }
  CHECK(off < 0.2 * size);  // noise; on photos a tenth of what the stroke changes
}

TEST_CASE("hints that change in a rectangle give the bits of hints that were all given anew") {
  const Problem p = random_problem(701, 503, 6, 1, 6);
  Problem changed = p;
  const Rect r{299, 201, 330, 232};
  HintPatch patch{r, Plane<float>(31, 31, 40), Plane<float>(31, 31, -30), Plane<float>(31, 31, 100), {}};
  const auto solved = [](Problem problem, const HintPatch* then) {
    const auto solver = make_plain_solver(Backend::cpu, 1);
    solver->load(std::move(problem));
    if (then) solver->apply(*then);
    while (!solver->iterate(Budget{}).done()) {
    }
    Chroma chroma;
    solver->read(chroma);
    return chroma;
  };
  for (int y = r.y0; y < r.y1; ++y)
    for (int x = r.x0; x < r.x1; ++x) {
      changed.hint_a(x, y) = 40;
      changed.hint_b(x, y) = -30;
      changed.hint_strength(x, y) = 100;
    }
  CHECK(largest_difference(solved(p, &patch), solved(changed, nullptr)) == 0);
}

TEST_CASE("no strokes give no colour, an all-covered photo gives its strokes") {
  Problem p = blank(90, 70);
  Chroma chroma = solve(p, {});
  for (float value : chroma.a) CHECK_MESSAGE(value == 0, "grey stays grey");
  for (int y = 0; y < 70; ++y)
    for (int x = 0; x < 90; ++x) hint(p, x, y, 20, -10);
  chroma = solve(p, {});
  for (float value : chroma.b) CHECK(value == doctest::Approx(-10).epsilon(0.001));
}

TEST_CASE("when the last stroke goes the picture is grey again") {
  Problem problem;
  problem.lightness = Plane<float>(160, 120, 50);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(160, 120);
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  const auto solved = [&] {
    while (!solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 5}).done()) {
    }
    Chroma chroma;
    solver->read(chroma);
    return chroma;
  };
  HintPatch stroke{{70, 50, 90, 70}, Plane<float>(20, 20, 40), Plane<float>(20, 20, 10), Plane<float>(20, 20, 100), {}};
  for (int round = 0; round < 2; ++round) {
    solver->apply(stroke);
    CHECK(solved().a(80, 60) == doctest::Approx(40).epsilon(0.01));
    HintPatch gone = stroke;
    gone.hint_strength = Plane<float>(20, 20);
    solver->apply(gone);
    const Chroma grey = solved();
    CHECK(*std::max_element(grey.a.begin(), grey.a.end()) < 0.1f);
    CHECK(*std::max_element(grey.b.begin(), grey.b.end()) < 0.1f);
  }
}

TEST_CASE("preview solves a smaller picture of the same colours") {
  const Problem p = random_problem(900, 600, 41, 100, 200);
  Settings s;
  s.preview = true;
  const Colorized preview = colorize(p, {.settings = s});
  CHECK(preview.report.solved_width * preview.report.solved_height <= 450000);
  CHECK(preview.chroma.a.width() == 900);
  const Chroma full = solve(p, {});
  double sum = 0;
  for (std::size_t i = 0; i < full.a.size(); ++i) sum += std::abs(full.a.data()[i] - preview.chroma.a.data()[i]);
  CHECK(sum / full.a.size() < 6);
}

TEST_CASE("cancelling stops soon and keeps a picture") {
  const Problem p = random_problem(700, 500, 51, 100, 40);
  int asked = 0;
  const Colorized result = colorize(p, {.keep_going = [&](float) { return ++asked < 3; }});
  CHECK(result.report.stop == StopReason::cancelled);
  CHECK(result.chroma.a.width() == 700);
}

TEST_CASE("bad input is refused with the plane's name") {
  Problem p = blank(10, 10);
  p.hint_a = Plane<float>(9, 10);
  CHECK_THROWS_WITH(colorize(p), doctest::Contains("hint_a"));
  p = blank(10, 10);
  p.lightness.edit()(3, 3) = NAN;
  CHECK_THROWS_WITH(colorize(p), doctest::Contains("lightness"));
  CHECK_THROWS_AS(colorize(Problem{}), std::invalid_argument);
  Settings s;
  s.exponent = 3;
  CHECK_THROWS_WITH(colorize(blank(10, 10), {.settings = s}), doctest::Contains("exponent"));
}
