// Metadata of PNG: eXIf, and the text chunks, some of which hold XMP or, in hexadecimal, what other formats have.
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "editor/files/exif_block.h"
#include "editor/files/metadata.h"
#include "editor/files/path_text.h"

namespace handtint {
namespace {

constexpr std::string_view xmp_keyword = "XML:com.adobe.xmp";
constexpr std::string_view raw_profile = "Raw profile type ";

std::string utf8_of_latin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xc0 | code >> 6);
      utf8 += static_cast<char>(0x80 | (code & 63));
    }
  }
  return utf8;
}

// None where it is damaged or longer than `most`.
std::optional<std::string> inflated(std::string_view packed, std::size_t most) {
  std::string text;
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int state = Z_OK;
  while (state == Z_OK && text.size() <= most) {
    const std::size_t before = text.size();
    text.resize(before + (std::size_t{1} << 14));
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + before);
    stream.avail_out = 1 << 14;
    state = inflate(&stream, Z_NO_FLUSH);
    text.resize(text.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END || text.size() > most) return std::nullopt;
  return text;
}

// "\nexif\n     1234\n4d4d002a..."
MetadataBytes bytes_of_raw_profile(std::string_view text) {
  MetadataBytes bytes;
  for (int line = 0; line < 3; ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return bytes;
    text.remove_prefix(end + 1);
  }
  int high = -1;
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) continue;
    if (high >= 0) bytes.push_back(static_cast<std::uint8_t>(high << 4 | digit));
    high = high < 0 ? digit : -1;
  }
  return bytes;
}

// True if the text was one of these profiles, which ImageMagick and its like write.
bool take_raw_profile(const PngText& text, Metadata& metadata) {
  const std::string_view kind = std::string_view(text.keyword).substr(raw_profile.size());
  if (kind == "icc" || kind == "icm") return true;  // of pixels that are no more
  MetadataBytes bytes = bytes_of_raw_profile(text.text);
  constexpr std::string_view exif_name{"Exif\0\0", 6};
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (kind == "iptc" || kind == "8bim") {
    if (start.starts_with("8BIM"))
      split_photoshop(bytes, metadata);
    else
      metadata.iptc = std::move(bytes);
    return true;
  }
  if ((kind == "exif" || kind == "APP1") && start.starts_with(exif_name)) {
    if (metadata.exif.empty())
      metadata.exif = ExifBlock({bytes.begin() + static_cast<std::ptrdiff_t>(exif_name.size()), bytes.end()}).bytes();
    return true;
  }
  if (kind == "xmp") {
    if (metadata.xmp.empty()) metadata.xmp.assign(bytes.begin(), bytes.end());
    return true;
  }
  return false;
}

// None: it is packed, and damaged or longer than `most`.
std::optional<PngText> text_within(const PngChunk& chunk, std::size_t most) {
  const std::string_view all(reinterpret_cast<const char*>(chunk.data.data()), chunk.data.size());
  const std::string_view type(chunk.type.data(), chunk.type.size());
  const std::size_t end = all.find('\0');
  if (end == std::string_view::npos || end == 0 || end > 79) return PngText{};
  const std::string keyword = utf8_of_latin1(all.substr(0, end));
  std::string_view rest = all.substr(end + 1);
  if (type == "tEXt") return PngText{keyword, utf8_of_latin1(rest)};
  if (type == "zTXt") {
    const auto text = inflated(rest.substr(std::min<std::size_t>(1, rest.size())), most);
    return text ? std::optional(PngText{keyword, utf8_of_latin1(*text)}) : std::nullopt;
  }
  if (rest.size() < 2) return PngText{};
  const bool packed = rest[0] == 1;
  rest.remove_prefix(2);
  for (int part = 0; part < 2; ++part) {  // language, translated keyword
    const std::size_t stop = rest.find('\0');
    if (stop == std::string_view::npos) return PngText{};
    rest.remove_prefix(stop + 1);
  }
  if (!packed) return PngText{keyword, std::string(rest)};
  auto text = inflated(rest, most);
  return text ? std::optional(PngText{keyword, std::move(*text)}) : std::nullopt;
}

// `left`: bytes that texts may still unpack to. One that is damaged or does not fit is absent, and costs half of them:
// so all together are bounded, and what was meant well behind it is read.
void take_text(PngChunk chunk, std::size_t& left, Metadata& metadata) {
  const std::optional<PngText> text = text_within(chunk, left);
  left -= text ? std::min(left, text->text.size()) : left / 2;
  if (!text) return;
  if (text->keyword == xmp_keyword)
    metadata.xmp = text->text;
  else if (!text->keyword.starts_with(raw_profile) || !take_raw_profile(*text, metadata))
    metadata.texts.push_back(std::move(chunk));
}

