// What a click would colour: the thing under the cursor, and the stroke that a click makes of it.
//
// The stroke is one like all others: its brush goes through the thing's core, and its region is the thing's outline. So
// it is recoloured, undone, saved and exported as they are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "editor/work/editor.h"
#include "solver/prediction/thing_at.h"

namespace handtint {

class Wand {
 public:
  // A thing of the photo, cut to the lasso if there is one.
  struct Thing {
    Plane<std::uint8_t> cells;   // a grid over the photo; 1 = inside
    std::vector<Point> outline;  // photo pixels
  };

  // The thing at a place of the photo; null: outside the photo, or the lasso. The same place again costs nothing. Good
  // until the next call.
  const Thing* look_at(Editor& editor, Point place);
  // Gives the thing at the place the brush's colour. Returns why not; empty: it has it.
  std::string_view colour(Editor& editor, Point place);

  std::uint64_t looks() const { return looks_; }  // that were not the one before again

  // More of the thing that was looked at last, or less: so many steps that can be seen. The next look has it.
  void widen(int steps);

 private:
  void follow(Editor& editor);
  std::vector<Point> fine_outline(Editor& editor, Point inside) const;  // of the thing, photo pixels

  std::optional<ThingFinder> finder_;
  std::uint64_t document_ = 0;                    // that the finder knows
  std::shared_ptr<const Prediction> prediction_;  // too
  float extent_ = 1;
  std::uint64_t looks_ = 0;
  struct Asked {
    int cell;
    float extent;
    std::uint64_t lasso;
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  std::optional<Asked> asked_;
  Thing thing_;
};

}  // namespace handtint
