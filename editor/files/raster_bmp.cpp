// BMP of Windows and OS/2: 1 to 32 bit, palettes of three and four bytes, bit masks, run-length, from the bottom or
// from the top.
#include <algorithm>
#include <array>
#include <bit>

#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

enum Compression { plain = 0, runs_of_8 = 1, runs_of_4 = 2, bit_fields = 3, jpeg = 4, png = 5, alpha_bit_fields = 6 };

// One channel's bits within a pixel.
struct Field {
  std::uint32_t mask = 0;

  // Spread over 8 bit by repeating its own bits.
  int value(std::uint32_t pixel) const {
    if (mask == 0) return 0;
    const int shift = std::countr_zero(mask), bits = std::bit_width(mask >> shift);
    std::uint32_t code = (pixel & mask) >> shift;
    if (bits >= 8) return static_cast<int>(code >> (bits - 8));
    int filled = bits;
    for (code <<= 8 - bits; filled < 8; filled *= 2) code |= code >> filled;
    return static_cast<int>(code & 255);
  }
};

class BmpReader final : public RasterReader {
 public:
  BmpReader(ByteStream stream, const ReadOptions& options) : RasterReader(options), stream_(std::move(stream)) {
    info_.format = "BMP";
    read_header();
    require_readable_kind();
    read_fields_and_palette();
    // A byte of a run yields some hundreds of pixels.
    require_plausible_size(stream_, "BMP", info_.width, info_.height, options.max_pixels, is_runs() ? 4096 : 8);
    row_bytes_ = (static_cast<std::uint64_t>(info_.width) * bits_ + 31) / 32 * 4;
    if (bits_ == 32 && fields_[3].mask == 0) find_unnamed_alpha();
    info_.alpha = fields_[3].mask != 0;
  }

 private:
  bool is_runs() const { return compression_ == runs_of_8 || compression_ == runs_of_4; }

  std::uint32_t u16() {
    const int low = stream_.get(), high = stream_.get();
    if (high < 0) throw_damaged(stream_, "BMP", tr("its header cannot be read"));
    return static_cast<std::uint32_t>(low | high << 8);
  }
  std::uint32_t u32() {
    const std::uint32_t low = u16();
    return low | u16() << 16;
  }

  void read_header() {
    stream_.seek(10);
    pixels_at_ = u32();
    header_bytes_ = u32();
    std::int64_t width = 0, height = 0;
    if (header_bytes_ == 12) {
      width = u16();
      height = u16();
      planes_ = u16();
      bits_ = static_cast<int>(u16());
    } else if (header_bytes_ >= 16 && header_bytes_ <= 256) {
      width = static_cast<std::int32_t>(u32());
      height = static_cast<std::int32_t>(u32());
      planes_ = u16();
      bits_ = static_cast<int>(u16());
      if (header_bytes_ >= 20) compression_ = u32();
      if (header_bytes_ >= 32) {
        stream_.seek(38);
        info_.dpi_x = tidy_dpi(u32() * 0.0254);
        info_.dpi_y = tidy_dpi(u32() * 0.0254);
      }
      if (header_bytes_ >= 36) palette_colours_ = u32();
    } else {
      throw_damaged(stream_, "BMP", tr("a header of {1} bytes", {std::to_string(header_bytes_)}));
    }
    from_top_ = height < 0;
    height = from_top_ ? -height : height;
    // Before anything is computed of the size; whether the file can hold it is asked when its kind is known.
    require_plausible_size(stream_, "BMP", width, height, options_.max_pixels, 4096);
    info_.width = static_cast<int>(width);
    info_.height = static_cast<int>(height);
  }

  void require_readable_kind() const {
    const std::string way_out = tr("save it as a plain BMP, PNG or TIFF first");
    // OS/2 numbered two of its packings like others of Windows.
    const bool os2 = header_bytes_ == 64 || header_bytes_ == 16;
    if (os2 && (compression_ == 3 || compression_ == 4))
      throw_unread_kind(stream_, tr("a BMP file packed by OS/2's fax or 24-bit runs"), way_out);
    if (compression_ == jpeg || compression_ == png)
      throw_unread_kind(stream_, tr("a BMP file that holds a JPEG or PNG"), way_out);
    if (compression_ > alpha_bit_fields)
      throw_unread_kind(stream_, tr("a BMP file with compression {1}", {std::to_string(compression_)}), way_out);
    const bool known_bits =
        bits_ == 1 || bits_ == 2 || bits_ == 4 || bits_ == 8 || bits_ == 16 || bits_ == 24 || bits_ == 32;
    const bool fitting = compression_ == runs_of_8   ? bits_ == 8
                         : compression_ == runs_of_4 ? bits_ == 4
                         : compression_ == plain     ? known_bits
                                                     : bits_ == 16 || bits_ == 32;
    if (!fitting || planes_ > 1)
      throw_damaged(stream_, "BMP",
                    tr("{1} bits with compression {2}", {std::to_string(bits_), std::to_string(compression_)}));
  }

