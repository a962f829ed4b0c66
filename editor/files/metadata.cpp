#include "editor/files/metadata.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "editor/files/exif_block.h"

namespace handtint {
namespace {

// Where the values of a property stand in a packet: property="VALUE" and <property>VALUE</property>.
std::vector<std::pair<std::size_t, std::size_t>> xmp_values(const std::string& xmp, const std::string& property) {
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (std::size_t at = xmp.find(property); at != std::string::npos; at = xmp.find(property, at + 1)) {
    const std::size_t open = at + property.size();
    if (at == 0 || open + 1 >= xmp.size()) continue;
    const char end = xmp[open] == '=' ? xmp[open + 1] : xmp[open] == '>' && xmp[at - 1] == '<' ? '<' : '\0';
    if (end != '"' && end != '\'' && end != '<') continue;
    const std::size_t begin = open + (end == '<' ? 1 : 2), close = xmp.find(end, begin);
    if (close != std::string::npos) places.emplace_back(begin, close - begin);
  }
  return places;
}

// Only where the packet has it.
void set_xmp(std::string& xmp, const std::string& property, const std::string& value) {
  auto places = xmp_values(xmp, property);
  for (auto place = places.rbegin(); place != places.rend(); ++place) xmp.replace(place->first, place->second, value);
}

void remove_xmp_element(std::string& xmp, const std::string& element) {
  const std::string open = "<" + element + ">", close = "</" + element + ">";
  for (std::size_t at = xmp.find(open); at != std::string::npos; at = xmp.find(open, at)) {
    const std::size_t end = xmp.find(close, at);
    if (end == std::string::npos) return;
    xmp.erase(at, end + close.size() - at);
  }
}

void renew_xmp(std::string& xmp, int width, int height) {
  const std::string w = std::to_string(width), h = std::to_string(height);
  for (const char* property : {"tiff:ImageWidth", "exif:PixelXDimension"}) set_xmp(xmp, property, w);
  for (const char* property : {"tiff:ImageLength", "exif:PixelYDimension"}) set_xmp(xmp, property, h);
  set_xmp(xmp, "tiff:Orientation", "1");
  set_xmp(xmp, "tiff:Software", "Handtint " HANDTINT_VERSION);
  set_xmp(xmp, "exif:ColorSpace", "1");
  set_xmp(xmp, "photoshop:ICCProfile", "sRGB IEC61966-2.1");
  for (const char* thumbnails : {"xmp:Thumbnails", "xap:Thumbnails"}) remove_xmp_element(xmp, thumbnails);
}

// One image resource: "8BIM", a number, a name, its bytes; both padded to even lengths.
struct Resource {
  int number = 0;
  std::size_t data = 0, bytes = 0, end = 0;  // places
};
bool next_resource(std::span<const std::uint8_t> all, std::size_t at, Resource& resource) {
  if (at + 12 > all.size() || std::memcmp(&all[at], "8BIM", 4) != 0) return false;
  resource.number = all[at + 4] << 8 | all[at + 5];
  const std::size_t name = (std::size_t{all[at + 6]} + 2) & ~std::size_t{1}, size = at + 6 + name;
  if (size + 4 > all.size()) return false;
  resource.bytes = std::size_t{all[size]} << 24 | all[size + 1] << 16 | all[size + 2] << 8 | all[size + 3];
  resource.data = size + 4;
  if (resource.bytes > all.size() - resource.data) return false;
  resource.end = std::min(all.size(), resource.data + resource.bytes + resource.bytes % 2);
  return true;
}

constexpr int resource_iptc = 0x0404;

}  // namespace

Metadata renewed(Metadata metadata, int width, int height) {
  ExifBlock exif(std::move(metadata.exif));
  exif.renew(width, height);
  metadata.exif = exif.bytes();
  renew_xmp(metadata.xmp, width, height);
  if (!metadata.texts.empty()) {
    std::erase_if(metadata.texts, [](const PngChunk& chunk) { return text_of(chunk).keyword == "Software"; });
    constexpr std::string_view software{"Software\0Handtint " HANDTINT_VERSION,
                                        sizeof "Software\0Handtint " HANDTINT_VERSION - 1};
    metadata.texts.push_back({{'t', 'E', 'X', 't'}, {software.begin(), software.end()}});
  }
  return metadata;
}

MetadataBytes exif_with_texts(const Metadata& metadata) {
  std::vector<std::pair<std::uint16_t, std::string>> texts;
  for (const PngChunk& chunk : metadata.texts) {
    PngText text = text_of(chunk);
    const std::uint16_t tag = text.keyword == "Description" ? exif_tag::image_description
                              : text.keyword == "Title"     ? exif_tag::document_name
                              : text.keyword == "Author"    ? exif_tag::artist
                              : text.keyword == "Copyright" ? exif_tag::copyright
                              : text.keyword == "Software"  ? exif_tag::software
                                                            : 0;
    if (tag != 0) texts.emplace_back(tag, std::move(text.text));
  }
  for (const std::string& comment : metadata.comments)
    texts.emplace_back(exif_tag::image_description, comment.substr(0, comment.find('\0')));
  ExifBlock block(metadata.exif);
  if (texts.empty()) return block.bytes();
  if (block.empty()) block = ExifBlock::with_empty_directory();
  std::vector<ExifEntry> entries = block.first_entries();
  for (const auto& [tag, text] : texts)
    if (std::none_of(entries.begin(), entries.end(), [tag = tag](const ExifEntry& entry) { return entry.tag == tag; }))
      entries.push_back(block.text_entry(tag, text));
  block.set_first_entries(std::move(entries));
  return block.bytes();
}

MetadataBytes exif_after_name(MetadataBytes bytes) {
  constexpr std::string_view name{"Exif\0\0", 6};
  if (std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()).starts_with(name))
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(name.size()));
  return ExifBlock(std::move(bytes)).bytes();
}

