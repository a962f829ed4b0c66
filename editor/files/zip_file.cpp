#include "editor/files/zip_file.h"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::uint32_t mark_local = 0x04034b50, mark_central = 0x02014b50, mark_end = 0x06054b50;
constexpr std::size_t end_bytes = 22;

void add_le(std::string& to, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(value >> 8 * i);
}

std::uint32_t le(const std::vector<std::uint8_t>& from, std::size_t at, int bytes) {
  std::uint32_t value = 0;
  for (int i = bytes - 1; i >= 0; --i) value = value << 8 | from[at + static_cast<std::size_t>(i)];
  return value;
}

std::vector<std::uint8_t> bytes_at(ByteStream& zip, std::uint64_t place, std::size_t bytes) {
  std::vector<std::uint8_t> data;
  if (place > zip.size() || bytes > zip.size() - place) return data;
  data.resize(bytes);
  zip.seek(place);
  if (zip.read(data.data(), bytes) != bytes) data.clear();
  return data;
}

// Bare deflate, without zlib's head.
std::vector<std::uint8_t> unpacked(const std::vector<std::uint8_t>& packed, std::size_t bytes) {
  std::vector<std::uint8_t> data(bytes);
  z_stream stream{};
  if (bytes == 0 || inflateInit2(&stream, -15) != Z_OK) return {};
  stream.next_in = const_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = data.data();
  stream.avail_out = static_cast<uInt>(bytes);
  const int state = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  return state == Z_STREAM_END && stream.avail_out == 0 ? data : std::vector<std::uint8_t>();
}

}  // namespace

// 1980-01-01, 0:00: the same picture makes the same bytes.
std::string ZipWriter::head_of(const Member& member, bool central) const {
  constexpr std::uint32_t version = 20, date = 0x0021;
  std::string head;
  add_le(head, central ? mark_central : mark_local, 4);
  if (central) add_le(head, version, 2);
  add_le(head, version, 2);
  add_le(head, 0, 2 + 2 + 2);  // no flags, stored, midnight
  add_le(head, date, 2);
  add_le(head, member.sum, 4);
  add_le(head, member.bytes, 4);
  add_le(head, member.bytes, 4);
  add_le(head, static_cast<std::uint32_t>(member.name.size()), 2);
  add_le(head, 0, 2);
  if (central) {
    head.append(2 + 2 + 2 + 4, '\0');  // comment, disk, attributes
    add_le(head, member.place, 4);
  }
  return head + member.name;
}

void ZipWriter::add(const std::string& name, std::string_view text) {
  add(name, [&] { file_.write(text.data(), text.size()); });
}

void ZipWriter::add(const std::string& name, const std::function<void()>& write) {
  const auto place = file_.seek(0, SEEK_END);
  Member member{name, static_cast<std::uint32_t>(place)};
  const std::size_t head_bytes = head_of(member, false).size();
  file_.write(head_of(member, false).data(), head_bytes);
  write();
  const std::uint64_t begin = place + head_bytes, end = file_.seek(0, SEEK_END);
  if (end > 0xffffffff) throw FileError(file_.target(), tr("would be larger than 4 GiB; choose .tif"));
  member.bytes = static_cast<std::uint32_t>(end - begin);
  file_.seek(static_cast<std::int64_t>(begin), SEEK_SET);
  std::vector<std::uint8_t> buffer(std::size_t{1} << 16);
  uLong sum = crc32(0, nullptr, 0);
  while (const std::size_t count = file_.read(buffer.data(), buffer.size()))
    sum = crc32(sum, buffer.data(), static_cast<uInt>(count));
  member.sum = static_cast<std::uint32_t>(sum);
  file_.seek(static_cast<std::int64_t>(place), SEEK_SET);
  file_.write(head_of(member, false).data(), head_bytes);
  file_.seek(0, SEEK_END);
  members_.push_back(member);
}

void ZipWriter::finish() {
  const auto place = static_cast<std::uint32_t>(file_.seek(0, SEEK_END));
  std::string directory;
  for (const Member& member : members_) directory += head_of(member, true);
  const auto bytes = static_cast<std::uint32_t>(directory.size()), count = static_cast<std::uint32_t>(members_.size());
  add_le(directory, mark_end, 4);
  add_le(directory, 0, 4);  // one disk
  add_le(directory, count, 2);
  add_le(directory, count, 2);
  add_le(directory, bytes, 4);
  add_le(directory, place, 4);
  add_le(directory, 0, 2);
  file_.write(directory.data(), directory.size());
}

std::vector<std::uint8_t> zip_member(ByteStream& zip, const std::string& name, std::size_t max_bytes) {
  // The end may have a comment of up to 65535 bytes behind it.
  const std::size_t tail_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(zip.size(), end_bytes + 65535));
  const std::vector<std::uint8_t> tail = bytes_at(zip, zip.size() - tail_bytes, tail_bytes);
  if (tail.size() < end_bytes) return {};
  std::size_t end = tail.size() - end_bytes;
  while (end > 0 && le(tail, end, 4) != mark_end) --end;
  if (le(tail, end, 4) != mark_end) return {};
  const std::vector<std::uint8_t> directory = bytes_at(zip, le(tail, end + 16, 4), le(tail, end + 12, 4));
  constexpr std::size_t head = 46;
  for (std::size_t at = 0; at + head <= directory.size() && le(directory, at, 4) == mark_central;) {
    const std::size_t name_bytes = le(directory, at + 28, 2),
                      next = at + head + name_bytes + le(directory, at + 30, 2) + le(directory, at + 32, 2);
    if (next > directory.size()) return {};
    const std::string_view found(reinterpret_cast<const char*>(&directory[at] + head), name_bytes);
    if (found == name) {
      const std::uint32_t packing = le(directory, at + 10, 2), packed = le(directory, at + 20, 4),
                          bytes = le(directory, at + 24, 4), place = le(directory, at + 42, 4);
      constexpr std::size_t local = 30;
      const std::vector<std::uint8_t> before = bytes_at(zip, place, local);
      if (bytes > max_bytes || packed > max_bytes || before.empty() || le(before, 0, 4) != mark_local) return {};
      std::vector<std::uint8_t> data =
          bytes_at(zip, std::uint64_t{place} + local + le(before, 26, 2) + le(before, 28, 2), packed);
      constexpr std::size_t most_of_a_byte = 1032;  // of Deflate
      if (packing == 8 && bytes / most_of_a_byte <= data.size()) return unpacked(data, bytes);
      return packing == 0 && data.size() == bytes ? data : std::vector<std::uint8_t>();
    }
    at = next;
  }
  return {};
}

}  // namespace handtint