  void read_fields_and_palette() {
    std::uint64_t palette_at = 14 + std::uint64_t{header_bytes_};
    if (bits_ == 16) fields_ = {Field{0x7c00}, Field{0x03e0}, Field{0x001f}, Field{}};
    if (bits_ >= 24) fields_ = {Field{0xff0000}, Field{0xff00}, Field{0xff}, Field{}};
    if (compression_ == bit_fields || compression_ == alpha_bit_fields) {
      // Behind the oldest header, and inside the longer ones at the same place.
      const int named = header_bytes_ >= 56 || compression_ == alpha_bit_fields ? 4 : 3;
      stream_.seek(54);
      for (int c = 0; c < named; ++c) fields_[c] = Field{u32()};
      if (header_bytes_ == 40) palette_at += 4 * static_cast<std::uint64_t>(named);
      if ((fields_[0].mask | fields_[1].mask | fields_[2].mask) == 0) throw_damaged(stream_, "BMP", tr("no bit masks"));
    }
    if (bits_ > 8) {
      if (pixels_at_ < palette_at) pixels_at_ = palette_at;
      return;
    }
    const std::uint64_t each = header_bytes_ == 12 ? 3 : 4, most = std::uint64_t{1} << bits_;
    std::uint64_t colours = palette_colours_ > 0 ? std::min<std::uint64_t>(palette_colours_, most) : most;
    // A palette may be shorter than it says: the pixels begin where they begin.
    if (pixels_at_ > palette_at) colours = std::min(colours, (pixels_at_ - palette_at) / each);
    if (pixels_at_ < palette_at) pixels_at_ = palette_at + colours * each;
    stream_.seek(palette_at);
    std::array<std::uint8_t, 4> entry{};
    for (std::uint64_t i = 0; i < colours && stream_.read(entry.data(), each) == each; ++i)
      palette_[i] = {entry[2], entry[1], entry[0]};
  }

  // Many programs keep alpha in the fourth byte without a word, many more leave it zero.
  void find_unnamed_alpha() {
    if (compression_ != plain) return;
    std::vector<std::uint8_t> row(row_bytes_);
    stream_.seek(pixels_at_);
    for (int y = 0; y < info_.height && stream_.read(row.data(), row.size()) == row.size(); ++y)
      for (std::size_t i = 3; i < row.size(); i += 4)
        if (row[i] != 0) {
          fields_[3].mask = 0xff000000;
          return;
        }
  }

  void decode_rows(const RowSink& sink) override {
    if (is_runs()) {
      decode_runs(sink);
      return;
    }
    const int width = info_.width, height = info_.height;
    // The last row's padding may be left out.
    const std::size_t needed = (static_cast<std::size_t>(width) * bits_ + 7) / 8;
    std::vector<std::uint8_t> bytes(row_bytes_);
    std::vector<std::uint16_t> samples(static_cast<std::size_t>(width) * info_.channels());
    int there = 0;
    for (int y = 0; y < height; ++y) {
      const int stored = from_top_ ? y : height - 1 - y;
      stream_.seek(pixels_at_ + row_bytes_ * static_cast<std::uint64_t>(stored));
      if (stream_.read(bytes.data(), bytes.size()) < needed) {
        if (!options_.salvage || from_top_) throw_damaged(stream_, "BMP", ends_early());
        sink(missing_row().data());
        continue;
      }
      ++there;
      finish_row(bytes.data(), samples.data());
      sink(samples.data());
    }
    if (there < height) note_missing(there, tr("the file ends early"));
  }

