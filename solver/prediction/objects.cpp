#include "solver/prediction/objects.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "solver/resample.h"

namespace handtint {
namespace {

// --- the photo cut into things (SLIC superpixels, Achanta et al. 2012, on kind instead of colour; then merged)

constexpr int superpixels = 90, rounds = 8;
constexpr float trait_scale = 1, lightness_step = 7, colour_step = 9;  // that count as much as a superpixel's side
constexpr float compactness = 0.8f;
constexpr float like_colour = 6, like_traits = 1.2f, like_lightness = 18;  // that are one thing
constexpr float largest_thing = 0.12f;  // of the photo; larger ones get several lines, which holds them better

constexpr int features = 6;  // three traits, L, a, b
using Kind = std::array<float, features>;

struct Cells {
  int width = 0, height = 0;
  Plane<float> lightness, confidence, variance;
  Chroma chroma;
  std::array<Plane<float>, 3> traits;

  int count() const { return width * height; }
  Kind kind(int cell) const {
    Kind k{0,
           0,
           0,
           lightness.data()[cell] / lightness_step,
           chroma.a.data()[cell] / colour_step,
           chroma.b.data()[cell] / colour_step};
    for (int i = 0; i < 3; ++i)
      if (!traits[i].empty()) k[i] = traits[i].data()[cell] / trait_scale;
    return k;
  }
};

Cells cells_of(const Description& photo, const Matches& matches) {
  const int w = photo.prediction.width, h = photo.prediction.height;
  const auto fit = [&](const Plane<float>& plane) { return resample(plane, w, h); };
  return {w,
          h,
          fit(photo.lightness),
          fit(matches.confidence),
          fit(matches.variance),
          {fit(matches.chroma.a), fit(matches.chroma.b)},
          photo.prediction.traits};
}

float squared_difference(const Kind& p, const Kind& q) {
  float sum = 0;
  for (int i = 0; i < features; ++i) sum += (p[i] - q[i]) * (p[i] - q[i]);
  return sum;
}

struct Centre {
  Kind kind{};
  float x = 0, y = 0;
};

Plane<int> superpixels_of(const Cells& cells) {
  const float side = std::max(std::sqrt(static_cast<float>(cells.count()) / superpixels), 1.0f);
  const int columns = std::max(static_cast<int>(std::lround(cells.width / side)), 1);
  const int rows = std::max(static_cast<int>(std::lround(cells.height / side)), 1);
  std::vector<Centre> centres;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const int x = (2 * c + 1) * cells.width / (2 * columns), y = (2 * r + 1) * cells.height / (2 * rows);
      centres.push_back({cells.kind(y * cells.width + x), static_cast<float>(x), static_cast<float>(y)});
    }
  Plane<int> label(cells.width, cells.height);
  for (int round = 0; round < rounds; ++round) {
    std::vector<Centre> sums(centres.size());
    std::vector<int> counts(centres.size());
    for (int cell = 0; cell < cells.count(); ++cell) {
      const float x = static_cast<float>(cell % cells.width), y = static_cast<float>(cell / cells.width);
      const Kind kind = cells.kind(cell);
      float least = std::numeric_limits<float>::max();
      for (std::size_t k = 0; k < centres.size(); ++k) {
        const float dx = x - centres[k].x, dy = y - centres[k].y, away = (dx * dx + dy * dy) / (side * side);
        if (away > 4) continue;
        const float d = squared_difference(kind, centres[k].kind) + compactness * away;
        if (d < least) {
          least = d;
          label.data()[cell] = static_cast<int>(k);
        }
      }
      const auto k = static_cast<std::size_t>(label.data()[cell]);
      ++counts[k];
      sums[k].x += x;
      sums[k].y += y;
      for (int i = 0; i < features; ++i) sums[k].kind[i] += kind[i];
    }
    for (std::size_t k = 0; k < centres.size(); ++k) {
      if (counts[k] == 0) continue;
      const float n = static_cast<float>(counts[k]);
      centres[k].x = sums[k].x / n;
      centres[k].y = sums[k].y / n;
      for (int i = 0; i < features; ++i) centres[k].kind[i] = sums[k].kind[i] / n;
    }
  }
  return label;
}

// Connected areas of one label, numbered anew.
int number_areas(const Plane<int>& label, Plane<int>& area) {
  area = Plane<int>(label.width(), label.height(), -1);
  int count = 0;
  std::vector<int> open;
  for (int start = 0; start < static_cast<int>(label.size()); ++start) {
    if (area.data()[start] >= 0) continue;
    area.data()[start] = count;
    open.push_back(start);
    while (!open.empty()) {
      const int cell = open.back(), x = cell % label.width(), y = cell / label.width();
      open.pop_back();
      for (const auto& [nx, ny] : {std::pair{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}}) {
        if (nx < 0 || ny < 0 || nx >= label.width() || ny >= label.height()) continue;
        if (area(nx, ny) >= 0 || label(nx, ny) != label.data()[cell]) continue;
        area(nx, ny) = count;
        open.push_back(ny * label.width() + nx);
      }
    }
    ++count;
  }
  return count;
}

struct Area {
  Kind sum{};
  int cells = 0;
  Kind mean() const {
    Kind m = sum;
    for (float& v : m) v /= static_cast<float>(std::max(cells, 1));
    return m;
  }
};

float colour_between(const Kind& p, const Kind& q) {
  return colour_step * std::hypot(p[4] - q[4], p[5] - q[5]);
}

float traits_between(const Kind& p, const Kind& q) {
  return trait_scale * std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

// Neighbours that are alike become one, the likest first; then crumbs join their likest neighbour.
class Merging {
 public:
  Merging(const Cells& cells, Plane<int>& area, int count) : area_(area), areas_(count), name_(count) {
    std::iota(name_.begin(), name_.end(), 0);
    for (int cell = 0; cell < cells.count(); ++cell) {
      Area& a = areas_[area.data()[cell]];
      const Kind kind = cells.kind(cell);
      for (int i = 0; i < features; ++i) a.sum[i] += kind[i];
      ++a.cells;
    }
    for (int y = 0; y < area.height(); ++y)
      for (int x = 0; x < area.width(); ++x)
        for (const auto& [nx, ny] : {std::pair{x + 1, y}, {x, y + 1}})
          if (nx < area.width() && ny < area.height() && area(nx, ny) != area(x, y))
            neighbours_.push_back(std::minmax(area(x, y), area(nx, ny)));
    std::sort(neighbours_.begin(), neighbours_.end());
    neighbours_.erase(std::unique(neighbours_.begin(), neighbours_.end()), neighbours_.end());
    largest_ = static_cast<int>(largest_thing * static_cast<float>(cells.count()));
    crumb_ = std::max(cells.count() / 400, 2);
  }

  void run() {
    while (join([this](int p, int q) { return alike(p, q); })) {
    }
    while (join([this](int p, int q) { return areas_[p].cells < crumb_ || areas_[q].cells < crumb_; })) {
    }
    for (int& label : area_) label = find(label);
  }

 private:
  int find(int k) {
    while (name_[k] != k) k = name_[k] = name_[name_[k]];
    return k;
  }
  bool alike(int p, int q) const {
    const Kind a = areas_[p].mean(), b = areas_[q].mean();
    return areas_[p].cells + areas_[q].cells <= largest_ && colour_between(a, b) < like_colour &&
           traits_between(a, b) < like_traits && lightness_step * std::abs(a[3] - b[3]) < like_lightness;
  }
  // Joins the likest of the neighbours that may be joined; false if there are none.
  template <class May>
  bool join(May may) {
    float least = std::numeric_limits<float>::max();
    int p = -1, q = -1;
    for (const auto& [one, other] : neighbours_) {
      const int here = find(one), there = find(other);
      if (there == here || !may(here, there)) continue;
      const float d = squared_difference(areas_[here].mean(), areas_[there].mean());
      if (d < least) {
        least = d;
        p = here;
        q = there;
      }
    }
    if (p < 0) return false;
    name_[q] = p;
    for (int i = 0; i < features; ++i) areas_[p].sum[i] += areas_[q].sum[i];
    areas_[p].cells += areas_[q].cells;
    return true;
  }

  Plane<int>& area_;
  std::vector<Area> areas_;
  std::vector<int> name_;
  std::vector<std::pair<int, int>> neighbours_;  // areas that touch, each pair once
  int largest_ = 0, crumb_ = 0;
};

Plane<int> things_of(const Cells& cells) {
  Plane<int> area, things;
  const int count = number_areas(superpixels_of(cells), area);
  Merging(cells, area, count).run();
  number_areas(area, things);
  return things;
}

// --- a line on each thing

// City-block distance to what does not belong to the cell's thing, from 1 on; the photo's rim is no border.
Plane<int> depth_in(const Plane<int>& things) {
  const int w = things.width(), h = things.height(), far = w + h;
  Plane<int> depth(w, h, far);
  const auto step = [&](int x, int y, int nx, int ny) {
    if (nx < 0 || ny < 0 || nx >= w || ny >= h) return;
    depth(x, y) = std::min(depth(x, y), things(nx, ny) != things(x, y) ? 1 : depth(nx, ny) + 1);
  };
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      step(x, y, x - 1, y);
      step(x, y, x, y - 1);
    }
  for (int y = h - 1; y >= 0; --y)
    for (int x = w - 1; x >= 0; --x) {
      step(x, y, x + 1, y);
      step(x, y, x, y + 1);
    }
  return depth;
}

// Weiszfeld's geometric median: the colour with the least weighted distance to all.
AbColour median_of(const std::vector<AbColour>& colours, const std::vector<float>& weights) {
  AbColour median;
  float sum = 0;
  for (std::size_t i = 0; i < colours.size(); ++i) {
    sum += weights[i];
    median.a += weights[i] * colours[i].a;
    median.b += weights[i] * colours[i].b;
  }
  if (sum <= 0) return {};
  median = {median.a / sum, median.b / sum};
  for (int round = 0; round < 10; ++round) {
    AbColour next;
    sum = 0;
    for (std::size_t i = 0; i < colours.size(); ++i) {
      const float away = std::hypot(colours[i].a - median.a, colours[i].b - median.b);
      const float weight = weights[i] / (away + 0.5f);
      sum += weight;
      next.a += weight * colours[i].a;
      next.b += weight * colours[i].b;
    }
    median = {next.a / sum, next.b / sum};
  }
  return median;
}

constexpr float least_confidence = 1e-3f;  // so that a median has something to weigh
constexpr int deep_enough = 3;             // cells from the border: more is not better
constexpr float longest_line = 0.3f;       // of the thing's extent
constexpr float brush = 0.4f;              // the line's radius, in cells
constexpr float typical_colour = 6, typical_lightness = 8;
constexpr int nearest_border = 2;  // the least depth of a line's cells: one cell stays free

class Thing {
 public:
  Thing(const Cells& cells, const Matches& matches, const Plane<int>& things, const Plane<int>& depth,
        std::vector<int> members)
      : cells_(cells), matches_(matches), things_(things), depth_(depth), members_(std::move(members)) {
    std::vector<AbColour> colours;
    std::vector<float> weights;
    double light = 0, sure = 0;
    for (int cell : members_) {
      colours.push_back({cells.chroma.a.data()[cell], cells.chroma.b.data()[cell]});
      weights.push_back(std::max(cells.confidence.data()[cell], least_confidence));
      light += cells.lightness.data()[cell];
      sure += cells.confidence.data()[cell];
    }
    colour_ = median_of(colours, weights);
    lightness_ = static_cast<float>(light / static_cast<double>(members_.size()));
    confidence_ = static_cast<float>(sure / static_cast<double>(members_.size()));
  }

