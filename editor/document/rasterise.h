// Strokes -> hint planes and cuts, for the whole photo or a rectangle of it; and strokes -> stroke mask, for export.
//
// A pixel is hinted if its centre is inside the brush; a stroke thinner than a pixel hints the pixels its centre line
// runs through. Later strokes lie over earlier ones, all strokes over the imported mask. The raster of a rectangle
// equals that part of the whole one, bit for bit. Barriers cut every edge between the centres of 8-neighbours that
// crosses their line. The geometry is exact (integers), so a closed line does not leak at any angle; a line that runs
// exactly through pixel centres passes an infinitesimal step beside them, so it isolates no pixel. An erase stroke
// takes away hints and barriers under it. Hidden strokes do nothing.
//
// A limited stroke is not among the hints of the photo but among those of its region (RegionPatch), a layer of its own.
// Strokes with the same outline share one. Where regions overlap, the one painted last lies on top.
//
// Nothing here is kept between calls; all functions may be called from any thread.
#pragma once

#include <functional>
#include <span>

#include "editor/document/stroke.h"
#include "editor/files/photo.h"
#include "editor/files/stroke_mask.h"
#include "solver/problem.h"

namespace handtint {

// What lies on a photo. Views: everything must live until the call returns.
struct Painting {
  const Photo& photo;
  const StrokeList& strokes;
  const StrokeMask* imported = nullptr;  // below the strokes; of the photo's size
  const Stroke* in_progress = nullptr;   // on top of the strokes: the one being drawn
  std::span<const Point> lasso{};        // a region that will be painted in: named although it has no stroke yet
};

// rect is clipped to the photo (see the patch's own rect). cuts stay empty, which means "unchanged", if with_cuts is
// false; the photo's own hints do if `only_regions`.
HintPatch rasterise(const Painting& painting, Rect rect, bool with_cuts = true, bool only_regions = false);

// True if some stroke that is not hidden cuts: otherwise the problem needs no cuts plane.
bool has_cuts(const StrokeList& strokes);

// The photo's size; `neutral` and `protect` strokes become hints of the photo's grey and of its own colour, and natural
// colours what they are there, or `flat` as they were chosen. Barriers and strengths have no place in a mask.
// `covers` hears, from below, which pixels each stroke covers or erases: [x0, x1) of the row y. May be empty.
using CoveredPixels = std::function<void(const Stroke& stroke, int y, int x0, int x1)>;
StrokeMask mask_from_strokes(const Painting& painting, bool flat = false, const CoveredPixels& covers = {});

}  // namespace handtint
