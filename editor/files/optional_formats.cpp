#include "editor/files/optional_formats.h"

#include <algorithm>

#include "editor/files/photo_write.h"
#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

bool is_webp(std::string_view head) {
  return head.starts_with("RIFF") && head.substr(8, 4) == "WEBP";
}

// Brands of ISO 23008-12 and of AVIF; "mif1" and "msf1" may be either.
bool has_brand(std::string_view head, std::initializer_list<std::string_view> brands) {
  return head.substr(4, 4) == "ftyp" && std::find(brands.begin(), brands.end(), head.substr(8, 4)) != brands.end();
}
bool is_heic(std::string_view head) {
  return has_brand(head, {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"});
}
bool is_avif(std::string_view head) {
  return has_brand(head, {"avif", "avis"});
}
bool is_jxl(std::string_view head) {
  return head.starts_with("\xff\x0a") || head.substr(4, 8) == "JXL \r\n\x87\n";
}
bool is_jp2(std::string_view head) {
  return head.substr(4, 4) == "jP  " || head.starts_with("\xff\x4f\xff\x51");
}

bool is_camera_raw(std::string_view head) {
  return camera_raw_kind(head) != nullptr;
}

std::vector<OptionalFormat> formats() {
  OptionalFormat webp{"WebP", "libwebp-dev", {".webp"}, is_webp},
      heic{"HEIC", "libheif-dev", {".heic", ".heif"}, is_heic}, avif{"AVIF", "libheif-dev", {".avif"}, is_avif},
      jxl{"JPEG XL", "libjxl-dev", {".jxl"}, is_jxl},
      jp2{"JPEG 2000", "libopenjp2-7-dev", {".jp2", ".j2k", ".jpx"}, is_jp2},
      raw{"RAW",
          "libraw-dev",
          {".dng", ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".arw", ".sr2", ".srf", ".raf", ".orf", ".rw2",
           ".rwl", ".pef", ".srw", ".x3f", ".mrw", ".3fr", ".iiq", ".erf", ".kdc", ".dcr", ".mef", ".mos"},
          is_camera_raw};
  webp.writable = avif.writable = jxl.writable = true;
  avif.most_bits = jxl.most_bits = 16;
#ifdef HANDTINT_WEBP
  webp.library = "libwebp " HANDTINT_WEBP;
  webp.open = open_webp;
  webp.write = write_webp;
#endif
#ifdef HANDTINT_HEIF
  heic.library = avif.library = "libheif " HANDTINT_HEIF;
  heic.open = avif.open = open_heif;
  avif.write = write_avif;
#endif
#ifdef HANDTINT_JXL
  jxl.library = "libjxl " HANDTINT_JXL;
  jxl.open = open_jxl;
  jxl.write = write_jxl;
#endif
#ifdef HANDTINT_JP2
  jp2.library = "OpenJPEG " HANDTINT_JP2;
  jp2.open = open_jp2;
#endif
#ifdef HANDTINT_RAW
  raw.library = "LibRaw " HANDTINT_RAW;
  raw.open = open_camera_raw;
#endif
  return {webp, heic, avif, jxl, jp2, raw};
}

}  // namespace

std::span<const OptionalFormat> optional_formats() {
  static const std::vector<OptionalFormat> all = formats();
  return all;
}

const OptionalFormat* optional_format_of(std::string_view head) {
  if (head.size() < 12) return nullptr;
  for (const OptionalFormat& format : optional_formats())
    if (format.recognise(head)) return &format;
  return nullptr;
}

const OptionalFormat* optional_format_named(std::string_view extension) {
  for (const OptionalFormat& format : optional_formats())
    if (std::find(format.extensions.begin(), format.extensions.end(), extension) != format.extensions.end())
      return &format;
  return nullptr;
}

const char* camera_raw_kind(std::string_view head) {
  if (head.substr(4, 7) == "ftypcrx") return "CR3";
  if (head.starts_with("FUJIFILMCCD-RAW")) return "RAF";
  if (head.starts_with("IIRO") || head.starts_with("IIRS") || head.starts_with("MMOR")) return "ORF";
  if (head.starts_with("IIU")) return "RW2";
  if (head.starts_with("FOVb")) return "X3F";
  if (head.substr(1, 3) == "MRM") return "MRW";
  if (head.starts_with("II\x1a") && head.substr(6, 4) == "HEAP") return "CRW";
  return nullptr;
}

const OptionalFormat& camera_raw_format() {
  return optional_formats().back();
}

std::unique_ptr<RasterReader> open_optional(const OptionalFormat& format, ByteStream stream,
                                            const ReadOptions& options) {
  if (format.open) return format.open(std::move(stream), options);
  throw FileError(stream.name(), tr("is a {1} picture, and {2}; save it as PNG, TIFF or JPEG first",
                                    {std::string(format.name), lacking(format)}));
}

std::string lacking(const OptionalFormat& format) {
  return tr("this build of Handtint lacks {1}: Debian's {2} was not there when it was built",
            {std::string(format.name), std::string(format.package)});
}

std::vector<std::uint8_t> whole_of(ByteStream& stream) {
  constexpr std::uint64_t most_bytes_at_once = std::uint64_t{1} << 30;
  if (stream.size() > most_bytes_at_once)
    throw FileError(stream.name(), tr("is larger than 1 GiB; save it as PNG or TIFF first"));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(stream.size()));
  stream.seek(0);
  bytes.resize(stream.read(bytes.data(), bytes.size()));
  if (!stream.failure().empty()) throw FileError(stream.name(), stream.failure());
  return bytes;
}

std::vector<std::uint8_t> all_rows(const RowSource& source, const WriteProgress& progress) {
  std::vector<std::uint8_t> rows(source.row_bytes() * static_cast<std::size_t>(source.height));
  const WriteProgress tenth = progress ? WriteProgress([&](float done) { return progress(done / 10); }) : progress;
  for (int y = 0; y < source.height; ++y) {
    source.fill(y, &rows[source.row_bytes() * static_cast<std::size_t>(y)]);
    if (!keeps_going(tenth, y + 1, source.height)) return {};
  }
  return rows;
}

}  // namespace handtint