  float confidence() const { return confidence_; }

  // A rim between two others has no inside to paint on.
  bool has_inside() const {
    return std::any_of(members_.begin(), members_.end(),
                       [&](int cell) { return depth_.data()[cell] >= nearest_border; });
  }

  SuggestedLine line() const {
    const int seed = typical_place();
    SuggestedLine line;
    line.colour = colour_;
    line.confidence = confidence_;
    line.area = static_cast<float>(members_.size()) / static_cast<float>(cells_.count());
    line.radius = brush / static_cast<float>(std::min(cells_.width, cells_.height));
    const auto [ax, ay, extent] = axis();
    const float reach = longest_line * extent / 2;
    const float back = walk(seed, -ax, -ay, reach), forth = walk(seed, ax, ay, reach);
    const float x = static_cast<float>(seed % cells_.width) + 0.5f, y = static_cast<float>(seed / cells_.width) + 0.5f;
    for (const float t : {-back, forth})
      line.points.push_back(
          {(x + t * ax) / static_cast<float>(cells_.width), (y + t * ay) / static_cast<float>(cells_.height)});
    const int sx = seed % cells_.width * matches_.width() / cells_.width;
    const int sy = seed / cells_.width * matches_.height() / cells_.height;
    line.source = matches_.source(sx, sy);
    line.reference = matches_.reference(sx, sy);
    return line;
  }