MetadataBytes exif_after_offset(MetadataBytes bytes) {
  if (bytes.size() < 4) return {};
  const std::size_t distance = 4 + (std::size_t{bytes[0]} << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
  if (distance >= bytes.size()) return {};
  return exif_after_name({bytes.begin() + static_cast<std::ptrdiff_t>(distance), bytes.end()});
}

void split_photoshop(std::span<const std::uint8_t> resources, Metadata& metadata) {
  constexpr int left_out[] = {0x0409, 0x040c, 0x040f, 0x0422, 0x0423, 0x0424};  // thumbnails, ICC, EXIF, XMP
  Resource resource;
  for (std::size_t at = 0; next_resource(resources, at, resource); at = resource.end) {
    const auto from = resources.begin() + static_cast<std::ptrdiff_t>(at),
               data = resources.begin() + static_cast<std::ptrdiff_t>(resource.data),
               end = resources.begin() + static_cast<std::ptrdiff_t>(resource.end);
    if (resource.number == resource_iptc)
      metadata.iptc.assign(data, data + static_cast<std::ptrdiff_t>(resource.bytes));
    else if (std::find(std::begin(left_out), std::end(left_out), resource.number) == std::end(left_out))
      metadata.photoshop.insert(metadata.photoshop.end(), from, end);
    if (metadata.photoshop.size() % 2 != 0) metadata.photoshop.push_back(0);
  }
}

MetadataBytes join_photoshop(const Metadata& metadata) {
  MetadataBytes joined = metadata.photoshop;
  if (metadata.iptc.empty()) return joined;
  const std::size_t bytes = metadata.iptc.size();
  for (const char c : {'8', 'B', 'I', 'M', '\x04', '\x04', '\0', '\0'}) joined.push_back(static_cast<std::uint8_t>(c));
  for (int shift = 24; shift >= 0; shift -= 8) joined.push_back(static_cast<std::uint8_t>(bytes >> shift));
  joined.insert(joined.end(), metadata.iptc.begin(), metadata.iptc.end());
  if (bytes % 2 != 0) joined.push_back(0);
  return joined;
}

}  // namespace handtint
