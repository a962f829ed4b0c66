// Metadata of TIFF. A TIFF file is itself what EXIF is packed in, so that its own directories become a block of EXIF;
// and a block whose bytes lie at the same places of a new file keeps all its offsets there.
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "editor/files/exif_block.h"
#include "editor/files/metadata.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::size_t most_entries = 1000;
constexpr std::size_t most_value_bytes = 4 << 20;
constexpr std::uint16_t type_bytes = 1, type_undefined = 7, type_directory8 = 18;

// Copies directories with all that they point to. Values keep the file's byte order.
class DirectoryCopy {
 public:
  DirectoryCopy(ByteStream& stream, Metadata& metadata) : stream_(stream), metadata_(metadata) {
    std::array<std::uint8_t, 4> head{};
    stream_.seek(0);
    stream_.read(head.data(), head.size());
    block_ = ExifBlock::with_empty_directory(head[0] == 'M');
    big_file_ = head[block_.big_endian() ? 3 : 2] == 43;
    stream_.seek(0);
  }

  std::uint64_t first_directory() { return big_file_ ? number(8, 8) : number(4, 4); }

  // Later directories add what earlier ones lack.
  void add_first(std::uint64_t directory) {
    for (const ExifEntry& entry : copied(directory, 2))
      if (std::none_of(first_.begin(), first_.end(), [&](const ExifEntry& other) { return other.tag == entry.tag; }))
        first_.push_back(entry);
  }

  // Empty if nothing is said but the resolution.
  MetadataBytes finish() {
    const bool telling = std::any_of(first_.begin(), first_.end(), [](const ExifEntry& entry) {
      return entry.tag != exif_tag::x_resolution && entry.tag != exif_tag::y_resolution &&
             entry.tag != exif_tag::resolution_unit && entry.tag != exif_tag::orientation;
    });
    if (!telling) return {};
    block_.set_first_entries(std::move(first_));
    return block_.bytes();
  }

 private:
  std::uint64_t number(std::uint64_t at, int bytes) {
    stream_.seek(at);
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      const auto byte = static_cast<std::uint64_t>(std::max(stream_.get(), 0));
      value = block_.big_endian() ? value << 8 | byte : value | byte << 8 * i;
    }
    return value;
  }

  MetadataBytes value(std::uint64_t at, std::uint64_t bytes) {
    if (bytes > most_value_bytes || at > stream_.size() || bytes > stream_.size() - at) return {};
    taken_ += bytes;
    if (taken_ > max_metadata_bytes) return {};
    MetadataBytes data(static_cast<std::size_t>(bytes));
    stream_.seek(at);
    if (stream_.read(data.data(), data.size()) != data.size()) data.clear();
    return data;
  }

  std::vector<ExifEntry> copied(std::uint64_t directory, int depth) {
    std::vector<ExifEntry> entries;
    const int count_bytes = big_file_ ? 8 : 2, entry_bytes = big_file_ ? 20 : 12, word = big_file_ ? 8 : 4;
    const std::uint64_t count = std::min<std::uint64_t>(number(directory, count_bytes), most_entries);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t at = directory + count_bytes + i * entry_bytes;
      if (directory < 8 || at + entry_bytes > stream_.size()) break;
      const auto tag = static_cast<std::uint16_t>(number(at, 2)), type = static_cast<std::uint16_t>(number(at + 2, 2));
      const std::uint64_t values = number(at + 4, word), place = number(at + 4 + word, word),
                          bytes = (type == type_directory8 ? 8 : exif_value_bytes(type)) * values;
      if (values == 0 || values > most_value_bytes || bytes == 0) continue;
      const auto lies = bytes <= static_cast<std::uint64_t>(word) ? at + 4 + word : place;
      if (tag == exif_tag::exif || tag == exif_tag::gps || tag == exif_tag::interoperability) {
        if (depth > 0)
          entries.push_back(
              block_.long_entry(tag, static_cast<std::uint32_t>(block_.append_directory(copied(place, depth - 1)))));
      } else if (depth < 2 || !take_special(tag, lies, bytes)) {
        if (const MetadataBytes data = value(lies, bytes); !data.empty() && type != type_directory8)
          entries.push_back(entry_with(tag, type, static_cast<std::uint32_t>(values), data));
      }
    }
    return entries;
  }

  // What has a place of its own in Metadata, and what nobody wants.
  bool take_special(std::uint16_t tag, std::uint64_t lies, std::uint64_t bytes) {
    if (tag == exif_tag::xmp && metadata_.xmp.empty()) {
      const MetadataBytes xmp = value(lies, bytes);
      metadata_.xmp.assign(xmp.begin(), xmp.end());
    }
    if (tag == exif_tag::photoshop && metadata_.photoshop.empty()) split_photoshop(value(lies, bytes), metadata_);
    if (tag == exif_tag::iptc) metadata_.iptc = value(lies, bytes);
    return describes_storage(tag);
  }

  ExifEntry entry_with(std::uint16_t tag, std::uint16_t type, std::uint32_t count, const MetadataBytes& data) {
    if (data.size() > 4) return block_.place_entry(tag, type, count, block_.append(data.data(), data.size()));
    ExifEntry entry{tag, type, count, {}};
    std::copy(data.begin(), data.end(), entry.value.begin());
    return entry;
  }

  ByteStream& stream_;
  Metadata& metadata_;
  ExifBlock block_;
  bool big_file_ = false;
  std::vector<ExifEntry> first_;
  std::uint64_t taken_ = 0;
};

