#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "solver/conductor/colorize.h"
#include "solver/conductor/make_plain_solver.h"
#include "solver/layers/enlarger.h"
#include "solver/resample.h"

using namespace handtint;

namespace {

constexpr int width = 96, height = 64, edge_x = 48;

// Dark on the left, light on the right, flat otherwise.
Problem two_halves() {
  Problem problem;
  problem.lightness = Plane<float>(width, height, 35);
  for (int y = 0; y < height; ++y)
    for (int x = edge_x; x < width; ++x) problem.lightness.edit()(x, y) = 70;
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(width, height);
  return problem;
}

// One colour per half, on a coarse grid whose cells do not end at the edge: blurred across it.
Prior coarse_prior(float left_a, float right_a) {
  Prior prior{Plane<float>(7, 4), Plane<float>(7, 4), Plane<float>(7, 4, 1e-4f)};
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 7; ++x) prior.a(x, y) = x < 3 ? left_a : x > 3 ? right_a : (left_a + right_a) / 2;
  return prior;
}

void paint(Problem& problem, int x0, int y0, float a, float b) {
  for (int y = y0; y < y0 + 5; ++y)
    for (int x = x0; x < x0 + 5; ++x) {
      problem.hint_a(x, y) = a;
      problem.hint_b(x, y) = b;
      problem.hint_strength(x, y) = 100;
    }
}

Chroma solved(Solver& solver) {
  for (int i = 0; i < 1000; ++i)
    if (solver.iterate({}).done()) break;
  Chroma chroma;
  solver.read(chroma);
  return chroma;
}

Chroma solved(const Problem& problem) {
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  return solved(*solver);
}

float largest_difference(const Plane<float>& p, const Plane<float>& q) {
  REQUIRE(p.same_size(q));
  float largest = 0;
  for (std::size_t i = 0; i < p.size(); ++i) largest = std::max(largest, std::abs(p.data()[i] - q.data()[i]));
  return largest;
}

// The two halves are two things, so far apart.
void give_traits(Prior& prior, float distance = 8) {
  prior.traits.fill(Plane<float>(prior.weight.width(), prior.weight.height()));
  for (int y = 0; y < prior.weight.height(); ++y)
    for (int x = 0; x < prior.weight.width(); ++x) prior.traits[1](x, y) = 2 * x < prior.weight.width() ? 0 : distance;
}

}  // namespace

TEST_CASE("without a prior it is the plain solver, bit for bit") {
  Problem problem = two_halves();
  paint(problem, 10, 10, 40, -10);
  paint(problem, 70, 40, -30, 20);
  const auto plain = make_plain_solver(Backend::cpu);
  plain->load(problem);
  const Chroma expected = solved(*plain), got = solved(problem);
  CHECK(got.a == expected.a);
  CHECK(got.b == expected.b);
}

TEST_CASE("without strokes the coat follows the prior, and the photograph's edge where the prior is blurred") {
  Problem problem = two_halves();
  problem.prior = coarse_prior(40, -40);
  const Chroma coat = solved(problem);
  CHECK(coat.a(10, 30) == doctest::Approx(40).epsilon(0.15));
  CHECK(coat.a(85, 30) == doctest::Approx(-40).epsilon(0.15));
  CHECK(coat.a(edge_x - 3, 30) > 20);
  CHECK(coat.a(edge_x + 3, 30) < -20);
}

TEST_CASE("a stroke has its colour, moves the coat of its own object and leaves the other one alone") {
  Problem problem = two_halves();
  problem.prior = coarse_prior(40, -40);
  const Chroma coat = solved(problem);
  paint(problem, 10, 30, 10, 30);
  const Chroma picture = solved(problem);
  CHECK(picture.a(12, 32) == doctest::Approx(10).epsilon(0.05));
  CHECK(picture.b(12, 32) == doctest::Approx(30).epsilon(0.05));
  CHECK(picture.a(20, 32) < coat.a(20, 32) - 10);
  CHECK(picture.b(20, 32) > coat.b(20, 32) + 10);
  CHECK(picture.a(80, 32) == doctest::Approx(coat.a(80, 32)).epsilon(0.1));
}

