// Which pixels a stroke's brush covers: those whose centres are inside it, and of a brush thinner than a pixel those
// that its centre line runs through. Internal to rasterise.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "editor/document/stroke.h"
#include "solver/plane.h"

namespace handtint {

struct Span {
  int y, x0, x1;  // half-open in x
};

// The pixels of one stroke inside a rectangle, as horizontal spans. Neighbouring dabs overlap, so nearly always one
// open span per row is enough; it is put aside when a disjoint one comes. Spans may overlap each other.
class Coverage {
 public:
  void reset(const Rect& rect) {
    rect_ = rect;
    open_.assign(rect.empty() ? 0 : rect.height(), {std::numeric_limits<int>::max(), std::numeric_limits<int>::min()});
    aside_.clear();
  }

  const Rect& rect() const { return rect_; }

  void add(int y, int x0, int x1) {
    x0 = std::max(x0, rect_.x0);
    x1 = std::min(x1, rect_.x1);
    if (x0 >= x1) return;
    auto& [open0, open1] = open_[y - rect_.y0];
    if (open0 <= open1 && (x0 > open1 || x1 < open0)) {
      aside_.push_back({y, open0, open1});
      open0 = x0;
      open1 = x1;
    } else {
      open0 = std::min(open0, x0);
      open1 = std::max(open1, x1);
    }
  }

  template <class F>
  void each(F&& f) const {
    for (const Span& span : aside_) f(span);
    for (int row = 0; row < static_cast<int>(open_.size()); ++row) {
      if (open_[row].first < open_[row].second) f(Span{rect_.y0 + row, open_[row].first, open_[row].second});
    }
  }

 private:
  Rect rect_;
  std::vector<std::pair<int, int>> open_;
  std::vector<Span> aside_;
};

inline int first_row(double y) {  // the first pixel whose centre is at or after y
  return static_cast<int>(std::ceil(y - 0.5));
}
inline int end_row(double y) {  // one after the last whose centre is at or before y
  return static_cast<int>(std::floor(y - 0.5)) + 1;
}

inline bool finite(const StrokePoint& p) {
  return std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.radius);
}

// A round brush that goes straight from point to point. Points that are no numbers are passed over.
void cover_brush(const std::vector<StrokePoint>& points, Coverage& coverage);

}  // namespace handtint
