#include "editor/work/view_state.h"

#include <algorithm>
#include <cmath>

namespace handtint {
namespace {

constexpr double fit_margin = 16;  // points on every side, so that the photo's edge is seen as an edge

// A window that is just being made may report zero.
double density(const Canvas& canvas) {
  return std::max(1e-3f, canvas.pixel_scale);
}

// Points per photo pixel.
double scale_of(const ViewState& view) {
  return view.zoom / density(view.canvas);
}

bool is_whole(double value) {
  return value >= 1 - 1e-9 && std::abs(value - std::round(value)) <= 1e-9 * value;
}

// The photo coordinate at the canvas' left or upper edge. At whole factors, and their inverses, the photo's pixels fall
// on the framebuffer's, whatever the sizes of both and wherever the photo was moved.
double at_edge(const ViewState& view, double centre, float points) {
  const double edge = centre - points * 0.5 / scale_of(view);
  const bool whole = is_whole(view.zoom) || is_whole(1 / view.zoom);
  return whole ? std::round(edge * view.zoom) / view.zoom : edge;
}
double left_edge(const ViewState& view) {
  return at_edge(view, view.centre_x, view.canvas.width);
}
double upper_edge(const ViewState& view) {
  return at_edge(view, view.centre_y, view.canvas.height);
}

double middle_x(const Canvas& canvas) {
  return canvas.x + canvas.width * 0.5;
}
double middle_y(const Canvas& canvas) {
  return canvas.y + canvas.height * 0.5;
}

bool is_fitted(const ViewState& view) {
  return std::abs(view.zoom - fit_zoom(view)) <= 1e-9 * view.zoom && view.centre_x == view.photo_width * 0.5 &&
         view.centre_y == view.photo_height * 0.5;
}

}  // namespace

double fit_zoom(const ViewState& view) {
  const auto along = [&](float points, int photo) {
    const double margin = std::min(fit_margin, points * 0.1);
    return std::max(1.0, points - 2 * margin) * density(view.canvas) / std::max(1, photo);
  };
  return std::min({along(view.canvas.width, view.photo_width), along(view.canvas.height, view.photo_height), max_zoom});
}

double min_zoom(const ViewState& view) {
  return std::min(1.0, fit_zoom(view) / 4);
}

Point photo_from_screen(const ViewState& view, Point screen) {
  return {static_cast<float>(left_edge(view) + (screen.x - view.canvas.x) / scale_of(view)),
          static_cast<float>(upper_edge(view) + (screen.y - view.canvas.y) / scale_of(view))};
}

Point screen_from_photo(const ViewState& view, Point photo) {
  return {static_cast<float>(view.canvas.x + (photo.x - left_edge(view)) * scale_of(view)),
          static_cast<float>(view.canvas.y + (photo.y - upper_edge(view)) * scale_of(view))};
}

float screen_length(const ViewState& view, float photo_length) {
  return static_cast<float>(photo_length * scale_of(view));
}
float photo_length(const ViewState& view, float screen_length) {
  return static_cast<float>(screen_length / scale_of(view));
}

ViewState clamped(ViewState view) {
  if (!std::isfinite(view.zoom)) view.zoom = fit_zoom(view);
  if (!std::isfinite(view.centre_x)) view.centre_x = view.photo_width * 0.5;
  if (!std::isfinite(view.centre_y)) view.centre_y = view.photo_height * 0.5;
  view.zoom = std::clamp(view.zoom, min_zoom(view), max_zoom);
  view.centre_x = std::clamp(view.centre_x, 0.0, static_cast<double>(view.photo_width));
  view.centre_y = std::clamp(view.centre_y, 0.0, static_cast<double>(view.photo_height));
  return view;
}

ViewState fit(ViewState view) {
  view.zoom = fit_zoom(view);
  view.centre_x = view.photo_width * 0.5;
  view.centre_y = view.photo_height * 0.5;
  return view;
}

ViewState zoom_to(ViewState view, double zoom, Point fixed_on_screen) {
  const double offset_x = fixed_on_screen.x - middle_x(view.canvas),
               offset_y = fixed_on_screen.y - middle_y(view.canvas);
  const double photo_x = left_edge(view) + (fixed_on_screen.x - view.canvas.x) / scale_of(view),
               photo_y = upper_edge(view) + (fixed_on_screen.y - view.canvas.y) / scale_of(view);
  // Two steps of the square root of 2 are a factor of 2, and not nearly so.
  if (std::abs(zoom - std::round(zoom)) < 1e-6 * zoom) zoom = std::round(zoom);
  view.zoom = std::clamp(std::isfinite(zoom) ? zoom : view.zoom, min_zoom(view), max_zoom);
  view.centre_x = photo_x - offset_x / scale_of(view);
  view.centre_y = photo_y - offset_y / scale_of(view);
  return clamped(view);
}

ViewState zoom_by_steps(ViewState view, double steps, Point fixed_on_screen) {
  return zoom_to(view, view.zoom * std::exp2(steps / 4), fixed_on_screen);
}

ViewState actual_pixels(ViewState view, Point fixed_on_screen) {
  return zoom_to(view, 1, fixed_on_screen);
}

ViewState pan(ViewState view, float dx_points, float dy_points) {
  view.centre_x -= dx_points / scale_of(view);
  view.centre_y -= dy_points / scale_of(view);
  return clamped(view);
}

ViewState resized(ViewState view, const Canvas& canvas) {
  const bool fitted = is_fitted(view);
  view.canvas = canvas;
  return fitted ? fit(view) : clamped(view);
}

bool draw_alike(const ViewState& p, const ViewState& q) {
  return p.zoom == q.zoom && p.centre_x == q.centre_x && p.centre_y == q.centre_y && p.canvas.width == q.canvas.width &&
         p.canvas.height == q.canvas.height && p.canvas.pixel_scale == q.canvas.pixel_scale &&
         p.photo_width == q.photo_width && p.photo_height == q.photo_height;
}

Rect visible_photo(const ViewState& view) {
  const double left = left_edge(view), right = left + view.canvas.width / scale_of(view);
  const double top = upper_edge(view), bottom = top + view.canvas.height / scale_of(view);
  const auto low = [](double v) { return static_cast<int>(std::floor(std::max(v, -1.0))); };
  const auto high = [](double v, int size) { return static_cast<int>(std::ceil(std::min(v, size + 1.0))); };
  const Rect seen{low(left), low(top), high(right, view.photo_width), high(bottom, view.photo_height)};
  return intersect(seen, {0, 0, view.photo_width, view.photo_height});
}

}  // namespace handtint