TEST_CASE("a stroke does not run into a thing that nobody spoke for") {
  Problem problem = two_halves();
  problem.lightness = Plane<float>(width, height, 50);  // no edge to stop at
  problem.prior = coarse_prior(20, -20);
  for (float& weight : problem.prior.weight) weight = 3e-5f;
  paint(problem, 10, 30, 0, 50);
  const Chroma flooded = solved(problem);
  give_traits(problem.prior);
  const Chroma picture = solved(problem);
  CHECK(flooded.b(85, 32) > 20);
  CHECK(picture.b(85, 32) < 0.75f * flooded.b(85, 32));
  CHECK(picture.b(12, 32) == doctest::Approx(50).epsilon(0.05));
  CHECK(picture.b(25, 50) > 30);
  // Set later, while strokes are there, it is the same.
  const auto solver = make_solver(Backend::cpu);
  Prior prior = problem.prior;
  problem.prior.traits = {};
  solver->load(problem);
  solved(*solver);
  solver->set_prior(prior);
  const Chroma later = solved(*solver);
  CHECK(largest_difference(later.a, picture.a) < 1);
  CHECK(largest_difference(later.b, picture.b) < 1);
}

TEST_CASE("the less a stroke reaches, the less it changes beyond its own thing; the stroke itself stays, and live") {
  Problem problem = two_halves();
  problem.prior = coarse_prior(5, 5);
  for (float& weight : problem.prior.weight) weight = 2e-5f;
  give_traits(problem.prior, 1);  // the other half is another thing of nearly the same kind, of another light
  paint(problem, 10, 30, 40, 20);
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  float last = -1;
  for (const float reach : {0.0f, 0.5f, 1.0f}) {
    solver->configure({.reach = reach});
    const Chroma chroma = solved(*solver);
    const float beyond = std::abs(chroma.a(75, 30) - 5);
    CHECK(beyond > last);
    last = beyond;
    CHECK(chroma.a(12, 32) == doctest::Approx(40).epsilon(0.05));
    CHECK(largest_difference(chroma.a, colorize(problem, {.settings = {.reach = reach}}).chroma.a) < 0.3f);
  }
  CHECK(last > 2);
}

TEST_CASE("what the prior knows within an object survives a stroke, which the plain solver would flatten") {
  Problem problem = two_halves();
  problem.lightness = Plane<float>(width, height, 50);  // no edge anywhere
  problem.prior = {Plane<float>(12, 8), Plane<float>(12, 8), Plane<float>(12, 8, 1e-4f)};
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 12; ++x) problem.prior.a(x, y) = x < 6 ? 10 : 40;
  const Chroma coat = solved(problem);
  const float structure = coat.a(85, 32) - coat.a(30, 32);
  REQUIRE(structure > 5);
  paint(problem, 8, 8, 20, 20);
  const Chroma picture = solved(problem);
  CHECK(picture.a(85, 32) - picture.a(30, 32) > 0.85f * structure);
  const auto plain = make_plain_solver(Backend::cpu);
  plain->load(problem);
  const Chroma flat = solved(*plain);
  CHECK(flat.a(85, 32) - flat.a(30, 32) < 0.5f * structure);
}

TEST_CASE("strokes given one by one end in the same picture as all at once") {
  Problem problem = two_halves();
  problem.prior = coarse_prior(30, -20);
  SUBCASE("a coat that knows colours only") {}
  SUBCASE("a coat that knows things") {
    give_traits(problem.prior);
  }
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  solved(*solver);
  Problem painted = problem;
  paint(painted, 20, 20, 0, 40);
  paint(painted, 70, 10, 25, 25);
  for (const Rect r : {Rect{18, 18, 30, 30}, Rect{68, 8, 80, 20}}) {
    HintPatch patch{r,
                    Plane<float>(r.width(), r.height()),
                    Plane<float>(r.width(), r.height()),
                    Plane<float>(r.width(), r.height()),
                    {}};
    for (int y = 0; y < r.height(); ++y)
      for (int x = 0; x < r.width(); ++x) {
        patch.hint_a(x, y) = painted.hint_a(r.x0 + x, r.y0 + y);
        patch.hint_b(x, y) = painted.hint_b(r.x0 + x, r.y0 + y);
        patch.hint_strength(x, y) = painted.hint_strength(r.x0 + x, r.y0 + y);
      }
    solver->apply(patch);
    solver->iterate({});
  }
  const Chroma one_by_one = solved(*solver), at_once = solved(painted);
  CHECK(largest_difference(one_by_one.a, at_once.a) < 1.0f);
  CHECK(largest_difference(one_by_one.b, at_once.b) < 1.0f);
}

