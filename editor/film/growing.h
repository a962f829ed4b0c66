// The strokes growing: a short moving picture of how a photo got its colours, to be shown around.
#pragma once

#include <filesystem>
#include <string>

#include "editor/document/render.h"

namespace handtint {

struct GrowingOptions {
  double seconds = 6;      // until the picture is finished, which then stands for two more
  int longest_side = 800;  // pixels; no more than the photo has
};
inline constexpr double min_growing_seconds = 1, max_growing_seconds = 60;
inline constexpr int min_growing_side = 100, max_growing_side = 1920;

// `target` ends as frame_writer.h knows. False if cancelled: then nothing is written. The file is whole or untouched;
// that it is none of the inputs is for the caller to say. Throws FileError, std::runtime_error where nothing was
// done to the photo, and what render() throws.
bool write_growing(const std::filesystem::path& target, const Photo& photo, const DocumentState& state,
                   const CoatSource& coat, const GrowingOptions& options, const RenderOptions& rendering = {},
                   const Progress& progress = {});

}  // namespace handtint
