#include "editor/film/carried_strokes.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "solver/resample.h"

namespace handtint {
namespace {

constexpr std::size_t most_places = 240;
// Turn and size of a small stroke are not told by its few places: they are held as by a spread of so many pixels.
constexpr float holding_spread = 2;
constexpr float least_share = 0.3f;   // of the places, in one step
constexpr float least_inside = 0.3f;  // of them in the picture
constexpr float agreeing_pixels = 1.5f;
constexpr float least_confidence = 0.3f, doubt_cost = 0.1f;  // of a step that nothing of is believed
// Lightness at the places may differ from the key's by so much, at the median: in L, and in parts of its spread.
constexpr float unlike_at_least = 10, unlike_by_spread = 1.2f;
constexpr float least_size = 0.2f, largest_size = 5, largest_step = 1.25f;

bool inside_picture(Point p, Extent picture) {
  return p.x >= 0 && p.y >= 0 && p.x < static_cast<float>(picture.width) && p.y < static_cast<float>(picture.height);
}

float median(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<Point> places_in_region(const std::vector<Point>& region) {
  float x0 = region[0].x, y0 = region[0].y, x1 = x0, y1 = y0;
  for (const Point& p : region)
    x0 = std::min(x0, p.x), y0 = std::min(y0, p.y), x1 = std::max(x1, p.x), y1 = std::max(y1, p.y);
  std::vector<Point> places;
  constexpr int across = 24;
  for (int j = 0; j < across; ++j)
    for (int i = 0; i < across; ++i) {
      const Point p{std::lerp(x0, x1, (static_cast<float>(i) + 0.5f) / across),
                    std::lerp(y0, y1, (static_cast<float>(j) + 0.5f) / across)};
      if (inside_polygon(region, p)) places.push_back(p);
    }
  return places;
}

std::vector<Point> places_in_brush(const Stroke& stroke) {
  std::vector<Point> places;
  const float wide = stroke.cuts() ? 0 : 0.6f;  // of the radius
  const auto dab = [&](Point p, float radius) {
    places.push_back(p);
    if (const float r = wide * radius; r >= 1)
      for (const auto& [x, y] : {std::pair{r, 0.0f}, {-r, 0.0f}, {0.0f, r}, {0.0f, -r}})
        places.push_back({p.x + x, p.y + y});
  };
  float since = 0;
  for (std::size_t i = 0; i < stroke.points.size(); ++i) {
    const StrokePoint& q = stroke.points[i];
    if (i == 0) {
      dab({q.x, q.y}, q.radius);
      continue;
    }
    const StrokePoint& p = stroke.points[i - 1];
    const float length = std::hypot(q.x - p.x, q.y - p.y), step = std::max(2.0f, 0.7f * q.radius);
    for (float at = step - since; at <= length; at += step) {
      const float t = at / length;
      dab({std::lerp(p.x, q.x, t), std::lerp(p.y, q.y, t)}, std::lerp(p.radius, q.radius, t));
    }
    since = std::fmod(since + length, step);
  }
  return places;
}

// Weighted least squares, held to no turn and no change of size.
Pose fitted(std::span<const Point> from, std::span<const Point> to, const std::vector<float>& weights) {
  double sum = 0, fx = 0, fy = 0, tx = 0, ty = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double w = weights[i];
    sum += w, fx += w * from[i].x, fy += w * from[i].y, tx += w * to[i].x, ty += w * to[i].y;
  }
  if (sum <= 0) return {};
  fx /= sum, fy /= sum, tx /= sum, ty /= sum;
  double spread = sum * holding_spread * holding_spread, along = 0, across = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double w = weights[i], px = from[i].x - fx, py = from[i].y - fy;
    const double dx = to[i].x - tx - px, dy = to[i].y - ty - py;
    spread += w * (px * px + py * py);
    along += w * (px * dx + py * dy);
    across += w * (px * dy - py * dx);
  }
  const double a = 1 + along / spread, b = across / spread;
  return {static_cast<float>(a), static_cast<float>(b), static_cast<float>(tx - a * fx + b * fy),
          static_cast<float>(ty - b * fx - a * fy)};
}

std::vector<float> misses(std::span<const Point> from, std::span<const Point> to, const Pose& step) {
  std::vector<float> result(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    const Point p = step(from[i]);
    result[i] = std::hypot(to[i].x - p.x, to[i].y - p.y);
  }
  return result;
}

bool looks_alike(const StrokePlaces& places, const CarriedPose& pose, const Plane<float>& light) {
  std::vector<float> miss;
  for (std::size_t i = 0; i < places.points.size(); ++i) {
    const Point p = pose.pose(places.points[i]);
    if (inside_picture(p, {light.width(), light.height()}))
      miss.push_back(std::abs(value_at(light, p.x, p.y) - (pose.gain * places.light[i] + pose.offset)));
  }
  return median(std::move(miss)) < unlike_at_least + unlike_by_spread * places.spread;
}

// The stroke that it came from in the beginning, over those that took over on the way.
StrokeOrigin root_of(StrokeOrigin origin, const std::map<StrokeOrigin, StrokeOrigin>& taken_over) {
  constexpr int longest = 1000;  // by hand they may come from each other
  for (int steps = 0; steps < longest; ++steps) {
    const auto before = taken_over.find(origin);
    if (before == taken_over.end()) break;
    origin = before->second;
  }
  return origin;
}

}  // namespace

