#include "editor/document/reduced.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "solver/resample.h"

namespace handtint {
namespace {

// What many share is reduced once, and then shared by what was made of them: steps of the history name strokes that
// the document holds.
class Reducer {
 public:
  Reducer(Extent from, Extent to)
      : from_(from),
        to_(to),
        across_(static_cast<float>(to.width) / static_cast<float>(from.width)),
        down_(static_cast<float>(to.height) / static_cast<float>(from.height)) {}

  void reduce(std::vector<Point>& outline) const {
    for (Point& p : outline) p = {p.x * across_, p.y * down_};
  }

  void reduce(SharedStroke& shared) {
    const auto [known, is_new] = strokes_.try_emplace(&*shared, shared, shared);
    if (is_new) {
      Stroke stroke = *shared;
      for (StrokePoint& p : stroke.points) p = {p.x * across_, p.y * down_, p.radius * std::sqrt(across_ * down_)};
      reduce(stroke.region);
      known->second.second = SharedStroke(std::move(stroke));
    }
    shared = known->second.second;
  }
  void reduce(std::optional<SharedStroke>& stroke) {
    if (stroke) reduce(*stroke);
  }

  void reduce(ImportedMask& mask) {
    if (!mask) return;
    const auto [known, is_new] = masks_.try_emplace(mask.get(), mask, nullptr);
    if (is_new) known->second.second = reduced_mask(*mask);
    mask = known->second.second;
  }

  void reduce(EditPtr& edit) {
    Edit small = *edit;
    for (StrokeSwap& swap : small.strokes) {
      reduce(swap.before);
      reduce(swap.after);
    }
    if (small.imported) {
      reduce(small.imported->before);
      reduce(small.imported->after);
    }
    if (small.lasso) {
      reduce(small.lasso->before);
      reduce(small.lasso->after);
    }
    edit = std::make_shared<const Edit>(std::move(small));
  }

 private:
  // A line of one pixel stays a line: what is drawn anywhere within a pixel counts.
  ImportedMask reduced_mask(const StrokeMask& mask) const {
    auto small = std::make_shared<StrokeMask>(to_.width, to_.height);
    for (int y = 0; y < from_.height; ++y)
      for (int x = 0; x < from_.width; ++x) {
        if (!mask.drawn(x, y)) continue;
        const int u = std::min(to_.width - 1, static_cast<int>((static_cast<float>(x) + 0.5f) * across_));
        const int v = std::min(to_.height - 1, static_cast<int>((static_cast<float>(y) + 0.5f) * down_));
        small->drawn(u, v) = mask.drawn(x, y);
        small->colour(u, v) = mask.colour(x, y);
      }
    return small;
  }

  Extent from_, to_;
  float across_, down_;
  // By their addresses, which stay theirs as long as the first of each pair is held.
  std::map<const Stroke*, std::pair<SharedStroke, SharedStroke>> strokes_;
  std::map<const StrokeMask*, std::pair<ImportedMask, ImportedMask>> masks_;
};

}  // namespace

Photo reduced(const Photo& photo, Extent size) {
  const auto at_size = [&](const Plane<float>& plane) {
    return plane.empty() ? Plane<float>() : resample(plane, size.width, size.height);
  };
  Photo small = photo;
  small.lightness = at_size(photo.lightness);
  small.a = at_size(photo.a);
  small.b = at_size(photo.b);
  if (photo.alpha.empty()) return small;
  const Plane<float> alpha = resample(photo.width(), photo.height(), size.width, size.height,
                                      [&](int x, int y) { return static_cast<float>(photo.alpha(x, y)); });
  small.alpha = Plane<std::uint16_t>(size.width, size.height);
  std::transform(alpha.begin(), alpha.end(), small.alpha.begin(),
                 [](float v) { return static_cast<std::uint16_t>(std::lround(v)); });
  return small;
}

DocumentState reduced(DocumentState state, Extent from, Extent to) {
  Reducer reducer(from, to);
  for (SharedStroke& stroke : state.strokes) reducer.reduce(stroke);
  for (EditPtr& edit : state.history) reducer.reduce(edit);
  reducer.reduce(state.imported);
  reducer.reduce(state.lasso);
  return state;
}

}  // namespace handtint