TEST_CASE(
    "a new coat: the old picture stays until it is ready, strokes keep their colour, none at all is the plain solver") {
  Problem problem = two_halves();
  problem.prior = coarse_prior(30, -20);
  paint(problem, 20, 20, 0, 40);
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  const Chroma before = solved(*solver);
  solver->set_prior(coarse_prior(-30, 20));
  Chroma meanwhile;
  solver->read(meanwhile);
  CHECK(meanwhile.a == before.a);
  const Chroma after = solved(*solver);
  CHECK(after.a(80, 40) > 10);
  CHECK(after.b(22, 22) == doctest::Approx(40).epsilon(0.05));
  solver->set_prior({});
  problem.prior = {};
  const Chroma without = solved(*solver), expected = solved(problem);
  CHECK(largest_difference(without.a, expected.a) < 1.0f);
}

TEST_CASE("after a new coat every stroke has its colour still, wherever it lies") {
  Problem problem = two_halves();
  problem.prior = coarse_prior(30, -20);
  const auto solver = make_solver(Backend::cpu);
  for (const auto& [x, y] : {std::pair{20, 0}, {70, 8}, {5, 30}, {80, 59}}) paint(problem, x, y, 0, 40);
  solver->load(problem);
  solved(*solver);
  problem.prior = coarse_prior(-35, 25);
  solver->set_prior(problem.prior);
  const Chroma after = solved(*solver), expected = solved(problem);
  for (const auto& [x, y] : {std::pair{20, 0}, {70, 8}, {5, 30}, {80, 59}})
    CHECK(after.b(x + 2, y + 2) == doctest::Approx(40).epsilon(0.05));
  CHECK(largest_difference(after.a, expected.a) < 1.0f);
  CHECK(largest_difference(after.b, expected.b) < 1.0f);
}

TEST_CASE("in helpings it comes to the same end, and says so only there") {
  Problem problem = two_halves();
  problem.prior = coarse_prior(30, -20);
  paint(problem, 20, 20, 0, 40);
  const Chroma expected = solved(problem);
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  Report report;
  float progress = 0;
  for (int i = 0; i < 10000 && !report.done(); ++i) {
    report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0, .keep_going = {}});
    CHECK(report.progress >= progress);
    progress = report.progress;
  }
  REQUIRE(report.done());
  CHECK(report.progress == 1);
  Chroma chroma;
  solver->read(chroma);
  CHECK(largest_difference(chroma.a, expected.a) < 0.5f);
}

TEST_CASE("without strokes the answer comes first, then the solver makes itself ready for strokes; the picture stays") {
  Problem problem = two_halves();
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  Report report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0, .keep_going = {}});
  CHECK(report.picture_changed);
  CHECK_FALSE(report.done());
  Chroma chroma;
  solver->read(chroma);
  REQUIRE(chroma.a.width() == width);
  CHECK(largest_difference(chroma.a, Plane<float>(width, height)) == 0);

  solver->set_prior(coarse_prior(30, -20));
  const auto finish = [&] {
    for (int i = 0; i < 10000 && !report.done(); ++i) {
      report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0, .keep_going = {}});
      if (report.solved_width == width && report.picture_changed) solver->read(chroma);
    }
    REQUIRE(report.done());
  };
  report = {};
  finish();
  problem.prior = coarse_prior(30, -20);
  const Chroma coat = solved(problem);
  CHECK(largest_difference(chroma.a, coat.a) == 0);
  // And the first stroke then is the same as if all had been there at once.
  paint(problem, 20, 20, 0, 40);
  HintPatch patch{{20, 20, 25, 25}, Plane<float>(5, 5), Plane<float>(5, 5, 40), Plane<float>(5, 5, 100), {}};
  solver->apply(patch);
  report = {};
  finish();
  solver->read(chroma);
  CHECK(largest_difference(chroma.b, solved(problem).b) < 0.5f);
}

