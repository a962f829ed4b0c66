// PSD and PSB: the composite that Photoshop and its like save for those who know no layers; bitmap, grey, palette, RGB,
// CMYK and Lab with up to 16 bits, plain or in runs (Adobe Photoshop File Formats Specification).
#include <algorithm>
#include <array>
#include <utility>

#include "editor/files/exif_block.h"
#include "editor/files/metadata.h"
#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class PsdReader final : public RasterReader {
 public:
  PsdReader(ByteStream stream, const ReadOptions& options) : RasterReader(options), stream_(std::move(stream)) {
    info_.format = "PSD";
    stream_.seek(4);
    large_ = number(2) == 2;
    stream_.seek(12);
    channels_ = static_cast<int>(number(2));
    const auto height = static_cast<std::int64_t>(number(4)), width = static_cast<std::int64_t>(number(4));
    bits_ = static_cast<int>(number(2));
    const auto mode = static_cast<int>(number(2));
    require_readable_kind(mode);
    // A byte of a run yields 64 bytes and some, each of up to eight pixels.
    require_plausible_size(stream_, "PSD", width, height, options.max_pixels, 1024);
    info_.width = static_cast<int>(width);
    info_.height = static_cast<int>(height);
    info_.bits = bits_ == 16 ? 16 : 8;
    const std::uint64_t palette_bytes = section(4);
    if (mode == palette && palette_bytes >= palette_.size()) stream_.read(palette_.data(), palette_.size());
    stream_.seek(end_);
    const std::uint64_t resource_bytes = std::min<std::uint64_t>(section(4), max_resources);
    resources_.resize(static_cast<std::size_t>(std::min(resource_bytes, stream_.size())));
    resources_.resize(stream_.read(resources_.data(), resources_.size()));
    stream_.seek(end_);
    const bool transparent = says_transparency(section(large_ ? 8 : 4));
    info_.alpha = transparent && mode != palette && mode != bitmap && channels_ > info_.colours();
    stream_.seek(end_);
    packing_ = static_cast<int>(number(2));
    if (packing_ > 1) throw_unread_kind(stream_, tr("a Photoshop document packed as {1}", {std::string("ZIP")}));
    rows_at_ = stream_.position();
    read_resources();
  }

  Metadata metadata() override {
    Metadata metadata;
    split_photoshop(resources_, metadata);
    metadata.photoshop.clear();  // they tell of layers, guides and selections
    metadata.exif = ExifBlock(photoshop_resource(resources_, 1058)).bytes();
    const MetadataBytes xmp = photoshop_resource(resources_, 1060);
    metadata.xmp.assign(xmp.begin(), xmp.end());
    return metadata;
  }

 private:
  enum Mode { bitmap = 0, grey = 1, palette = 2, rgb = 3, cmyk = 4, duotone = 8, lab = 9 };
  static constexpr std::uint64_t max_resources = max_metadata_bytes;

  std::uint64_t number(int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | static_cast<std::uint64_t>(std::max(stream_.get(), 0));
    return value;
  }

  // The length of the section that begins here; where it ends.
  std::uint64_t section(int length_bytes) {
    const std::uint64_t length = number(length_bytes);
    if (length > stream_.size() - std::min(stream_.position(), stream_.size()))
      throw_damaged(stream_, "PSD", tr("the file ends early"));
    end_ = stream_.position() + length;
    return length;
  }

  void require_readable_kind(int mode) {
    const auto of_depth = [&](std::initializer_list<int> depths) {
      if (std::find(depths.begin(), depths.end(), bits_) == depths.end())
        throw_unread_kind(stream_, tr("a Photoshop document with {1} bits per channel", {std::to_string(bits_)}),
                          tr("save it with 16 bit per channel first"));
    };
    mode_ = mode;
    switch (mode) {
      case bitmap:
        of_depth({1});
        info_.samples = Samples::grey;
        break;
      case grey:
      case duotone:
        of_depth({8, 16});
        info_.samples = Samples::grey;
        break;
      case palette:
        of_depth({8});
        info_.samples = Samples::rgb;
        break;
      case rgb:
        of_depth({8, 16});
        info_.samples = Samples::rgb;
        break;
      case cmyk:
        of_depth({8, 16});
        info_.samples = Samples::cmyk;
        break;
      case lab:
        of_depth({8, 16});
        info_.samples = Samples::lab;
        break;
      default:
        throw_unread_kind(stream_, tr("a Photoshop document of separate channels"));
    }
    if (channels_ < stored_colours() || channels_ > 56) throw_damaged(stream_, "PSD", tr("channels are missing"));
  }

  int stored_colours() const { return mode_ == palette ? 1 : info_.colours(); }

  // Of the section of layers: a count below nothing says that the first channel behind the colours is transparency;
  // else it is somebody's selection.
  bool says_transparency(std::uint64_t bytes) {
    if (bytes < (large_ ? 10u : 6u)) return false;
    if (number(large_ ? 8 : 4) < 2) return false;
    return (number(2) & 0x8000) != 0;
  }

  void read_resources() {
    constexpr int resolution = 1005, version = 1057, profile = 1039;
    const MetadataBytes dots = photoshop_resource(resources_, resolution),
                        made = photoshop_resource(resources_, version);
    if (made.size() > 4 && made[4] == 0)
      throw_unread_kind(stream_, tr("a Photoshop document without a picture of the whole"),
                        tr("save it again with \"Maximize Compatibility\", or as TIFF"));
    info_.profile = photoshop_resource(resources_, profile);
    if (dots.size() < 16) return;
    const auto dpi = [&](std::size_t at) {  // 16.16
      return tidy_dpi((dots[at] << 8 | dots[at + 1]) + (dots[at + 2] << 8 | dots[at + 3]) / 65536.0);
    };
    info_.dpi_x = dpi(0);
    info_.dpi_y = dpi(8);
  }

  // --- pixels: channel behind channel

  void decode_rows(const RowSink& sink) override {
    const int used = stored_colours() + (info_.alpha ? 1 : 0);
    const std::size_t row_bytes = (static_cast<std::size_t>(info_.width) * static_cast<std::size_t>(bits_) + 7) / 8;
    const auto height = static_cast<std::size_t>(info_.height);
    std::vector<std::uint64_t> places;  // where each channel's rows begin, and one past the last
    if (packing_ == 1) {
      const int count_bytes = large_ ? 4 : 2;
      stream_.seek(rows_at_);
      std::uint64_t at = rows_at_ + static_cast<std::uint64_t>(channels_) * height * static_cast<unsigned>(count_bytes);
      for (std::size_t i = 0; i < static_cast<std::size_t>(used) * height; ++i) {
        places.push_back(at);
        at += number(count_bytes);
      }
      places.push_back(at);
    }
    std::vector<std::uint8_t> bytes(row_bytes), packed;
    std::vector<std::uint16_t> row(static_cast<std::size_t>(info_.width) * static_cast<std::size_t>(info_.channels()));
    for (std::size_t y = 0; y < height; ++y) {
      for (int c = 0; c < used; ++c) {
        const std::size_t i = static_cast<std::size_t>(c) * height + y;
        bool whole;
        if (packing_ == 1) {
          stream_.seek(places[i]);
          packed.resize(
              static_cast<std::size_t>(std::min<std::uint64_t>(places[i + 1] - places[i], 2 * row_bytes + 128)));
          whole = stream_.read(packed.data(), packed.size()) == packed.size() && unpack(packed, bytes);
        } else {
          stream_.seek(rows_at_ + i * row_bytes);
          whole = stream_.read(bytes.data(), row_bytes) == row_bytes;
        }
        if (!whole) throw_damaged(stream_, "PSD", tr("the file ends early"));
        place(bytes, c, row);
      }
      if (info_.alpha) take_white_out(row);
      sink(row.data());
    }
  }

  // PackBits. False if it says less than a row.
  static bool unpack(const std::vector<std::uint8_t>& packed, std::vector<std::uint8_t>& to) {
    std::size_t done = 0;
    for (std::size_t at = 0; at < packed.size() && done < to.size();) {
      const int head = packed[at++];
      if (head == 128) continue;
      const std::size_t count = std::min<std::size_t>(head < 128 ? head + 1 : 257 - head, to.size() - done);
      if (at + (head < 128 ? count : 1) > packed.size()) return false;
      if (head < 128)
        std::copy_n(packed.begin() + static_cast<std::ptrdiff_t>(at), count,
                    to.begin() + static_cast<std::ptrdiff_t>(done));
      else
        std::fill_n(to.begin() + static_cast<std::ptrdiff_t>(done), count, packed[at]);
      at += head < 128 ? count : 1;
      done += count;
    }
    return done == to.size();
  }

  void place(const std::vector<std::uint8_t>& bytes, int channel, std::vector<std::uint16_t>& row) const {
    const auto step = static_cast<std::size_t>(info_.channels()), first = static_cast<std::size_t>(channel);
    const auto width = static_cast<std::size_t>(info_.width);
    // Ink is stored as the light it leaves; a and b of 8 bit have no half steps.
    const bool ink = mode_ == cmyk && channel < 4, around_zero = mode_ == lab && (channel == 1 || channel == 2);
    for (std::size_t x = 0; x < width; ++x) {
      if (mode_ == palette) {
        for (std::size_t c = 0; c < 3; ++c)
          row[3 * x + c] = static_cast<std::uint16_t>(257 * palette_[256 * c + bytes[x]]);
        continue;
      }
      int value;
      if (bits_ == 1)
        value = (bytes[x / 8] >> (7 - x % 8) & 1) != 0 ? 0 : 65535;
      else if (bits_ == 8)
        value = (around_zero ? 256 : 257) * bytes[x];
      else
        value = bytes[2 * x] << 8 | bytes[2 * x + 1];
      row[x * step + first] = static_cast<std::uint16_t>(ink ? 65535 - value : value);
    }
  }

  // The composite of what is transparent lies on white.
  void take_white_out(std::vector<std::uint16_t>& row) const {
    if (mode_ != rgb && mode_ != grey && mode_ != duotone) return;
    const auto step = static_cast<std::size_t>(info_.channels());
    for (std::size_t i = 0; i + step <= row.size(); i += step) {
      const int alpha = row[i + step - 1];
      if (alpha == 0 || alpha == 65535) continue;
      for (std::size_t c = 0; c + 1 < step; ++c) {
        const std::int64_t over_white = std::int64_t{row[i + c]} - (65535 - alpha);
        row[i + c] = static_cast<std::uint16_t>(std::clamp<std::int64_t>(over_white * 65535 / alpha, 0, 65535));
      }
    }
  }

  ByteStream stream_;
  bool large_ = false;  // PSB
  int channels_ = 0, bits_ = 0, mode_ = 0, packing_ = 0;
  std::array<std::uint8_t, 768> palette_{};  // all reds, all greens, all blues
  MetadataBytes resources_;
  std::uint64_t end_ = 0, rows_at_ = 0;
};

}  // namespace

std::unique_ptr<RasterReader> open_psd(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<PsdReader>(std::move(stream), options);
}

}  // namespace handtint