  // With what there is of a file stored from the bottom, whose first rows are missing.
  std::string ends_early() const {
    if (from_top_) return tr("the file ends early");
    const std::uint64_t rows = (stream_.size() - std::min(pixels_at_, stream_.size())) / row_bytes_;
    return tr("the file ends early; {1} of {2} rows are there; --salvage reads them",
              {std::to_string(std::min<std::uint64_t>(rows, info_.height)), std::to_string(info_.height)});
  }

  void finish_row(const std::uint8_t* from, std::uint16_t* to) const {
    const auto put = [&to](int value) { *to++ = static_cast<std::uint16_t>(257 * value); };
    for (int x = 0; x < info_.width; ++x) {
      if (bits_ <= 8) {
        const int bit = x * bits_;
        const int index = from[bit / 8] >> (8 - bits_ - bit % 8) & ((1 << bits_) - 1);
        for (const std::uint8_t value : palette_[index]) put(value);
        continue;
      }
      std::uint32_t pixel = 0;
      for (int i = 0; i < bits_ / 8; ++i) pixel |= std::uint32_t{*from++} << 8 * i;
      for (int c = 0; c < info_.channels(); ++c) put(fields_[c].value(pixel));
    }
  }

  // Runs, from the bottom. What no run covers has the first colour.
  void decode_runs(const RowSink& sink) {
    const int width = info_.width, height = info_.height;
    std::vector<std::uint8_t> indices(static_cast<std::size_t>(width) * height);
    const int rows_done = read_runs(indices);
    if (rows_done < height && !options_.salvage)
      throw_damaged(stream_, "BMP",
                    tr("the file ends early; {1} of {2} rows are there; --salvage reads them",
                       {std::to_string(rows_done), std::to_string(height)}));
    std::vector<std::uint16_t> samples(3 * static_cast<std::size_t>(width));
    const std::vector<std::uint16_t> missing = missing_row();
    for (int y = 0; y < height; ++y) {
      const int stored = from_top_ ? y : height - 1 - y;
      if (stored >= rows_done) {
        sink(missing.data());
        continue;
      }
      const std::uint8_t* row = indices.data() + static_cast<std::size_t>(stored) * width;
      for (int x = 0; x < width; ++x)
        for (int c = 0; c < 3; ++c) samples[3 * x + c] = static_cast<std::uint16_t>(257 * palette_[row[x]][c]);
      sink(samples.data());
    }
    if (rows_done < height) note_missing(rows_done, tr("the file ends early"));
  }

  // Fills stored rows in turn and returns how many the file describes.
  int read_runs(std::vector<std::uint8_t>& indices) {
    const int width = info_.width, height = info_.height;
    int x = 0, y = 0;
    const auto put = [&](int index) {
      if (x < width && y < height) indices[static_cast<std::size_t>(y) * width + x] = static_cast<std::uint8_t>(index);
      ++x;
    };
    stream_.seek(pixels_at_);
    while (y < height) {
      const int count = stream_.get(), value = stream_.get();
      if (value < 0) break;
      if (count > 0) {
        for (int i = 0; i < count; ++i) put(bits_ == 8 ? value : i % 2 == 0 ? value >> 4 : value & 15);
      } else if (value == 0) {
        x = 0;
        ++y;
      } else if (value == 1) {
        return height;
      } else if (value == 2) {
        x += std::max(stream_.get(), 0);
        y += std::max(stream_.get(), 0);
      } else {
        const int bytes = bits_ == 8 ? value : (value + 1) / 2;
        for (int i = 0, pair = 0; i < value; ++i) {
          if (bits_ == 8 || i % 2 == 0) pair = stream_.get();
          if (pair < 0) return y;
          put(bits_ == 8 ? pair : i % 2 == 0 ? pair >> 4 : pair & 15);
        }
        if (bytes % 2 != 0) stream_.get();
      }
    }
    // Some writers leave the last row's end unsaid.
    return y == height - 1 && x >= width ? height : std::min(y, height);
  }

  ByteStream stream_;
  std::uint64_t pixels_at_ = 0, row_bytes_ = 0;
  std::uint32_t header_bytes_ = 0, planes_ = 1, compression_ = plain, palette_colours_ = 0;
  int bits_ = 0;
  bool from_top_ = false;
  std::array<Field, 4> fields_;  // red, green, blue, alpha
  std::array<std::array<std::uint8_t, 3>, 256> palette_{};
};

}  // namespace

std::unique_ptr<RasterReader> open_bmp(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<BmpReader>(std::move(stream), options);
}

}  // namespace handtint
