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

using namespace handtint;

namespace {

constexpr int width = 480, height = 360;  // several scales
constexpr Rect bounds{100, 80, 300, 260};

// Cloth of the same weave everywhere: likeness and coarse scales carry a stroke's colour all over it.
Plane<float> cloth() {
  Plane<float> lightness(width, height);
  std::uint32_t seed = 7;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      seed = seed * 1664525u + 1013904223u;
      const float grain = static_cast<float>(seed >> 24) / 255 - 0.5f;
      lightness(x, y) = 55 + 9 * std::sin(0.4f * x) + 7 * std::sin(0.31f * y + 0.02f * x) + 5 * grain;
    }
  return lightness;
}

Problem bare() {
  Problem problem;
  problem.lightness = cloth();
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(width, height);
  return problem;
}

Prior coat() {
  Prior prior{Plane<float>(60, 45), Plane<float>(60, 45), Plane<float>(60, 45, 1e-4f)};
  prior.traits.fill(Plane<float>(60, 45));
  for (int y = 0; y < 45; ++y)
    for (int x = 0; x < 60; ++x) {
      prior.a(x, y) = x < 30 ? 15.0f : -15.0f;
      prior.b(x, y) = 0.5f * y;
      prior.traits[0](x, y) = x < 30 ? 0.0f : 6.0f;
    }
  return prior;
}

// A slanted quadrilateral.
bool in_outline(int x, int y) {
  return bounds.x0 + 0.2f * (y - bounds.y0) <= x && x < bounds.x1 - 0.1f * (bounds.y1 - y) && y >= bounds.y0 &&
         y < bounds.y1;
}

void paint(Plane<float>& a, Plane<float>& b, Plane<float>& strength, Rect at, float hint_a, float hint_b) {
  for (int y = at.y0; y < at.y1; ++y)
    for (int x = at.x0; x < at.x1; ++x) {
      a(x, y) = hint_a;
      b(x, y) = hint_b;
      strength(x, y) = 100;
    }
}

void paint(Problem& problem, Rect at, float a, float b) {
  paint(problem.hint_a, problem.hint_b, problem.hint_strength, at, a, b);
}

// The region without strokes of its own. `outline` in pixels of the photo.
template <class Outline>
RegionPatch region(std::uint64_t id, Rect rect, const Plane<float>& lightness, Outline outline) {
  RegionPatch patch;
  patch.id = id;
  patch.bounds = patch.rect = rect;
  patch.hint_a = patch.hint_b = patch.hint_strength = Plane<float>(rect.width(), rect.height());
  patch.lightness = patch.hint_a;
  patch.mask = Plane<std::uint8_t>(rect.width(), rect.height());
  for (int y = 0; y < rect.height(); ++y)
    for (int x = 0; x < rect.width(); ++x) {
      patch.mask(x, y) = outline(rect.x0 + x, rect.y0 + y) ? region_inside : 0;
      patch.lightness.edit()(x, y) = lightness(rect.x0 + x, rect.y0 + y);
    }
  return patch;
}
RegionPatch region() {
  return region(1, bounds, cloth(), in_outline);
}

// A stroke limited to the region; `at` in pixels of the photo, inside the outline.
void paint(RegionPatch& patch, Rect at, float a, float b) {
  const Rect part{at.x0 - patch.bounds.x0, at.y0 - patch.bounds.y0, at.x1 - patch.bounds.x0, at.y1 - patch.bounds.y0};
  paint(patch.hint_a, patch.hint_b, patch.hint_strength, part, a, b);
  for (int y = part.y0; y < part.y1; ++y)
    for (int x = part.x0; x < part.x1; ++x) patch.mask(x, y) |= region_own;
}

// The part of a region's state inside a rectangle of the photo.
RegionPatch part_of(const RegionPatch& all, Rect rect) {
  RegionPatch part;
  part.id = all.id;
  part.bounds = all.bounds;
  part.rect = rect;
  const auto cut = [&](const auto& plane) {
    auto small = std::decay_t<decltype(plane)>(rect.width(), rect.height());
    for (int y = 0; y < rect.height(); ++y)
      for (int x = 0; x < rect.width(); ++x)
        small(x, y) = plane(rect.x0 - all.bounds.x0 + x, rect.y0 - all.bounds.y0 + y);
    return small;
  };
  part.mask = cut(all.mask);
  part.hint_a = cut(all.hint_a);
  part.hint_b = cut(all.hint_b);
  part.hint_strength = cut(all.hint_strength);
  return part;
}

HintPatch only_regions(std::vector<RegionPatch> regions) {
  HintPatch patch;
  patch.rect = {0, 0, width, height};
  patch.regions = std::move(regions);
  return patch;
}

Chroma solved(Solver& solver) {
  for (int i = 0; i < 10000; ++i)
    if (solver.iterate({.mode = Budget::Mode::interactive, .milliseconds = 5}).done()) break;
  Chroma chroma;
  solver.read(chroma);
  return chroma;
}
Chroma solved(const Problem& problem, const Settings& settings = {}) {
  return colorize(problem, {.settings = settings, .backend = Backend::cpu}).chroma;
}

template <class Where>
float largest_difference(const Chroma& p, const Chroma& q, Where where) {
  REQUIRE(p.a.same_size(q.a));
  float largest = 0;
  for (int y = 0; y < p.a.height(); ++y)
    for (int x = 0; x < p.a.width(); ++x)
      if (where(x, y)) largest = std::max({largest, std::abs(p.a(x, y) - q.a(x, y)), std::abs(p.b(x, y) - q.b(x, y))});
  return largest;
}
float largest_difference(const Chroma& p, const Chroma& q) {
  return largest_difference(p, q, [](int, int) { return true; });
}
bool outside(int x, int y) {
  return !in_outline(x, y);
}

constexpr Rect dab{180, 150, 196, 166};

// A solver on a device that packs pictures for a screen.
class ShowingSolver final : public Solver {
 public:
  void load(Problem problem) override { solver_->load(std::move(problem)); }
  void apply(const HintPatch& patch) override { solver_->apply(patch); }
  void set_prior(Prior prior) override { solver_->set_prior(std::move(prior)); }
  void configure(const Settings& settings) override { solver_->configure(settings); }
  Report iterate(const Budget& budget) override { return solver_->iterate(budget); }
  double energy() const override { return solver_->energy(); }
  void read(Chroma& chroma) const override { solver_->read(chroma); }
  std::shared_ptr<ScreenPicture> show(const ScreenRequest&) override { return std::make_shared<Picture>(); }

 private:
  struct Picture final : ScreenPicture {
    Picture() : ScreenPicture(1, 1) {}
    const numerics::ScreenCode* codes() override { return &code; }
    numerics::ScreenCode code{};
  };
  std::unique_ptr<Solver> solver_ = make_plain_solver(Backend::cpu);
};

}  // namespace

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
