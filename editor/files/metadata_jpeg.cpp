// Metadata of JPEG: segments APP1 (EXIF, XMP), APP13 (Photoshop and IPTC) and COM before the first scan.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "editor/files/exif_block.h"
#include "editor/files/metadata.h"

namespace handtint {
namespace {

constexpr int mark_app1 = 0xe1, mark_app13 = 0xed, mark_comment = 0xfe, mark_scan = 0xda, mark_end = 0xd9;
constexpr std::size_t most_bytes = 65533;
constexpr std::string_view exif_name{"Exif\0\0", 6}, xmp_name{"http://ns.adobe.com/xap/1.0/\0", 29},
    xmp_extension_name{"http://ns.adobe.com/xmp/extension/\0", 35}, photoshop_name{"Photoshop 3.0\0", 14};

JpegSegment segment(int mark, std::string_view name, std::span<const std::uint8_t> data) {
  JpegSegment made{mark, {name.begin(), name.end()}};
  made.data.insert(made.data.end(), data.begin(), data.end());
  return made;
}

MetadataBytes without_maker_notes(const MetadataBytes& exif) {
  constexpr std::uint16_t tag_maker_notes = 37500;
  ExifBlock block(exif);
  std::vector<ExifEntry> first = block.first_entries();
  // Made anew, of what the directories name: the notes' bytes are not taken along.
  ExifBlock made = ExifBlock::with_empty_directory(block.big_endian());
  const auto copied = [&](auto&& self, const std::vector<ExifEntry>& entries, int depth) -> std::vector<ExifEntry> {
    std::vector<ExifEntry> kept;
    for (const ExifEntry& entry : entries) {
      const std::size_t bytes = exif_value_bytes(entry.type) * entry.count;
      const bool below =
          entry.tag == exif_tag::exif || entry.tag == exif_tag::gps || entry.tag == exif_tag::interoperability;
      const std::size_t place = block.place_of(entry);
      if (entry.tag == tag_maker_notes) continue;
      if (below && depth > 0)
        kept.push_back(made.long_entry(
            entry.tag, static_cast<std::uint32_t>(made.append_directory(self(self, block.entries(place), depth - 1)))));
      else if (bytes <= 4)
        kept.push_back(entry);
      else
        kept.push_back(made.place_entry(entry.tag, entry.type, entry.count, made.append(&block.bytes()[place], bytes)));
    }
    return kept;
  };
  made.set_first_entries(copied(copied, first, 2));
  return made.bytes();
}

void add_photoshop(const MetadataBytes& resources, std::vector<JpegSegment>& segments) {
  const std::size_t most = most_bytes - photoshop_name.size();
  for (std::size_t at = 0; at < resources.size(); at += most)
    segments.push_back(
        segment(mark_app13, photoshop_name, std::span(resources).subspan(at, std::min(most, resources.size() - at))));
}

// Without a keyword of its own in PNG a comment has the keyword "Comment".
std::string comment_of(const PngText& text) {
  return text.keyword == "Comment" ? text.text : text.keyword + ": " + text.text;
}

}  // namespace

Metadata jpeg_metadata(ByteStream& stream) {
  Metadata metadata;
  MetadataBytes resources;
  std::size_t taken = 0;
  stream.seek(2);
  for (;;) {
    int mark = stream.get();
    if (mark != 0xff) break;
    while (mark == 0xff) mark = stream.get();
    if (mark < 0 || mark == mark_scan || mark == mark_end) break;
    if (mark == 0x01 || (mark >= 0xd0 && mark <= 0xd7)) continue;
    const int high = stream.get(), low = stream.get(), length = (high << 8 | low) - 2;
    if (low < 0 || length < 0) break;
    const std::uint64_t end = stream.position() + static_cast<std::uint64_t>(length);
    if (mark == mark_app1 || mark == mark_app13 || mark == mark_comment) {
      MetadataBytes data(static_cast<std::size_t>(length));
      taken += data.size();
      if (taken > max_metadata_bytes || stream.read(data.data(), data.size()) != data.size()) break;
      const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
      const auto behind = [&](std::string_view name) {
        return data.begin() + static_cast<std::ptrdiff_t>(name.size());
      };
      if (mark == mark_comment)
        metadata.comments.emplace_back(text);
      else if (mark == mark_app13 && text.starts_with(photoshop_name))
        resources.insert(resources.end(), behind(photoshop_name), data.end());
      else if (mark == mark_app1 && text.starts_with(exif_name) && metadata.exif.empty())
        metadata.exif = ExifBlock({behind(exif_name), data.end()}).bytes();
      else if (mark == mark_app1 && text.starts_with(xmp_name) && metadata.xmp.empty())
        metadata.xmp = text.substr(xmp_name.size());
      else if (mark == mark_app1 && text.starts_with(xmp_extension_name))
        metadata.xmp_extension.push_back(std::move(data));
    }
    stream.seek(end);
  }
  split_photoshop(resources, metadata);
  return metadata;
}

std::vector<JpegSegment> jpeg_segments(const Metadata& metadata) {
  std::vector<JpegSegment> segments;
  Metadata own = metadata;  // its comments have a place of their own
  own.comments.clear();
  MetadataBytes exif = exif_with_texts(own);
  if (exif.size() > most_bytes - exif_name.size()) exif = without_maker_notes(exif);
  if (!exif.empty()) segments.push_back(segment(mark_app1, exif_name, exif));
  const std::span xmp(reinterpret_cast<const std::uint8_t*>(metadata.xmp.data()), metadata.xmp.size());
  if (!xmp.empty()) segments.push_back(segment(mark_app1, xmp_name, xmp));
  for (const MetadataBytes& extension : metadata.xmp_extension) segments.push_back({mark_app1, extension});
  add_photoshop(join_photoshop(metadata), segments);
  const auto add_comment = [&](const std::string& text) {
    segments.push_back({mark_comment, {text.begin(), text.end()}});
  };
  for (const std::string& comment : metadata.comments) add_comment(comment);
  for (const PngChunk& chunk : metadata.texts)
    if (const PngText text = text_of(chunk); !text.keyword.empty() && text.keyword != "Software")
      add_comment(comment_of(text));
  std::erase_if(segments, [](const JpegSegment& one) { return one.data.size() > most_bytes; });
  return segments;
}

}  // namespace handtint
