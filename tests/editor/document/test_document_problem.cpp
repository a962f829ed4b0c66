#include <doctest/doctest.h>

#include "editor/document/document.h"
#include "editor/document/rasterise.h"
#include "editor/document/render.h"
#include "editor/document/things.h"
#include "tests/editor/document/document_making.h"

using namespace handtint;
using namespace handtint::tests;

TEST_CASE("barriers are reported as cuts, also when an eraser opens them") {
  Document document(photo_size);
  CHECK_FALSE(document.add(dab(10, 10, {}, StrokeKind::erase)).cuts);
  Stroke barrier = dab(0, 20, {}, StrokeKind::barrier);
  barrier.points.push_back({60, 20, 4});
  CHECK(document.add(barrier).cuts);
  CHECK(document.add(dab(30, 20, {}, StrokeKind::erase)).cuts);
  CHECK(document.undo().cuts);
  CHECK_FALSE(document.add(dab(30, 20)).cuts);
}

TEST_CASE("the problem holds the photo's lightness, the hints, and cuts only if there are any") {
  Document document(photo_size);
  document.add(dab(10, 10));
  Problem problem = make_problem(grey_photo(), document.state());
  validate(problem);
  CHECK(problem.lightness == grey_photo().lightness);
  CHECK(problem.cuts.empty());
  CHECK(problem.prior.empty());
  CHECK(problem.hint_strength == raster(document).hint_strength);
  document.add(dab(30, 10, {}, StrokeKind::barrier));
  problem = make_problem(grey_photo(), document.state());
  validate(problem);
  CHECK(problem.cuts == raster(document).cuts);
}

TEST_CASE("a limited stroke is no hint of the photo but one of its region, and only that is rasterised for it") {
  Document document(photo_size);
  document.add(dab(10, 10));
  const HintPatch before = raster(document);
  Stroke limited = dab(30, 20);
  limited.region = {{20, 10}, {40, 10}, {40, 30}, {20, 30}};
  const Change change = document.add(limited);
  CHECK(change.only_regions);
  const HintPatch patch = make_patch(grey_photo(), document.state(), change);
  CHECK(patch.hint_strength.empty());
  REQUIRE(patch.regions.size() == 1);
  CHECK(patch.regions[0].complete());
  const Problem problem = make_problem(grey_photo(), document.state());
  validate(problem);
  CHECK(problem.hint_strength == before.hint_strength);
  REQUIRE(problem.regions.size() == 1);
  CHECK(problem.regions[0].hint_strength(30 - problem.regions[0].bounds.x0, 20 - problem.regions[0].bounds.y0) == 100);
  CHECK_FALSE(document.add(dab(30, 20)).only_regions);
  CHECK(document.take(edit_of_limiting(document.state(), std::vector<StrokeId>{2}, {{1, 1}, {50, 1}, {1, 30}}))
            .only_regions);
  CHECK_FALSE(document.take(edit_of_limiting(document.state(), std::vector<StrokeId>{2}, {})).only_regions);
  CHECK(make_problem(grey_photo(), document.state()).regions.empty());
}
