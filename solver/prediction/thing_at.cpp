#include "solver/prediction/thing_at.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "solver/resample.h"

namespace handtint {
namespace {

constexpr float unreachable = std::numeric_limits<float>::max();

// How unlike the parts of a thing may be (area_tree.h), with traits and without.
constexpr float usual_limit = 150, limit_by_light = 110;

// Cells in the order of their cost, in so many classes of it (Yatziv, Bartesaghi, Sapiro 2006: what lies in one class
// is taken in any order).
class CheapestFirst {
 public:
  explicit CheapestFirst(float most) : classes_(count + 1), scale_(count / most) {}
  void push(int cell, float cost) { classes_[static_cast<std::size_t>(scale_ * cost)].push_back(cell); }
  bool pop(int& cell) {
    while (now_ < classes_.size() && classes_[now_].empty()) ++now_;
    if (now_ == classes_.size()) return false;
    cell = classes_[now_].back();
    classes_[now_].pop_back();
    return true;
  }

 private:
  static constexpr int count = 512;
  std::vector<std::vector<int>> classes_;
  float scale_;
  std::size_t now_ = 0;
};

// Fills areas of what is not the thing that are shut in by it and small beside it.
void fill_holes(Plane<std::uint8_t>& thing) {
  const int w = thing.width(), h = thing.height();
  const auto size = std::count(thing.begin(), thing.end(), 1);
  const auto largest = std::max<std::ptrdiff_t>(size / 20, 8);
  std::vector<std::uint8_t> seen(thing.size());
  std::vector<int> area;
  for (int start = 0; start < static_cast<int>(thing.size()); ++start) {
    if (thing.data()[start] || seen[static_cast<std::size_t>(start)]) continue;
    area = {start};
    seen[static_cast<std::size_t>(start)] = 1;
    bool open = false;
    for (std::size_t i = 0; i < area.size(); ++i) {
      const int x = area[i] % w, y = area[i] / w;
      open |= x == 0 || y == 0 || x == w - 1 || y == h - 1;
      for (const auto& [nx, ny] : {std::pair{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}}) {
        if (nx < 0 || ny < 0 || nx >= w || ny >= h || thing(nx, ny)) continue;
        const int next = ny * w + nx;
        if (std::exchange(seen[static_cast<std::size_t>(next)], 1)) continue;
        area.push_back(next);
      }
    }
    if (!open && std::ssize(area) <= largest)
      for (const int cell : area) thing.data()[cell] = 1;
  }
}

// Distance to the nearest cell outside, in cells, from 1 on (chamfer 3-4, Borgefors 1986); beyond the photo's rim
// is outside.
Plane<float> depth_of(const Plane<std::uint8_t>& thing) {
  const int w = thing.width(), h = thing.height();
  Plane<float> depth(w, h);
  for (std::size_t i = 0; i < depth.size(); ++i) depth.data()[i] = thing.data()[i] ? static_cast<float>(w + h) : 0;
  const auto step = [&](int x, int y, int nx, int ny, float length) {
    const bool on_grid = nx >= 0 && ny >= 0 && nx < w && ny < h;
    depth(x, y) = std::min(depth(x, y), (on_grid ? depth(nx, ny) : 0) + length);
  };
  constexpr float diagonal = 4.0f / 3;
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      step(x, y, x - 1, y, 1);
      step(x, y, x - 1, y - 1, diagonal);
      step(x, y, x, y - 1, 1);
      step(x, y, x + 1, y - 1, diagonal);
    }
  for (int y = h; y-- > 0;)
    for (int x = w; x-- > 0;) {
      step(x, y, x + 1, y, 1);
      step(x, y, x + 1, y + 1, diagonal);
      step(x, y, x, y + 1, 1);
      step(x, y, x - 1, y + 1, diagonal);
    }
  return depth;
}

// A closed line of steps without its stairs; what lies on the photo's rim stays there.
std::vector<CellPoint> smoothed(std::vector<CellPoint> line, int w, int h) {
  constexpr int rounds = 3;
  const auto on_rim = [&](const CellPoint& p) {
    return p.x <= 0 || p.y <= 0 || p.x >= static_cast<float>(w) || p.y >= static_cast<float>(h);
  };
  for (int round = 0; round < rounds; ++round) {
    const std::vector<CellPoint> before = line;
    for (std::size_t i = 0, n = line.size(); i < n; ++i) {
      if (on_rim(before[i])) continue;
      const CellPoint &p = before[(i + n - 1) % n], &q = before[i], &r = before[(i + 1) % n];
      line[i] = {(p.x + 2 * q.x + r.x) / 4, (p.y + 2 * q.y + r.y) / 4};
    }
  }
  return line;
}

// Without the points of a closed line that lie near the line through their neighbours.
std::vector<CellPoint> thinned(const std::vector<CellPoint>& line) {
  constexpr float near = 0.2f;         // of a cell
  constexpr std::size_t longest = 24;  // points that one side may stand for
  std::vector<CellPoint> kept;
  for (std::size_t i = 0; i < line.size();) {
    kept.push_back(line[i]);
    std::size_t next = i + 1;
    for (std::size_t end = i + 2; end < line.size() && end <= i + longest; ++end) {
      const float dx = line[end].x - line[i].x, dy = line[end].y - line[i].y, length = std::hypot(dx, dy);
      const auto beside = [&](std::size_t k) {
        return std::abs(dx * (line[k].y - line[i].y) - dy * (line[k].x - line[i].x)) > near * length;
      };
      bool far = false;
      for (std::size_t k = i + 1; k < end && !far; ++k) far = beside(k);
      if (far) break;
      next = end;
    }
    i = next;
  }
  return kept;
}

}  // namespace

