// Photographs in and out: any file a person is likely to have becomes planes, planes and chroma become a file.
//
// Reading: JPEG, PNG, TIFF, PNM (P1..P6), BMP, TGA, GIF (first frame), and what optional_formats.h lists. The
// orientation noted in the file is applied, an embedded colour profile is converted to sRGB, lightness keeps the
// precision of a 16-bit file. The format is told by the file's first bytes, not by its name (TGA, which has no mark, by
// its name). Writing: PNG and TIFF with 8 or 16 bit, JPEG, OpenRaster, and some of those; told by the target's
// extension. Lightness is written as it is: where a colour leaves the gamut of sRGB, or of the profile that is wanted,
// its chroma gives way. What the file
// says beside its pixels (EXIF, captions) goes from the photo to what is written.
//
// Memory while reading or writing stays below 26 bytes per pixel, the planes (4 to 14) included.
// Everything here may be called from several threads at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "editor/files/file_error.h"
#include "solver/plane.h"

namespace handtint {

struct Metadata;      // metadata.h
class OutputProfile;  // output_profile.h
struct NamedMask;     // stroke_mask.h

inline constexpr std::int64_t max_photo_pixels = 100'000'000;

struct Extent {
  int width = 0, height = 0;  // pixels
  bool operator==(const Extent&) const = default;
};
inline std::string to_string(Extent extent) {  // "640 x 480"
  return std::to_string(extent.width) + " x " + std::to_string(extent.height);
}

struct Photo {
  SharedPlane<float> lightness;  // CIE L, 0..100
  Plane<float> a, b;  // the colour the file had (sepia, an old tint, a colour photo); empty when it is neutral grey
  Plane<std::uint16_t> alpha;   // 0..65535; empty when opaque
  int bits = 8;                 // 8 or 16 per channel in the file (fewer than 8 count as 8)
  double dpi_x = 0, dpi_y = 0;  // 0 = unknown
  int orientation = 1;          // as the file noted it, EXIF's 1..8; already applied to the planes and to dpi_x, dpi_y
  std::string format;           // "JPEG", "PNG", "TIFF", "PNM", "BMP", "TGA", "GIF"
  std::filesystem::path path;
  std::vector<std::string> notes;            // what the person should know of the file: sentences without a full stop
  std::shared_ptr<const Metadata> metadata;  // what the file says beside its pixels; null if nothing

  int width() const { return lightness.width(); }
  int height() const { return lightness.height(); }
  Extent extent() const { return {width(), height()}; }
};

struct ReadOptions {
  bool salvage = false;  // of a damaged or cut-off file, what is there: the rest is grey and a note says so
  std::int64_t max_pixels = max_photo_pixels;
};

// Throws FileError: not there, a folder, empty, no picture, of a kind that is not read, damaged or cut off (naming how
// much is there), more than max_pixels.
Photo read_photo(const std::filesystem::path& path, const ReadOptions& options = {});

// What the file says of itself before its pixels. Cheap: the pixels are not decoded.
struct PhotoInfo {
  int width = 0, height = 0;  // upright
  int bits = 8;               // 8 or 16, as Photo::bits
  bool grey = false;          // one channel of light; false does not mean that the picture shows colours
  bool alpha = false;
  int orientation = 1;
  double dpi_x = 0, dpi_y = 0;
  bool profile = false;  // the file describes its colours: an ICC profile, PNG's gAMA or cICP, EXIF's Adobe RGB
  std::string format;
  std::vector<std::string> notes;  // as Photo::notes, as far as they are known before the pixels
};
PhotoInfo probe_photo(const std::filesystem::path& path);

// Formats that write_photo knows, by extension in any case: .png, .tif, .tiff, .jpg, .jpeg, .ora, and what the build
// has of .webp, .avif, .jxl.
bool is_writable_photo_name(const std::filesystem::path& path);
bool keeps_transparency(const std::filesystem::path& path);  // not JPEG
bool has_layers(const std::filesystem::path& path);          // .ora

struct WriteOptions {
  int bits = 8;                 // 8 or 16; formats that cannot have 16 get 8
  double dpi_x = 0, dpi_y = 0;  // 0 = not written
  int quality = 95;             // 1..100 of JPEG, WebP, AVIF, JPEG XL, 100 without loss, but of JPEG; effort of PNG
  bool overwrite = false;       // false: an existing target is an error
  std::shared_ptr<const Metadata>
      metadata;  // of the photo; sizes and orientation become the picture's own. May be null
  std::shared_ptr<const OutputProfile> profile;  // the colour space of the file; null: sRGB, as layers always are
  std::shared_ptr<const NamedMask> strokes;      // for formats with layers: what was painted. May be null
  std::filesystem::path
      input;  // the photo it was made from: refused as a target even with overwrite. Empty: no such check
};

// Depth, dots per inch, metadata and input as the photo had them.
WriteOptions write_options_for(const Photo& photo);

// Asked now and then with 0..1; false cancels. May be empty.
using WriteProgress = std::function<bool(float progress)>;

// Writes beside the target and renames over it: the target is whole or untouched. The planes of lightness, chroma and
// alpha (may be empty; JPEG drops it) have one size, else std::invalid_argument. Returns false when cancelled, nothing
// written. Throws FileError: unknown extension, existing target, unwritable folder, disk full, layers in a profile.
bool write_photo(const std::filesystem::path& target, const Plane<float>& lightness, const Chroma& chroma,
                 const Plane<std::uint16_t>& alpha, const WriteOptions& options, const WriteProgress& progress = {});

// Throws FileError if `target` may not be written under these rules. What write_photo asks first; callers who want to
// fail before a long solve ask earlier.
void require_writable_target(const std::filesystem::path& target, bool overwrite, const std::filesystem::path& input);
// The same of a profile: a picture in layers is sRGB.
void require_writable_profile(const std::filesystem::path& target, const OutputProfile* profile);

}  // namespace handtint
