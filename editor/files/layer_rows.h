// The three layers that are the picture where they are laid together, row by row. Internal to editor/files.
#pragma once

#include "editor/files/photo_write.h"
#include "solver/plane.h"

namespace handtint {

// Each of the size, depth and transparency of `result`, which must live as long as the rows do. (Three layers, each
// transparent by half, are so by an eighth: soft rims are exact in the merged image alone.)

// The photo in grey.
RowSource photo_rows(const RowSource& result, const Plane<float>& lightness);
// The grey under the colour. Mode Color (W3C, Compositing and Blending Level 1, 10.2: SetLum and ClipColor) keeps luma
// and not CIE's lightness, so the photo's own grey would not do.
RowSource light_rows(const RowSource& result);
// The picture, to be laid over the light in mode Color. It is a step off where the picture would be two off otherwise.
RowSource colour_rows(const RowSource& result);

}  // namespace handtint
