// Strokes of key frames on the frames around them, still as vectors: moved, turned and sized as what lies under them
// is. A stroke ends where it is lost: too little of its motion is believed, it leaves the picture, the shot ends.
//
// What carries colours is carrying.h; these are for a person, who may take one over on another frame.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "editor/document/stroke.h"
#include "editor/film/motion.h"
#include "editor/film/shots.h"

namespace handtint {

// A similarity of the plane: size and turn about the origin, then a move.
struct Pose {
  float a = 1, b = 0;  // size times the turn's cosine and sine
  float x = 0, y = 0;

  Point operator()(Point p) const { return {a * p.x - b * p.y + x, b * p.x + a * p.y + y}; }
  float size() const;
};
Pose operator*(const Pose& after, const Pose& before);

// Of a stroke on its way.
struct CarriedPose {
  Pose pose;                   // from the key frame, in pixels of the size that motion is known at
  float confidence = 1;        // 0..1: what the steps until here left of it
  float gain = 1, offset = 0;  // of the exposure since the key, as in Motion
};

// What tells where a stroke goes: places on its key frame, spread over its brush or, if it is limited, its region, and
// the lightness there. Those inside the picture; `scale`: from the film's pixels to the picture's.
struct StrokePlaces {
  std::vector<Point> points;
  std::vector<float> light;
  float spread = 0;  // of the lightness: its standard deviation
};
StrokePlaces places_of(const Stroke& stroke, float scale, const Plane<float>& lightness);

// The step that most of the places have made; a few that moved otherwise do not count. None: fewer than `least_share`
// of them agree. `agree`: the share that does.
struct CommonStep {
  Pose step;
  float agree = 0;
};
std::optional<CommonStep> common_step(std::span<const Point> from, std::span<const Point> to, std::size_t asked);

// Lightness of a frame and of its neighbour, and the motion between: `motion` is that of the later one.
struct StepOfFilm {
  const Plane<float>&here, &there;
  const Motion& motion;
  bool onward;  // `there` is the later one
};
// On the neighbouring frame. None: it is lost, or what lies under it looks otherwise than on the key.
std::optional<CarriedPose> carried_on(const StrokePlaces& places, const CarriedPose& pose, const StepOfFilm& step);

// The stroke with that pose in the film's pixels.
Stroke placed(const Stroke& stroke, const Pose& pose);

// What was painted on a frame.
struct StrokesOfFrame {
  int frame = 0;
  StrokeList strokes;
};

// What the film gives: lightness, and motion between a frame and the one before.
struct FilmToFollow {
  Extent size, worked;
  std::vector<Shot> shots;
  std::function<Plane<float>(int frame)> light;
  std::function<Motion(int frame)> motion;
};

// Remembers the way of each stroke, so that the next frame costs one step.
class StrokeCarrier {
 public:
  // The strokes of other frames that are alive on this one, lowest first; each with its origin in `of`, and with ids
  // from 1 on. Of a stroke that another has taken over from, only that one. `painted`: all frames, in the order in
  // which they were begun. Stopped, it gives nothing. Throws what `film` throws.
  StrokeList on(int frame, const std::vector<StrokesOfFrame>& painted, const FilmToFollow& film,
                const std::function<bool()>& keep_going);

 private:
  struct Way {
    SharedStroke stroke;
    StrokePlaces places;             // once the key frame was read
    std::vector<CarriedPose> poses;  // on the key, its neighbour, and so on
    bool lost = false;               // after the last of them
  };
  using Ways = std::map<std::pair<StrokeOrigin, bool>, Way>;  // true: onward
  Ways::iterator way_of(const StrokeOrigin& origin, bool onward, const SharedStroke& stroke);
  bool follow(const std::vector<Ways::iterator>& ways, int frame, bool onward, const FilmToFollow& film,
              const std::function<bool()>& keep_going);
  void forget_others(const std::vector<StrokesOfFrame>& painted);

  Ways ways_;
};

}  // namespace handtint
