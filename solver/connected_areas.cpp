#include "solver/connected_areas.h"

namespace handtint {
namespace {

int root_of(std::vector<int>& parent, int i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

}  // namespace

ConnectedAreas connected_areas(const Plane<std::uint8_t>& plane) {
  ConnectedAreas areas;
  auto& runs = areas.runs;
  std::vector<int> parent;  // of each run
  std::size_t above = 0, above_end = 0;
  for (int y = 0; y < plane.height(); ++y) {
    const std::uint8_t* row = plane.row(y);
    const std::size_t row_begin = runs.size();
    for (int x = 0; x < plane.width();) {
      if (row[x] == 0) {
        ++x;
        continue;
      }
      const int x0 = x;
      while (x < plane.width() && row[x] != 0) ++x;
      const int self = static_cast<int>(runs.size());
      runs.push_back({y, x0, x, 0});
      parent.push_back(self);
      // Runs of the row above that touch this one, corners included. The last of them may touch the next run too.
      while (above < above_end && runs[above].x1 < x0) ++above;
      for (std::size_t i = above; i < above_end && runs[i].x0 <= x; ++i)
        parent[root_of(parent, static_cast<int>(i))] = root_of(parent, self);
    }
    above = row_begin;
    above_end = runs.size();
  }
  std::vector<int> area_of_root(runs.size(), -1);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    int& area = area_of_root[root_of(parent, static_cast<int>(i))];
    if (area < 0) {
      area = static_cast<int>(areas.sizes.size());
      areas.sizes.push_back(0);
    }
    runs[i].area = area;
    areas.sizes[area] += runs[i].x1 - runs[i].x0;
  }
  return areas;
}

}  // namespace handtint
