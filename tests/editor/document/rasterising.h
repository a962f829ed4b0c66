// What the tests of rasterise() share.
#pragma once

#include <algorithm>

namespace handtint::tests {

inline Photo grey_photo(int width, int height) {
  Photo photo;
  photo.lightness = Plane<float>(width, height, 50.0f);
  return photo;
}

inline Stroke stroke_of(StrokeKind kind, std::vector<StrokePoint> points, Rgb colour = {0.8f, 0.3f, 0.2f}) {
  Stroke stroke;
  stroke.kind = kind;
  stroke.colour = colour;
  stroke.points = std::move(points);
  return stroke;
}

inline StrokeList list_of(std::initializer_list<Stroke> strokes) {
  StrokeList list;
  for (const Stroke& stroke : strokes) list.push_back(SharedStroke(stroke));
  return list;
}

inline Rect whole(const Photo& photo) {
  return {0, 0, photo.width(), photo.height()};
}

// Pixels reachable from `start` over edges that are not cut.
inline Plane<std::uint8_t> flood(const Plane<std::uint8_t>& cuts, int start_x, int start_y) {
  Plane<std::uint8_t> reached(cuts.width(), cuts.height());
  std::vector<std::pair<int, int>> open{{start_x, start_y}};
  reached(start_x, start_y) = 1;
  const auto is_cut = [&](int x, int y, int dx, int dy) {
    if (dy < 0 || (dy == 0 && dx < 0)) {  // the edge belongs to the other pixel
      x += dx;
      y += dy;
      dx = -dx;
      dy = -dy;
    }
    const int bit = dy == 0 ? cut_east : dx == 0 ? cut_south : dx > 0 ? cut_south_east : cut_south_west;
    return (cuts(x, y) & bit) != 0;
  };
  while (!open.empty()) {
    const auto [x, y] = open.back();
    open.pop_back();
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        const int u = x + dx, v = y + dy;
        if (u < 0 || v < 0 || u >= cuts.width() || v >= cuts.height() || reached(u, v)) continue;
        if (is_cut(x, y, dx, dy)) continue;
        reached(u, v) = 1;
        open.push_back({u, v});
      }
    }
  }
  return reached;
}

inline int count_hints(const HintPatch& patch) {
  return static_cast<int>(
      std::count_if(patch.hint_strength.begin(), patch.hint_strength.end(), [](float s) { return s > 0; }));
}

}  // namespace handtint::tests
