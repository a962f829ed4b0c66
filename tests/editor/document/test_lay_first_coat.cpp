#include <doctest/doctest.h>

#include <stdexcept>

#include "editor/document/lay_first_coat.h"
#include "solver/prediction/network.h"

using namespace handtint;

namespace {

Prediction two_cells() {
  Prediction prediction;
  prediction.width = 2;
  prediction.height = 1;
  prediction.a = prediction.b = Plane<float>(2, 1, 20.0f);
  return prediction;
}

}  // namespace

TEST_CASE("the coat is what make_prior says with the document's dials; without one nobody is asked") {
  int asked = 0;
  const Predictor predictor{[&](const Problem&, std::stop_token) {
                              ++asked;
                              return two_cells();
                            },
                            "fake"};
  Problem problem;
  problem.lightness = Plane<float>(4, 2, 50.0f);
  lay_first_coat(problem, {.on = false, .dials = {}}, predictor);
  lay_first_coat(problem, {.on = true, .dials = {.amount = 0}}, predictor);
  CHECK(asked == 0);
  CHECK(problem.prior.empty());

  const CoatSettings dials{.amount = 0.5f, .temperature = 0.7f, .variant = 3};
  lay_first_coat(problem, {.on = true, .dials = dials}, predictor);
  CHECK(asked == 1);
  const Prior expected = make_prior(two_cells(), dials);
  CHECK(problem.prior.a == expected.a);
  CHECK(problem.prior.weight == expected.weight);
  CHECK(problem.prior.a(0, 0) == doctest::Approx(10));
}

TEST_CASE("the network is asked about the bare photo, and the strokes are still there afterwards") {
  Problem problem;
  problem.lightness = Plane<float>(4, 2, 50.0f);
  problem.hint_a = problem.hint_b = Plane<float>(4, 2, 30.0f);
  problem.hint_strength = Plane<float>(4, 2, 100.0f);
  bool fail = false;
  const Predictor predictor{[&](const Problem& seen, std::stop_token) {
                              for (float h : seen.hint_strength) CHECK(h == 0);
                              if (fail) throw std::runtime_error("broken");
                              return two_cells();
                            },
                            "fake"};
  lay_first_coat(problem, {.on = true, .dials = {}}, predictor);
  CHECK(problem.prior.a(0, 0) == doctest::Approx(20));
  CHECK(problem.hint_strength == Plane<float>(4, 2, 100.0f));
  fail = true;
  CHECK_THROWS_AS(lay_first_coat(problem, {.on = true, .dials = {}}, predictor), std::runtime_error);
  CHECK(problem.hint_strength == Plane<float>(4, 2, 100.0f));
}

TEST_CASE("a network that is not there is an error with its name") {
  CHECK_THROWS_WITH_AS(open_predictor("/nowhere/x.onnx"),
                       doctest::Contains(why_no_network().empty() ? "x.onnx" : "no network"), std::runtime_error);
}

TEST_CASE("empty planes for hints mean none: the same answer as with planes of zeros" *
          doctest::skip(!why_no_network().empty())) {
  KeptPredictor kept;
  const Predictor& predictor = kept.open("shipped");
  CHECK(&kept.open("shipped") == &predictor);
  CHECK_THROWS_AS(kept.open("/nowhere/x.onnx"), std::runtime_error);
  CHECK(kept.open("shipped").ask != nullptr);
  CHECK(predictor.description.find("colornet") != std::string::npos);
  Problem bare;
  bare.lightness = Plane<float>(96, 64);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 96; ++x) bare.lightness.edit()(x, y) = static_cast<float>(x < 40 ? 30 + y % 5 : 70 - x % 7);
  Problem full = bare;
  full.hint_a = full.hint_b = full.hint_strength = Plane<float>(96, 64);
  const Prediction p = predictor.ask(bare, {}), q = predictor.ask(full, {});
  CHECK(!p.empty());
  CHECK(p.logits == q.logits);
}
