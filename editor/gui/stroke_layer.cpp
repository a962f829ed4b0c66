#include "editor/gui/stroke_layer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "editor/gui/gl/shaders.h"

namespace handtint {
namespace {

float pattern_of(StrokeKind kind) {
  switch (kind) {
    case StrokeKind::colour:
      return 0;
    case StrokeKind::neutral:
      return 1;
    case StrokeKind::protect:
      return 2;
    case StrokeKind::barrier:
      return 3;
    case StrokeKind::erase:
      return 4;
  }
  return 0;
}

gl::Name<gl::free_buffer> make_buffer() {
  GLuint id = 0;
  glGenBuffers(1, &id);
  return gl::Name<gl::free_buffer>(id);
}

constexpr float dashes = 5;  // a pattern

constexpr int rim_pixels = 6;  // rims and outlines reach over the stroke's own pixels
constexpr Rect everything{-2'000'000, -2'000'000, 2'000'000, 2'000'000};

}  // namespace

StrokeLayer::StrokeLayer()
    : stroke_program_(shaders::stroke_vert, shaders::stroke_frag),
      overlay_program_(shaders::fullscreen_vert, shaders::overlay_frag),
      region_program_(shaders::region_vert, shaders::region_frag),
      mask_program_(shaders::fullscreen_vert, shaders::mask_frag),
      instances_(make_buffer()),
      region_corners_(make_buffer()) {
  stroke_vertices_.bind();
  glBindBuffer(GL_ARRAY_BUFFER, instances_.id());
  const auto attribute = [](GLuint index, GLint values, std::size_t offset) {
    glEnableVertexAttribArray(index);
    glVertexAttribPointer(index, values, GL_FLOAT, GL_FALSE, sizeof(Instance), reinterpret_cast<const void*>(offset));
    glVertexAttribDivisor(index, 1);
  };
  attribute(0, 4, offsetof(Instance, ends));
  attribute(1, 2, offsetof(Instance, radii));
  attribute(2, 4, offsetof(Instance, tint));
  attribute(3, 1, offsetof(Instance, pattern));
  region_vertices_.bind();
  glBindBuffer(GL_ARRAY_BUFFER, region_corners_.id());
  glEnableVertexAttribArray(0);
  glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, sizeof(Point), nullptr);
  glBindVertexArray(0);
}

Rect StrokeLayer::draw(const StrokeScene& scene, const ViewState& view) {
  const int width = std::max(1, static_cast<int>(std::lround(view.canvas.width * view.canvas.pixel_scale)));
  const int height = std::max(1, static_cast<int>(std::lround(view.canvas.height * view.canvas.pixel_scale)));
  if (width != target_.width() || height != target_.height()) {
    target_.resize(width, height);
    GLuint id = 0;
    glGenRenderbuffers(1, &id);
    stencil_ = gl::Name<gl::free_renderbuffer>(id);
    glBindRenderbuffer(GL_RENDERBUFFER, id);
    glRenderbufferStorage(GL_RENDERBUFFER, GL_DEPTH24_STENCIL8, width, height);
    glBindFramebuffer(GL_FRAMEBUFFER, target_.id());
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_DEPTH_STENCIL_ATTACHMENT, GL_RENDERBUFFER, id);
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    stale_all_ = true;
  }
  if (!drawn_view_ || !draw_alike(*drawn_view_, view)) stale_all_ = true;
  drawn_view_ = view;
  if (!stale_all_ && stale_.empty()) return {};

  Rect occupied;  // photo pixels
  for (const StrokeList* list : {&scene.strokes, scene.ghosts})
    if (list)
      for (const SharedStroke& stroke : *list) occupied = unite(occupied, stroke.bounds());
  if (scene.in_progress) occupied = unite(occupied, bounds(*scene.in_progress));
  if (scene.imported) occupied = {0, 0, scene.imported->width(), scene.imported->height()};
  occupied_ = on_target(occupied, view);
  Rect part = everything, box{0, 0, width, height};
  target_.bind();
  glEnable(GL_SCISSOR_TEST);
  if (!stale_all_) {
    part = {stale_.x0 - 2, stale_.y0 - 2, stale_.x1 + 2, stale_.y1 + 2};
    box = on_target(part, view);
    const int reach = static_cast<int>(std::ceil(2 * rim_pixels / view.zoom)) + 1;
    part = {part.x0 - reach, part.y0 - reach, part.x1 + reach, part.y1 + reach};
  }
  glScissor(box.x0, box.y0, std::max(0, box.width()), std::max(0, box.height()));
  glClearColor(0, 0, 0, 0);
  glClearStencil(0);
  glClear(GL_COLOR_BUFFER_BIT | GL_STENCIL_BUFFER_BIT);
  glEnable(GL_BLEND);
  glBlendEquation(GL_FUNC_ADD);
  if (scene.ghosts)
    for (const SharedStroke& ghost : *scene.ghosts)
      if (!intersect(ghost.bounds(), part).empty())
        draw_ghost(*ghost, view, part, ghost->id == scene.picked_ghost ? &scene.accent : nullptr);
  if (scene.imported) draw_imported(*scene.imported, view);
  const float scale = view.canvas.pixel_scale;
  for (const SharedStroke& stroke : scene.strokes) {
    if (intersect(stroke.bounds(), part).empty()) continue;
    const auto is_in = [&](const std::vector<StrokeId>& ids) {
      return std::find(ids.begin(), ids.end(), stroke->id) != ids.end();
    };
    const bool selected = is_in(scene.selected), lit = is_in(scene.lit);
    if (stroke->hidden && !selected && !lit) continue;
    constexpr Rgb light{1, 1, 1};
    if (lit) draw_stroke(*stroke, view, part, 4 * scale, Ink::plain, light);
    if (selected) draw_stroke(*stroke, view, part, 2.5f * scale, Ink::plain, scene.accent);
    draw_stroke(*stroke, view, part, 0, Ink::of_kind, stroke->colour);
  }
  if (scene.in_progress) draw_stroke(*scene.in_progress, view, part, 0, Ink::of_kind, scene.in_progress->colour);
  glDisable(GL_SCISSOR_TEST);
  glDisable(GL_BLEND);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  stale_all_ = false;
  stale_ = {};
  return box;
}