 private:
  bool typical(int cell) const {
    return std::hypot(cells_.chroma.a.data()[cell] - colour_.a, cells_.chroma.b.data()[cell] - colour_.b) <
               typical_colour &&
           std::abs(cells_.lightness.data()[cell] - lightness_) < 2 * typical_lightness;
  }

  // Sure, deep inside, of the thing's own colour and lightness.
  int typical_place() const {
    int best = members_.front();
    float most = -1;
    for (int cell : members_) {
      const float away =
          std::hypot(cells_.chroma.a.data()[cell] - colour_.a, cells_.chroma.b.data()[cell] - colour_.b) /
          typical_colour;
      const float light = (cells_.lightness.data()[cell] - lightness_) / typical_lightness;
      const float depth = static_cast<float>(std::min(depth_.data()[cell], deep_enough)) / deep_enough;
      const float worth = depth * (0.1f + cells_.confidence.data()[cell]) / (1 + away * away + 0.5f * light * light);
      if (worth > most) {
        most = worth;
        best = cell;
      }
    }
    return best;
  }

  // The principal axis of the thing's cells, and how far they extend along it.
  std::array<float, 3> axis() const {
    double n = static_cast<double>(members_.size()), mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
    for (int cell : members_) {
      mx += cell % cells_.width;
      my += cell / cells_.width;
    }
    mx /= n;
    my /= n;
    for (int cell : members_) {
      const double dx = cell % cells_.width - mx, dy = cell / cells_.width - my;
      xx += dx * dx / n;
      xy += dx * dy / n;
      yy += dy * dy / n;
    }
    const double angle = 0.5 * std::atan2(2 * xy, xx - yy);
    const double spread = (xx + yy) / 2 + std::hypot((xx - yy) / 2, xy);
    return {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle)),
            static_cast<float>(std::sqrt(12 * spread))};
  }

  // How far a line from a cell stays on typical cells of the thing, away from its border.
  float walk(int seed, float dx, float dy, float reach) const {
    const float x = static_cast<float>(seed % cells_.width) + 0.5f, y = static_cast<float>(seed / cells_.width) + 0.5f;
    float gone = 0;
    for (float t = 0.5f; t <= reach; t += 0.5f) {
      const float px = x + t * dx, py = y + t * dy;
      if (std::min(px, py) < 0.5f || px > static_cast<float>(cells_.width) - 0.5f ||
          py > static_cast<float>(cells_.height) - 0.5f)
        break;
      const int cx = static_cast<int>(px), cy = static_cast<int>(py);
      const int cell = cy * cells_.width + cx;
      if (things_.data()[cell] != things_.data()[seed] || depth_.data()[cell] < nearest_border || !typical(cell)) break;
      gone = t;
    }
    return gone;
  }

  const Cells& cells_;
  const Matches& matches_;
  const Plane<int>& things_;
  const Plane<int>& depth_;
  std::vector<int> members_;
  AbColour colour_;
  float lightness_ = 0, confidence_ = 0;
};

