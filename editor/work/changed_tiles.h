// Which parts of the picture must be drawn again for a new chroma: those that an eye would see change.
//
// While somebody paints, a new answer of the solver changes little beyond the stroke, and on a renderer without a GPU
// drawing is what costs most. The picture is cut into a grid of tiles; knows no GL.
#pragma once

#include <array>
#include <vector>

#include "solver/plane.h"

namespace handtint {

class ChangedTiles {
 public:
  static constexpr int across = 32;  // tiles in each direction

  void mark_all() { all_ = true; }
  // Marks what differs visibly from what was shown before, and remembers what is shown once the marked tiles are drawn.
  // `exact`: everything. The planes may have any size; another size than before marks everything.
  void show(const Chroma& fresh, bool exact);
  // From now on what is shown counts as zero: differences from it come next.
  void start_from_zero(int width, int height) { shown_ = {Plane<float>(width, height), Plane<float>(width, height)}; }
  bool any() const { return all_ || some_; }
  bool all() const { return all_; }

  // The marked tiles as few rectangles in pixels of a photo of this size; none is marked afterwards.
  std::vector<Rect> take(int width, int height);

 private:
  bool& marked(int column, int row) { return marks_[static_cast<std::size_t>(row) * across + column]; }

  std::array<bool, across * across> marks_{};
  bool all_ = true, some_ = false;
  Chroma shown_;  // empty: not known
};

}  // namespace handtint
