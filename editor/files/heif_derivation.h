// How the pictures in a HEIF file hang together. Internal to editor/files.
#pragma once

#include <cstdint>
#include <span>

namespace handtint {

// Some pictures are made of others: of tiles, turned ones, those with a picture of their transparency (ISO/IEC
// 23008-12, 6.6 and 6.5.8: references "dimg" and "auxl"). True if that goes on for more than `most` steps, or round in
// a circle, which libheif follows until threads or stack run out. What is no HEIF file has none.
bool is_derived_deeper(std::span<const std::uint8_t> file, int most);

}  // namespace handtint
