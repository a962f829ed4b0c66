// Picture formats whose libraries a build may lack. Internal to editor/files but for what the commands list.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "editor/files/byte_stream.h"
#include "editor/files/photo.h"

namespace handtint {

class AtomicFile;
class RasterReader;
struct RowSource;

struct OptionalFormat {
  std::string_view name;                     // "WebP"
  std::string_view package;                  // Debian's, that must be there when Handtint is built
  std::vector<std::string_view> extensions;  // lower case, with the dot
  bool (*recognise)(std::string_view head);  // by a file's first 16 bytes
  std::string library = {};                  // name and version; empty: this build lacks it
  std::unique_ptr<RasterReader> (*open)(ByteStream, const ReadOptions&) = nullptr;
  bool (*write)(AtomicFile&, const RowSource&, const WriteOptions&, const WriteProgress&) = nullptr;
  bool writable = false;  // by a build that has the library
  int most_bits = 8;      // that can be written: 8 or 16
};

std::span<const OptionalFormat> optional_formats();

// By a file's first bytes, or by a name's extension; null if it is none of these.
const OptionalFormat* optional_format_of(std::string_view head);
const OptionalFormat* optional_format_named(std::string_view extension);
// What a camera's sensor saw; also of files that only a look inside tells from TIFF.
const OptionalFormat& camera_raw_format();
const char* camera_raw_kind(std::string_view head);  // "CR3"; null for those and whatever else

// Throws FileError if this build lacks it.
std::unique_ptr<RasterReader> open_optional(const OptionalFormat& format, ByteStream stream,
                                            const ReadOptions& options);

// "this build of Handtint lacks WebP: Debian's libwebp-dev was not there when it was built"
std::string lacking(const OptionalFormat& format);

std::unique_ptr<RasterReader> open_webp(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_heif(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_jxl(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_camera_raw(ByteStream stream, const ReadOptions& options);
std::unique_ptr<RasterReader> open_jp2(ByteStream stream, const ReadOptions& options);
bool write_webp(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress);
bool write_avif(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress);
bool write_jxl(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress);

// For those whose libraries want the whole of it.
std::vector<std::uint8_t> whole_of(ByteStream& stream);
// All rows of the picture, one behind the other; empty when cancelled. Asks `progress` for the first tenth.
std::vector<std::uint8_t> all_rows(const RowSource& source, const WriteProgress& progress);

}  // namespace handtint
