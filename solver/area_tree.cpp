#include "solver/area_tree.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <queue>
#include <utility>

#include "solver/resample.h"

namespace handtint {
namespace {

// Two areas A and B of n_A and n_B pixels, with the mean traits t and lightness L, are unlike by
//
//   (mean over their border of (step / (1 + restlessness / usual_step))^1.5 + trait_weight |t_A - t_B| +
//    light_weight |L_A - L_B|) (n_A n_B / (n_A + n_B))^size_power
//
// where a step is one of lightness across the border, and restlessness the mean size of all steps around: where there
// are steps everywhere, one means little. The weights were found on half of 45 photos whose regions are known from
// their colour (tests/bench/wand_score.py).
constexpr float usual_step = 6.6f, trait_weight = 2.25f, light_weight = 0.135f, size_power = 0.31f;
constexpr int leaf_side = 6, calm_reach = 8;

struct Part {
  float pixels = 0, lightness = 0;  // sums
  std::array<float, 3> traits{};
  std::vector<int> borders;
};

struct Border {
  int first, second;  // areas
  float steps = 0, length = 0;
  int version = 0;  // of its unlikeness in the queue; a border that has gone has none there
};

float unlikeness(const Part& a, const Part& b, const Border& border) {
  float traits = 0;
  for (std::size_t i = 0; i < a.traits.size(); ++i) {
    const float d = a.traits[i] / a.pixels - b.traits[i] / b.pixels;
    traits += d * d;
  }
  const float light = std::abs(a.lightness / a.pixels - b.lightness / b.pixels);
  return (border.steps / border.length + trait_weight * std::sqrt(traits) + light_weight * light) *
         std::pow(a.pixels * b.pixels / (a.pixels + b.pixels), size_power);
}

float clamped(const Plane<float>& plane, int x, int y) {
  return plane(std::clamp(x, 0, plane.width() - 1), std::clamp(y, 0, plane.height() - 1));
}

// Weights 1 2 1 both ways, over 16.
Plane<float> softened(const Plane<float>& plane) {
  Plane<float> across(plane.width(), plane.height()), result(plane.width(), plane.height());
  for (int y = 0; y < plane.height(); ++y)
    for (int x = 0; x < plane.width(); ++x)
      across(x, y) = (clamped(plane, x - 1, y) + 2 * plane(x, y) + clamped(plane, x + 1, y)) / 4;
  for (int y = 0; y < plane.height(); ++y)
    for (int x = 0; x < plane.width(); ++x)
      result(x, y) = (clamped(across, x, y - 1) + 2 * across(x, y) + clamped(across, x, y + 1)) / 4;
  return result;
}

// What a step of lightness is divided by.
Plane<float> calm_of(const Plane<float>& lightness) {
  const int w = lightness.width(), h = lightness.height();
  Plane<float> steps(w, h);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x)
      steps(x, y) = std::abs(clamped(lightness, x + 1, y) - lightness(x, y)) +
                    std::abs(clamped(lightness, x, y + 1) - lightness(x, y));
  const Plane<float> mean =
      resample(resample(steps, std::max(1, w / (2 * calm_reach)), std::max(1, h / (2 * calm_reach))), w, h);
  for (std::size_t i = 0; i < steps.size(); ++i) steps.data()[i] = 1 + mean.data()[i] / usual_step;
  return steps;
}

// How much a pixel lies on an edge, of light or of what the network sees.
Plane<float> edges_of(const Plane<float>& smooth, const Plane<float>& calm, const std::array<Plane<float>, 3>& traits) {
  constexpr float of_traits = 2.7f;
  constexpr int reach = 2;  // traits come from a coarser grid
  Plane<float> edges(smooth.width(), smooth.height());
  for (int y = 0; y < edges.height(); ++y)
    for (int x = 0; x < edges.width(); ++x) {
      const auto change = [&](const Plane<float>& plane, int d) {
        const float across = clamped(plane, x + d, y) - clamped(plane, x - d, y);
        const float down = clamped(plane, x, y + d) - clamped(plane, x, y - d);
        return across * across + down * down;
      };
      float of_kind = 0;
      for (const Plane<float>& trait : traits)
        if (!trait.empty()) of_kind += change(trait, reach);
      edges(x, y) = std::sqrt(change(smooth, 1)) / calm(x, y) + of_traits * std::sqrt(of_kind);
    }
  return edges;
}

// Small areas that end where the edges are: flooded from the lowest pixel of each square on (Meyer 1991). Returns how
// many.
int flood(const Plane<float>& edges, Plane<int>& area_of) {
  constexpr int levels = 256;
  constexpr float highest = 30;
  const int w = edges.width(), h = edges.height();
  area_of = Plane<int>(w, h, -1);
  std::vector<std::vector<int>> shore(levels + 1);  // pixels by the level at which the water reaches them
  int areas = 0;
  for (int top = 0; top < h; top += leaf_side)
    for (int left = 0; left < w; left += leaf_side) {
      int lowest = top * w + left;
      for (int y = top; y < std::min(h, top + leaf_side); ++y)
        for (int x = left; x < std::min(w, left + leaf_side); ++x)
          if (edges(x, y) < edges.data()[lowest]) lowest = y * w + x;
      area_of.data()[lowest] = areas++;
      shore[0].push_back(lowest);
    }
  for (std::size_t level = 0; level < shore.size(); ++level)
    for (std::size_t i = 0; i < shore[level].size(); ++i) {
      const int here = shore[level][i], x = here % w, y = here / w;
      for (const auto& [nx, ny] : {std::pair{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}}) {
        if (nx < 0 || ny < 0 || nx >= w || ny >= h || area_of(nx, ny) >= 0) continue;
        area_of(nx, ny) = area_of.data()[here];
        const auto reached = static_cast<std::size_t>(std::min(edges(nx, ny), highest) * (levels / highest));
        shore[std::max(level, reached)].push_back(ny * w + nx);
      }
    }
  return areas;
}

std::vector<Part> areas_of(const Plane<int>& area_of, int count, const Plane<float>& lightness,
                           const std::array<Plane<float>, 3>& traits) {
  std::vector<Part> areas(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < area_of.size(); ++i) {
    Part& area = areas[static_cast<std::size_t>(area_of.data()[i])];
    ++area.pixels;
    area.lightness += lightness.data()[i];
    for (std::size_t k = 0; k < traits.size(); ++k)
      if (!traits[k].empty()) area.traits[k] += traits[k].data()[i];
  }
  return areas;
}

// Where areas touch; they get to know them.
std::vector<Border> borders_of(const Plane<int>& area_of, const Plane<float>& smooth, const Plane<float>& calm,
                               std::vector<Part>& areas) {
  struct Side {
    std::pair<int, int> areas;
    float step;
  };
  std::vector<Side> sides;
  const auto note = [&](int x, int y, int dx, int dy) {
    const int a = area_of(x, y), b = area_of(x + dx, y + dy);
    if (a == b) return;
    const float step = std::abs(clamped(smooth, x + 2 * dx, y + 2 * dy) - clamped(smooth, x - dx, y - dy)) / calm(x, y);
    sides.push_back({std::minmax(a, b), step * std::sqrt(step)});
  };
  for (int y = 0; y < area_of.height(); ++y)
    for (int x = 0; x < area_of.width(); ++x) {
      if (x + 1 < area_of.width()) note(x, y, 1, 0);
      if (y + 1 < area_of.height()) note(x, y, 0, 1);
    }
  std::stable_sort(sides.begin(), sides.end(), [](const Side& p, const Side& q) { return p.areas < q.areas; });
  std::vector<Border> borders;
  for (const Side& side : sides) {
    const auto [a, b] = side.areas;
    if (borders.empty() || borders.back().first != a || borders.back().second != b) {
      for (const int area : {a, b})
        areas[static_cast<std::size_t>(area)].borders.push_back(static_cast<int>(borders.size()));
      borders.push_back({a, b});
    }
    borders.back().steps += side.step;
    ++borders.back().length;
  }
  return borders;
}

// The areas of both under a new number; borders with the same neighbour become one.
Part joined(int number, int first, int second, std::vector<Part>& areas, std::vector<Border>& borders,
            std::vector<int>& border_with) {
  Part sum;
  for (const int part : {first, second}) {
    const Part area = std::exchange(areas[static_cast<std::size_t>(part)], {});
    sum.pixels += area.pixels;
    sum.lightness += area.lightness;
    for (std::size_t k = 0; k < sum.traits.size(); ++k) sum.traits[k] += area.traits[k];
    for (const int index : area.borders) {
      Border& border = borders[static_cast<std::size_t>(index)];
      if (border.length == 0) continue;  // has gone
      const int other = border.first == part ? border.second : border.first;
      if (other == first || other == second) {
        border.length = 0;
        continue;
      }
      int& known = border_with[static_cast<std::size_t>(other)];
      if (known >= 0) {
        borders[static_cast<std::size_t>(known)].steps += border.steps;
        borders[static_cast<std::size_t>(known)].length += border.length;
        border.length = 0;
      } else {
        known = index;
        border.first = number;
        border.second = other;
        sum.borders.push_back(index);
      }
    }
  }
  for (const int index : sum.borders) border_with[static_cast<std::size_t>(borders[index].second)] = -1;
  return sum;
}

}  // namespace

