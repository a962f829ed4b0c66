// Draws the strokes as they are, as vectors, into a layer of its own that is laid over the picture with an opacity.
//
// Redraws only the part that changed. Needs the GL context; used by the UI thread alone.
#pragma once

#include <optional>
#include <vector>

#include "editor/document/stroke.h"
#include "editor/files/stroke_mask.h"
#include "editor/gui/gl/gl.h"
#include "editor/work/view_state.h"

namespace handtint {

struct StrokeScene {
  const StrokeList& strokes;
  const StrokeList* ghosts = nullptr;  // of other frames, drawn as rims under the others
  StrokeId picked_ghost = 0;
  const StrokeMask* imported = nullptr;
  const Stroke* in_progress = nullptr;
  const std::vector<StrokeId>& selected;
  const std::vector<StrokeId>& lit;  // looked at in the list; shown although it be hidden
  Rgb accent;                        // outline of what is selected
};

class StrokeLayer {
 public:
  StrokeLayer();

  // Everything must be drawn again before the next lay_over: another document, another selection, undo.
  void invalidate() { stale_all_ = true; }
  // Only these photo pixels.
  void invalidate(const Rect& photo_rect) { stale_ = unite(stale_, photo_rect); }
  void forget_imported() { imported_shown_ = nullptr; }

  // Returns what was drawn anew, in pixels of the canvas.
  Rect draw(const StrokeScene& scene, const ViewState& view);

  // Lays a part of the canvas over a screen that has the canvas' top left corner at (x, y).
  void lay_over(const gl::Target& screen, const Rect& part, float opacity, int x, int y);

 private:
  struct Instance {
    float ends[4];
    float radii[2];
    float tint[4];
    float pattern;
  };
  Rect on_target(const Rect& photo, const ViewState& view) const;
  enum class Ink { of_kind, plain, dashes, none };  // none: takes away what is under it
  void draw_stroke(const Stroke& stroke, const ViewState& view, const Rect& part, float grow, Ink ink, Rgb tint);
  void draw_ghost(const Stroke& stroke, const ViewState& view, const Rect& part, const Rgb* halo);
  void draw_imported(const StrokeMask& mask, const ViewState& view);
  void clip_to_region(const std::vector<Point>& region, const ViewState& view);

  gl::Program stroke_program_, overlay_program_, region_program_, mask_program_;
  gl::VertexArray stroke_vertices_, plain_vertices_, region_vertices_;
  gl::Name<gl::free_buffer> instances_, region_corners_;
  gl::Target target_;
  gl::Name<gl::free_renderbuffer> stencil_;
  gl::Texture imported_;
  const StrokeMask* imported_shown_ = nullptr;
  int imported_step_ = 1;
  std::vector<Instance> scratch_;
  std::optional<ViewState> drawn_view_;
  Rect stale_;
  bool stale_all_ = true;
  Rect occupied_;  // pixels of the target: where strokes may be
};

}  // namespace handtint
