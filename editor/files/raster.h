// Picture files as rows of 16-bit samples: what photo and mask reading share. Internal to editor/document.
//
// One reader per format stands behind one abstract class. A reader decodes and nothing more: no rotation, no colour
// management, no Lab. All of them refuse pictures above the pixel limit, and headers that promise more pixels than the
// file's size can hold, before they allocate anything of the picture's size.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "editor/files/byte_stream.h"
#include "editor/files/photo.h"

namespace handtint {

enum class Samples { grey, rgb, cmyk };

struct RasterInfo {
  std::string format;
  int width = 0, height = 0;  // as stored
  Samples samples = Samples::rgb;
  bool alpha = false;
  int bits = 8;         // 8 or 16
  int orientation = 1;  // EXIF's 1..8
  double dpi_x = 0, dpi_y = 0;
  std::vector<std::uint8_t> profile;  // ICC, empty if none

  int channels() const { return (samples == Samples::grey ? 1 : samples == Samples::rgb ? 3 : 4) + (alpha ? 1 : 0); }
};

// One row: width * channels values, 0..65535, alpha last and not multiplied into the colour. Cyan, magenta, yellow and
// black count ink: 65535 is full. Rows come from top to bottom, each once.
using RowSink = std::function<void(const std::uint16_t* samples)>;

class RasterReader {
 public:
  virtual ~RasterReader() = default;
  const RasterInfo& info() const { return info_; }

  // Once. Throws FileError when the file is damaged; rows given until then are void.
  virtual void read_rows(const RowSink& sink) = 0;

 protected:
  RasterInfo info_;
};

// Reads the header. Throws FileError: no known picture format, damaged, too large.
std::unique_ptr<RasterReader> open_raster(ByteStream stream, std::int64_t max_pixels = max_photo_pixels);

// --- for the readers

std::unique_ptr<RasterReader> open_jpeg(ByteStream stream, std::int64_t max_pixels);
std::unique_ptr<RasterReader> open_png(ByteStream stream, std::int64_t max_pixels);
std::unique_ptr<RasterReader> open_tiff(ByteStream stream, std::int64_t max_pixels);
std::unique_ptr<RasterReader> open_pnm(ByteStream stream, std::int64_t max_pixels);
enum class SimpleFormat { bmp, tga, gif };
std::unique_ptr<RasterReader> open_simple(ByteStream stream, std::int64_t max_pixels, SimpleFormat format);

// Throws the FileError of a picture that cannot be decoded.
[[noreturn]] void throw_damaged(const ByteStream& stream, const std::string& format, const std::string& detail);

// Throws FileError unless 1 <= width, height, width * height <= max_pixels, and the file can hold that many pixels when
// a byte of it yields at most `pixels_per_byte`.
void require_plausible_size(const ByteStream& stream, const std::string& format, std::int64_t width,
                            std::int64_t height, std::int64_t max_pixels, std::int64_t pixels_per_byte);

// A resolution read from a file as dots per inch: 0 when senseless; whole numbers lose the noise of metric units.
double tidy_dpi(double dpi);

}  // namespace handtint
