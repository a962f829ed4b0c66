// Reading a photo from an opened file or from memory. Internal to editor/document; others use photo.h.
#pragma once

#include "editor/files/photo.h"
#include "editor/files/raster.h"

namespace handtint {

Photo read_photo(RasterReader& reader, const std::filesystem::path& path);

}  // namespace handtint
