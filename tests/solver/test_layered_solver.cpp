#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include "solver/conductor/colorize.h"
#include "solver/conductor/make_plain_solver.h"
#include "solver/layers/coated_solver.h"
#include "solver/layers/layered_solver.h"
#include "tests/solver/region_on_cloth.h"

using namespace handtint;
using namespace handtint::tests;

TEST_CASE("a device shows the picture as long as no region lies over it") {
  Problem problem = bare();
  paint(problem, dab, 40, 30);
  const auto solver = make_layered_solver([] { return std::make_unique<ShowingSolver>(); }, 1);
  const ScreenRequest wish{{0, 0, width, height}};
  solver->load(problem);
  solved(*solver);
  CHECK(solver->show(wish));
  RegionPatch lasso = region();
  solver->apply(only_regions({lasso}));  // nothing is painted in it yet
  solved(*solver);
  CHECK(solver->show(wish));
  paint(lasso, dab, -40, 0);
  solver->apply(only_regions({lasso}));
  CHECK(!solver->show(wish));  // the stroke is to be seen from the first piece on
  solved(*solver);
  CHECK(!solver->show(wish));
}

TEST_CASE("without regions it is the coated solver, bit for bit") {
  for (const bool coated : {false, true}) {
    Problem problem = bare();
    if (coated) problem.prior = coat();
    paint(problem, dab, 40, 30);
    const auto limited = make_solver(Backend::cpu),
               plain = make_coated_solver([] { return make_plain_solver(Backend::cpu); }, 0);
    limited->load(problem);
    plain->load(problem);
    const Chroma p = solved(*limited), q = solved(*plain);
    CHECK(p.a == q.a);
    CHECK(p.b == q.b);
  }
}

TEST_CASE("a limited stroke colours its region and changes nothing outside, to the bit") {
  for (const bool coated : {false, true})
    for (const bool stroke_outside : {false, true})
      for (const bool preview : {false, true}) {
        CAPTURE(coated);
        CAPTURE(stroke_outside);
        Problem problem = bare();
        if (coated) problem.prior = coat();
        if (stroke_outside) paint(problem, {20, 300, 40, 320}, -30, -20);
        const Settings settings{.preview = preview};
        const Chroma before = solved(problem, settings);
        problem.regions.push_back(region());
        paint(problem.regions[0], dab, 45, 35);
        const Chroma after = solved(problem, settings);
        CHECK(largest_difference(before, after, outside) == 0);
        const Rect& b = bounds;
        for (const auto& [x, y] : {std::pair{dab.x0 + 8, dab.y0 + 8}, {b.x0 + 45, b.y1 - 20}, {b.x1 - 45, b.y0 + 10}})
          if (!coated || x < width / 2)
            CHECK(after.a(x, y) > (coated ? 25 : 40));  // beyond, the coat shows another thing
        CHECK(after.a(dab.x0 + 8, dab.y0 + 8) == doctest::Approx(45).epsilon(0.02));
      }
}

TEST_CASE("up to its outline a region is as if the photo ended there") {
  Problem problem = bare();
  problem.regions.push_back(region());
  paint(problem.regions[0], dab, 45, 35);
  const Chroma picture = solved(problem);
  for (int y = bounds.y0 + 1; y < bounds.y1 - 1; ++y)
    for (int x = bounds.x0 + 1; x < bounds.x1 - 1; ++x)
      if (in_outline(x, y)) REQUIRE(picture.a(x, y) > 35);  // no grey fringe
}

TEST_CASE("a preview larger than its picture keeps the outline where it was") {
  Problem problem;
  problem.lightness = Plane<float>(1200, 900, 50);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(1200, 900);
  const auto outline = [](int x, int y) { return x >= 300 && x < 700 && y >= 200 && y < 500; };
  problem.regions.push_back(region(1, {300, 200, 700, 500}, problem.lightness, outline));
  paint(problem.regions[0], {400, 300, 420, 320}, 40, 0);
  const Chroma picture = solved(problem, {.preview = true});
  CHECK(picture.a(600, 450) == doctest::Approx(40).epsilon(0.05));
  CHECK(picture.a(303, 203) == doctest::Approx(40).epsilon(0.05));
  CHECK(std::abs(picture.a(296, 300)) < 0.5f);
  CHECK(std::abs(picture.a(704, 300)) < 0.5f);
  CHECK(std::abs(picture.a(500, 504)) < 0.5f);
}