float Pose::size() const {
  return std::hypot(a, b);
}

Pose operator*(const Pose& after, const Pose& before) {
  const Point move = after({before.x, before.y});
  return {after.a * before.a - after.b * before.b, after.b * before.a + after.a * before.b, move.x, move.y};
}

StrokePlaces places_of(const Stroke& stroke, float scale, const Plane<float>& lightness) {
  std::vector<Point> points = stroke.limited() ? places_in_region(stroke.region) : places_in_brush(stroke);
  for (Point& p : points) p = {p.x * scale, p.y * scale};
  std::erase_if(points, [&](Point p) { return !inside_picture(p, {lightness.width(), lightness.height()}); });
  StrokePlaces places;
  const std::size_t every = std::max<std::size_t>(1, (points.size() + most_places - 1) / most_places);
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < points.size(); i += every) {
    const float L = value_at(lightness, points[i].x, points[i].y);
    places.points.push_back(points[i]);
    places.light.push_back(L);
    sum += L;
    squares += static_cast<double>(L) * L;
  }
  if (const auto count = static_cast<double>(places.points.size()); count > 0)
    places.spread = static_cast<float>(std::sqrt(std::max(0.0, squares / count - sum / count * sum / count)));
  return places;
}

// Tukey's biweight from the median move on, the scale being the median miss.
std::optional<CommonStep> common_step(std::span<const Point> from, std::span<const Point> to, std::size_t asked) {
  if (from.empty()) return std::nullopt;
  std::vector<float> dx, dy;
  for (std::size_t i = 0; i < from.size(); ++i) {
    dx.push_back(to[i].x - from[i].x);
    dy.push_back(to[i].y - from[i].y);
  }
  CommonStep common{{1, 0, median(std::move(dx)), median(std::move(dy))}, 0};
  std::vector<float> miss = misses(from, to, common.step), weights(from.size());
  constexpr int rounds = 8;
  for (int round = 0; round < rounds; ++round) {
    const float reach = 4.7f * std::max(0.15f, 1.48f * median(miss));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const float r = miss[i] / reach;
      weights[i] = r < 1 ? (1 - r * r) * (1 - r * r) : 0;
    }
    common.step = fitted(from, to, weights);
    miss = misses(from, to, common.step);
  }
  const auto agreeing = std::count_if(miss.begin(), miss.end(), [](float m) { return m < agreeing_pixels; });
  common.agree = static_cast<float>(agreeing) / static_cast<float>(asked);
  if (common.agree < least_share) return std::nullopt;
  return common;
}

std::optional<CarriedPose> carried_on(const StrokePlaces& places, const CarriedPose& pose, const StepOfFilm& step) {
  const Extent picture{step.here.width(), step.here.height()};
  std::vector<Point> from, to;
  std::size_t inside = 0;
  for (const Point& place : places.points) {
    const Point p = pose.pose(place);
    if (!inside_picture(p, picture)) continue;
    ++inside;
    const Seen seen = seen_along(step.motion, step.there, p.x, p.y, value_at(step.here, p.x, p.y), !step.onward);
    if (!seen.believed) continue;
    from.push_back(p);
    to.push_back({seen.x, seen.y});
  }
  const auto enough = [&](std::size_t count) {
    return count > 0 && static_cast<float>(count) >= least_inside * static_cast<float>(places.points.size());
  };
  if (!enough(inside)) return std::nullopt;
  const auto common = common_step(from, to, inside);
  if (!common) return std::nullopt;
  const float grown = common->step.size();
  const float gain = step.onward ? step.motion.gain : 1 / step.motion.gain;
  const float offset = step.onward ? step.motion.offset : -step.motion.offset / step.motion.gain;
  CarriedPose next{common->step * pose.pose, pose.confidence * (1 - doubt_cost * (1 - common->agree)), gain * pose.gain,
                   gain * pose.offset + offset};
  const float size = next.pose.size();
  const bool kept = grown < largest_step && grown > 1 / largest_step && size > least_size && size < largest_size;
  const auto still = std::count_if(places.points.begin(), places.points.end(),
                                   [&](const Point& place) { return inside_picture(next.pose(place), picture); });
  if (!kept || next.confidence < least_confidence || !enough(static_cast<std::size_t>(still))) return std::nullopt;
  return looks_alike(places, next, step.there) ? std::optional(next) : std::nullopt;
}

Stroke placed(const Stroke& stroke, const Pose& pose) {
  Stroke result = stroke;
  const float size = pose.size();
  for (StrokePoint& p : result.points) {
    const Point at = pose({p.x, p.y});
    p = {at.x, at.y, std::min(p.radius * size, max_radius)};
  }
  for (Point& p : result.region) p = pose(p);
  return result;
}

