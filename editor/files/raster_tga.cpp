// TGA: palette, grey and true colour of 8 to 32 bit, plain or in runs, from any of the four corners.
#include <algorithm>
#include <array>

#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class TgaReader final : public RasterReader {
 public:
  TgaReader(ByteStream stream, const ReadOptions& options) : RasterReader(options), stream_(std::move(stream)) {
    info_.format = "TGA";
    if (stream_.read(head_.data(), head_.size()) != head_.size())
      throw_damaged(stream_, "TGA", tr("its header cannot be read"));
    kind_ = head_[2] & 7;
    in_runs_ = (head_[2] & 8) != 0;
    bits_ = head_[16];
    require_readable_kind();
    // A byte of a run yields 64 pixels and some.
    require_plausible_size(stream_, "TGA", u16(12), u16(14), options.max_pixels, 4096);
    info_.width = u16(12);
    info_.height = u16(14);
    from_right_ = (head_[17] & 16) != 0;
    from_top_ = (head_[17] & 32) != 0;
    pixel_bytes_ = static_cast<std::size_t>(bits_ + 7) / 8;
    read_palette();
    const int colour_bits = kind_ == palette ? head_[7] : bits_;
    info_.samples = kind_ == grey ? Samples::grey : Samples::rgb;
    info_.alpha = kind_ == grey ? bits_ == 16 : colour_bits == 32;
    if (info_.alpha && (head_[17] & 15) == 0) info_.alpha = has_some_alpha();
  }

 private:
  enum Kind { palette = 1, true_colour = 2, grey = 3 };

  int u16(std::size_t at) const { return head_[at] | head_[at + 1] << 8; }

  void require_readable_kind() const {
    const int palette_bits = head_[7];
    const bool colour_bits = bits_ == 15 || bits_ == 16 || bits_ == 24 || bits_ == 32;
    const bool known =
        head_[2] <= 11 && ((kind_ == palette && head_[1] == 1 && (bits_ == 8 || bits_ == 16) &&
                            (palette_bits == 15 || palette_bits == 16 || palette_bits == 24 || palette_bits == 32)) ||
                           (kind_ == true_colour && colour_bits) || (kind_ == grey && (bits_ == 8 || bits_ == 16)));
    if (known) return;
    if (head_[2] == 32 || head_[2] == 33) throw_unread_kind(stream_, tr("a TGA file packed by Huffman codes"));
    throw_damaged(stream_, "TGA", tr("kind {1} with {2} bits", {std::to_string(head_[2]), std::to_string(bits_)}));
  }

  // Any TGA pixel of true colour, as red, green, blue, alpha of 8 bit.
  static std::array<std::uint8_t, 4> colour_of(const std::uint8_t* bytes, std::size_t count) {
    if (count == 4) return {bytes[2], bytes[1], bytes[0], bytes[3]};
    if (count == 3) return {bytes[2], bytes[1], bytes[0], 255};
    const int pixel = bytes[0] | bytes[1] << 8;
    const auto byte = [](int five) { return static_cast<std::uint8_t>(five * 255 / 31); };
    return {byte(pixel >> 10 & 31), byte(pixel >> 5 & 31), byte(pixel & 31), 255};
  }

  void read_palette() {
    pixels_at_ = head_.size() + head_[0];
    if (head_[1] != 1) return;
    const std::size_t each = static_cast<std::size_t>(head_[7] + 7) / 8, count = static_cast<std::size_t>(u16(5));
    const std::uint64_t at = pixels_at_;
    pixels_at_ += each * count;
    if (kind_ != palette) return;
    if (each < 2 || each > 4) return;
    stream_.seek(at);
    std::array<std::uint8_t, 4> bytes{};
    const std::size_t first = static_cast<std::size_t>(u16(3));
    palette_.resize(first + count, {0, 0, 0, 255});
    for (std::size_t i = first; i < palette_.size(); ++i) {
      if (stream_.read(bytes.data(), each) != each) throw_damaged(stream_, "TGA", tr("the file ends early"));
      palette_[i] = colour_of(bytes.data(), each);
    }
    if (palette_.empty()) throw_damaged(stream_, "TGA", tr("an empty palette"));
  }

  // Without alpha bits in the header, a fourth byte that is zero everywhere means nothing.
  bool has_some_alpha() {
    if (kind_ == palette)
      return std::any_of(palette_.begin(), palette_.end(), [](const auto& colour) { return colour[3] != 0; });
    bool found = false;
    read_pixels([&](const std::uint8_t* row, int) {
      for (std::size_t i = pixel_bytes_ - 1; i < pixel_bytes_ * info_.width; i += pixel_bytes_)
        found = found || row[i] != 0;
    });
    return found;
  }

  // Gives the stored rows in turn, as bytes, and returns how many are there.
  template <class Sink>
  int read_pixels(Sink sink) {
    stream_.seek(pixels_at_);
    std::vector<std::uint8_t> row(pixel_bytes_ * info_.width);
    std::array<std::uint8_t, 4> repeated{};
    int run = 0;  // pixels left of it; runs may go on in the next row
    bool same = false;
    for (int y = 0; y < info_.height; ++y) {
      if (!in_runs_) {
        if (stream_.read(row.data(), row.size()) != row.size()) return y;
      } else {
        for (int x = 0; x < info_.width; ++x, --run) {
          if (run == 0) {
            const int head = stream_.get();
            if (head < 0) return y;
            run = (head & 127) + 1;
            same = (head & 128) != 0;
            if (same && stream_.read(repeated.data(), pixel_bytes_) != pixel_bytes_) return y;
          }
          if (!same && stream_.read(repeated.data(), pixel_bytes_) != pixel_bytes_) return y;
          std::copy_n(repeated.data(), pixel_bytes_, row.data() + pixel_bytes_ * x);
        }
      }
      sink(row.data(), y);
    }
    return info_.height;
  }

  void decode_rows(const RowSink& sink) override {
    const int width = info_.width, height = info_.height, channels = info_.channels();
    std::vector<std::uint16_t> samples(static_cast<std::size_t>(width) * channels);
    if (from_top_) {
      const int there = read_pixels([&](const std::uint8_t* row, int) {
        finish_row(row, samples.data());
        sink(samples.data());
      });
      if (there < height) throw_damaged(stream_, "TGA", tr("the file ends early"));
      return;
    }
    std::vector<std::uint8_t> stored(pixel_bytes_ * width * height);
    const int there = read_pixels([&](const std::uint8_t* row, int y) {
      std::copy_n(row, pixel_bytes_ * width, stored.data() + pixel_bytes_ * width * y);
    });
    if (there < height && (there == 0 || !options_.salvage))
      throw_damaged(stream_, "TGA",
                    tr("the file ends early; {1} of {2} rows are there; --salvage reads them",
                       {std::to_string(there), std::to_string(height)}));
    const std::vector<std::uint16_t> missing = there < height ? missing_row() : std::vector<std::uint16_t>();
    for (int y = height - 1; y >= 0; --y) {
      finish_row(stored.data() + pixel_bytes_ * width * y, samples.data());
      sink(y < there ? samples.data() : missing.data());
    }
    if (there < height) note_missing(there, tr("the file ends early"));
  }

  void finish_row(const std::uint8_t* from, std::uint16_t* to) const {
    const int width = info_.width, channels = info_.channels();
    for (int x = 0; x < width; ++x, from += pixel_bytes_) {
      std::uint16_t* pixel = to + static_cast<std::size_t>(from_right_ ? width - 1 - x : x) * channels;
      if (kind_ == grey) {
        for (int c = 0; c < channels; ++c) pixel[c] = static_cast<std::uint16_t>(257 * from[c]);
        continue;
      }
      std::array<std::uint8_t, 4> colour;
      if (kind_ == palette) {
        const std::size_t index = pixel_bytes_ == 1 ? from[0] : static_cast<std::size_t>(from[0] | from[1] << 8);
        colour = palette_[index < palette_.size() ? index : 0];
      } else {
        colour = colour_of(from, pixel_bytes_);
      }
      for (int c = 0; c < channels; ++c) pixel[c] = static_cast<std::uint16_t>(257 * colour[c]);
    }
  }

  ByteStream stream_;
  std::array<std::uint8_t, 18> head_{};
  std::uint64_t pixels_at_ = 0;
  std::size_t pixel_bytes_ = 0;
  int kind_ = 0, bits_ = 0;
  bool in_runs_ = false, from_right_ = false, from_top_ = false;
  std::vector<std::array<std::uint8_t, 4>> palette_;
};

}  // namespace

std::unique_ptr<RasterReader> open_tga(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<TgaReader>(std::move(stream), options);
}

}  // namespace handtint
