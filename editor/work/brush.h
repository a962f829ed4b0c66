// The brush in the hand: colour, size, firmness, the lasso that limits it, and the stroke that is being drawn.
//
// Size, smoothing and the recent colours are remembered between runs: they are in the preferences.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "editor/document/palette.h"
#include "editor/work/brush_path.h"
#include "editor/work/preferences.h"

namespace handtint {

class Brush {
 public:
  explicit Brush(Preferences& preferences);

  Rgb colour() const { return colour_; }
  void set_colour(Rgb colour) { colour_ = colour; }  // while a control is dragged
  // Do strokes to come follow the photo's light (HintColour)? Colours that were chosen for how they look do unless the
  // person has said otherwise; one whose numbers were typed is exact until the person says so.
  bool natural() const { return natural_; }
  void set_natural(bool natural);  // by the person
  void take_nature(bool typed);    // of a colour that was just chosen
  void take_nature_of(const Stroke& stroke) { natural_ = stroke.natural; }
  HintColour hint() const { return hint_colour(colour_, natural_); }
  void remember_colour();  // to the recent ones, when it is used or the drag ends
  void swap_colours();
  const RecentColours& recent() const { return recent_; }
  float radius() const { return radius_; }  // photo pixels
  void set_radius(float radius);            // within its limits; the next photo's brush looks as large
  float usual_radius() const { return default_brush_points / 2 * photo_per_point_; }
  // A photo is seen as a whole with so many pixels per point of the screen.
  void fit_to(float photo_per_point);
  float strength = 1;  // of strokes to come
  // The lasso: new strokes change the picture inside it only; empty = everywhere.
  const std::vector<Point>& region() const { return region_; }
  void set_region(std::vector<Point> region) { region_ = std::move(region); }

  // --- the stroke being drawn
  const Stroke* stroke() const { return stroke_ ? &*stroke_ : nullptr; }
  const Stroke& begin(StrokeKind kind, const BrushEvent& event);
  Rect extend(const BrushEvent& event);  // the photo pixels that it changed
  struct Finished {
    Stroke stroke;
    Rect tip;  // the photo pixels that its end changed
  };
  Finished finish();
  void cancel();

  bool can_go_straight() const { return last_end_.has_value(); }  // from where the last stroke ended
  Stroke straight(StrokeKind kind, const BrushEvent& to);

  void forget_photo();  // lasso and strokes are of another one

 private:
  BrushSettings settings() const;
  Stroke stroke_of(StrokeKind kind) const;

  Preferences& preferences_;
  Rgb colour_{0.78f, 0.56f, 0.45f};
  bool natural_ = true, typed_ = false;
  float photo_per_point_ = 1, radius_ = 1;
  RecentColours recent_;
  std::vector<Point> region_;
  std::optional<Stroke> stroke_;
  std::optional<BrushPath> path_;
  std::optional<Point> last_end_;
};

}  // namespace handtint
