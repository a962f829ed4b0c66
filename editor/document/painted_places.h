// Where a person has painted, small: for what looks for places to paint.
#pragma once

#include "editor/document/document.h"
#include "editor/files/photo.h"
#include "solver/plane.h"

namespace handtint {

// Covers the photo, above 0 along the strokes and on the imported mask; empty if nothing is painted. Suggested strokes
// (Stroke::source) count only if asked for.
Plane<float> painted_places(const Photo& photo, const DocumentState& state, bool with_suggested);

}  // namespace handtint
