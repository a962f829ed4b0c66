// Where the photo lies in the window: zoom and pan. Pure arithmetic.
//
// Three kinds of coordinates: photo pixels; screen points, in which the toolkit reports the cursor; framebuffer pixels
// = points times pixel_scale (2 on a HiDPI display). Zoom is framebuffer pixels per photo pixel, so 1 is the true "100
// %" on every display. The canvas is the part of the window that shows the photo, in points.
#pragma once

#include "editor/document/stroke.h"
#include "solver/plane.h"

namespace handtint {

struct Canvas {
  float x = 0, y = 0, width = 1, height = 1;  // points
  float pixel_scale = 1;
  friend bool operator==(const Canvas&, const Canvas&) = default;
};

struct ViewState {
  int photo_width = 1, photo_height = 1;
  Canvas canvas;
  double zoom = 1;
  double centre_x = 0.5, centre_y = 0.5;  // photo coordinates in the middle of the canvas
};

inline constexpr double max_zoom = 64;

double fit_zoom(const ViewState& view);  // the whole photo is seen, with a small margin; small photos are enlarged
double min_zoom(const ViewState& view);  // a quarter of fit_zoom, at most 1

Point photo_from_screen(const ViewState& view, Point screen);
Point screen_from_photo(const ViewState& view, Point photo);
float screen_length(const ViewState& view, float photo_length);  // in points, for the brush cursor
float photo_length(const ViewState& view, float screen_length);

// Each returns a clamped view.
ViewState fit(ViewState view);
ViewState zoom_to(ViewState view, double zoom, Point fixed_on_screen);  // the photo point under the cursor stays there
ViewState zoom_by_steps(ViewState view, double steps, Point fixed_on_screen);  // wheel: one step is a factor of 2^(1/4)
ViewState actual_pixels(ViewState view, Point fixed_on_screen);                // 100 %
ViewState pan(ViewState view, float dx_points, float dy_points);               // the photo follows the hand
ViewState resized(ViewState view, const Canvas& canvas);  // the middle stays there; a fitted photo stays fitted
ViewState clamped(ViewState view);  // zoom within limits; some of the photo always stays in the middle of the canvas

bool draw_alike(const ViewState& p, const ViewState& q);  // at most the canvas' place in the window differs

Rect visible_photo(const ViewState& view);  // pixels that are seen at least in part, clipped to the photo

}  // namespace handtint
