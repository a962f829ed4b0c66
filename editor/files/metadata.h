// What a picture file says beside its pixels: EXIF with the makers' notes, IPTC, XMP, Photoshop's resources, comments,
// PNG's texts. Kept as the bytes that the file had, so that what nobody here understands comes through unharmed.
// Internal to editor/files; others hand on what Photo holds.
//
// Every format's part is in one file, its reading and its writing. Reading never throws: what is damaged or senseless
// counts as absent, and so does what goes beyond max_metadata_bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "editor/files/atomic_file.h"
#include "editor/files/byte_stream.h"

namespace handtint {

inline constexpr std::size_t max_metadata_bytes = 16 << 20;

using MetadataBytes = std::vector<std::uint8_t>;

struct PngChunk {
  std::array<char, 4> type{};
  MetadataBytes data;
};

struct JpegSegment {
  int mark = 0;  // the second byte of the marker
  MetadataBytes data;
};

struct Metadata {
  MetadataBytes exif;                        // from the byte order mark on (exif_block.h)
  std::string xmp;                           // the packet
  std::vector<MetadataBytes> xmp_extension;  // JPEG's segments for what is too long for one
  MetadataBytes iptc;                        // records of IPTC-IIM
  MetadataBytes photoshop;            // image resources ("8BIM"...), but those of IPTC, EXIF, XMP, ICC and thumbnails
  std::vector<std::string> comments;  // JPEG's
  std::vector<PngChunk> texts;        // tEXt, zTXt and iTXt, but those that hold one of the above

  bool empty() const {
    return exif.empty() && xmp.empty() && iptc.empty() && photoshop.empty() && comments.empty() && texts.empty();
  }
};

// For an upright picture of this size: what ExifBlock::renew says, and the same in XMP and texts. `profile`: what it is
// called; empty: sRGB.
Metadata renewed(Metadata metadata, int width, int height, const std::string& profile = {});

// EXIF that also holds the captions which a format has no other place for: comments, texts by their well-known names.
// They never replace what EXIF says itself.
MetadataBytes exif_with_texts(const Metadata& metadata);

// EXIF as other formats hold it: behind "Exif\0\0" or not; behind the distance to it (4 bytes, the big end first).
MetadataBytes exif_after_name(MetadataBytes bytes);
MetadataBytes exif_after_offset(MetadataBytes bytes);

// Takes IPTC out of image resources and leaves out those that describe other pixels.
void split_photoshop(std::span<const std::uint8_t> resources, Metadata& metadata);
// The first of that number; empty if there is none.
MetadataBytes photoshop_resource(std::span<const std::uint8_t> resources, int number);
MetadataBytes join_photoshop(const Metadata& metadata);

Metadata jpeg_metadata(ByteStream& stream);
// In order. What is longer than a segment can be (65533 bytes) is left out; of EXIF the maker's notes first.
std::vector<JpegSegment> jpeg_segments(const Metadata& metadata);

Metadata png_metadata(ByteStream& stream);
std::vector<PngChunk> png_chunks(const Metadata& metadata);
struct PngText {
  std::string keyword, text;  // UTF-8; an empty keyword: nothing that can be read
};
PngText text_of(const PngChunk& chunk);

// `directory`: where the picture's directory lies. What the first one says beside it is taken too.
Metadata tiff_metadata(ByteStream& stream, std::uint64_t directory);
// The bytes that a TIFF file shall have behind its header (8 bytes), before anything else; and, when the file is whole,
// the joining of its directory with what they say. The file's byte order is theirs.
MetadataBytes tiff_block(const Metadata& metadata);
void join_tiff_directory(AtomicFile& file, const MetadataBytes& block, const Metadata& metadata);

}  // namespace handtint