AreaTree::AreaTree(const Plane<float>& lightness, const std::array<Plane<float>, 3>& traits) {
  const Plane<float> smooth = softened(lightness), calm = calm_of(lightness);
  leaves_ = flood(edges_of(smooth, calm, traits), leaf_);
  std::vector<Part> areas = areas_of(leaf_, leaves_, lightness, traits);
  std::vector<Border> borders = borders_of(leaf_, smooth, calm, areas);
  nodes_.resize(areas.size());

  struct Wish {
    float unlikeness;
    int border, version;
    bool operator<(const Wish& other) const { return unlikeness > other.unlikeness; }  // the likest on top
  };
  std::priority_queue<Wish> wishes;
  const auto wish = [&](int index) {
    Border& border = borders[static_cast<std::size_t>(index)];
    wishes.push({unlikeness(areas[static_cast<std::size_t>(border.first)],
                            areas[static_cast<std::size_t>(border.second)], border),
                 index, ++border.version});
  };
  for (int i = 0; i < std::ssize(borders); ++i) wish(i);
  std::vector<int> border_with(2 * areas.size(), -1);
  while (!wishes.empty()) {
    const Wish likest = wishes.top();
    wishes.pop();
    const Border& border = borders[static_cast<std::size_t>(likest.border)];
    if (border.length == 0 || border.version != likest.version) continue;
    const int number = static_cast<int>(nodes_.size());
    Node node{.unlikeness = likest.unlikeness};
    for (const int part : {border.first, border.second}) {
      Node& child = nodes_[static_cast<std::size_t>(part)];
      child.parent = number;
      node.unlikeness = std::max(node.unlikeness, child.unlikeness);
    }
    areas.push_back(joined(number, border.first, border.second, areas, borders, border_with));
    nodes_.push_back(node);
    for (const int index : areas.back().borders) wish(index);
  }
}