ThingFinder::ThingFinder(const Plane<float>& lightness, const std::array<Plane<float>, 3>& traits) {
  const double shrink = std::min(1.0, std::sqrt(grid_pixels / static_cast<double>(lightness.size())));
  width_ = std::max(1, static_cast<int>(std::lround(shrink * lightness.width())));
  height_ = std::max(1, static_cast<int>(std::lround(shrink * lightness.height())));
  if (!traits[0].empty())
    for (int i = 0; i < 3; ++i) traits_[i] = resample(traits[i], width_, height_);
  lightness_ = resample(lightness, width_, height_);
  areas_.emplace(lightness_, traits_);
}

Plane<std::uint8_t> ThingFinder::find(int x, int y, float extent) const {
  Plane<std::uint8_t> thing = areas_->around(x, y, extent * (traits_[0].empty() ? limit_by_light : usual_limit));
  fill_holes(thing);
  return thing;
}

Plane<std::uint8_t> ThingFinder::refined(const Plane<std::uint8_t>& thing, const Plane<float>& lightness) const {
  constexpr int around = 2;            // cells whose means tell what the two sides are like
  constexpr float least_contrast = 4;  // of the sides, to be told apart by lightness
  const int w = lightness.width(), h = lightness.height();
  const float cells_x = static_cast<float>(width_) / static_cast<float>(w);
  const float cells_y = static_cast<float>(height_) / static_cast<float>(h);
  Plane<float> share(width_, height_);
  std::copy(thing.begin(), thing.end(), share.begin());
  // Of each cell near the border, the lightness that parts the sides, and which of them is the lighter; NaN: neither.
  Plane<float> parting(width_, height_, std::numeric_limits<float>::quiet_NaN());
  Plane<std::uint8_t> lighter(width_, height_);
  for (int y = 0; y < height_; ++y)
    for (int x = 0; x < width_; ++x) {
      float sum[2] = {0, 0};
      int count[2] = {0, 0};
      for (int v = std::max(y - around, 0); v <= std::min(y + around, height_ - 1); ++v)
        for (int u = std::max(x - around, 0); u <= std::min(x + around, width_ - 1); ++u) {
          sum[thing(u, v)] += lightness_(u, v);
          ++count[thing(u, v)];
        }
      if (count[0] == 0 || count[1] == 0) continue;
      const float out = sum[0] / static_cast<float>(count[0]), in = sum[1] / static_cast<float>(count[1]);
      if (std::abs(in - out) < least_contrast) continue;
      parting(x, y) = (in + out) / 2;
      lighter(x, y) = in > out;
    }
  // Where all cells around are alike, so are the pixels.
  const auto alike = [&](int cx, int cy) {
    for (int v = std::max(cy - 1, 0); v <= std::min(cy + 1, height_ - 1); ++v)
      for (int u = std::max(cx - 1, 0); u <= std::min(cx + 1, width_ - 1); ++u)
        if (thing(u, v) != thing(cx, cy)) return false;
    return true;
  };
  Plane<std::uint8_t> mixed(width_, height_);
  for (int y = 0; y < height_; ++y)
    for (int x = 0; x < width_; ++x) mixed(x, y) = !alike(x, y);
  std::vector<int> cell_of(static_cast<std::size_t>(w));
  for (int x = 0; x < w; ++x)
    cell_of[static_cast<std::size_t>(x)] =
        std::min(static_cast<int>((static_cast<float>(x) + 0.5f) * cells_x), width_ - 1);
  Plane<std::uint8_t> fine(w, h);
  for (int y = 0; y < h; ++y) {
    const float v = (static_cast<float>(y) + 0.5f) * cells_y;
    const int cy = std::min(static_cast<int>(v), height_ - 1);
    for (int x = 0; x < w; ++x) {
      const int cx = cell_of[static_cast<std::size_t>(x)];
      if (!mixed(cx, cy)) {
        fine(x, y) = thing(cx, cy);
        continue;
      }
      const float u = (static_cast<float>(x) + 0.5f) * cells_x;
      const float s = value_at(share, u, v), border = parting(cx, cy);
      const bool near = s > 0.05f && s < 0.95f && !std::isnan(border);
      fine(x, y) = near ? (lightness(x, y) > border) == (lighter(cx, cy) != 0) : s >= 0.5f;
    }
  }
  return fine;
}

