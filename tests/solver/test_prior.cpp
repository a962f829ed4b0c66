// A prior: what is known of likeness, and a pull to no colour.
#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tests/solver/small_problems.h"

using namespace handtint;
using namespace handtint::small_problems;

TEST_CASE("a stroke's colour goes to pixels of like traits") {
  // Three islands of one lightness, the middle one painted; the left one shows the same thing, the right one another.
  Problem p = blank(240, 80, 60);
  for (int y = 0; y < 80; ++y)
    for (int x : {79, 80, 159, 160}) p.lightness.edit()(x, y) = 5;
  for (int y = 30; y < 50; ++y)
    for (int x = 110; x < 130; ++x) hint(p, x, y, 40, 20);
  p.prior = {Plane<float>(24, 8), Plane<float>(24, 8), Plane<float>(24, 8, 2e-5f)};
  const Chroma before = solve(p, {});
  CHECK(before.a(40, 40) == doctest::Approx(before.a(199, 40)).epsilon(0.02));
  p.prior.traits.fill(Plane<float>(24, 8));
  for (int y = 0; y < 8; ++y) std::fill(p.prior.traits[1].row(y) + 16, p.prior.traits[1].row(y) + 24, 4.0f);
  const Chroma after = solve(p, {});
  CHECK(after.a(40, 40) > 30);
  CHECK(after.a(199, 40) < 0.5f * after.a(40, 40));
  CHECK(after.a(120, 40) == doctest::Approx(40).epsilon(0.02));

  auto solver = make_plain_solver(Backend::cpu);  // set_prior afterwards is the same
  Prior prior = std::exchange(p.prior, {});
  solver->load(p);
  solver->iterate({});
  solver->set_prior(prior);
  solver->iterate({});
  Chroma late;
  solver->read(late);
  CHECK(largest_difference(late, after) < 0.5f);
  prior.traits[2] = Plane<float>(3, 3);
  p.prior = prior;
  CHECK_THROWS_AS(solver->load(p), std::invalid_argument);
}

TEST_CASE("a prior of no colour pulls as one that is all but colourless does") {
  Problem p = random_problem(61, 47, 3, 100, 8);
  p.prior = {Plane<float>(9, 7), Plane<float>(9, 7), Plane<float>(9, 7, 1e-3f)};
  for (int x = 0; x < 9; ++x) p.prior.weight(x, 3) = 0.05f;
  const Chroma pulled = solve(p, {});
  p.prior.a(4, 4) = 1e-6f;  // the way that adds colours, too
  CHECK(largest_difference(pulled, solve(p, {})) < 1e-3f);
  p.prior = {};
  CHECK(largest_difference(pulled, solve(p, {})) > 1);
}

TEST_CASE("where the traits change a thing ends, where only the lightness changes it may go on") {
  Problem p = blank(240, 80, 60);
  for (int y = 30; y < 50; ++y) {
    for (int x = 10; x < 20; ++x) hint(p, x, y, 40, 20);
    for (int x = 220; x < 230; ++x) hint(p, x, y, -40, 20);
  }
  p.prior = {Plane<float>(48, 16), Plane<float>(48, 16), Plane<float>(48, 16, 2e-5f)};
  p.prior.traits.fill(Plane<float>(48, 16));
  Settings s;
  s.affinity = 0;
  CHECK(solve(p, s).a(100, 40) > 0);  // nearer to the red stroke
  for (int y = 0; y < 16; ++y) std::fill(p.prior.traits[2].row(y) + 16, p.prior.traits[2].row(y) + 48, 8.0f);
  CHECK(solve(p, s).a(100, 40) < -30);  // beyond the end of what was painted red
  CHECK(solve(p, s).a(60, 40) > 30);
  s.edge = 0;  // no edges of any kind
  CHECK(solve(p, s).a(100, 40) > 0);

  // A step in lightness, as of a fold: the colours meet at it, less firmly where all is known to be one thing.
  s.edge = 1;
  for (int y = 0; y < 80; ++y)
    for (int x = 80; x < 240; ++x) p.lightness.edit()(x, y) = 66;
  p.prior.traits.fill(Plane<float>(48, 16));
  const float known = solve(p, s).a(78, 40);
  p.prior.traits = {};
  CHECK(known < solve(p, s).a(78, 40) - 2);
}