Rect StrokeLayer::on_target(const Rect& photo, const ViewState& view) const {
  if (photo.empty()) return {};
  const Point low = screen_from_photo(view, {static_cast<float>(photo.x0), static_cast<float>(photo.y0)});
  const Point high = screen_from_photo(view, {static_cast<float>(photo.x1), static_cast<float>(photo.y1)});
  const float scale = view.canvas.pixel_scale;
  const auto pixel = [scale](float points, float limit) {
    return static_cast<int>(std::clamp(points * scale, -8.0f, limit + 8.0f));
  };
  const auto width = static_cast<float>(target_.width()), height = static_cast<float>(target_.height());
  const Rect box{pixel(low.x - view.canvas.x, width) - rim_pixels, pixel(low.y - view.canvas.y, height) - rim_pixels,
                 pixel(high.x - view.canvas.x, width) + rim_pixels, pixel(high.y - view.canvas.y, height) + rim_pixels};
  return intersect(box, {0, 0, target_.width(), target_.height()});
}

// Its rim: all of it, then what is inside the rim is taken away again.
void StrokeLayer::draw_ghost(const Stroke& stroke, const ViewState& view, const Rect& part, const Rgb* halo) {
  const float scale = view.canvas.pixel_scale;
  constexpr float rim = 2;
  Rgb tint = stroke.colour;
  if (stroke.kind == StrokeKind::neutral) tint = {0.55f, 0.55f, 0.55f};
  if (stroke.kind == StrokeKind::protect || stroke.kind == StrokeKind::barrier) tint = {0.95f, 0.95f, 0.95f};
  if (halo) draw_stroke(stroke, view, part, 2.5f * scale, Ink::plain, *halo);
  draw_stroke(stroke, view, part, 0, Ink::dashes, tint);
  if (!stroke.cuts()) draw_stroke(stroke, view, part, -rim * scale, Ink::none, tint);
}

void StrokeLayer::draw_stroke(const Stroke& stroke, const ViewState& view, const Rect& part, float grow, Ink ink,
                              Rgb tint) {
  const bool line = stroke.kind == StrokeKind::barrier;
  const float pattern = ink == Ink::dashes ? dashes : ink == Ink::of_kind ? pattern_of(stroke.kind) : 0;
  scratch_.clear();
  const auto add = [&](const StrokePoint& p, const StrokePoint& q) {
    const float reach = std::max(p.radius, q.radius) + 2;
    if (std::max(p.x, q.x) + reach < static_cast<float>(part.x0) ||
        std::min(p.x, q.x) - reach > static_cast<float>(part.x1) ||
        std::max(p.y, q.y) + reach < static_cast<float>(part.y0) ||
        std::min(p.y, q.y) - reach > static_cast<float>(part.y1)) {
      return;
    }
    scratch_.push_back(
        {{p.x, p.y, q.x, q.y}, {line ? 0 : p.radius, line ? 0 : q.radius}, {tint.r, tint.g, tint.b, 1}, pattern});
  };
  // Points closer than half a screen pixel make no visible difference.
  const auto nearest = static_cast<float>(0.5 / view.zoom);
  const StrokePoint* last = nullptr;
  for (std::size_t i = 0; i < stroke.points.size(); ++i) {
    const StrokePoint& point = stroke.points[i];
    const bool final_point = i + 1 == stroke.points.size();
    if (last && !final_point && std::hypot(point.x - last->x, point.y - last->y) < nearest) continue;
    if (last)
      add(*last, point);
    else if (final_point)
      add(point, point);
    last = &point;
  }
  if (scratch_.empty()) return;

  if (!stroke.region.empty()) clip_to_region(stroke.region, view);
  stroke_program_.use();
  const Point corner = photo_from_screen(view, {view.canvas.x, view.canvas.y});
  stroke_program_.set("canvas_origin", corner.x, corner.y);
  stroke_program_.set("photo_per_pixel", static_cast<float>(1.0 / view.zoom));
  stroke_program_.set("canvas_size", static_cast<float>(target_.width()), static_cast<float>(target_.height()));
  stroke_program_.set("grow", grow + (line ? view.canvas.pixel_scale : 0.0f));
  if (stroke.kind == StrokeKind::erase || ink == Ink::none)
    glBlendFunc(GL_ZERO, GL_ONE_MINUS_SRC_ALPHA);
  else
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  stroke_vertices_.bind();
  glBindBuffer(GL_ARRAY_BUFFER, instances_.id());
  glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(scratch_.size() * sizeof(Instance)), scratch_.data(),
               GL_STREAM_DRAW);
  glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<GLsizei>(scratch_.size()));
  if (!stroke.region.empty()) glDisable(GL_STENCIL_TEST);
}

