// One palette for all frames of a shot, and pixels as its entries.
#pragma once

#include <cstdint>
#include <vector>

#include "editor/files/photo.h"
#include "solver/lab.h"

namespace handtint {

struct Rgb8Entry {
  std::uint8_t r = 0, g = 0, b = 0;
};

inline constexpr int palette_greys = 32;
inline constexpr int palette_entries = 255;  // the last of 256 is for what is transparent

class ShotPalette {
 public:
  // 32 even greys, the rest the means of clusters of the colours in CIE Lab (k-means). The same for the same colours.
  explicit ShotPalette(const std::vector<Lab>& samples);

  const std::vector<Rgb8Entry>& entries() const { return rgb_; }  // 255

  // The entry for a colour at a place of the picture. Dithered by a pattern that stays where it is (interleaved
  // gradient noise, Jimenez 2014), so that what stands still does not crawl.
  std::uint8_t index(Lab colour, int x, int y);

 private:
  std::uint8_t nearest(const Lab& colour) const;

  std::vector<Lab> lab_;
  std::vector<Rgb8Entry> rgb_;
  std::vector<std::int16_t> known_;  // nearest entries on a grid of colours; -1 = not yet asked
};

}  // namespace handtint
