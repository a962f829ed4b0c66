// The rims of anti-aliased, soft and JPEG-saved strokes: pixels where a stroke's colour is mixed with what lies below.
// Internal to editor/document.
#pragma once

#include "editor/files/stroke_mask.h"

namespace handtint {

// Takes from the mask the pixels that are only partly covered; a rim counted as a hint would be a stroke of another,
// duller colour. The core of every stroke stays, however thin. `background` is what lies below the strokes, empty for
// black. A mask with hard edges stays as it is, also where strokes of two shades of one colour touch. Of a mask that is
// drawn nearly everywhere nothing is taken. `lossy`: colours are blurred and noisy, as JPEG leaves them.
void remove_rims(StrokeMask& mask, const Plane<Rgb8>& background, bool lossy);

}  // namespace handtint
