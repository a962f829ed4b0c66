#include <doctest/doctest.h>

#include <algorithm>

#include "editor/document/rasterise.h"
#include "tests/editor/document/rasterising.h"

using namespace handtint;
using namespace handtint::tests;

TEST_CASE("a limited stroke hints inside its region and nowhere else, and cuts nothing") {
  const Photo photo = grey_photo(40, 40);
  Stroke stroke = stroke_of(StrokeKind::colour, {{5, 20, 3}, {35, 20, 3}});
  stroke.region = {{10.5f, 8.5f}, {30, 10}, {28, 32}, {10.5f, 30.5f}};
  const HintPatch patch = rasterise({photo, list_of({stroke})}, whole(photo));
  CHECK(count_hints(patch) == 0);
  CHECK(std::count(patch.cuts.begin(), patch.cuts.end(), 0) == 40 * 40);
  REQUIRE(patch.regions.size() == 1);
  const RegionPatch& region = patch.regions[0];
  CHECK(region.complete());
  CHECK(region.lightness == Plane<float>(region.rect.width(), region.rect.height(), 50.0f));
  int hinted = 0;
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 40; ++x) {
      const int u = x - region.rect.x0, v = y - region.rect.y0;
      const bool known = u >= 0 && v >= 0 && u < region.rect.width() && v < region.rect.height();
      const bool inside = known && (region.mask(u, v) & region_inside);
      const bool left = inside_polygon(stroke.region, {x + 0.48f, y + 0.5f});
      if (left == inside_polygon(stroke.region, {x + 0.52f, y + 0.5f})) CHECK(inside == left);  // not on the outline
      if (!known || region.hint_strength(u, v) == 0) continue;
      ++hinted;
      CHECK(inside);
      CHECK((region.mask(u, v) & region_own) != 0);
    }
  CHECK(hinted > 80);
  CHECK(hinted <= 6 * 19);
}

TEST_CASE(
    "in a region unlimited strokes speak too; what lies over its own strokes, or erases them, takes their place") {
  const Photo photo = grey_photo(40, 40);
  const std::vector<Point> square{{10, 10}, {30, 10}, {30, 30}, {10, 30}};
  Stroke limited = stroke_of(StrokeKind::colour, {{20, 20, 3}});
  limited.region = square;
  Stroke also = stroke_of(StrokeKind::neutral, {{26, 26, 2}});  // of the same region
  also.region = square;
  const auto own = [](const RegionPatch& region) {
    return std::count_if(region.mask.begin(), region.mask.end(), [](auto bits) { return bits & region_own; });
  };
  const auto region_with = [&](const Stroke& third) {
    const HintPatch patch = rasterise({photo, list_of({limited, also, third})}, whole(photo));
    REQUIRE(patch.regions.size() == 1);
    return patch.regions[0];
  };
  const RegionPatch both = region_with(stroke_of(StrokeKind::colour, {{13, 13, 1}}));
  CHECK(both.hint_strength(13 - both.rect.x0, 13 - both.rect.y0) == 100);
  CHECK(own(both) > 30);
  CHECK(own(region_with(stroke_of(StrokeKind::colour, {{20, 20, 4}}))) < own(both));
  CHECK(own(region_with(stroke_of(StrokeKind::erase, {{20, 20, 40}}))) == 0);
  // An eraser that is limited takes away only there, from everything.
  Stroke eraser = stroke_of(StrokeKind::erase, {{20, 20, 40}});
  eraser.region = square;
  const HintPatch erased =
      rasterise({photo, list_of({stroke_of(StrokeKind::colour, {{5, 20, 1}, {35, 20, 1}}), eraser})}, whole(photo));
  CHECK(erased.regions.empty());
  CHECK(erased.hint_strength(20, 20) == 0);
  CHECK(erased.hint_strength(5, 20) == 100);
}

TEST_CASE("where regions overlap the one painted last lies on top and knows what lies below") {
  const Photo photo = grey_photo(40, 40);
  Stroke below = stroke_of(StrokeKind::colour, {{20, 20, 2}});
  below.region = {{5, 5}, {25, 5}, {25, 25}, {5, 25}};
  Stroke above = stroke_of(StrokeKind::neutral, {{23, 23, 1}});
  above.region = {{15, 15}, {35, 15}, {35, 35}, {15, 35}};
  const auto hinted = [](const RegionPatch& region, int x, int y) {
    return region.hint_strength(x - region.rect.x0, y - region.rect.y0) > 0;
  };
  HintPatch patch = rasterise({photo, list_of({below, above})}, whole(photo));
  REQUIRE(patch.regions.size() == 2);
  CHECK(patch.regions[0].bounds.x0 < patch.regions[1].bounds.x0);
  CHECK(hinted(patch.regions[0], 20, 20));
  CHECK_FALSE(hinted(patch.regions[0], 23, 23));
  CHECK(hinted(patch.regions[1], 20, 20));
  CHECK(hinted(patch.regions[1], 23, 23));
  patch = rasterise({photo, list_of({below, above}), nullptr, &below}, whole(photo));  // painted again
  REQUIRE(patch.regions.size() == 2);
  CHECK(patch.regions[1].bounds.x0 < patch.regions[0].bounds.x0);
}

TEST_CASE("a lasso without strokes is a region on top in which nothing is painted") {
  const Photo photo = grey_photo(40, 40);
  Stroke limited = stroke_of(StrokeKind::colour, {{20, 20, 3}});
  limited.region = {{10, 10}, {30, 10}, {30, 30}, {10, 30}};
  const std::vector<Point> lasso{{5, 5}, {15, 5}, {15, 15}, {5, 15}};
  const HintPatch patch = rasterise({.photo = photo, .strokes = list_of({limited}), .lasso = lasso}, whole(photo));
  REQUIRE(patch.regions.size() == 2);
  CHECK(patch.regions[1].id == region_id(lasso));
  CHECK(std::count(patch.regions[1].mask.begin(), patch.regions[1].mask.end(), region_inside) == 100);
  CHECK(rasterise({.photo = photo, .strokes = list_of({limited}), .lasso = limited.region}, whole(photo))
            .regions.size() == 1);
}

TEST_CASE("barriers are known in a region that is given as a whole, or in part with its cuts") {
  const Photo photo = grey_photo(40, 40);
  Stroke limited = stroke_of(StrokeKind::colour, {{20, 20, 3}});
  limited.region = {{10, 10}, {30, 10}, {30, 30}, {10, 30}};
  const StrokeList strokes = list_of({stroke_of(StrokeKind::barrier, {{15.3f, 0, 1}, {15.3f, 40, 1}}), limited});
  const RegionPatch all = rasterise({photo, strokes}, whole(photo), false).regions.at(0);
  REQUIRE_FALSE(all.cuts.empty());
  CHECK(flood(all.cuts, 0, 0)(all.rect.width() - 1, 0) == 0);
  CHECK(rasterise({photo, strokes}, {12, 12, 20, 20}, false).regions.at(0).cuts.empty());
  CHECK_FALSE(rasterise({photo, strokes}, {12, 12, 20, 20}, true).regions.at(0).cuts.empty());
  const RegionPatch elsewhere = rasterise({photo, strokes}, {0, 0, 5, 5}).regions.at(0);
  CHECK(elsewhere.rect.empty());
  CHECK(elsewhere.bounds == all.bounds);
  CHECK(rasterise({photo, strokes}, whole(photo), true, true).hint_strength.empty());
}
