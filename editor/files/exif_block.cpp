#include "editor/files/exif_block.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace handtint {
namespace {

constexpr std::size_t entry_bytes = 12;
constexpr std::uint16_t type_text = 2, type_short = 3, type_long = 4;
constexpr std::uint16_t tag_strip_offsets = 273, tag_strip_bytes = 279, tag_jpeg_offset = 513, tag_jpeg_bytes = 514,
                        tag_pixel_width = 40962, tag_pixel_height = 40963, tag_colour_space = 40961,
                        tag_interoperability_index = 1;

}  // namespace

bool describes_storage(std::uint16_t tag) {
  static constexpr std::uint16_t tags[] = {
      254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277,   278,   279,   280,  281, 284,
      288, 289, 290, 291, 292, 293, 301, 317, 318, 319, 320, 321, 322,   323,   324,   325,  326, 327,
      328, 330, 332, 333, 334, 336, 338, 339, 340, 341, 342, 343, 344,   345,   346,   347,  512, 513,
      514, 515, 517, 518, 519, 520, 521, 529, 530, 532, 559, 700, 33723, 34377, 34675, 37724};
  // A camera's raw data: TIFF/EP's mosaic, and DNG's tags but for those that others have in the same range.
  const bool mosaic = tag == 33421 || tag == 33422 || tag == 37398,
             dng = tag >= 50706 && tag < 51200 && tag != 50784 && tag != 50838 && tag != 50839;
  return mosaic || dng || std::find(std::begin(tags), std::end(tags), tag) != std::end(tags);
}

std::size_t exif_value_bytes(std::uint16_t type) {
  static constexpr std::size_t bytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
  return type < std::size(bytes) ? bytes[type] : 0;
}

ExifBlock::ExifBlock(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {
  const bool marked = bytes_.size() >= 14 && bytes_[0] == bytes_[1] && (bytes_[0] == 'I' || bytes_[0] == 'M');
  if (!marked || u16(2) != 42 || !has(u32(4), 2)) bytes_.clear();
}

ExifBlock ExifBlock::with_empty_directory(bool big_endian) {
  ExifBlock block;
  const char mark = big_endian ? 'M' : 'I';
  block.bytes_.assign(14, 0);
  block.bytes_[0] = block.bytes_[1] = static_cast<std::uint8_t>(mark);
  block.put16(&block.bytes_[2], 42);
  block.put32(&block.bytes_[4], 8);
  return block;
}

std::uint16_t ExifBlock::u16(std::size_t at) const {
  if (!has(at, 2)) return 0;
  const int first = bytes_[at], second = bytes_[at + 1];
  return static_cast<std::uint16_t>(big_endian() ? first << 8 | second : second << 8 | first);
}

std::uint32_t ExifBlock::u32(std::size_t at) const {
  const std::uint32_t first = u16(at), second = u16(at + 2);
  return big_endian() ? first << 16 | second : second << 16 | first;
}

void ExifBlock::put16(std::uint8_t* to, std::uint32_t value) const {
  to[big_endian() ? 1 : 0] = static_cast<std::uint8_t>(value);
  to[big_endian() ? 0 : 1] = static_cast<std::uint8_t>(value >> 8);
}

void ExifBlock::put32(std::uint8_t* to, std::uint32_t value) const {
  put16(to + (big_endian() ? 2 : 0), value & 0xffff);
  put16(to + (big_endian() ? 0 : 2), value >> 16);
}

std::vector<ExifEntry> ExifBlock::entries(std::size_t directory) const {
  std::vector<ExifEntry> found;
  if (directory < 8 || !has(directory, 2)) return found;
  std::size_t at = directory + 2;
  for (int left = u16(directory); left > 0 && has(at, entry_bytes); --left, at += entry_bytes) {
    ExifEntry entry{u16(at), u16(at + 2), u32(at + 4), {}};
    std::copy_n(&bytes_[at + 8], 4, entry.value.begin());
    const std::uint64_t bytes = std::uint64_t{exif_value_bytes(entry.type)} * entry.count;
    if (bytes <= 4 || has(u32(at + 8), bytes)) found.push_back(entry);
  }
  return found;
}

std::size_t ExifBlock::place_of(const ExifEntry& entry) const {
  std::size_t place = 0;
  for (std::size_t i = 0; i < 4; ++i) place = place << 8 | entry.value[big_endian() ? i : 3 - i];
  return place;
}

std::size_t ExifBlock::append(const void* data, std::size_t bytes) {
  if (bytes_.size() % 2 != 0) bytes_.push_back(0);
  const std::size_t place = bytes_.size();
  const auto* from = static_cast<const std::uint8_t*>(data);
  bytes_.insert(bytes_.end(), from, from + bytes);
  return place;
}

std::size_t ExifBlock::append_directory(std::vector<ExifEntry> entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const ExifEntry& one, const ExifEntry& other) { return one.tag < other.tag; });
  std::vector<std::uint8_t> directory(2 + entry_bytes * entries.size() + 4);
  put16(directory.data(), static_cast<std::uint32_t>(entries.size()));
  for (std::size_t i = 0; i < entries.size(); ++i) write_entry(&directory[2 + entry_bytes * i], entries[i]);
  return append(directory.data(), directory.size());
}

