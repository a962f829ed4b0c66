// EXIF data as files carry it, changed without moving what it holds. Internal to editor/files.
//
// It is a TIFF structure: directories of entries of 12 bytes, whose values lie anywhere in the block, by offsets from
// its beginning. Makers' notes are full of such offsets that only their maker knows; so bytes that are there stay where
// they are, and whatever is changed is added at the end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace handtint {

struct ExifEntry {
  std::uint16_t tag = 0, type = 0;  // types are TIFF's 1..13
  std::uint32_t count = 0;
  std::array<std::uint8_t, 4> value{};  // the value itself if it fits, else its offset; in the block's byte order
};

namespace exif_tag {
inline constexpr std::uint16_t document_name = 269, image_description = 270, orientation = 274, x_resolution = 282,
                               y_resolution = 283, resolution_unit = 296, software = 305, artist = 315, xmp = 700,
                               iptc = 33723, photoshop = 34377, copyright = 33432, exif = 34665, gps = 34853,
                               interoperability = 40965;
}  // namespace exif_tag

// How pixels are stored and what their numbers mean, or data that have a place of their own in Metadata: said anew by
// whoever writes the picture.
bool describes_storage(std::uint16_t tag);

// Bytes of one value of a type; 0 for an unknown type.
std::size_t exif_value_bytes(std::uint16_t type);

class ExifBlock {
 public:
  ExifBlock() = default;                                // holds nothing
  explicit ExifBlock(std::vector<std::uint8_t> bytes);  // holds nothing if they are no TIFF structure
  static ExifBlock with_empty_directory(bool big_endian = false);

  bool empty() const { return bytes_.empty(); }
  bool big_endian() const { return !bytes_.empty() && bytes_[0] == 'M'; }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

  // Of the directory at an offset; those that are cut off are left out. The first directory describes the picture.
  std::vector<ExifEntry> entries(std::size_t directory) const;
  std::vector<ExifEntry> first_entries() const { return entries(u32(4)); }
  std::size_t place_of(const ExifEntry& entry) const;  // of a value that does not fit the entry, or of a directory
  // Replaces it; there is no directory behind it (which would hold a thumbnail). The entries need not be in order.
  void set_first_entries(std::vector<ExifEntry> entries);

  std::size_t append(const void* data, std::size_t bytes);  // the offset, always even
  std::size_t append_directory(std::vector<ExifEntry> entries);
  ExifEntry text_entry(std::uint16_t tag, std::string_view text);  // its bytes are appended
  ExifEntry short_entry(std::uint16_t tag, std::uint16_t value) const;
  ExifEntry long_entry(std::uint16_t tag, std::uint32_t value) const;
  ExifEntry place_entry(std::uint16_t tag, std::uint16_t type, std::uint32_t count, std::size_t place) const;

  // For a picture of this size whose pixels stand upright and are sRGB, or as a profile says: the orientation is 1,
  // sizes and colour space are the new ones, the thumbnail is gone, the software is this program. Everything else
  // stays, byte for byte where it was.
  void renew(int width, int height, bool srgb);

 private:
  bool has(std::size_t at, std::size_t bytes) const { return at <= bytes_.size() && bytes <= bytes_.size() - at; }
  std::uint16_t u16(std::size_t at) const;
  std::uint32_t u32(std::size_t at) const;
  void put16(std::uint8_t* to, std::uint32_t value) const;
  void put32(std::uint8_t* to, std::uint32_t value) const;
  std::size_t entry_place(std::size_t directory, std::uint16_t tag) const;  // 0: there is none
  void replace_entry(std::size_t directory, const ExifEntry& entry);        // if there is one of its tag
  void write_entry(std::uint8_t* to, const ExifEntry& entry) const;
  std::size_t first_value(std::size_t directory, std::uint16_t tag) const;  // as a number; 0: there is none
  void drop_thumbnail();

  std::vector<std::uint8_t> bytes_;
};

}  // namespace handtint
