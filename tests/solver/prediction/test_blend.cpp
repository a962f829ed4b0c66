#include <doctest/doctest.h>

#include <vector>

#include "solver/prediction/blend.h"

using namespace handtint;

namespace {

Prior flat(int width, int height, float a, float b, float weight) {
  return {Plane<float>(width, height, a), Plane<float>(width, height, b), Plane<float>(width, height, weight)};
}

}  // namespace

TEST_CASE("nothing blends to nothing, one prior to itself") {
  CHECK(blend({}).empty());
  std::vector<Prior> priors{{}, flat(3, 2, 5, -5, 0.25f), {}};
  const Prior one = blend(priors);
  CHECK(one.a == priors[1].a);
  CHECK(one.weight == priors[1].weight);
}

TEST_CASE("colours mix by weight and the weights add up, as the pulls of both would") {
  std::vector<Prior> priors{flat(2, 1, 10, 0, 1), flat(2, 1, -20, 40, 3)};
  priors[1].weight(1, 0) = 0;
  const Prior both = blend(priors);
  CHECK(both.a(0, 0) == doctest::Approx(-12.5));
  CHECK(both.b(0, 0) == doctest::Approx(30));
  CHECK(both.weight(0, 0) == doctest::Approx(4));
  CHECK(both.a(1, 0) == doctest::Approx(10));
  CHECK(both.weight(1, 0) == doctest::Approx(1));
  // The pull of both on any colour x: w1 (x - p1) + w2 (x - p2) = w (x - p).
  for (float x : {-30.0f, 0.0f, 7.0f})
    CHECK(1 * (x - 10) + 3 * (x + 20) == doctest::Approx(both.weight(0, 0) * (x - both.a(0, 0))));
}

TEST_CASE("where nobody has an opinion there is none, and no division by it") {
  const std::vector<Prior> priors{flat(1, 1, 10, 10, 0), flat(1, 1, 20, 20, 0)};
  const Prior none = blend(priors);
  CHECK(none.weight(0, 0) == 0);
  CHECK(none.a(0, 0) == 0);
}

TEST_CASE("a small prior is stretched over a large one, and its traits with it") {
  std::vector<Prior> priors{flat(2, 2, 10, 10, 1), flat(6, 4, 30, 10, 1)};
  priors[0].traits = {Plane<float>(2, 2, 1.0f), Plane<float>(2, 2, 2.0f), Plane<float>(2, 2, 3.0f)};
  const Prior both = blend(priors);
  CHECK(both.weight.width() == 6);
  CHECK(both.weight.height() == 4);
  CHECK(both.a(5, 3) == doctest::Approx(20));
  REQUIRE(both.has_traits());
  CHECK(both.traits[2].width() == 6);
  CHECK(both.traits[2](3, 2) == doctest::Approx(3));
}