// How sure a thing must be, from daring 0 to 1.
float confidence_wanted(float daring) {
  constexpr float careful = 0.6f, bold = 0.05f;
  return std::lerp(careful, bold, std::clamp(daring, 0.0f, 1.0f));
}

}  // namespace

Plane<int> find_things(const Description& photo, const Matches& matches) {
  if (photo.empty() || matches.empty()) return {};
  return things_of(cells_of(photo, matches));
}

std::vector<SuggestedLine> suggest_lines(const Description& photo, const Matches& matches,
                                         const LineSettings& settings) {
  if (photo.empty() || matches.empty()) return {};
  const Cells cells = cells_of(photo, matches);
  const Plane<int> things = things_of(cells), depth = depth_in(things);
  const int count = *std::max_element(things.begin(), things.end()) + 1;
  std::vector<std::vector<int>> members(count);
  std::vector<char> taken(count);
  const Plane<float> painted =
      settings.painted.empty() ? Plane<float>() : resample(settings.painted, cells.width, cells.height);
  for (int cell = 0; cell < cells.count(); ++cell) {
    const int thing = things.data()[cell];
    members[thing].push_back(cell);
    if (!painted.empty() && painted.data()[cell] > 0) taken[thing] = 1;
  }
  const float wanted = confidence_wanted(settings.daring);
  std::vector<SuggestedLine> lines;
  for (int thing = 0; thing < count; ++thing) {
    if (taken[thing]) continue;
    const Thing one(cells, matches, things, depth, std::move(members[thing]));
    if (one.has_inside() && one.confidence() >= wanted) lines.push_back(one.line());
  }
  // Large things that are sure first: if not all may stay, the small and doubtful go.
  const auto worth = [](const SuggestedLine& line) { return line.confidence * std::sqrt(line.area); };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const SuggestedLine& p, const SuggestedLine& q) { return worth(p) > worth(q); });
  if (lines.size() > static_cast<std::size_t>(std::max(settings.most, 0))) lines.resize(std::max(settings.most, 0));
  return lines;
}

}  // namespace handtint