// Along the cells' sides with the thing to the right, from the topmost cell's upper left corner; at a point where two
// cells touch by corners it turns left, so that the polygon holds both (they belong together by the diagonal step).
std::vector<CellPoint> outline_of(const Plane<std::uint8_t>& thing) {
  const auto first = std::find(thing.begin(), thing.end(), 1);
  if (first == thing.end()) return {};
  const int w = thing.width(), h = thing.height(), at = static_cast<int>(first - thing.begin());
  const auto inside = [&](int x, int y) { return x >= 0 && y >= 0 && x < w && y < h && thing(x, y); };
  const int start_x = at % w, start_y = at / w;
  int x = start_x, y = start_y, dx = 1, dy = 0;  // corners; the first side goes east
  std::vector<CellPoint> sides;                  // their middles
  do {
    // The cells ahead, to the left and to the right of the way.
    if (inside(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2))
      dx = std::exchange(dy, -dx);
    else if (!inside(x + (dx - dy - 1) / 2, y + (dy + dx - 1) / 2))
      dx = -std::exchange(dy, dx);
    sides.push_back(
        {static_cast<float>(x) + 0.5f * static_cast<float>(dx), static_cast<float>(y) + 0.5f * static_cast<float>(dy)});
    x += dx;
    y += dy;
  } while (x != start_x || y != start_y);
  return thinned(smoothed(sides, w, h));
}