TEST_CASE("a new coat of a large photo is shown as soon as it is made, and then at the photo's size") {
  Problem problem;
  problem.lightness = Plane<float>(900, 600, 50);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(900, 600);
  problem.prior = coarse_prior(30, 30);
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  solved(*solver);
  solver->set_prior(coarse_prior(-40, -40));
  Chroma chroma;
  Report report;
  const auto next_picture = [&] {
    do report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0, .keep_going = {}});
    while (!report.picture_changed && !report.done());
    solver->read(chroma);
    CHECK(chroma.a.width() == report.solved_width);
    CHECK(chroma.a(5, 5) == doctest::Approx(-40).epsilon(0.1));
  };
  next_picture();
  CHECK(chroma.a.width() < 900);
  CHECK_FALSE(report.done());
  next_picture();
  CHECK(chroma.a.width() == 900);
}

TEST_CASE("cancelled before the coat is ready it says so") {
  Problem problem = two_halves();
  problem.prior = coarse_prior(30, -20);
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  const Report report = solver->iterate({.keep_going = [](float) { return false; }});
  CHECK(report.stop == StopReason::cancelled);
}

TEST_CASE("cancelled at any moment of a one-off it says so, the enlargement of the coat included") {
  Problem problem;
  problem.lightness = Plane<float>(900, 600, 50);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(900, 600);
  problem.prior = coarse_prior(30, 30);
  const auto cancelled_at = [&](int last) {
    const auto solver = make_solver(Backend::cpu);
    solver->load(problem);
    int calls = 0;
    const Report report = solver->iterate({.keep_going = [&](float) { return ++calls < last || last < 0; }});
    return std::pair{calls, report.stop};
  };
  const auto [calls, stop] = cancelled_at(-1);
  REQUIRE(stop == StopReason::converged);
  REQUIRE(calls > 2);
  for (const int last : {1, calls / 2, calls}) {
    const auto [asked, reason] = cancelled_at(last);
    if (asked >= last) CHECK(reason == StopReason::cancelled);  // how often it asks depends on the time it takes
  }
}

TEST_CASE("a small coat is enlarged along the photograph's edges") {
  const Problem problem = two_halves();
  Chroma small{Plane<float>(15, 10), Plane<float>(15, 10)};  // the edge lies inside a cell
  for (int y = 0; y < 10; ++y)
    for (int x = 0; x < 15; ++x) small.a(x, y) = x < 7 ? 30 : x > 7 ? -30 : 0;
  const Chroma large = enlarge_along_edges(small, problem.lightness);
  REQUIRE(large.a.width() == width);
  const Chroma bilinear = resize(small, width, height);
  CHECK(large.a(edge_x - 2, 30) > bilinear.a(edge_x - 2, 30) + 5);
  CHECK(large.a(edge_x + 2, 30) < bilinear.a(edge_x + 2, 30) - 5);
  // Kopf et al. 2007, written down once more without any of the tricks.
  const Plane<float> guide = resample(problem.lightness, 15, 10);
  for (const auto& [x, y] : {std::pair{0, 0}, {95, 63}, {edge_x, 30}, {edge_x - 1, 17}, {46, 63}}) {
    const float fx = (x + 0.5f) * 15 / width - 0.5f, fy = (y + 0.5f) * 10 / height - 0.5f;
    double sum = 0, sum_a = 0;
    for (int j = -1; j <= 1; ++j)
      for (int i = -1; i <= 1; ++i) {
        const auto u = std::lround(fx) + i, v = std::lround(fy) + j;
        const int cu = std::clamp<int>(u, 0, 14), cv = std::clamp<int>(v, 0, 9);
        const double near = std::max(1.5 - std::abs(fx - u), 0.0) * std::max(1.5 - std::abs(fy - v), 0.0);
        const double step = (problem.lightness(x, y) - guide(cu, cv)) / 4;
        const double weight = (near + 1e-4) / std::pow(1 + step * step, 2);
        sum += weight;
        sum_a += weight * small.a(cu, cv);
      }
    CHECK(large.a(x, y) == doctest::Approx(sum_a / sum).epsilon(1e-3));
  }
  CHECK(large.a(5, 30) == doctest::Approx(30));
  CHECK(large.a(90, 30) == doctest::Approx(-30));
}