PngChunk text_chunk(std::string_view keyword, std::string_view text) {
  PngChunk chunk{{'i', 'T', 'X', 't'}, {keyword.begin(), keyword.end()}};
  chunk.data.insert(chunk.data.end(), 5, 0);  // the keyword's end, not packed (2), no language, no translation
  chunk.data.insert(chunk.data.end(), text.begin(), text.end());
  return chunk;
}

// As ImageMagick, ExifTool and Exiv2 write it.
PngChunk raw_profile_chunk(const std::string& kind, const MetadataBytes& bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text = "\n" + kind + "\n" + std::to_string(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 36 == 0) text += '\n';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  text += '\n';
  uLongf packed_bytes = compressBound(static_cast<uLong>(text.size()));
  MetadataBytes packed(packed_bytes);
  if (compress(packed.data(), &packed_bytes, reinterpret_cast<const Bytef*>(text.data()),
               static_cast<uLong>(text.size())) != Z_OK)
    throw std::bad_alloc();
  const std::string keyword = std::string(raw_profile) + kind;
  PngChunk chunk{{'z', 'T', 'X', 't'}, {keyword.begin(), keyword.end()}};
  chunk.data.insert(chunk.data.end(), 2, 0);  // the keyword's end, packed by deflate
  chunk.data.insert(chunk.data.end(), packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(packed_bytes));
  return chunk;
}

}  // namespace

PngText text_of(const PngChunk& chunk) {
  return text_within(chunk, max_metadata_bytes).value_or(PngText{});
}

Metadata png_metadata(ByteStream& stream) {
  Metadata metadata;
  std::size_t taken = 0, left_to_unpack = max_metadata_bytes;
  stream.seek(8);
  for (;;) {
    std::array<std::uint8_t, 8> head{};
    if (stream.read(head.data(), head.size()) != head.size()) break;
    const std::size_t length = std::size_t{head[0]} << 24 | head[1] << 16 | head[2] << 8 | head[3];
    PngChunk chunk;
    std::memcpy(chunk.type.data(), &head[4], 4);
    const std::string_view type(chunk.type.data(), chunk.type.size());
    const std::uint64_t end = stream.position() + length + 4;
    if (type == "IEND" || end > stream.size()) break;
    const bool exif = type == "eXIf";
    if (exif || type == "tEXt" || type == "zTXt" || type == "iTXt") {
      taken += length;
      if (taken > max_metadata_bytes) break;
      chunk.data.resize(length);
      std::array<std::uint8_t, 4> sum{};
      if (stream.read(chunk.data.data(), length) != length || stream.read(sum.data(), 4) != 4) break;
      const auto is =
          static_cast<std::uint32_t>(crc32(crc32(0, &head[4], 4), chunk.data.data(), static_cast<uInt>(length)));
      const std::uint32_t should = std::uint32_t{sum[0]} << 24 | sum[1] << 16 | sum[2] << 8 | sum[3];
      if (is == should && exif)
        metadata.exif = ExifBlock(std::move(chunk.data)).bytes();
      else if (is == should && length > 0)
        take_text(std::move(chunk), left_to_unpack, metadata);
    }
    stream.seek(end);
  }
  return metadata;
}

std::vector<PngChunk> png_chunks(const Metadata& metadata) {
  std::vector<PngChunk> chunks;
  if (!metadata.exif.empty()) chunks.push_back({{'e', 'X', 'I', 'f'}, metadata.exif});
  if (!metadata.xmp.empty()) chunks.push_back(text_chunk(xmp_keyword, metadata.xmp));
  if (!metadata.iptc.empty() || !metadata.photoshop.empty())
    chunks.push_back(raw_profile_chunk(metadata.photoshop.empty() ? "iptc" : "8bim", join_photoshop(metadata)));
  for (std::string comment : metadata.comments) {
    comment.erase(std::find(comment.begin(), comment.end(), '\0'), comment.end());
    // A JPEG comment has no known encoding: UTF-8 where it is that.
    chunks.push_back(text_chunk("Comment", shown(comment) == comment ? comment : utf8_of_latin1(comment)));
  }
  chunks.insert(chunks.end(), metadata.texts.begin(), metadata.texts.end());
  return chunks;
}

}  // namespace handtint