std::vector<CorePoint> core_of(const Plane<std::uint8_t>& thing) {
  constexpr float share = 0.55f;  // of the depth: the brush's radius
  constexpr int most_arms = 12;
  const int w = thing.width(), h = thing.height();
  const Plane<float> depth = depth_of(thing);
  const auto deepest = std::max_element(depth.begin(), depth.end());
  if (deepest == depth.end() || *deepest <= 0) return {};
  const float deep = std::min(*deepest, 0.5f * static_cast<float>(std::min(w, h)));
  const auto point = [&](int cell) {
    const float radius = share * std::min(depth.data()[cell], 0.5f * deep + 1);
    return CorePoint{static_cast<float>(cell % w) + 0.5f, static_cast<float>(cell / w) + 0.5f, radius};
  };
  // Ways that keep to the middle: a step costs the less, the deeper it lies.
  std::vector<float> reached(thing.size(), unreachable);
  std::vector<int> from(thing.size(), -1), order;
  const auto spread = [&](const std::vector<int>& sources) {
    constexpr float most = 4000;
    CheapestFirst open(most);
    for (const int cell : sources) {
      reached[static_cast<std::size_t>(cell)] = 0;
      open.push(cell, 0);
    }
    int cell;
    while (open.pop(cell)) {
      const int cx = cell % w, cy = cell / w;
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) {
          const int nx = cx + dx, ny = cy + dy;
          if (nx < 0 || ny < 0 || nx >= w || ny >= h || !thing(nx, ny)) continue;
          const int next = ny * w + nx;
          const float cost = reached[static_cast<std::size_t>(cell)] +
                             (dx != 0 && dy != 0 ? 1.41421356f : 1.0f) * (1 + 2 * deep / depth.data()[next]) / 3;
          if (cost >= reached[static_cast<std::size_t>(next)] || cost >= most) continue;
          reached[static_cast<std::size_t>(next)] = cost;
          from[static_cast<std::size_t>(next)] = cell;
          open.push(next, cost);
        }
    }
  };
  const int root = static_cast<int>(deepest - depth.begin());
  std::vector<CorePoint> way{point(root)};
  std::vector<int> on_way{root};
  spread(on_way);
  // The farthest place that is still deep, again and again; there and back.
  for (int arm = 0; arm < most_arms; ++arm) {
    int tip = -1;
    for (std::size_t i = 0; i < thing.size(); ++i)
      if (thing.data()[i] && reached[i] < unreachable && depth.data()[i] >= std::max(0.25f * deep, 1.5f) &&
          (tip < 0 || reached[i] > reached[static_cast<std::size_t>(tip)]))
        tip = static_cast<int>(i);
    if (tip < 0 || reached[static_cast<std::size_t>(tip)] < 1.5f * deep) break;
    std::vector<int> branch;
    for (int cell = tip; cell >= 0 && reached[static_cast<std::size_t>(cell)] > 0;
         cell = from[static_cast<std::size_t>(cell)])
      branch.push_back(cell);
    const int joint = from[static_cast<std::size_t>(branch.back())];
    // The way's points up to the joint are walked back from the end, the branch out and back.
    std::vector<CorePoint> trip;
    for (auto it = branch.rbegin(); it != branch.rend(); ++it) trip.push_back(point(*it));
    for (auto it = branch.begin() + 1; it != branch.end(); ++it) trip.push_back(point(*it));
    trip.push_back(point(joint));
    const CorePoint at = point(joint);
    auto place = std::find_if(way.begin(), way.end(), [&](const CorePoint& p) { return p.x == at.x && p.y == at.y; });
    way.insert(place == way.end() ? way.end() : place + 1, trip.begin(), trip.end());
    on_way.insert(on_way.end(), branch.begin(), branch.end());
    spread(branch);
  }
  // Points that the brush covers anyway.
  std::vector<CorePoint> thin{way.front()};
  for (const CorePoint& p : way) {
    const CorePoint& last = thin.back();
    if (std::hypot(p.x - last.x, p.y - last.y) >= std::max(1.0f, 0.6f * std::min(p.radius, last.radius)))
      thin.push_back(p);
  }
  return thin;
}

}  // namespace handtint
