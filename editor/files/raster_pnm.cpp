// Netpbm's six: P1 to P6, text and binary, up to 16 bit.
#include <algorithm>

#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class PnmReader final : public RasterReader {
 public:
  PnmReader(ByteStream stream, const ReadOptions& options) : RasterReader(options), stream_(std::move(stream)) {
    info_.format = "PNM";
    stream_.seek(1);
    kind_ = stream_.get() - '0';
    const int width = read_number(), height = read_number();
    max_value_ = is_bitmap() ? 1 : read_number();
    if (max_value_ < 1 || max_value_ > 65535) throw_damaged(stream_, "PNM", tr("a maximum value outside 1..65535"));
    if (!is_bitmap() && !is_text()) after_number();
    require_plausible_size(stream_, "PNM", width, height, options.max_pixels, 8);
    info_.width = width;
    info_.height = height;
    info_.samples = kind_ == 3 || kind_ == 6 ? Samples::rgb : Samples::grey;
    info_.bits = max_value_ > 255 ? 16 : 8;
  }

  void decode_rows(const RowSink& sink) override {
    const std::size_t row_values = static_cast<std::size_t>(info_.width) * info_.channels();
    const std::size_t bytes_each = max_value_ > 255 ? 2 : 1;
    std::vector<std::uint16_t> samples(row_values);
    std::vector<std::uint8_t> bytes(is_text() ? 0 : is_bitmap() ? (row_values + 7) / 8 : row_values * bytes_each);
    for (int y = 0; y < info_.height; ++y) {
      if (stream_.read(bytes.data(), bytes.size()) != bytes.size())
        throw_damaged(stream_, "PNM", tr("the file ends early"));
      for (std::size_t i = 0; i < row_values; ++i) {
        int value;
        if (is_text())
          value = is_bitmap() ? read_digit() : read_number();
        else if (is_bitmap())
          value = bytes[i / 8] >> (7 - i % 8) & 1;
        else
          value = bytes_each == 2 ? bytes[2 * i] << 8 | bytes[2 * i + 1] : bytes[i];
        if (is_bitmap()) value = 1 - value;  // 1 is black
        samples[i] = scaled(value);
      }
      sink(samples.data());
    }
  }

 private:
  bool is_bitmap() const { return kind_ == 1 || kind_ == 4; }
  bool is_text() const { return kind_ <= 3; }

  std::uint16_t scaled(int value) const {
    return static_cast<std::uint16_t>((std::min(value, max_value_) * std::int64_t{65535} + max_value_ / 2) /
                                      max_value_);
  }

  // The next byte that is neither white space nor part of a comment; -1 at the end.
  int next_mark() {
    for (;;) {
      int c = stream_.get();
      if (c == '#')
        while (c != '\n' && c != '\r' && c != -1) c = stream_.get();
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\v' && c != '\f') return c;
    }
  }

  int read_number() {
    int c = next_mark(), value = 0;
    if (c < '0' || c > '9')
      throw_damaged(stream_, "PNM", c == -1 ? tr("the file ends early") : tr("a number is missing"));
    for (; c >= '0' && c <= '9'; c = stream_.get()) {
      value = 10 * value + (c - '0');
      if (value > 100'000'000) throw_damaged(stream_, "PNM", tr("a number is too large"));
    }
    after_number_ = c;
    return value;
  }

  // Binary data begin after exactly one white space, which read_number has taken already; after a comment it is the
  // line's end, which has to be looked for.
  void after_number() {
    if (after_number_ == '#')
      while (after_number_ != '\n' && after_number_ != -1) after_number_ = stream_.get();
  }

  int read_digit() {
    const int c = next_mark();
    if (c != '0' && c != '1')
      throw_damaged(stream_, "PNM", c == -1 ? tr("the file ends early") : tr("a digit is missing"));
    return c - '0';
  }

  ByteStream stream_;
  int kind_ = 0, max_value_ = 1, after_number_ = 0;
};

}  // namespace

std::unique_ptr<RasterReader> open_pnm(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<PnmReader>(std::move(stream), options);
}

}  // namespace handtint
