// A photo as a small RGBA picture, for the start page, the file browser and the reference. Pure; for background
// threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace handtint {

struct Thumbnail {
  std::filesystem::path file;
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
  std::string facts;    // "4000 x 3000, 16 bit, TIFF", for a session also its strokes
  std::string problem;  // why there is no picture; empty if there is one
};

// The picture of a photo, or of a session's photo, no larger than side x side. Never throws.
Thumbnail make_thumbnail(const std::filesystem::path& file, int side);

// "4000 x 3000, 16 bit, TIFF" from the file's head alone; empty if it is no photo. Never throws.
std::string facts_of(const std::filesystem::path& file);

}  // namespace handtint