TEST_CASE("strokes given one by one end in the same picture as all at once, whatever is taken away again") {
  for (const bool coated : {false, true}) {
    CAPTURE(coated);
    Problem problem = bare();
    if (coated) problem.prior = coat();
    const auto live = make_solver(Backend::cpu);
    live->load(problem);
    const Chroma before = solved(*live);

    RegionPatch lasso = region();
    paint(lasso, {150, 120, 160, 130}, -20, 40);
    live->apply(only_regions({lasso}));
    live->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0});
    for (int x = dab.x0; x < dab.x1; x += 4) {  // a stroke in pieces, faster than the solver
      const Rect piece{x, dab.y0, x + 4, dab.y1};
      paint(lasso, piece, 45, 35);
      live->apply(only_regions({part_of(lasso, piece)}));
      live->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0});
    }
    paint(problem, {20, 300, 40, 320}, -30, -20);  // and one without a limit
    HintPatch unlimited{{20, 300, 40, 320}, {20, 20, -30}, {20, 20, -20}, {20, 20, 100}, {}};
    RegionPatch untouched;
    untouched.id = lasso.id;
    untouched.bounds = bounds;
    unlimited.regions = {untouched};
    live->apply(unlimited);
    const Chroma warm = solved(*live);

    Problem all = problem;
    all.regions = {lasso};
    const Chroma cold = solved(all);
    CHECK(largest_difference(warm, cold) < 2);
    CHECK(cold.a(dab.x0 + 8, dab.y0 + 8) == doctest::Approx(45).epsilon(0.02));

    live->apply(only_regions({}));
    CHECK(largest_difference(solved(*live), solved(problem)) < 1);
    CHECK(largest_difference(before, warm, outside) > 3);  // the unlimited stroke did its work
  }
}

TEST_CASE("the unlimited strokes in a region speak inside it, those outside do not") {
  Problem problem = bare();
  paint(problem, {20, 20, 60, 60}, -40, 0);      // outside
  paint(problem, {150, 200, 170, 220}, 0, -40);  // inside
  RegionPatch lasso = region();
  paint(lasso.hint_a, lasso.hint_b, lasso.hint_strength, {50, 120, 70, 140}, 0, -40);
  paint(lasso, dab, 45, 35);
  problem.regions = {lasso};
  const Chroma picture = solved(problem);
  CHECK(picture.b(160, 210) == doctest::Approx(-40).epsilon(0.02));
  CHECK(picture.a(30, 30) == doctest::Approx(-40).epsilon(0.02));
  for (int y = bounds.y0; y < bounds.y1; ++y)
    for (int x = bounds.x0; x < bounds.x1; ++x)
      if (in_outline(x, y)) REQUIRE(picture.a(x, y) > -3);
}

TEST_CASE("a region in which nothing is painted for it alone has no say") {
  Problem problem = bare();
  paint(problem, {20, 20, 60, 60}, -40, 0);
  const Chroma before = solved(problem);
  RegionPatch lasso = region();
  paint(lasso.hint_a, lasso.hint_b, lasso.hint_strength, {50, 120, 70, 140}, 0, -40);
  problem.regions = {lasso};
  CHECK(largest_difference(before, solved(problem)) == 0);
}