StrokeCarrier::Ways::iterator StrokeCarrier::way_of(const StrokeOrigin& origin, bool onward,
                                                    const SharedStroke& stroke) {
  const auto known = ways_.find({origin, onward});
  if (known != ways_.end() && known->second.stroke == stroke) return known;
  return ways_.insert_or_assign({origin, onward}, Way{stroke, {}, {CarriedPose{}}}).first;
}

void StrokeCarrier::forget_others(const std::vector<StrokesOfFrame>& painted) {
  std::set<StrokeOrigin> there;
  for (const auto& [key, strokes] : painted)
    for (const SharedStroke& stroke : strokes) there.insert({key, stroke->id});
  std::erase_if(ways_, [&](const auto& way) { return !there.contains(way.first.first); });
}

// All of these ways as far as the frame, a step at a time: what a step needs of the film is read once.
bool StrokeCarrier::follow(const std::vector<Ways::iterator>& ways, int frame, bool onward, const FilmToFollow& film,
                           const std::function<bool()>& keep_going) {
  const int step = onward ? 1 : -1;
  const float scale = static_cast<float>(film.worked.width) / static_cast<float>(film.size.width);
  const auto end_of = [&](const Ways::iterator& way) {
    return way->first.first.frame + step * (static_cast<int>(way->second.poses.size()) - 1);
  };
  const auto open = [&](const Ways::iterator& way) {
    return way->first.second == onward && !way->second.lost && (frame - end_of(way)) * step > 0;
  };
  Plane<float> here, there;
  for (std::optional<int> there_is;;) {
    std::optional<int> n;  // the frame furthest back that one of them has come to
    for (const auto& way : ways)
      if (open(way) && (!n || (*n - end_of(way)) * step > 0)) n = end_of(way);
    if (!n) return true;
    if (!keep_going()) return false;
    here = there_is == n ? std::move(there) : film.light(*n);
    there_is = *n + step;
    there = film.light(*there_is);
    const Motion motion = film.motion(std::max(*n, *there_is));
    for (const auto& found : ways) {
      Way& way = found->second;
      if (!open(found) || end_of(found) != *n) continue;
      if (way.poses.size() == 1) way.places = places_of(*way.stroke, scale, here);
      if (const auto next = carried_on(way.places, way.poses.back(), {here, there, motion, onward}))
        way.poses.push_back(*next);
      else
        way.lost = true;
    }
  }
}

StrokeList StrokeCarrier::on(int frame, const std::vector<StrokesOfFrame>& painted, const FilmToFollow& film,
                             const std::function<bool()>& keep_going) {
  const auto shot = std::find_if(film.shots.begin(), film.shots.end(),
                                 [&](const Shot& s) { return frame >= s.begin && frame < s.end; });
  if (shot == film.shots.end()) return {};
  std::map<StrokeOrigin, StrokeOrigin> taken_over;  // which stroke from which
  for (const auto& [key, strokes] : painted)
    for (const SharedStroke& stroke : strokes)
      if (stroke->of) taken_over[{key, stroke->id}] = *stroke->of;
  std::multimap<StrokeOrigin, int> successors;  // of a root: the frames that have one
  for (const auto& [taken, from] : taken_over) successors.emplace(root_of(taken, taken_over), taken.frame);

  forget_others(painted);
  std::vector<Ways::iterator> alive;
  for (const auto& [key, strokes] : painted) {
    if (key == frame || key < shot->begin || key >= shot->end) continue;
    const bool onward = frame > key;
    for (const SharedStroke& stroke : strokes) {
      if (stroke->hidden || stroke->kind == StrokeKind::erase) continue;
      if (stroke->of && (stroke->of->frame < key) != onward) continue;  // there lies the one that it took over from
      const StrokeOrigin origin{key, stroke->id};
      const auto [begin, end] = successors.equal_range(root_of(origin, taken_over));
      const bool replaced = std::any_of(begin, end, [&, from = key](const auto& successor) {
        const int at = successor.second;
        return onward ? at > from && at <= frame : at < from && at >= frame;
      });
      if (!replaced) alive.push_back(way_of(origin, onward, stroke));
    }
  }
  if (!follow(alive, frame, true, film, keep_going) || !follow(alive, frame, false, film, keep_going)) return {};

  StrokeList result;
  const float scale = static_cast<float>(film.worked.width) / static_cast<float>(film.size.width);
  for (const auto& found : alive) {
    const auto& [origin, way] = *found;
    const auto steps = static_cast<std::size_t>(std::abs(frame - origin.first.frame));
    if (way.poses.size() <= steps) continue;
    Pose pose = way.poses[steps].pose;
    pose.x /= scale;
    pose.y /= scale;
    Stroke stroke = placed(*way.stroke, pose);
    stroke.id = result.size() + 1;
    stroke.of = origin.first;
    stroke.thing = 0;  // numbers of another document
    stroke.source.reset();
    stroke.foreign.clear();
    result.emplace_back(std::move(stroke));
  }
  return result;
}

}  // namespace handtint
