#include "solver/layers/closed_areas.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "solver/problem.h"

namespace handtint {
namespace {

// Runs of a row whose pixels hang together along the row; most rows are one.
struct Run {
  int begin, end;
};

class Runs {
 public:
  explicit Runs(const Plane<std::uint8_t>& cuts) : cuts_(cuts) {
    for (int y = 0; y < cuts.height(); ++y) {
      first_.push_back(static_cast<int>(runs_.size()));
      const std::uint8_t* row = cuts.row(y);
      int begin = 0;
      for (int x = 0; x < cuts.width(); ++x) {
        if (!(row[x] & cut_east) && x + 1 < cuts.width()) continue;
        runs_.push_back({begin, x + 1});
        begin = x + 1;
      }
    }
    first_.push_back(static_cast<int>(runs_.size()));
    parent_.resize(runs_.size());
    std::iota(parent_.begin(), parent_.end(), 0);
    for (int y = 0; y + 1 < cuts.height(); ++y) join_with_next(y);
  }

  // Calls f(y, run, number of its area's first run).
  template <class F>
  void each(F&& f) {
    for (int y = 0; y < cuts_.height(); ++y)
      for (int run = first_[y]; run < first_[y + 1]; ++run) f(y, runs_[run], root(run));
  }
  std::size_t count() const { return runs_.size(); }

 private:
  int root(int run) {
    while (parent_[run] != run) run = parent_[run] = parent_[parent_[run]];
    return run;
  }
  void join(int p, int q) {
    p = root(p);
    q = root(q);
    parent_[std::max(p, q)] = std::min(p, q);
  }

  void join_with_next(int y) {
    const std::uint8_t *row = cuts_.row(y), uncut = 0;
    for (int run = first_[y], below = first_[y + 1]; run < first_[y + 1]; ++run) {
      const auto [begin, end] = runs_[run];
      for (int x = begin; x < end;) {
        // Pixels without any cut are joined to all that lies under them.
        const int next =
            static_cast<int>(std::find_if(row + x, row + end, [&](auto bits) { return bits != uncut; }) - row);
        if (next > x) {
          below = at(y + 1, below, std::max(x - 1, 0));
          for (int other = below; other < first_[y + 2] && runs_[other].begin < std::min(next + 1, cuts_.width());
               ++other)
            join(run, other);
          x = next;
          continue;
        }
        const struct { int dx, bit; } ways[] = {{-1, cut_south_west}, {0, cut_south}, {1, cut_south_east}};
        for (const auto& way : ways)
          if (!(row[x] & way.bit) && x + way.dx >= 0 && x + way.dx < cuts_.width())
            join(run, at(y + 1, below, x + way.dx));
        ++x;
      }
    }
  }

  // The run of a row at a column; `near` is one of that row not far off.
  int at(int y, int near, int x) const {
    int run = std::clamp(near, first_[y], first_[y + 1] - 1);
    while (runs_[run].begin > x) --run;
    while (runs_[run].end <= x) ++run;
    return run;
  }

  const Plane<std::uint8_t>& cuts_;
  std::vector<Run> runs_;
  std::vector<int> first_;  // run of each row, and the end
  std::vector<int> parent_;
};

}  // namespace

Plane<std::uint8_t> closed_areas(const Plane<std::uint8_t>& cuts) {
  if (cuts.empty()) return {};
  Runs runs(cuts);
  std::vector<std::int64_t> pixels(runs.count());
  runs.each([&](int, const Run& run, int area) { pixels[area] += run.end - run.begin; });
  std::vector<int> areas;
  for (std::size_t i = 0; i < pixels.size(); ++i)
    if (pixels[i] > 0) areas.push_back(static_cast<int>(i));
  if (areas.size() < 2) return {};
  std::stable_sort(areas.begin(), areas.end(), [&](int p, int q) { return pixels[p] > pixels[q]; });
  std::vector<std::uint8_t> number(pixels.size());
  for (std::size_t i = 0; i < areas.size(); ++i)
    number[areas[i]] = static_cast<std::uint8_t>(std::min<std::size_t>(i, most_areas - 1));
  Plane<std::uint8_t> result(cuts.width(), cuts.height());
  runs.each([&](int y, const Run& run, int area) {
    std::fill(result.row(y) + run.begin, result.row(y) + run.end, number[area]);
  });
  return result;
}

Plane<std::uint8_t> shrink_areas(const Plane<std::uint8_t>& areas, int width, int height) {
  Plane<std::uint8_t> small(width, height);
  int step = 1;
  while ((areas.width() + step - 1) / step > width || (areas.height() + step - 1) / step > height) step *= 2;
  for (int y = 0; y < height; ++y) {
    const int y0 = y * step, y1 = std::min(y0 + step, areas.height());
    for (int x = 0; x < width; ++x) {
      const int x0 = x * step, x1 = std::min(x0 + step, areas.width());
      std::uint8_t area = areas(x0, y0);
      for (int v = y0; v < y1 && area != mixed_area; ++v)
        if (std::any_of(areas.row(v) + x0, areas.row(v) + x1, [&](auto other) { return other != area; }))
          area = mixed_area;
      small(x, y) = area;
    }
  }
  return small;
}

}  // namespace handtint
