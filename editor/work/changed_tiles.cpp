#include "editor/work/changed_tiles.h"

#include <algorithm>
#include <cmath>

namespace handtint {
namespace {

constexpr std::size_t quickly_compared = 300'000;  // pixels: what comes while a stroke is drawn
constexpr float visible = 0.4f;                    // of a, b: below what an eye tells

// A texel is stretched over its neighbours' places too: the first and the last tile that one touches, for each of n.
struct Reach {
  std::vector<int> first, last;
  explicit Reach(int n) : first(static_cast<std::size_t>(n)), last(first) {
    for (int i = 0; i < n; ++i) {
      first[i] = std::max(i - 1, 0) * ChangedTiles::across / n;
      last[i] = std::min((std::min(i + 2, n) * ChangedTiles::across - 1) / n, ChangedTiles::across - 1);
    }
  }
};

}  // namespace

void ChangedTiles::show(const Chroma& fresh, bool exact) {
  if (exact || fresh.a.size() > quickly_compared || !fresh.a.same_size(shown_.a)) {
    shown_ = fresh.a.size() > quickly_compared ? Chroma{} : fresh;
    all_ = true;
    return;
  }
  const int width = fresh.a.width(), height = fresh.a.height();
  const Reach columns(width), rows(height);
  for (int y = 0; y < height; ++y) {
    const float *a = fresh.a.row(y), *b = fresh.b.row(y), *old_a = shown_.a.row(y), *old_b = shown_.b.row(y);
    for (int x = 0; x < width; ++x) {
      if (std::abs(a[x] - old_a[x]) + std::abs(b[x] - old_b[x]) <= visible) continue;
      some_ = true;
      for (int row = rows.first[y]; row <= rows.last[y]; ++row)
        for (int column = columns.first[x]; column <= columns.last[x]; ++column) marked(column, row) = true;
    }
  }
  if (!some_) return;
  // A texel that reaches into a tile that stays as it is counts as not drawn, so that small changes add up.
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      bool drawn = true;
      for (int row = rows.first[y]; row <= rows.last[y]; ++row)
        for (int column = columns.first[x]; column <= columns.last[x]; ++column) drawn = drawn && marked(column, row);
      if (!drawn) continue;
      shown_.a(x, y) = fresh.a(x, y);
      shown_.b(x, y) = fresh.b(x, y);
    }
  }
}

std::vector<Rect> ChangedTiles::take(int width, int height) {
  std::vector<Rect> rects;
  if (all_) {
    rects.push_back({0, 0, width, height});
  } else if (some_) {
    const auto place = [](int tile, int length) {
      return static_cast<int>(static_cast<long long>(tile) * length / across);
    };
    for (int row = 0; row < across; ++row) {
      const int top = place(row, height), bottom = place(row + 1, height);
      for (int column = 0; column < across; ++column) {
        if (!marked(column, row)) continue;
        const int first = column;
        while (column < across && marked(column, row)) ++column;
        const Rect run{place(first, width), top, place(column, width), bottom};
        const auto above = std::find_if(rects.begin(), rects.end(), [&](const Rect& r) {
          return r.x0 == run.x0 && r.x1 == run.x1 && r.y1 == run.y0;
        });
        if (above != rects.end())
          above->y1 = run.y1;
        else
          rects.push_back(run);
      }
    }
  }
  marks_.fill(false);
  all_ = some_ = false;
  return rects;
}

}  // namespace handtint