Plane<std::uint8_t> AreaTree::around(int x, int y, float unlikeness) const {
  int top = leaf_(x, y);
  for (int next = nodes_[static_cast<std::size_t>(top)].parent;
       next >= 0 && nodes_[static_cast<std::size_t>(next)].unlikeness < unlikeness;
       next = nodes_[static_cast<std::size_t>(next)].parent)
    top = next;
  std::vector<std::uint8_t> inside(nodes_.size());
  inside[static_cast<std::size_t>(top)] = 1;
  for (int i = top; i-- > 0;) {
    const int parent = nodes_[static_cast<std::size_t>(i)].parent;
    inside[static_cast<std::size_t>(i)] = parent >= 0 && inside[static_cast<std::size_t>(parent)];
  }
  Plane<std::uint8_t> area(leaf_.width(), leaf_.height());
  std::transform(leaf_.begin(), leaf_.end(), area.begin(),
                 [&](int leaf) { return inside[static_cast<std::size_t>(leaf)]; });
  return area;
}

std::vector<float> AreaTree::unlikeness_to(const std::vector<int>& marked) const {
  std::vector<std::uint8_t> holds_mark(nodes_.size());
  for (const int leaf : marked) holds_mark[static_cast<std::size_t>(leaf)] = 1;
  for (std::size_t i = 0; i + 1 < nodes_.size(); ++i)
    if (holds_mark[i]) holds_mark[static_cast<std::size_t>(nodes_[i].parent)] = 1;
  std::vector<float> common(nodes_.size());  // of the least area that holds the node and a mark
  for (std::size_t i = nodes_.size(); i-- > 0;)
    common[i] = holds_mark[i] ? nodes_[i].unlikeness : common[static_cast<std::size_t>(nodes_[i].parent)];
  common.resize(static_cast<std::size_t>(leaves_));
  return common;
}

}  // namespace handtint
