#include "editor/document/painted_places.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "solver/prediction/matching.h"

namespace handtint {
namespace {

Place place_in(const Photo& photo, const StrokePoint& point) {
  return {point.x / static_cast<float>(photo.width()), point.y / static_cast<float>(photo.height())};
}

// Small, covers the photo, above 0 where somebody painted.
class PaintedPlaces {
 public:
  explicit PaintedPlaces(const Photo& photo) : photo_(photo) {
    const double scale = std::min(static_cast<double>(longest) / std::max(photo.width(), photo.height()), 1.0);
    plane = Plane<float>(std::max(static_cast<int>(std::lround(photo.width() * scale)), 1),
                         std::max(static_cast<int>(std::lround(photo.height() * scale)), 1));
  }

  void add(const Stroke& stroke) {
    if (!stroke.paints() || stroke.points.empty()) return;
    mark(place_in(photo_, stroke.points.front()));
    for (std::size_t i = 1; i < stroke.points.size(); ++i) {
      const Place from = place_in(photo_, stroke.points[i - 1]), to = place_in(photo_, stroke.points[i]);
      const float length = std::hypot((to.x - from.x) * static_cast<float>(plane.width()),
                                      (to.y - from.y) * static_cast<float>(plane.height()));
      const int steps = std::clamp(static_cast<int>(length) + 1, 1, 4 * longest);
      for (int step = 1; step <= steps; ++step) {
        const float share = static_cast<float>(step) / static_cast<float>(steps);
        mark({from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)});
      }
    }
  }

  void add(const StrokeMask& mask) {
    const auto w = static_cast<float>(mask.width()), h = static_cast<float>(mask.height());
    for (int y = 0; y < mask.height(); ++y)
      for (int x = 0; x < mask.width(); ++x)
        if (mask.drawn(x, y)) mark({(static_cast<float>(x) + 0.5f) / w, (static_cast<float>(y) + 0.5f) / h});
  }

  Plane<float> plane;

 private:
  static constexpr int longest = 256;

  void mark(Place place) {
    if (place.x < 0 || place.y < 0 || place.x >= 1 || place.y >= 1) return;
    plane(static_cast<int>(place.x * static_cast<float>(plane.width())),
          static_cast<int>(place.y * static_cast<float>(plane.height()))) = 1;
  }

  const Photo& photo_;
};

}  // namespace

Plane<float> painted_places(const Photo& photo, const DocumentState& state, bool with_suggested) {
  if (state.strokes.empty() && !state.imported) return {};
  PaintedPlaces places(photo);
  for (const SharedStroke& stroke : state.strokes)
    if (!stroke->hidden && (with_suggested || !stroke->source)) places.add(*stroke);
  if (state.imported) places.add(*state.imported);
  return std::move(places.plane);
}

}  // namespace handtint
