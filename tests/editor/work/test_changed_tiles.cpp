#include <doctest/doctest.h>

#include "editor/work/changed_tiles.h"

using namespace handtint;

namespace {

Chroma grey(int width, int height) {
  return {Plane<float>(width, height), Plane<float>(width, height)};
}

bool covered(const std::vector<Rect>& rects, int x, int y) {
  for (const Rect& r : rects)
    if (r.x0 <= x && x < r.x1 && r.y0 <= y && y < r.y1) return true;
  return false;
}

}  // namespace

TEST_CASE("the first picture, another size and an exact picture are drawn whole, the same picture not at all") {
  ChangedTiles tiles;
  const std::vector<Rect> whole{{0, 0, 600, 400}};
  tiles.show(grey(60, 40), false);
  CHECK(tiles.take(600, 400) == whole);
  tiles.show(grey(60, 40), false);
  CHECK_FALSE(tiles.any());
  CHECK(tiles.take(600, 400).empty());
  tiles.show(grey(120, 80), false);
  CHECK(tiles.all());
  CHECK(tiles.take(600, 400) == whole);
  tiles.show(grey(120, 80), true);
  CHECK(tiles.all());
}

TEST_CASE("a change is drawn where it reaches, and little else") {
  ChangedTiles tiles;
  Chroma chroma = grey(60, 40);
  tiles.show(chroma, false);
  tiles.take(600, 400);
  chroma.a(30, 20) = 5;
  tiles.show(chroma, false);
  const std::vector<Rect> rects = tiles.take(600, 400);
  // Bilinear stretching carries a texel of 10 x 10 pixels half a texel further.
  for (int y = 195; y < 215; ++y)
    for (int x = 295; x < 315; ++x) CHECK(covered(rects, x, y));
  long area = 0;
  for (const Rect& r : rects) area += static_cast<long>(r.width()) * r.height();
  CHECK(area < 600 * 400 / 50);
}

TEST_CASE("changes too small to be seen add up, also at the rim of a part that was drawn") {
  ChangedTiles tiles;
  Chroma chroma = grey(64, 64);
  tiles.show(chroma, false);
  tiles.take(640, 640);
  chroma.b(20, 20) = 0.3f;
  tiles.show(chroma, false);
  CHECK_FALSE(tiles.any());
  chroma.b(20, 20) = 0.6f;
  tiles.show(chroma, false);
  CHECK(covered(tiles.take(640, 640), 205, 205));
  // A tile is two texels here; texel 24 shares none with texel 21, but its neighbours' tiles end beside it.
  Chroma drawn = chroma;
  int times = 0;
  for (int step = 1; step <= 10; ++step) {
    drawn.a(21, 20) += 5;      // always drawn
    drawn.a(23, 20) += 0.15f;  // reaches into a tile that only it changes
    tiles.show(drawn, false);
    times += covered(tiles.take(640, 640), 245, 205);
  }
  CHECK(times >= 3);
  CHECK(times <= 4);
}
