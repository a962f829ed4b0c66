#include "editor/work/brush.h"

#include <algorithm>
#include <utility>

namespace handtint {

Brush::Brush(Preferences& preferences) : preferences_(preferences) {
  for (auto it = preferences.recent_colours.rbegin(); it != preferences.recent_colours.rend(); ++it) recent_.use(*it);
  if (!recent_.colours().empty()) colour_ = recent_.colours().front();
  natural_ = preferences.natural_colour;
  fit_to(1);
}

void Brush::set_natural(bool natural) {
  natural_ = natural;
  if (!typed_) preferences_.natural_colour = natural;
}

void Brush::take_nature(bool typed) {
  typed_ = typed;
  natural_ = !typed && preferences_.natural_colour;
}

void Brush::remember_colour() {
  if (!recent_.colours().empty() && same_colour(recent_.colours().front(), colour_)) return;
  recent_.use(colour_);
  preferences_.recent_colours = recent_.colours();
}

void Brush::swap_colours() {
  remember_colour();
  if (recent_.colours().size() < 2) return;
  recent_.swap_last_two();
  colour_ = recent_.colours().front();
  take_nature(false);
  preferences_.recent_colours = recent_.colours();
}

void Brush::set_radius(float radius) {
  radius_ = std::clamp(radius, min_brush_radius, max_brush_radius);
  preferences_.brush_points = 2 * radius_ / photo_per_point_;
}

void Brush::fit_to(float photo_per_point) {
  photo_per_point_ = photo_per_point;
  radius_ = std::clamp(preferences_.brush_points / 2 * photo_per_point, min_brush_radius, max_brush_radius);
}

BrushSettings Brush::settings() const {
  BrushSettings settings;
  settings.radius = radius_;
  settings.smoothing = preferences_.smoothing;
  settings.pressure_to_size = preferences_.pressure_to_size ? 1.0f : 0.0f;
  return settings;
}

Stroke Brush::stroke_of(StrokeKind kind) const {
  Stroke stroke;
  stroke.kind = kind;
  stroke.colour = colour_;
  stroke.natural = natural_;
  stroke.strength = strength;
  stroke.region = region_;
  return stroke;
}

const Stroke& Brush::begin(StrokeKind kind, const BrushEvent& event) {
  path_.emplace(settings(), event);
  stroke_ = stroke_of(kind);
  stroke_->points = path_->points();
  if (kind == StrokeKind::colour) remember_colour();
  return *stroke_;
}

Rect Brush::extend(const BrushEvent& event) {
  if (!path_) return {};
  const Rect changed = path_->extend(event);
  stroke_->points = path_->points();
  return changed;
}

Brush::Finished Brush::finish() {
  const Rect tip = path_->finish();
  Stroke stroke = std::move(*stroke_);
  stroke.points = path_->points();
  last_end_ = Point{stroke.points.back().x, stroke.points.back().y};
  cancel();
  return {std::move(stroke), tip};
}

void Brush::cancel() {
  path_.reset();
  stroke_.reset();
}

Stroke Brush::straight(StrokeKind kind, const BrushEvent& to) {
  Stroke stroke = stroke_of(kind);
  stroke.points = straight_line(settings(), {last_end_->x, last_end_->y, 1}, to);
  last_end_ = Point{to.x, to.y};
  if (kind == StrokeKind::colour) remember_colour();
  return stroke;
}

void Brush::forget_photo() {
  cancel();
  region_.clear();
  last_end_.reset();
}

}  // namespace handtint
