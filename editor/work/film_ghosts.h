// Strokes of other frames as they lie on the frame that is open, worked out on a thread; and which of them the hand
// has picked.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "editor/film/carried_strokes.h"
#include "editor/film/film_colours.h"
#include "editor/work/background.h"

namespace handtint {

class FilmGhosts {
 public:
  explicit FilmGhosts(std::function<void()> wake_up) : wake_up_(std::move(wake_up)) {}

  // What is painted, or how the film is cut, is another than before, or another frame is open.
  void look_again() { wanted_ = true; }
  bool stale() const { return wanted_ || finding_.running(); }

  struct Place {
    int frame = 0;
    std::vector<StrokesOfFrame> painted;  // of all frames, in the order in which they were begun
    std::vector<Shot> shots;              // none: the film has not been seen yet
    std::shared_ptr<const KeptColours> kept;
  };
  // Fetches what was found; begins to find what is asked for. True if other strokes are there.
  bool update(const std::function<Place()>& place);

  // Lowest first, with their origin in `of` and ids of their own.
  const StrokeList& strokes() const { return strokes_; }
  std::uint64_t number() const { return number_; }  // others, another number
  // Those that a frame's own strokes have taken over from are gone at once.
  void leave_out(const StrokeList& own);
  void clear();

  void pick(std::optional<StrokeOrigin> origin) { picked_ = origin; }
  const Stroke* picked() const;  // null: none, or it is not there any more

 private:
  struct Found {
    int frame = 0;
    bool complete = false;
    StrokeList strokes;
  };

  std::function<void()> wake_up_;
  bool wanted_ = false;
  int frame_ = -1;  // that the search is for
  StrokeList strokes_;
  std::uint64_t number_ = 0;
  std::optional<StrokeOrigin> picked_;
  std::shared_ptr<StrokeCarrier> carrier_ = std::make_shared<StrokeCarrier>();  // of one search at a time
  Background<Found> finding_;
};

}  // namespace handtint