TEST_CASE("with a coat a limited stroke moves the picture below it, and leaves it where it does not reach") {
  Problem problem = bare();
  problem.lightness = Plane<float>(width, height, 40);
  for (int y = 0; y < height; ++y)
    for (int x = width / 2; x < width; ++x)
      problem.lightness.edit()(x, y) = 75;  // another thing, by light and by traits
  problem.prior = coat();
  paint(problem, {400, 200, 420, 220}, 10, -40);  // which somebody painted
  const Chroma below = solved(problem);
  problem.regions = {region(1, bounds, problem.lightness, in_outline)};
  paint(problem.regions[0], dab, 50, 20);
  const Chroma picture = solved(problem);
  CHECK(picture.a(220, 130) > below.a(220, 130) + 20);
  // The other thing within the outline has the colour that it has beyond.
  REQUIRE(in_outline(285, 240));
  CHECK(std::abs(picture.b(285, 240) - below.b(285, 240)) < 6);
  CHECK(std::abs(picture.a(285, 240) - below.a(285, 240)) < 6);
}

TEST_CASE("of regions that overlap the last lies on top") {
  Problem problem = bare();
  const auto left = [](int x, int) { return x < 240; };
  const auto lower = [](int, int y) { return y >= 180; };
  problem.regions = {region(1, {0, 0, 240, height}, problem.lightness, left),
                     region(2, {0, 180, width, height}, problem.lightness, lower)};
  paint(problem.regions[0], {20, 20, 60, 60}, 40, 0);
  paint(problem.regions[1], {400, 300, 440, 340}, 0, -40);
  const Chroma picture = solved(problem);
  CHECK(picture.a(200, 100) > 35);
  CHECK(picture.b(200, 200) < -35);
  CHECK(std::abs(picture.a(200, 200)) < 3);
  CHECK(std::abs(picture.a(300, 100)) + std::abs(picture.b(300, 100)) == 0);
  const auto live = make_solver(Backend::cpu);
  live->load(problem);
  solved(*live);
  RegionPatch first, second;
  first.id = 1, first.bounds = problem.regions[0].bounds;
  second.id = 2, second.bounds = problem.regions[1].bounds;
  live->apply(only_regions({second, first}));
  CHECK(solved(*live).a(200, 200) > 35);
}

TEST_CASE("a hand that paints in a region of a large photo gets a small picture first, then all of it") {
  Problem problem;
  problem.lightness = Plane<float>(1600, 1200, 50);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(1600, 1200);
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  solved(*solver);
  RegionPatch lasso = region(3, {300, 200, 400, 260}, problem.lightness, [](int, int) { return true; });
  for (int x = 320; x < 380; x += 20) {
    paint(lasso, {x, 220, x + 10, 230}, 40, 0);
    solver->apply(only_regions({lasso}));
    Report report;
    do report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0});
    while (!report.picture_changed);
    CHECK(report.solved_width < 500);
    Chroma glance;
    solver->read(glance);
    CHECK(glance.a.width() == report.solved_width);
    CHECK(glance.a(350 * glance.a.width() / 1600, 240 * glance.a.height() / 1200) > 20);
  }
  const Chroma picture = solved(*solver);
  CHECK(picture.a.width() == 1600);
  CHECK(picture.a(390, 250) == doctest::Approx(40).epsilon(0.05));
  CHECK(picture.a(401, 250) == 0);
}

TEST_CASE("a large region is sketched before its planes are laid out, inside its outline only") {
  Problem problem;
  problem.lightness = Plane<float>(1600, 1200, 50);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(1600, 1200);
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  solved(*solver);
  RegionPatch lasso = region(3, {200, 100, 1300, 1100}, problem.lightness, [](int x, int) { return x < 1000; });
  paint(lasso, {600, 500, 640, 540}, 40, -10);
  solver->apply(only_regions({lasso}));
  const Report report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0});
  CHECK(report.picture_changed);
  CHECK_FALSE(report.done());
  Chroma sketch;
  solver->read(sketch);
  const auto at = [&](int x, int y) { return sketch.a(x * sketch.a.width() / 1600, y * sketch.a.height() / 1200); };
  CHECK(at(620, 520) == doctest::Approx(40).epsilon(0.05));
  CHECK(at(900, 900) > 20);
  CHECK(at(1100, 520) == 0);
  CHECK(at(620, 1150) == 0);
  CHECK(solved(*solver).a(620, 520) == doctest::Approx(40).epsilon(0.01));
}

