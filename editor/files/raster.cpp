#include "editor/files/raster.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "editor/files/optional_formats.h"
#include "editor/files/paths.h"

namespace handtint {
namespace {

// Formats that people have and this program does not read, by their first bytes.
std::string unreadable_format(std::string_view head) {
  if (head.size() < 12) return {};
  if (head.substr(4, 7) == "ftypcrx") return "a camera raw file (CR3)";
  if (head.substr(4, 4) == "ftyp") return "a film, or a picture of another kind";
  if (head.starts_with("8BPS")) return "a Photoshop document";
  if (head.starts_with("gimp xcf")) return "a GIMP document";
  if (head.starts_with("PK\x03\x04")) return "an OpenRaster picture (its layers can be --strokes) or another archive";
  if (head.starts_with("%PDF")) return "a PDF document";
  if (head.starts_with("II\xbc")) return "a JPEG XR picture";
  if (head.starts_with("FUJIFILMCCD-RAW")) return "a camera raw file (RAF)";
  if (head.starts_with("IIRO") || head.starts_with("IIRS") || head.starts_with("MMOR"))
    return "a camera raw file (ORF)";
  if (head.starts_with("IIU")) return "a camera raw file (RW2)";
  if (head.starts_with("FOVb")) return "a camera raw file (X3F)";
  if (head.substr(1, 3) == "MRM") return "a camera raw file (MRW)";
  if (head.starts_with("II\x1a") && head.substr(6, 4) == "HEAP") return "a camera raw file (CRW)";
  if (head.starts_with("\x76\x2f\x31\x01")) return "an OpenEXR picture";
  if (head.starts_with("#?RADIANCE") || head.starts_with("#?RGBE")) return "a Radiance HDR picture";
  if (head.starts_with("AT&TFORM")) return "a DjVu document";
  if (head.starts_with("SIMPLE  =")) return "a FITS picture";
  if (head.starts_with("qoif")) return "a QOI picture";
  if (head.starts_with("P7\n") || head.starts_with("PF\n") || head.starts_with("Pf\n")) return "a PAM or PFM picture";
  if (head.starts_with(std::string_view("\0\0\1\0", 4))) return "an icon";
  if (head.starts_with("<svg") || head.starts_with("<?xml")) return "an SVG drawing or another XML file";
  if (head.starts_with("%!PS")) return "a PostScript document";
  return {};
}

// A share that is not whole is never called 100 %.
std::string rows_text(int rows, int height) {
  const int percent = static_cast<int>(100LL * rows / height);
  return std::to_string(rows) + " of " + std::to_string(height) + " rows are there, " + std::to_string(percent) + " %";
}

}  // namespace

DamagedPicture::DamagedPicture(const std::filesystem::path& path, const std::string& format, const std::string& detail)
    : FileError(path, "damaged or cut-off " + format + " file (" + detail + "); get a fresh copy of it"),
      detail_(detail) {}

void RasterReader::read_rows(const RowSink& sink) {
  int rows = 0;
  try {
    decode_rows([&](const std::uint16_t* samples) {
      sink(samples);
      ++rows;
    });
  } catch (const DamagedPicture& damage) {
    if (rows == 0) throw;
    if (!options_.salvage)
      throw FileError(damage.path(), "damaged or cut-off " + info_.format + " file (" + damage.detail() + "; " +
                                         rows_text(rows, info_.height) +
                                         "); get a fresh copy of it, or read what is there with --salvage");
    note_missing(rows, damage.detail());
    for (const std::vector<std::uint16_t> grey = missing_row(); rows < info_.height; ++rows) sink(grey.data());
  }
}

std::vector<std::uint16_t> RasterReader::missing_row() const {
  std::vector<std::uint16_t> pixel(info_.channels(), 32768);
  if (info_.samples == Samples::cmyk) std::fill_n(pixel.begin(), 3, std::uint16_t{0});
  if (info_.alpha) pixel.back() = 65535;
  std::vector<std::uint16_t> row;
  for (int x = 0; x < info_.width; ++x) row.insert(row.end(), pixel.begin(), pixel.end());
  return row;
}

void RasterReader::note_missing(int rows_there, const std::string& detail) {
  add_note("the file is damaged or cut off (" + detail + "): " + rows_text(rows_there, info_.height) +
           ", the rest is grey");
}

std::unique_ptr<RasterReader> open_raster(ByteStream stream, const ReadOptions& options) {
  std::array<char, 16> first{};
  const std::string_view head(first.data(), stream.read(first.data(), first.size()));
  stream.seek(0);
  using namespace std::string_view_literals;
  if (head.starts_with("\xff\xd8\xff"sv)) return open_jpeg(std::move(stream), options);
  if (head.starts_with("\x89PNG\r\n\x1a\n"sv)) return open_png(std::move(stream), options);
  if (head.starts_with("II*\0"sv) || head.starts_with("MM\0*"sv) || head.starts_with("II+\0"sv) ||
      head.starts_with("MM\0+"sv))
    return open_tiff(std::move(stream), options);
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a")) return open_gif(std::move(stream), options);
  if (head.starts_with("BM") && head.size() > 14) return open_bmp(std::move(stream), options);
  if (head.size() > 2 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6')
    return open_pnm(std::move(stream), options);
  const std::string extension = lower_case_extension(stream.name());
  if (extension == ".tga" || extension == ".vda" || extension == ".icb" || extension == ".vst")
    return open_tga(std::move(stream), options);
  if (!stream.failure().empty()) throw FileError(stream.name(), stream.failure());
  if (const OptionalFormat* format = optional_format_of(head)) {
    if (format->open) return format->open(std::move(stream), options);
    throw FileError(stream.name(), "is a " + std::string(format->name) + " picture, and " + lacking(*format) +
                                       "; save it as PNG, TIFF or JPEG first");
  }
  if (const std::string format = unreadable_format(head); !format.empty())
    throw_unread_kind(stream, format,
                      format.starts_with("a camera raw")
                          ? "develop it with a raw converter and save that as TIFF, PNG or JPEG"
                          : "save it as PNG, TIFF or JPEG first");
  throw FileError(
      stream.name(),
      "is no picture that can be read (JPEG, PNG, TIFF, PNM, BMP, TGA, GIF, and what 'handtint backends' lists)");
}

void throw_damaged(const ByteStream& stream, const std::string& format, const std::string& detail) {
  if (!stream.failure().empty()) throw FileError(stream.name(), stream.failure());
  throw DamagedPicture(stream.name(), format, detail);
}

void throw_unread_kind(const ByteStream& stream, const std::string& kind, const std::string& way_out) {
  throw FileError(stream.name(), "is " + kind + ", which is not read here; " + way_out);
}

void require_plausible_size(const ByteStream& stream, const std::string& format, std::int64_t width,
                            std::int64_t height, std::int64_t max_pixels, std::int64_t pixels_per_byte) {
  if (width < 1 || height < 1) throw_damaged(stream, format, "a size of nothing");
  constexpr std::int64_t longest_side = 1'000'000;
  const std::string size = std::to_string(width) + "x" + std::to_string(height);
  if (width > longest_side || height > longest_side || width * height > max_pixels)
    throw FileError(stream.name(), "is " + size + " pixels; at most " + std::to_string(max_pixels / 1'000'000) +
                                       " megapixels can be opened, scale it down first");
  if (width * height / pixels_per_byte > static_cast<std::int64_t>(stream.size()))
    throw_damaged(stream, format,
                  "it promises " + size + " pixels but has only " + std::to_string(stream.size()) + " bytes");
}

double tidy_dpi(double dpi) {
  if (!(dpi >= 1 && dpi <= 100'000)) return 0;
  const double whole = std::round(dpi);
  return std::abs(dpi - whole) < 0.02 ? whole : dpi;
}

}  // namespace handtint
