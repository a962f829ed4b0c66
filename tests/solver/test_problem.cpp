#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <stdexcept>

#include "solver/problem.h"

using namespace handtint;

namespace {

constexpr int width = 12, height = 8;

HintPatch patch() {
  return {{2, 3, 6, 5}, Plane<float>(4, 2, 40), Plane<float>(4, 2, 30), Plane<float>(4, 2, 100), {}};
}

RegionPatch region() {
  RegionPatch region;
  region.id = 1;
  region.bounds = region.rect = {1, 1, 5, 4};
  region.mask = Plane<std::uint8_t>(4, 3, region_inside);
  region.hint_a = region.hint_b = region.hint_strength = Plane<float>(4, 3);
  region.lightness = Plane<float>(4, 3, 50);
  return region;
}

Prior prior() {
  Prior prior{Plane<float>(3, 2, 10), Plane<float>(3, 2, -10), Plane<float>(3, 2, 1e-4f)};
  prior.traits.fill(Plane<float>(3, 2));
  return prior;
}

void check_refused(const char* word, const std::function<void()>& call) {
  CAPTURE(word);
  CHECK_THROWS_AS(call(), std::invalid_argument);
  CHECK_THROWS_WITH(call(), doctest::Contains(word));
}

void check_patch(const char* word, const std::function<void(HintPatch&)>& spoil) {
  HintPatch wrong = patch();
  wrong.regions = {region()};
  CHECK_NOTHROW(validate(wrong, width, height));
  spoil(wrong);
  check_refused(word, [&] { validate(wrong, width, height); });
}

void check_prior(const char* word, const std::function<void(Prior&)>& spoil) {
  Prior wrong = prior();
  CHECK_NOTHROW(validate(wrong));
  spoil(wrong);
  check_refused(word, [&] { validate(wrong); });
}

}  // namespace

TEST_CASE("a patch is refused with the plane's name: its size, a value that is read, a place outside the photo") {
  check_patch("hint_a", [](HintPatch& p) { p.hint_a = Plane<float>(4, 3); });
  check_patch("hint_b", [](HintPatch& p) { p.hint_b = {}; });
  check_patch("hint_strength", [](HintPatch& p) { p.hint_strength = {}; });
  check_patch("cuts", [](HintPatch& p) { p.cuts = Plane<std::uint8_t>(1, 1); });
  check_patch("hint_strength", [](HintPatch& p) { p.hint_strength(1, 1) = -1; });
  check_patch("hint_strength", [](HintPatch& p) { p.hint_strength(3, 0) = INFINITY; });
  check_patch("colour", [](HintPatch& p) { p.hint_b(0, 1) = NAN; });
  check_patch("outside", [](HintPatch& p) { p.rect = p.rect.moved(0, 4); });
  check_patch("outside", [](HintPatch& p) { p.rect = p.rect.moved(-3, 0); });
}

TEST_CASE("what a patch leaves out is no error, nor is a colour that nobody reads") {
  CHECK_NOTHROW(validate(HintPatch{}, width, height));
  HintPatch only_regions;
  only_regions.rect = {0, 0, width, height};
  only_regions.regions = {region()};
  CHECK_NOTHROW(validate(only_regions, width, height));
  HintPatch erased = patch();
  erased.hint_strength(2, 1) = 0;
  erased.hint_a(2, 1) = NAN;
  CHECK_NOTHROW(validate(erased, width, height));
}

TEST_CASE("a patch's regions are looked at like the patch") {
  check_patch("region.bounds", [](HintPatch& p) { p.regions[0].bounds = p.regions[0].rect = {}; });
  check_patch("region.bounds", [](HintPatch& p) { p.regions[0].bounds = p.regions[0].rect = {10, 1, 14, 4}; });
  check_patch("region.rect", [](HintPatch& p) { p.regions[0].rect = {0, 1, 4, 4}; });
  check_patch("region.mask", [](HintPatch& p) { p.regions[0].mask = {}; });
  check_patch("region.hint_strength", [](HintPatch& p) { p.regions[0].hint_strength(0, 0) = NAN; });
  check_patch("region.lightness", [](HintPatch& p) { p.regions[0].lightness = {}; });
  check_patch("region.lightness", [](HintPatch& p) { p.regions[0].lightness.edit()(1, 1) = NAN; });
}

TEST_CASE("a prior is refused with the plane's name") {
  CHECK_NOTHROW(validate(Prior{}));
  check_prior("prior.a", [](Prior& p) { p.a = Plane<float>(3, 3); });
  check_prior("prior.b", [](Prior& p) { p.b(1, 1) = NAN; });
  check_prior("prior.weight", [](Prior& p) { p.weight(2, 1) = -1e-5f; });
  check_prior("prior.a", [](Prior& p) { p.weight = {}; });
  check_prior("prior.traits", [](Prior& p) { p.traits[2] = {}; });
  check_prior("prior.traits", [](Prior& p) { p.traits[1](0, 0) = INFINITY; });
}

TEST_CASE("copies of a lightness share it until one is edited") {
  Problem problem;
  problem.lightness = Plane<float>(width, height, 50);
  Problem copy = problem;
  CHECK(copy.lightness.data() == problem.lightness.data());
  copy.lightness.edit()(3, 3) = 60;
  CHECK(problem.lightness(3, 3) == 50);
  CHECK(copy.lightness(3, 3) == 60);
  CHECK_FALSE(copy.lightness == problem.lightness);
}
