// When a scale has arrived: the rule by itself, fed with tails.
#include <doctest/doctest.h>

#include "solver/numerics/stop_rule.h"

using handtint::numerics::Parameters;
using handtint::numerics::StopRule;

namespace {

constexpr float pixels = 60000;  // the full grid: 3 calm steps are asked for

StopRule rule(bool screened, const Parameters& parameters = {}) {
  StopRule stop;
  stop.begin(parameters, pixels, true, screened, false);
  return stop;
}

// One step that leaves this share of the pixels unsettled.
bool step(StopRule& stop, float tail) {
  stop.count_step(stop.renews_model());
  return stop.wants_tail() && stop.ends(tail * pixels);
}

}  // namespace

TEST_CASE("with the coarser answer as a prior the first calm step is the last") {
  StopRule stop = rule(true);
  CHECK_FALSE(step(stop, 0.5f));
  CHECK_FALSE(step(stop, 0.031f));
  CHECK(step(stop, 0.029f));
  CHECK(stop.iterations() == 3);
  CHECK(stop.tail() == doctest::Approx(0.029f));
  CHECK_FALSE(stop.limited());
}

TEST_CASE("where one step brought all home at the coarser scale, one does here") {
  const auto next = [](StopRule& stop) { stop.begin({}, 4 * pixels, true, true, false); };
  const auto first_step = [](StopRule& stop, float tail) {
    stop.count_step(stop.renews_model());
    return stop.ends(tail * 4 * pixels);
  };
  StopRule stop = rule(true);
  CHECK_FALSE(step(stop, 0.06f));
  CHECK(step(stop, 0.002f));
  next(stop);
  CHECK(first_step(stop, 0.059f));
  CHECK_FALSE(stop.limited());
  next(stop);  // known from the scale before that
  CHECK(first_step(stop, 0.058f));
  next(stop);  // more are on their way
  CHECK_FALSE(first_step(stop, 0.08f));

  StopRule slow = rule(true);
  CHECK_FALSE(step(slow, 0.06f));
  CHECK(step(slow, 0.02f));  // the first step left more
  next(slow);
  CHECK_FALSE(first_step(slow, 0.059f));

  StopRule coarsest = rule(false);  // the next descent begins anew
  step(coarsest, 0.06f);
  step(coarsest, 0.0001f);
  next(coarsest);
  CHECK_FALSE(first_step(coarsest, 0.059f));
}

TEST_CASE("without it the end is believed after calm steps in a row, and confirmed with one model") {
  StopRule stop = rule(false);
  CHECK_FALSE(step(stop, 0.0005f));
  CHECK_FALSE(step(stop, 0.0005f));
  CHECK_FALSE(step(stop, 0.01f));  // not in a row
  for (int calm = 0; calm < 3; ++calm) {
    CHECK(stop.renews_model());
    CHECK_FALSE(step(stop, 0.0005f));
  }
  // The next model stays until it ends as well.
  CHECK(stop.renews_model());
  CHECK_FALSE(step(stop, 0));
  CHECK_FALSE(stop.renews_model());
  CHECK_FALSE(step(stop, 0));
  CHECK_FALSE(stop.renews_model());
  CHECK(step(stop, 0));
  CHECK_FALSE(stop.limited());
}

TEST_CASE("a model that needs long to end is no confirmation: the next one is asked") {
  StopRule stop = rule(false);
  for (int calm = 0; calm < 3; ++calm) step(stop, 0);
  CHECK_FALSE(step(stop, 0.01f));
  for (int calm = 0; calm < 3; ++calm) CHECK_FALSE(step(stop, 0));
  CHECK(stop.renews_model());
  CHECK_FALSE(step(stop, 0));
  CHECK_FALSE(step(stop, 0));
  CHECK(step(stop, 0));
}

TEST_CASE("a quadratic energy keeps its one model") {
  Parameters quadratic;
  quadratic.reweighting_digits = 0;
  StopRule stop = rule(false, quadratic);
  CHECK(stop.renews_model());
  CHECK_FALSE(step(stop, 0));
  CHECK_FALSE(stop.renews_model());
  CHECK_FALSE(step(stop, 0));
  CHECK(step(stop, 0));
}

TEST_CASE("far from the end only every fourth tail is looked at, and the limit of iterations ends it") {
  Parameters parameters;
  parameters.iteration_limit = 7;
  StopRule stop = rule(false, parameters);
  int looks = 0;
  for (int k = 1; k < 7; ++k) {
    stop.count_step(stop.renews_model());
    if (!stop.wants_tail()) continue;
    ++looks;
    CHECK_FALSE(stop.ends(0.3f * pixels));
  }
  CHECK(looks == 2);  // steps 1 and 5
  CHECK(step(stop, 0.3f));
  CHECK(stop.iterations() == 7);
  CHECK(stop.limited());
}

TEST_CASE("a small picture is solved more strictly") {
  StopRule small;
  small.begin({}, 600, true, false, false);
  CHECK(small.tolerance() < 0.02f * rule(false).tolerance());
  StopRule coarse;  // of a larger photo
  coarse.begin({}, 600, false, false, false);
  CHECK(coarse.tolerance() == 2 * small.tolerance());
  CHECK(rule(true).tolerance() == Parameters{}.tolerance);
}
