// A photo and what was painted on it at a smaller size: for pictures that show how it looks.
#pragma once

#include "editor/document/document.h"
#include "editor/files/photo.h"

namespace handtint {

Photo reduced(const Photo& photo, Extent size);

// From a photo of one size to one of the other: strokes, regions and imported masks, those of the history too.
DocumentState reduced(DocumentState state, Extent from, Extent to);

}  // namespace handtint