void ExifBlock::set_first_entries(std::vector<ExifEntry> entries) {
  const std::size_t place = append_directory(std::move(entries));
  put32(&bytes_[4], static_cast<std::uint32_t>(place));
}

void ExifBlock::write_entry(std::uint8_t* to, const ExifEntry& entry) const {
  put16(to, entry.tag);
  put16(to + 2, entry.type);
  put32(to + 4, entry.count);
  std::copy(entry.value.begin(), entry.value.end(), to + 8);
}

ExifEntry ExifBlock::place_entry(std::uint16_t tag, std::uint16_t type, std::uint32_t count, std::size_t place) const {
  ExifEntry entry{tag, type, count, {}};
  put32(entry.value.data(), static_cast<std::uint32_t>(place));
  return entry;
}

ExifEntry ExifBlock::text_entry(std::uint16_t tag, std::string_view text) {
  std::vector<char> bytes(text.begin(), text.end());
  bytes.resize(std::max<std::size_t>(bytes.size() + 1, 5));  // never so short that it would stand in the entry itself
  return place_entry(tag, type_text, static_cast<std::uint32_t>(bytes.size()), append(bytes.data(), bytes.size()));
}

ExifEntry ExifBlock::short_entry(std::uint16_t tag, std::uint16_t value) const {
  ExifEntry entry{tag, type_short, 1, {}};
  put16(entry.value.data(), value);
  return entry;
}

ExifEntry ExifBlock::long_entry(std::uint16_t tag, std::uint32_t value) const {
  return place_entry(tag, type_long, 1, value);
}

std::size_t ExifBlock::entry_place(std::size_t directory, std::uint16_t tag) const {
  if (directory < 8 || !has(directory, 2)) return 0;
  std::size_t at = directory + 2;
  for (int left = u16(directory); left > 0 && has(at, entry_bytes); --left, at += entry_bytes)
    if (u16(at) == tag) return at;
  return 0;
}

void ExifBlock::replace_entry(std::size_t directory, const ExifEntry& entry) {
  if (const std::size_t place = entry_place(directory, entry.tag); place > 0) write_entry(&bytes_[place], entry);
}

std::size_t ExifBlock::first_value(std::size_t directory, std::uint16_t tag) const {
  const std::size_t place = entry_place(directory, tag);
  if (place == 0) return 0;
  return u16(place + 2) == type_short ? u16(place + 8) : u32(place + 8);
}

// The second directory describes it. Where its bytes end the block, as they mostly do, the block becomes shorter; else
// they become zeros.
void ExifBlock::drop_thumbnail() {
  const std::size_t first = u32(4), behind = first + 2 + entry_bytes * u16(first),
                    second = has(behind, 4) ? u32(behind) : 0;
  if (second == 0) return;
  for (const auto& [place_tag, bytes_tag] :
       {std::pair{tag_jpeg_offset, tag_jpeg_bytes}, std::pair{tag_strip_offsets, tag_strip_bytes}}) {
    const std::size_t place = first_value(second, place_tag), bytes = first_value(second, bytes_tag);
    if (place < 8 || bytes == 0 || !has(place, bytes)) continue;
    if (place + bytes + 3 >= bytes_.size() && place > std::max(first, second))
      bytes_.resize(place);
    else
      std::fill_n(bytes_.begin() + static_cast<std::ptrdiff_t>(place), bytes, std::uint8_t{0});
  }
}

void ExifBlock::renew(int width, int height, bool srgb) {
  if (empty()) return;
  drop_thumbnail();
  std::vector<ExifEntry> entries = first_entries();
  const auto find = [&](std::uint16_t tag) {
    return std::find_if(entries.begin(), entries.end(), [tag](const ExifEntry& entry) { return entry.tag == tag; });
  };
  const std::size_t first = u32(4), exif = first_value(first, exif_tag::exif),
                    turned = first_value(first, exif_tag::orientation);
  const auto x = find(exif_tag::x_resolution), y = find(exif_tag::y_resolution);
  if (turned >= 5 && turned <= 8 && x != entries.end() && y != entries.end()) std::swap(x->value, y->value);
  if (const auto orientation = find(exif_tag::orientation); orientation != entries.end())
    *orientation = short_entry(exif_tag::orientation, 1);
  if (exif >= 8) {
    replace_entry(exif, long_entry(tag_pixel_width, static_cast<std::uint32_t>(width)));
    replace_entry(exif, long_entry(tag_pixel_height, static_cast<std::uint32_t>(height)));
    replace_entry(exif, short_entry(tag_colour_space, srgb ? 1 : 0xffff));
    // Adobe RGB by the rule of cameras, which the pixels are no more.
    const std::size_t index = entry_place(first_value(exif, exif_tag::interoperability), tag_interoperability_index);
    if (index > 0 && std::equal(&bytes_[index + 8], &bytes_[index + 11], "R03"))
      std::copy_n("R98", 3, &bytes_[index + 8]);
  }
  std::erase_if(entries,
                [](const ExifEntry& entry) { return describes_storage(entry.tag) || entry.tag == exif_tag::software; });
  entries.push_back(text_entry(exif_tag::software, "Handtint " HANDTINT_VERSION));
  set_first_entries(std::move(entries));
}

}  // namespace handtint
