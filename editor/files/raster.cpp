#include "editor/files/raster.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string_view>

#include "editor/files/layered_picture.h"
#include "editor/files/optional_formats.h"
#include "editor/files/paths.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// Other formats that people have and this program does not read.
const char* unreadable_format(std::string_view head) {
  if (head.substr(4, 4) == "ftyp") return tr("a film, or a picture of another kind");
  if (head.starts_with("gimp xcf")) return tr("a GIMP document");
  if (head.starts_with("PK\x03\x04")) return tr("an archive without a picture of its own");
  if (head.starts_with("%PDF")) return tr("a PDF document");
  if (head.starts_with("II\xbc")) return tr("a JPEG XR picture");
  if (head.starts_with("\x76\x2f\x31\x01")) return tr("an OpenEXR picture");
  if (head.starts_with("#?RADIANCE") || head.starts_with("#?RGBE")) return tr("a Radiance HDR picture");
  if (head.starts_with("AT&TFORM")) return tr("a DjVu document");
  if (head.starts_with("SIMPLE  =")) return tr("a FITS picture");
  if (head.starts_with("qoif")) return tr("a QOI picture");
  if (head.starts_with("P7\n") || head.starts_with("PF\n") || head.starts_with("Pf\n"))
    return tr("a PAM or PFM picture");
  if (head.starts_with(std::string_view("\0\0\1\0", 4))) return tr("an icon");
  if (head.starts_with("<svg") || head.starts_with("<?xml")) return tr("an SVG drawing or another XML file");
  if (head.starts_with("%!PS")) return tr("a PostScript document");
  return nullptr;
}

// A share that is not whole is never called 100 %.
std::string rows_text(int rows, int height) {
  const int percent = static_cast<int>(100LL * rows / height);
  return tr("{1} of {2} rows are there, {3} %",
            {std::to_string(rows), std::to_string(height), std::to_string(percent)});
}

}  // namespace

DamagedPicture::DamagedPicture(const std::filesystem::path& path, const std::string& format, const std::string& detail)
    : FileError(path, tr("damaged or cut-off {1} file ({2}); get a fresh copy of it", {format, detail})),
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
      throw_partly_damaged(damage.path(), info_.format, damage.detail(), rows_text(rows, info_.height));
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
  add_note(
      tr("the file is damaged or cut off ({1}): {2}, the rest is grey", {detail, rows_text(rows_there, info_.height)}));
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
  if (head.starts_with("8BPS")) return open_psd(std::move(stream), options);
  if (head.starts_with("PK\x03\x04"))
    if (auto merged = open_merged_picture(stream, options)) return merged;
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a")) return open_gif(std::move(stream), options);
  if (head.starts_with("BM") && head.size() > 14) return open_bmp(std::move(stream), options);
  if (head.size() > 2 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6')
    return open_pnm(std::move(stream), options);
  const std::string extension = lower_case_extension(stream.name());
  if (extension == ".tga" || extension == ".vda" || extension == ".icb" || extension == ".vst")
    return open_tga(std::move(stream), options);
  if (!stream.failure().empty()) throw FileError(stream.name(), stream.failure());
  if (const OptionalFormat* format = optional_format_of(head))
    return open_optional(*format, std::move(stream), options);
  if (head.size() >= 12) {
    if (const char* kind = unreadable_format(head)) throw_unread_kind(stream, kind);
  }
  throw FileError(stream.name(), tr("is no picture that can be read (JPEG, PNG, TIFF, PNM, BMP, TGA, GIF, PSD, "
                                    "OpenRaster, and what 'handtint backends' lists)"));
}

void throw_damaged(const ByteStream& stream, const std::string& format, const std::string& detail) {
  if (!stream.failure().empty()) throw FileError(stream.name(), stream.failure());
  throw DamagedPicture(stream.name(), format, detail);
}

void throw_partly_damaged(const std::filesystem::path& path, const std::string& format, const std::string& detail,
                          const std::string& there) {
  throw FileError(path, tr("damaged or cut-off {1} file ({2}; {3}); get a fresh copy of it, or read what is there with "
                           "--salvage",
                           {format, detail, there}));
}

void throw_unread_kind(const ByteStream& stream, const std::string& kind, const std::string& way_out) {
  // Translators: {1} is "a PDF document" and the like, {2} what to do
  throw FileError(stream.name(), tr("is {1}, which is not read here; {2}", {kind, way_out}));
}

void throw_camera_raw(const ByteStream& stream, std::string kind) {
  if (kind.empty()) {
    kind = lower_case_extension(stream.name());
    std::transform(kind.begin(), kind.end(), kind.begin(), [](unsigned char c) { return std::toupper(c); });
    kind = kind.size() > 1 && kind != ".TIF" && kind != ".TIFF" ? kind.substr(1) : "";
  }
  throw_unread_kind(stream, kind.empty() ? tr("a camera raw file") : tr("a camera raw file ({1})", {kind}),
                    tr("develop it with a raw converter and save that as TIFF, PNG or JPEG"));
}

void require_plausible_size(const ByteStream& stream, const std::string& format, std::int64_t width,
                            std::int64_t height, std::int64_t max_pixels, std::int64_t pixels_per_byte) {
  if (width < 1 || height < 1) throw_damaged(stream, format, tr("a size of nothing"));
  constexpr std::int64_t longest_side = 1'000'000;
  const std::string size = std::to_string(width) + "x" + std::to_string(height);
  if (width > longest_side || height > longest_side || width * height > max_pixels)
    throw FileError(stream.name(), tr("is {1} pixels; at most {2} megapixels can be opened, scale it down first",
                                      {size, std::to_string(max_pixels / 1'000'000)}));
  if (width * height / pixels_per_byte > static_cast<std::int64_t>(stream.size()))
    throw_damaged(stream, format,
                  tr("it promises {1} pixels but has only {2} bytes", {size, std::to_string(stream.size())}));
}

double tidy_dpi(double dpi) {
  if (!(dpi >= 1 && dpi <= 100'000)) return 0;
  const double whole = std::round(dpi);
  return std::abs(dpi - whole) < 0.02 ? whole : dpi;
}

}  // namespace handtint
