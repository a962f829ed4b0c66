// A plane of numbers as a file, for programs that calculate with it.
#pragma once

#include <filesystem>

#include "solver/plane.h"

namespace handtint {

// PNG and TIFF hold 16-bit greys, this many of them for 1; .npy holds the numbers.
inline constexpr float greys_per_unit = 256;

// Throws FileError if the extension is none of .png, .tif, .tiff, .npy, or nothing can be written there.
void require_number_plane_target(const std::filesystem::path& target);

// Writes beside the target and renames over it. Numbers are cut to 0 .. 255.996 in PNG and TIFF. Throws FileError.
void write_number_plane(const std::filesystem::path& target, const Plane<float>& plane);

}  // namespace handtint
