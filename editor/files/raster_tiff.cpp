// TIFF through libtiff: grey, palette, RGB and CMYK of 1 to 16 bit are decoded here with all their bits; other kinds
// (YCbCr, Lab, LogLuv) go through libtiff's own 8-bit conversion.
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "editor/files/raster.h"

namespace handtint {
namespace {

class TiffReader final : public RasterReader {
 public:
  TiffReader(ByteStream stream, std::int64_t max_pixels) : stream_(std::move(stream)), max_pixels_(max_pixels) {
    info_.format = "TIFF";
    const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                               TIFFOpenOptionsFree);
    if (!options) throw std::bad_alloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, this);
    // A picture at the limit with four channels of 16 bit in one strip, and some room.
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(max_pixels) * 8 + (1 << 24));
    // "m": not mapped to memory.
    tiff_ = TIFFClientOpenExt(stream_.name().c_str(), "rm", this, on_read, on_write, on_seek, on_close, on_size, on_map,
                              on_unmap, options.get());
    if (!tiff_) throw_damaged(stream_, "TIFF", error_);
    try {
      read_header();
    } catch (...) {
      TIFFClose(tiff_);
      throw;
    }
  }
  ~TiffReader() override { TIFFClose(tiff_); }

  void read_rows(const RowSink& sink) override {
    error_.clear();
    if (native_)
      read_native(sink);
    else
      read_converted(sink);
  }

 private:
  // --- libtiff's view of the stream

  static TiffReader& self_of(void* handle) { return *static_cast<TiffReader*>(handle); }
  static tmsize_t on_read(thandle_t handle, void* to, tmsize_t bytes) {
    return static_cast<tmsize_t>(self_of(handle).stream_.read(to, static_cast<std::size_t>(bytes)));
  }
  static tmsize_t on_write(thandle_t, void*, tmsize_t) { return -1; }
  static toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
    ByteStream& stream = self_of(handle).stream_;
    stream.seek(offset + (whence == SEEK_CUR ? stream.position() : whence == SEEK_END ? stream.size() : 0));
    return stream.position();
  }
  static int on_close(thandle_t) { return 0; }
  static toff_t on_size(thandle_t handle) { return self_of(handle).stream_.size(); }
  static int on_map(thandle_t, void**, toff_t*) { return 0; }
  static void on_unmap(thandle_t, void*, toff_t) {}

  static int on_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
    TiffReader& self = self_of(user);
    if (!self.error_.empty()) return 1;  // the first is the cause, the others follow from it
    std::array<char, 300> text;
    std::vsnprintf(text.data(), text.size(), format, arguments);
    self.error_ = text.data();
    return 1;
  }
  static int on_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

  [[noreturn]] void damaged() const { throw_damaged(stream_, "TIFF", error_.empty() ? "unknown reason" : error_); }
  // Some decoders report an error and go on; what they leave behind is not the picture.
  void require_no_error() const {
    if (!error_.empty()) damaged();
  }

  // --- header

  template <class T>
  T tag(ttag_t name, T otherwise) const {
    T value{};
    return TIFFGetField(tiff_, name, &value) == 1 ? value : otherwise;
  }

  void read_header() {
    const auto width = tag<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0), height = tag<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0);
    // Fax compression describes an empty line by one bit, and a line may have a million pixels.
    require_plausible_size(stream_, "TIFF", width, height, max_pixels_, 8'000'000);
    info_.width = static_cast<int>(width);
    info_.height = static_cast<int>(height);
    bits_ = tag<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
    values_per_pixel_ = tag<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
    photometric_ = tag<std::uint16_t>(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    planar_ =
        tag<std::uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE && values_per_pixel_ > 1;
    const int kind = tag<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
    if (kind != SAMPLEFORMAT_UINT && kind != SAMPLEFORMAT_VOID)
      throw FileError(stream_.name(),
                      "is a TIFF file of floating-point or signed numbers; save it with 16 bit per channel first");
    if (photometric_ == PHOTOMETRIC_YCBCR && tag<std::uint16_t>(TIFFTAG_COMPRESSION, 1) == COMPRESSION_JPEG &&
        !planar_) {
      TIFFSetField(tiff_, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
      photometric_ = PHOTOMETRIC_RGB;
    }
    choose_road();
    info_.bits = native_ && bits_ > 8 && photometric_ != PHOTOMETRIC_PALETTE ? 16 : 8;
    if (photometric_ == PHOTOMETRIC_PALETTE) info_.bits = palette_bits();
    const int orientation = tag<std::uint16_t>(TIFFTAG_ORIENTATION, 1);
    info_.orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
    const int unit = tag<std::uint16_t>(TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
    if (unit != RESUNIT_NONE) {
      const double inches = unit == RESUNIT_CENTIMETER ? 2.54 : 1;
      info_.dpi_x = tidy_dpi(tag<float>(TIFFTAG_XRESOLUTION, 0) * inches);
      info_.dpi_y = tidy_dpi(tag<float>(TIFFTAG_YRESOLUTION, 0) * inches);
    }
    std::uint32_t bytes = 0;
    void* profile = nullptr;
    if (TIFFGetField(tiff_, TIFFTAG_ICCPROFILE, &bytes, &profile) == 1 && profile)
      info_.profile.assign(static_cast<std::uint8_t*>(profile), static_cast<std::uint8_t*>(profile) + bytes);
  }

  void choose_road() {
    colours_ = photometric_ == PHOTOMETRIC_RGB ? 3 : photometric_ == PHOTOMETRIC_SEPARATED ? 4 : 1;
    const bool known =
        photometric_ == PHOTOMETRIC_RGB || photometric_ == PHOTOMETRIC_MINISBLACK ||
        photometric_ == PHOTOMETRIC_MINISWHITE ||
        (photometric_ == PHOTOMETRIC_PALETTE && bits_ <= 8 && values_per_pixel_ == 1) ||
        (photometric_ == PHOTOMETRIC_SEPARATED && tag<std::uint16_t>(TIFFTAG_INKSET, INKSET_CMYK) == INKSET_CMYK);
    native_ = known && bits_ >= 1 && bits_ <= 16 && values_per_pixel_ >= colours_ && values_per_pixel_ <= 8;
    info_.samples = photometric_ == PHOTOMETRIC_SEPARATED                                    ? Samples::cmyk
                    : photometric_ == PHOTOMETRIC_RGB || photometric_ == PHOTOMETRIC_PALETTE ? Samples::rgb
                                                                                             : Samples::grey;
    if (native_) {
      if (photometric_ == PHOTOMETRIC_PALETTE &&
          TIFFGetField(tiff_, TIFFTAG_COLORMAP, &palette_[0], &palette_[1], &palette_[2]) != 1)
        throw_damaged(stream_, "TIFF", "its palette is missing");
      // An extra channel of unspecified meaning is as often a saved selection as it is an alpha channel: left out.
      std::uint16_t count = 0, *meanings = nullptr;
      if (values_per_pixel_ > colours_ && TIFFGetField(tiff_, TIFFTAG_EXTRASAMPLES, &count, &meanings) == 1 &&
          count > 0) {
        info_.alpha = meanings[0] == EXTRASAMPLE_ASSOCALPHA || meanings[0] == EXTRASAMPLE_UNASSALPHA;
        premultiplied_ = meanings[0] == EXTRASAMPLE_ASSOCALPHA;
      }
      return;
    }
    std::array<char, 1024> reason{};
    if (TIFFRGBAImageOK(tiff_, reason.data()) != 1)
      throw FileError(stream_.name(), std::string("is a TIFF file of a kind that is not read here (") + reason.data() +
                                          "); save it as RGB with 8 or 16 bit per channel first");
    info_.samples = Samples::rgb;
    info_.alpha = false;
  }

  // Palettes have 16 bit; many writers put plain 8-bit values there, the low byte a copy of the high one or zero.
  int palette_bits() const {
    for (const std::uint16_t* channel : palette_)
      for (int i = 0; channel && i < 1 << bits_; ++i)
        if ((channel[i] & 255) != 0 && (channel[i] & 255) != channel[i] >> 8) return 16;
    return 8;
  }

  // --- pixels with all their bits

  void read_native(const RowSink& sink) {
    const int width = info_.width, height = info_.height;
    const bool tiled = TIFFIsTiled(tiff_) != 0;
    std::vector<std::uint16_t> finished(static_cast<std::size_t>(width) * info_.channels());
    const auto give = [&](const std::uint16_t* row) {
      finish_row(row, finished.data());
      sink(finished.data());
    };
    const std::size_t row_values = static_cast<std::size_t>(width) * values_per_pixel_;
    if (!tiled && !planar_) {
      std::vector<std::uint8_t> bytes(checked(TIFFScanlineSize64(tiff_), row_bytes(width, values_per_pixel_)));
      std::vector<std::uint16_t> row(row_values);
      for (int y = 0; y < height; ++y) {
        if (TIFFReadScanline(tiff_, bytes.data(), static_cast<std::uint32_t>(y), 0) != 1) damaged();
        require_no_error();
        unpack(bytes.data(), width * values_per_pixel_, row.data(), 1);
        give(row.data());
      }
      return;
    }
    const int band_height = tiled ? tile_side(TIFFTAG_TILELENGTH)
                                  : static_cast<int>(std::min<std::uint32_t>(
                                        std::max(tag<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, info_.height), 1u),
                                        static_cast<std::uint32_t>(height)));
    std::vector<std::uint16_t> band(row_values * std::min(band_height, height));
    for (int y0 = 0; y0 < height; y0 += band_height) {
      const int rows = std::min(band_height, height - y0);
      if (tiled)
        read_tile_row(y0, rows, band.data());
      else
        read_strips(y0, rows, band_height, band.data());
      for (int y = 0; y < rows; ++y) give(band.data() + y * row_values);
    }
  }

  // Planes in turn, each with its own strip for these rows.
  void read_strips(int y0, int rows, int rows_per_strip, std::uint16_t* band) {
    const std::size_t line = row_bytes(info_.width, 1);
    std::vector<std::uint8_t> bytes(line * rows);
    const std::uint32_t strips_per_plane =
        (static_cast<std::uint32_t>(info_.height) + rows_per_strip - 1) / static_cast<std::uint32_t>(rows_per_strip);
    for (int plane = 0; plane < values_per_pixel_; ++plane) {
      const std::uint32_t strip = static_cast<std::uint32_t>(y0 / rows_per_strip) + plane * strips_per_plane;
      const tmsize_t count = TIFFReadEncodedStrip(tiff_, strip, bytes.data(), static_cast<tmsize_t>(bytes.size()));
      require_no_error();
      if (count < static_cast<tmsize_t>(bytes.size())) damaged();
      for (int y = 0; y < rows; ++y)
        unpack(bytes.data() + y * line, info_.width,
               band + static_cast<std::size_t>(y) * info_.width * values_per_pixel_ + plane, values_per_pixel_);
    }
  }

  void read_tile_row(int y0, int rows, std::uint16_t* band) {
    const int tile_width = tile_side(TIFFTAG_TILEWIDTH), tile_height = tile_side(TIFFTAG_TILELENGTH);
    if (static_cast<std::int64_t>(tile_width) * tile_height > max_pixels_)
      throw_damaged(stream_, "TIFF", "a huge tile");
    const int values = planar_ ? 1 : values_per_pixel_, planes = planar_ ? values_per_pixel_ : 1;
    const std::size_t line = row_bytes(tile_width, values);
    std::vector<std::uint8_t> bytes(checked(TIFFTileSize64(tiff_), line * tile_height));
    for (int plane = 0; plane < planes; ++plane)
      for (int x0 = 0; x0 < info_.width; x0 += tile_width) {
        const tmsize_t count = TIFFReadTile(tiff_, bytes.data(), static_cast<std::uint32_t>(x0),
                                            static_cast<std::uint32_t>(y0), 0, static_cast<std::uint16_t>(plane));
        require_no_error();
        if (count < static_cast<tmsize_t>(line * rows)) damaged();
        const int columns = std::min(tile_width, info_.width - x0);
        for (int y = 0; y < rows; ++y) {
          std::uint16_t* to = band + (static_cast<std::size_t>(y) * info_.width + x0) * values_per_pixel_ + plane;
          unpack(bytes.data() + y * line, columns * values, to, planar_ ? values_per_pixel_ : 1);
        }
      }
  }

  int tile_side(ttag_t name) const {
    const auto side = tag<std::uint32_t>(name, 0);
    if (side < 1 || side > 1'000'000) throw_damaged(stream_, "TIFF", "a senseless tile size");
    return static_cast<int>(side);
  }

  std::size_t row_bytes(int pixels, int values) const {
    return (static_cast<std::size_t>(pixels) * values * bits_ + 7) / 8;
  }

  // libtiff's idea of a buffer's size must be ours, or one of us would write past its end.
  std::size_t checked(std::uint64_t libtiffs, std::size_t ours) const {
    if (libtiffs != ours) throw_damaged(stream_, "TIFF", "rows of an unexpected length");
    return ours;
  }

  // Packed big-end-first samples of 1 to 15 bit, or native words of 16, to `to[0], to[step], ..` at their own depth.
  void unpack(const std::uint8_t* from, int count, std::uint16_t* to, int step) const {
    if (bits_ == 8) {
      for (int i = 0; i < count; ++i, to += step) *to = from[i];
    } else if (bits_ == 16) {
      for (int i = 0; i < count; ++i, to += step) std::memcpy(to, from + 2 * i, 2);
    } else {
      std::uint32_t pending = 0;
      int available = 0;
      for (int i = 0; i < count; ++i, to += step) {
        for (; available < bits_; available += 8) pending = pending << 8 | *from++;
        available -= bits_;
        *to = static_cast<std::uint16_t>(pending >> available & ((1u << bits_) - 1));
      }
    }
  }

  // From the file's samples at their own depth to what RowSink promises.
  void finish_row(const std::uint16_t* from, std::uint16_t* to) const {
    const std::uint32_t top = (1u << bits_) - 1;
    const auto scaled = [top](std::uint32_t v) { return static_cast<std::uint16_t>((v * 65535u + top / 2) / top); };
    if (photometric_ == PHOTOMETRIC_PALETTE) {
      for (int x = 0; x < info_.width; ++x)
        for (const std::uint16_t* channel : palette_) *to++ = channel[from[x]];
      return;
    }
    const int used = colours_ + (info_.alpha ? 1 : 0);
    for (int x = 0; x < info_.width; ++x, from += values_per_pixel_, to += used) {
      for (int c = 0; c < used; ++c) to[c] = scaled(from[c]);
      if (photometric_ == PHOTOMETRIC_MINISWHITE) to[0] = static_cast<std::uint16_t>(65535 - to[0]);
      if (premultiplied_)
        for (int c = 0; c < colours_; ++c)
          to[c] = to[colours_] == 0 ? std::uint16_t{0}
                                    : static_cast<std::uint16_t>(std::min<std::uint32_t>(
                                          (to[c] * 65535u + to[colours_] / 2) / to[colours_], 65535));
    }
  }

  // --- everything else, as 8-bit RGBA of libtiff's making

  void read_converted(const RowSink& sink) {
    const std::size_t width = static_cast<std::size_t>(info_.width);
    // Else libtiff would mirror the picture, and open_raster's callers once more.
    TIFFSetField(tiff_, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    std::vector<std::uint32_t> pixels(width * info_.height);
    const int done = TIFFReadRGBAImageOriented(tiff_, static_cast<std::uint32_t>(info_.width),
                                               static_cast<std::uint32_t>(info_.height), pixels.data(),
                                               ORIENTATION_TOPLEFT, /*stop_on_error=*/1);
    require_no_error();
    if (done != 1) damaged();
    std::vector<std::uint16_t> row(width * 3);
    for (int y = 0; y < info_.height; ++y) {
      for (std::size_t x = 0; x < width; ++x) {
        const std::uint32_t pixel = pixels[y * width + x];
        row[3 * x] = static_cast<std::uint16_t>(257 * TIFFGetR(pixel));
        row[3 * x + 1] = static_cast<std::uint16_t>(257 * TIFFGetG(pixel));
        row[3 * x + 2] = static_cast<std::uint16_t>(257 * TIFFGetB(pixel));
      }
      sink(row.data());
    }
  }

  ByteStream stream_;
  std::int64_t max_pixels_;
  TIFF* tiff_ = nullptr;
  std::string error_;
  bool native_ = true, planar_ = false, premultiplied_ = false;
  int bits_ = 8, values_per_pixel_ = 1, colours_ = 1, photometric_ = PHOTOMETRIC_MINISBLACK;
  std::array<std::uint16_t*, 3> palette_{};
};

}  // namespace

std::unique_ptr<RasterReader> open_tiff(ByteStream stream, std::int64_t max_pixels) {
  return std::make_unique<TiffReader>(std::move(stream), max_pixels);
}

}  // namespace handtint