TEST_CASE(
    "a region without strokes is made ready for them and changes nothing; the picture is told at once and as the "
    "last") {
  for (const bool coated : {false, true}) {
    Problem problem = bare();
    if (coated) problem.prior = coat();
    paint(problem, {20, 20, 60, 60}, -40, 0);
    const auto solver = make_solver(Backend::cpu);
    solver->load(problem);
    const Chroma before = solved(*solver);
    solver->apply(only_regions({region()}));
    Report report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0});
    CHECK(report.picture_changed);
    CHECK_FALSE(report.done());
    while (!report.done()) report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0});
    CHECK(report.picture_changed);
    Chroma chroma;
    solver->read(chroma);
    CHECK(largest_difference(before, chroma) == 0);
    RegionPatch lasso = region();
    paint(lasso, dab, 45, 35);
    solver->apply(only_regions({part_of(lasso, dab)}));
    Problem all = problem;
    all.regions = {lasso};
    CHECK(largest_difference(solved(*solver), solved(all)) < 2);
    // Left again.
    solver->apply(only_regions({}));
    CHECK(largest_difference(solved(*solver), before) == 0);
  }
}

TEST_CASE("a patch that changes nothing has its answer too") {
  Problem problem = bare();
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  solved(*solver);
  solver->apply(only_regions({}));
  const Report report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 0});
  CHECK(report.picture_changed);
  CHECK(report.done());
}

TEST_CASE("a barrier inside a region stops its strokes") {
  Problem problem = bare();
  problem.lightness = Plane<float>(width, height, 50);
  RegionPatch lasso = region(1, bounds, problem.lightness, in_outline);
  lasso.cuts = Plane<std::uint8_t>(bounds.width(), bounds.height());
  for (int y = 0; y < bounds.height(); ++y) {
    lasso.cuts(120, y) = cut_east | cut_south_east;
    lasso.cuts(121, y) = cut_south_west;
  }
  paint(lasso, {180, 150, 196, 166}, 45, 35);
  paint(lasso, {240, 150, 250, 166}, -45, 35);
  problem.regions = {lasso};
  const Chroma picture = solved(problem, {.affinity = 0});
  CHECK(picture.a(218, 200) > 40);
  CHECK(picture.a(224, 200) < -40);
}

TEST_CASE("regions that do not fit are refused") {
  Problem problem = bare();
  problem.regions = {region()};
  problem.regions[0].bounds.x1 = width + 1;
  CHECK_THROWS_AS(validate(problem), std::invalid_argument);
  problem.regions = {region()};
  problem.regions[0].hint_a = Plane<float>(3, 3);
  CHECK_THROWS_AS(validate(problem), std::invalid_argument);
  problem.regions.clear();
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  RegionPatch wrong = region();
  wrong.mask = {};
  CHECK_THROWS_AS(solver->apply(only_regions({wrong})), std::invalid_argument);
}

TEST_CASE("cancelled while a region is solved it says so, and its progress never falls") {
  Problem problem = bare();
  problem.regions = {region()};
  paint(problem.regions[0], dab, 45, 35);
  const auto solver = make_solver(Backend::cpu);
  solver->load(problem);
  float last = 0;
  bool fell = false;
  for (int i = 0; i < 10000; ++i) {
    const Report report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 1});
    fell |= report.progress < last;
    last = report.progress;
    if (report.done()) break;
  }
  CHECK_FALSE(fell);
  CHECK(last == 1);
  const auto start = std::chrono::steady_clock::now();
  paint(problem.regions[0], {200, 150, 210, 160}, 0, 20);
  solver->apply(only_regions(problem.regions));
  Report report;
  do report = solver->iterate({.mode = Budget::Mode::interactive, .milliseconds = 1});
  while (!report.done());
  CHECK(report.solve_ms > 0);
  const std::chrono::duration<double, std::milli> all = std::chrono::steady_clock::now() - start;
  CHECK(report.solve_ms <= all.count());
  paint(problem.regions[0], {220, 150, 230, 160}, 0, 0);
  solver->apply(only_regions(problem.regions));
  CHECK(solver->iterate({.keep_going = [](float) { return false; }}).done() == false);
}
