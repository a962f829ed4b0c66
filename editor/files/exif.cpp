#include "editor/files/exif.h"

#include <cstdint>

#include "editor/files/raster.h"

namespace handtint {
namespace {

class TiffBytes {
 public:
  TiffBytes(ByteStream& bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  bool has(std::size_t at, std::size_t count) const { return at <= bytes_.size() && count <= bytes_.size() - at; }
  std::uint32_t u8(std::size_t at) const {
    bytes_.seek(at);
    return static_cast<std::uint32_t>(bytes_.get()) & 255;
  }
  std::uint32_t u16(std::size_t at) const { return big_endian_ ? u8(at) << 8 | u8(at + 1) : u8(at + 1) << 8 | u8(at); }
  std::uint32_t u32(std::size_t at) const {
    return big_endian_ ? u16(at) << 16 | u16(at + 2) : u16(at + 2) << 16 | u16(at);
  }
  double rational(std::size_t at) const {
    if (!has(at, 8)) return 0;
    const double denominator = u32(at + 4);
    return denominator > 0 ? u32(at) / denominator : 0;
  }

 private:
  ByteStream& bytes_;
  bool big_endian_;
};

// Where the value of a directory's entry lies, 0 when there is none.
std::size_t entry_value(const TiffBytes& bytes, std::size_t directory, std::uint32_t tag) {
  if (directory == 0 || !bytes.has(directory, 2)) return 0;
  for (std::size_t entry = directory + 2, i = bytes.u16(directory); i > 0 && bytes.has(entry, 12); --i, entry += 12)
    if (bytes.u16(entry) == tag) return entry + 8;
  return 0;
}

// DCF marks Adobe RGB by an interoperability index of "R03" beside a colour space that is not sRGB; some programs write
// a colour space of 2.
bool says_adobe_rgb(const TiffBytes& bytes, std::size_t directory) {
  constexpr std::uint32_t tag_exif = 0x8769, tag_colour_space = 0xa001, tag_interoperability = 0xa005, tag_index = 1;
  const std::size_t exif = entry_value(bytes, directory, tag_exif);
  if (exif == 0) return false;
  const std::size_t space = entry_value(bytes, bytes.u32(exif), tag_colour_space);
  const std::uint32_t value = space > 0 ? bytes.u16(space) : 0;
  if (value == 1 || value == 2) return value == 2;
  const std::size_t interoperability = entry_value(bytes, bytes.u32(exif), tag_interoperability);
  if (interoperability == 0) return false;
  const std::size_t index = entry_value(bytes, bytes.u32(interoperability), tag_index);
  return index > 0 && bytes.u8(index) == 'R' && bytes.u8(index + 1) == '0' && bytes.u8(index + 2) == '3';
}

}  // namespace

ExifFacts exif_facts(ByteStream& tiff) {
  ExifFacts facts;
  tiff.seek(0);
  const int first = tiff.get(), second = tiff.get();
  if (tiff.size() < 8 || first != second || (first != 'I' && first != 'M')) return facts;
  const TiffBytes bytes(tiff, first == 'M');
  const std::size_t directory = bytes.u32(4);
  if (!bytes.has(directory, 2)) return facts;
  constexpr int tag_orientation = 0x0112, tag_x_resolution = 0x011a, tag_y_resolution = 0x011b, tag_unit = 0x0128;
  constexpr int type_short = 3, type_rational = 5, unit_centimetre = 3;
  double per_unit_x = 0, per_unit_y = 0;
  int unit = 2;
  for (std::size_t entry = directory + 2, i = bytes.u16(directory); i > 0 && bytes.has(entry, 12); --i, entry += 12) {
    const int tag = static_cast<int>(bytes.u16(entry)), type = static_cast<int>(bytes.u16(entry + 2));
    const int value = static_cast<int>(bytes.u16(entry + 8));
    if (tag == tag_orientation && type == type_short && value >= 1 && value <= 8) facts.orientation = value;
    if (tag == tag_unit && type == type_short) unit = value;
    if (tag == tag_x_resolution && type == type_rational) per_unit_x = bytes.rational(bytes.u32(entry + 8));
    if (tag == tag_y_resolution && type == type_rational) per_unit_y = bytes.rational(bytes.u32(entry + 8));
  }
  if (unit == 2 || unit == unit_centimetre) {
    const double inches = unit == unit_centimetre ? 2.54 : 1;
    facts.dpi_x = tidy_dpi(per_unit_x * inches);
    facts.dpi_y = tidy_dpi(per_unit_y * inches);
  }
  facts.adobe_rgb = says_adobe_rgb(bytes, directory);
  return facts;
}

}  // namespace handtint
