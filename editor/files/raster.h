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
#include "editor/files/metadata.h"
#include "editor/files/photo.h"
#include "solver/tr.h"

namespace handtint {

// Lab: L of 0..100 as 0..65535, a and b as 256 * value + 32768.
enum class Samples { grey, rgb, cmyk, lab };

struct RasterInfo {
  std::string format;
  int width = 0, height = 0;  // as stored
  Samples samples = Samples::rgb;
  bool alpha = false;
  int bits = 8;         // 8 or 16
  int orientation = 1;  // EXIF's 1..8
  double dpi_x = 0, dpi_y = 0;
  std::vector<std::uint8_t> profile;  // ICC, embedded or made of what the file says of its colours; empty if none
  int offset_x = 0, offset_y = 0;     // of a layer: where its first pixel lies on the canvas
  std::vector<std::string> notes;     // as Photo::notes

  int colours() const { return samples == Samples::grey ? 1 : samples == Samples::cmyk ? 4 : 3; }
  int channels() const { return colours() + (alpha ? 1 : 0); }
};

// One row: width * channels values, 0..65535, alpha last and not multiplied into the colour. Cyan, magenta, yellow and
// black count ink: 65535 is full. Rows come from top to bottom, each once.
using RowSink = std::function<void(const std::uint16_t* samples)>;

// A picture that cannot be decoded, or not to its end.
class DamagedPicture : public FileError {
 public:
  DamagedPicture(const std::filesystem::path& path, const std::string& format, const std::string& detail);

  const std::string& detail() const { return detail_; }

 private:
  std::string detail_;
};

class RasterReader {
 public:
  explicit RasterReader(const ReadOptions& options) : options_(options) {}
  virtual ~RasterReader() = default;
  const RasterInfo& info() const { return info_; }
  void add_note(std::string note) { info_.notes.push_back(std::move(note)); }

  // Once. Throws FileError when the file is damaged; rows given until then are void. With `salvage` the rows that are
  // missing come as an opaque middle grey, unless not one is there.
  void read_rows(const RowSink& sink);

  // What the file says beside its pixels.
  virtual Metadata metadata() { return {}; }

 protected:
  virtual void decode_rows(const RowSink& sink) = 0;

  std::vector<std::uint16_t> missing_row() const;
  void note_missing(int rows_there, const std::string& detail);

  ReadOptions options_;
  RasterInfo info_;
};

// Reads the header. Throws FileError: no known picture format, damaged, too large.
std::unique_ptr<RasterReader> open_raster(ByteStream stream, const ReadOptions& options = {});

// --- for the readers

std::unique_ptr<RasterReader> open_jpeg(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_png(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_tiff(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_pnm(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_bmp(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_tga(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_psd(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_gif(ByteStream stream, const ReadOptions& options);

// Throws DamagedPicture, or the disk's failure.
[[noreturn]] void throw_damaged(const ByteStream& stream, const std::string& format, const std::string& detail);

// Throws the FileError of a picture of which `there` tells what --salvage would read.
[[noreturn]] void throw_partly_damaged(const std::filesystem::path& path, const std::string& format,
                                       const std::string& detail, const std::string& there);

// Throws the FileError of a whole file that is not read here: "is KIND, which is not read here; WAY OUT".
[[noreturn]] void throw_unread_kind(const ByteStream& stream, const std::string& kind,
                                    const std::string& way_out = tr("save it as PNG, TIFF or JPEG first"));

// The same of what a camera's sensor saw; without a kind the file's extension says it.
[[noreturn]] void throw_camera_raw(const ByteStream& stream, std::string kind);

// Throws FileError unless 1 <= width, height, width * height <= max_pixels, and the file can hold that many pixels when
// a byte of it yields at most `pixels_per_byte`.
void require_plausible_size(const ByteStream& stream, const std::string& format, std::int64_t width,
                            std::int64_t height, std::int64_t max_pixels, std::int64_t pixels_per_byte);

// A resolution read from a file as dots per inch: 0 when senseless; whole numbers lose the noise of metric units.
double tidy_dpi(double dpi);

}  // namespace handtint
