// Strokes as pixels: which pixels a person coloured, and how. The common ground of all stroke files, ours and other
// tools'.
//
// A mask is derived data (the editor keeps strokes as vectors). It is never resampled except by nearest neighbour and
// only when asked. A drawn pixel is a hint whatever its colour: black, grey and white are colours too (they say: stay
// neutral).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "editor/files/file_error.h"
#include "editor/files/photo.h"
#include "solver/plane.h"
#include "solver/problem.h"

namespace handtint {

struct Rgb8 {
  std::uint8_t r = 0, g = 0, b = 0;
  friend bool operator==(const Rgb8&, const Rgb8&) = default;
};

struct StrokeMask {
  static constexpr std::uint8_t keeps_own_colour = 2;  // a hint of the colour that the photo itself has there

  Plane<Rgb8> colour;         // sRGB; 0, 0, 0 where nothing is drawn
  Plane<std::uint8_t> drawn;  // 1 = hint of that colour, 0 = empty, or the above

  StrokeMask() = default;
  StrokeMask(int width, int height)
      : colour(Plane<Rgb8>::sparse(width, height)), drawn(Plane<std::uint8_t>::sparse(width, height)) {}
  int width() const { return colour.width(); }
  int height() const { return colour.height(); }
  friend bool operator==(const StrokeMask&, const StrokeMask&) = default;
};

// A mask of which is known what its pixels belong to.
struct NamedMask {
  StrokeMask mask;
  Plane<std::uint16_t> owner;      // 1 + the place of its name; 0 = what has none, such as an imported mask
  std::vector<std::string> names;  // from the top
};

// How a file says which pixels are drawn.
//   rgba         8-bit RGBA; alpha >= 128 = hint. Ours, and what painting programs leave as a layer.
//   black_empty  RGB; black = empty, any other pixel = hint (colormaskerapp). Cannot hold black strokes.
//   levin        a copy of the photo with scribbles over it; needs the photo. Hint where it differs from the photo, or,
//   when
//                the two differ everywhere, where it is saturated.
//   pimask       black = marked, white = not; a region without colours.
//   ideepcolor   im_ab.npy and im_mask.npy in one folder, on a squashed square grid.
enum class MaskFormat { automatic, rgba, black_empty, levin, pimask, ideepcolor };

std::string_view name_of(MaskFormat format);  // "auto", "rgba", "black-empty", "levin", "pimask", "ideepcolor"
std::optional<MaskFormat> mask_format_from_name(std::string_view name);

struct MaskReading {
  StrokeMask mask;             // no pixel drawn when the format is pimask
  Plane<std::uint8_t> region;  // pimask: 1 = marked; empty for all other formats
  MaskFormat format;           // what it was read as; never automatic
  std::string found;           // one sentence without a full stop for the person: format, size, strokes
  std::int64_t faint = 0;      // rgba: pixels that are painted, but less than half opaque: no hints
};

struct MaskReadOptions {
  MaskFormat format = MaskFormat::automatic;
  const Photo* photo = nullptr;  // the photo the mask belongs to; needed by levin, checked for size by all
  bool fit = false;              // bring another size to the photo's by nearest neighbour instead of refusing
};

// `path` is a picture, a .npy file of ideepcolor's pair or the folder that holds the pair. A file that is given as
// levin's marked copy or as pimask is taken at its word; with `automatic` the formats are told apart by what the pixels
// hold. Throws FileError: all that read_photo throws, a size that differs from the photo's (naming both), levin without
// a photo, an .npy of another shape or kind.
MaskReading read_stroke_mask(const std::filesystem::path& path, const MaskReadOptions& options = {});

// PNG. rgba is exact for every mask. black_empty turns a pure black stroke into 1, 1, 1, else it would vanish.
// Other formats: std::invalid_argument. Throws FileError as write_photo does.
void write_stroke_mask(const std::filesystem::path& target, const StrokeMask& mask, MaskFormat format,
                       bool overwrite = false);

struct MaskSummary {
  std::int64_t drawn_pixels = 0;
  double covered = 0;    // drawn share of the picture, 0..1
  int strokes = 0;       // connected drawn areas (8 neighbours)
  int colours = 0;       // distinct
  bool neutral = false;  // one of them is grey, black or white
};
MaskSummary summarize(const StrokeMask& mask);

}  // namespace handtint