// Even-odd fill: every triangle of a fan flips the stencil, so odd places are inside (Redbook, "Drawing filled, concave
// polygons using the stencil buffer").
void StrokeLayer::clip_to_region(const std::vector<Point>& region, const ViewState& view) {
  glEnable(GL_STENCIL_TEST);
  glStencilMask(0xff);
  glClear(GL_STENCIL_BUFFER_BIT);
  glColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_FALSE);
  glStencilFunc(GL_ALWAYS, 0, 1);
  glStencilOp(GL_KEEP, GL_KEEP, GL_INVERT);
  region_program_.use();
  const Point corner = photo_from_screen(view, {view.canvas.x, view.canvas.y});
  region_program_.set("canvas_origin", corner.x, corner.y);
  region_program_.set("photo_per_pixel", static_cast<float>(1.0 / view.zoom));
  region_program_.set("canvas_size", static_cast<float>(target_.width()), static_cast<float>(target_.height()));
  region_vertices_.bind();
  glBindBuffer(GL_ARRAY_BUFFER, region_corners_.id());
  glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(region.size() * sizeof(Point)), region.data(), GL_STREAM_DRAW);
  glDrawArrays(GL_TRIANGLE_FAN, 0, static_cast<GLsizei>(region.size()));
  glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
  glStencilFunc(GL_NOTEQUAL, 0, 1);
  glStencilOp(GL_KEEP, GL_KEEP, GL_KEEP);
}

void StrokeLayer::draw_imported(const StrokeMask& mask, const ViewState& view) {
  if (imported_shown_ != &mask) {
    constexpr int longest = 4096;  // a mask is shown as a hint of itself; drivers take at least this size
    imported_step_ = (std::max(mask.width(), mask.height()) + longest - 1) / longest;
    const int width = (mask.width() + imported_step_ - 1) / imported_step_;
    const int height = (mask.height() + imported_step_ - 1) / imported_step_;
    std::vector<std::uint8_t> rgba(static_cast<std::size_t>(width) * height * 4);
    std::uint8_t* out = rgba.data();
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x, out += 4) {
        if (!mask.drawn(x * imported_step_, y * imported_step_)) continue;
        const Rgb8 colour = mask.colour(x * imported_step_, y * imported_step_);
        out[0] = colour.r;
        out[1] = colour.g;
        out[2] = colour.b;
        out[3] = 255;
      }
    }
    imported_.resize(width, height, gl::Texture::rgba8, GL_NEAREST);
    imported_.upload_rows(0, height, rgba.data());
    imported_shown_ = &mask;
  }
  mask_program_.use();
  const Point corner = photo_from_screen(view, {view.canvas.x, view.canvas.y});
  mask_program_.set("mask", 0);
  mask_program_.set("canvas_origin", corner.x, corner.y);
  mask_program_.set("photo_per_pixel", static_cast<float>(1.0 / view.zoom));
  mask_program_.set("texels_per_photo", 1.0f / static_cast<float>(imported_step_));
  imported_.bind(0);
  glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  plain_vertices_.bind();
  glDrawArrays(GL_TRIANGLES, 0, 3);
}

void StrokeLayer::lay_over(const gl::Target& screen, const Rect& part, float opacity, int x, int y) {
  const Rect touched = intersect(occupied_, part);
  if (touched.empty() || opacity <= 0) return;
  screen.bind();
  glEnable(GL_SCISSOR_TEST);
  glScissor(x + touched.x0, y + touched.y0, touched.width(), touched.height());
  glEnable(GL_BLEND);
  glBlendEquation(GL_FUNC_ADD);
  glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  overlay_program_.use();
  overlay_program_.set("layer", 0);
  overlay_program_.set("opacity", opacity);
  overlay_program_.set("offset", static_cast<float>(x), static_cast<float>(y));
  target_.texture().bind(0);
  plain_vertices_.bind();
  glDrawArrays(GL_TRIANGLES, 0, 3);
  glDisable(GL_BLEND);
  glDisable(GL_SCISSOR_TEST);
}

}  // namespace handtint