// The file as one long block that cannot be changed but at its end.
MetadataBytes read_back(AtomicFile& file, std::uint64_t place, std::size_t bytes) {
  MetadataBytes data(bytes);
  file.seek(static_cast<std::int64_t>(place), SEEK_SET);
  std::size_t done = 0;
  while (done < bytes) {
    const std::size_t count = file.read(&data[done], bytes - done);
    if (count == 0) throw FileError(file.target(), tr("cannot be read back"));
    done += count;
  }
  return data;
}

}  // namespace

Metadata tiff_metadata(ByteStream& stream, std::uint64_t directory) {
  Metadata metadata;
  const std::uint64_t place = stream.position();
  DirectoryCopy copy(stream, metadata);
  copy.add_first(directory);
  if (const std::uint64_t first = copy.first_directory(); first != directory) copy.add_first(first);
  metadata.exif = copy.finish();
  stream.seek(place);
  return metadata;
}

MetadataBytes tiff_block(const Metadata& metadata) {
  MetadataBytes block = exif_with_texts(metadata);
  if (block.empty() && (!metadata.xmp.empty() || !metadata.iptc.empty() || !metadata.photoshop.empty()))
    block = ExifBlock::with_empty_directory().bytes();
  if (block.size() % 2 != 0) block.push_back(0);
  return block;
}

// libtiff has written the file's directory last; the one that is added behind it has all of its entries, then those of
// the block.
void join_tiff_directory(AtomicFile& file, const MetadataBytes& block, const Metadata& metadata) {
  ExifBlock said(block);  // its offsets are the file's
  const std::vector<ExifEntry> more = said.first_entries();
  const ExifBlock head = ExifBlock::with_empty_directory(said.big_endian());
  const auto number = [&](std::uint64_t place, int bytes) {
    ExifEntry entry;
    const MetadataBytes data = read_back(file, place, static_cast<std::size_t>(bytes));
    std::copy(data.begin(), data.end(), entry.value.begin() + (head.big_endian() ? 4 - bytes : 0));
    return head.place_of(entry);
  };
  const std::uint64_t directory = number(4, 4);
  const std::size_t count = number(directory, 2);
  std::vector<ExifEntry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t at = directory + 2 + 12 * i;
    ExifEntry entry{static_cast<std::uint16_t>(number(at, 2)),
                    static_cast<std::uint16_t>(number(at + 2, 2)),
                    static_cast<std::uint32_t>(number(at + 4, 4)),
                    {}};
    const MetadataBytes value = read_back(file, at + 8, 4);
    std::copy(value.begin(), value.end(), entry.value.begin());
    entries.push_back(entry);
  }
  for (const ExifEntry& entry : more)
    if (std::none_of(entries.begin(), entries.end(), [&](const ExifEntry& other) { return other.tag == entry.tag; }))
      entries.push_back(entry);

  std::uint64_t end = file.seek(0, SEEK_END);
  const auto append = [&](const std::uint8_t* data, std::size_t bytes) {
    if (end % 2 != 0) file.write("", 1), ++end;
    const std::uint64_t place = end;
    file.write(data, bytes);
    end += bytes;
    return place;
  };
  const auto add_value = [&](std::uint16_t tag, std::uint16_t type, MetadataBytes data) {
    if (data.empty()) return;
    data.resize(std::max<std::size_t>(data.size(), 5));
    entries.push_back(
        head.place_entry(tag, type, static_cast<std::uint32_t>(data.size()), append(data.data(), data.size())));
  };
  add_value(exif_tag::xmp, type_bytes, {metadata.xmp.begin(), metadata.xmp.end()});
  add_value(exif_tag::iptc, type_undefined, metadata.iptc);
  add_value(exif_tag::photoshop, type_bytes, metadata.photoshop);

  ExifBlock joined = head;
  const std::size_t begin = joined.append_directory(std::move(entries));
  const std::uint64_t place = append(&joined.bytes()[begin], joined.bytes().size() - begin);
  const ExifEntry pointer = head.place_entry(0, 0, 0, static_cast<std::size_t>(place));
  file.seek(4, SEEK_SET);
  file.write(pointer.value.data(), 4);
  file.seek(0, SEEK_END);
}

}  // namespace handtint
