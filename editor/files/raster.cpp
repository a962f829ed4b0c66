#include "editor/files/raster.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "editor/files/paths.h"

namespace handtint {
namespace {

// Formats that people have and this program does not read, by their first bytes.
std::string unreadable_format(std::string_view head) {
  if (head.size() < 12) return {};
  if (head.starts_with("RIFF") && head.substr(8, 4) == "WEBP") return "a WebP picture";
  if (head.substr(4, 4) == "ftyp") return "a HEIC or AVIF picture, or a film";
  if (head.starts_with("8BPS")) return "a Photoshop document";
  if (head.starts_with("gimp xcf")) return "a GIMP document";
  if (head.starts_with("%PDF")) return "a PDF document";
  if (head.starts_with("\xff\x0a") || head.substr(4, 8) == "JXL \r\n\x87\n") return "a JPEG XL picture";
  if (head.substr(4, 4) == "jP  ") return "a JPEG 2000 picture";
  return {};
}

}  // namespace

std::unique_ptr<RasterReader> open_raster(ByteStream stream, std::int64_t max_pixels) {
  std::array<char, 16> first{};
  const std::string_view head(first.data(), stream.read(first.data(), first.size()));
  stream.seek(0);
  using namespace std::string_view_literals;
  if (head.starts_with("\xff\xd8\xff"sv)) return open_jpeg(std::move(stream), max_pixels);
  if (head.starts_with("\x89PNG\r\n\x1a\n"sv)) return open_png(std::move(stream), max_pixels);
  if (head.starts_with("II*\0"sv) || head.starts_with("MM\0*"sv) || head.starts_with("II+\0"sv) ||
      head.starts_with("MM\0+"sv))
    return open_tiff(std::move(stream), max_pixels);
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a"))
    return open_simple(std::move(stream), max_pixels, SimpleFormat::gif);
  if (head.starts_with("BM") && head.size() > 14) return open_simple(std::move(stream), max_pixels, SimpleFormat::bmp);
  if (head.size() > 2 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6')
    return open_pnm(std::move(stream), max_pixels);
  const std::string extension = lower_case_extension(stream.name());
  if (extension == ".tga" || extension == ".vda" || extension == ".icb" || extension == ".vst")
    return open_simple(std::move(stream), max_pixels, SimpleFormat::tga);
  if (!stream.failure().empty()) throw FileError(stream.name(), stream.failure());
  if (const std::string format = unreadable_format(head); !format.empty())
    throw FileError(stream.name(), "is " + format + ", which is not read here; save it as PNG, TIFF or JPEG first");
  throw FileError(stream.name(), "is no picture that can be read (JPEG, PNG, TIFF, PNM, BMP, TGA, GIF)");
}

void throw_damaged(const ByteStream& stream, const std::string& format, const std::string& detail) {
  if (!stream.failure().empty()) throw FileError(stream.name(), stream.failure());
  throw FileError(stream.name(), "damaged or cut-off " + format + " file (" + detail + "); get a fresh copy of it");
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
