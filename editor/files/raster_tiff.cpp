// TIFF through libtiff: grey, palette, RGB, CMYK and Lab of 1 to 16 bit are decoded here with all their bits, so are
// grey, RGB and CMYK of floating-point, signed or long numbers; other kinds (YCbCr, LogLuv) go through libtiff's own
// 8-bit conversion.
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "editor/files/colour_profile.h"
#include "editor/files/exif.h"
#include "editor/files/optional_formats.h"
#include "editor/files/raster.h"
#include "editor/files/tiff_numbers.h"
#include "editor/files/tiff_pictures.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// Thrown while a file is opened: it is one of a camera, for another reader.
struct SeenBySensor {
  std::shared_ptr<ByteStream> stream;
};

class TiffReader final : public RasterReader {
 public:
  TiffReader(ByteStream stream, const ReadOptions& options) : RasterReader(options), stream_(std::move(stream)) {
    info_.format = "TIFF";
    const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> settings(TIFFOpenOptionsAlloc(),
                                                                                TIFFOpenOptionsFree);
    if (!settings) throw std::bad_alloc();
    TIFFOpenOptionsSetErrorHandlerExtR(settings.get(), on_error, this);
    TIFFOpenOptionsSetWarningHandlerExtR(settings.get(), on_warning, this);
    // A picture at the limit with four channels of 32 bit in one strip, and some room.
    TIFFOpenOptionsSetMaxSingleMemAlloc(settings.get(), static_cast<tmsize_t>(options.max_pixels) * 16 + (1 << 24));
    // "m": not mapped to memory.
    tiff_ = TIFFClientOpenExt(stream_.name().c_str(), "rm", this, on_read, on_write, on_seek, on_close, on_size, on_map,
                              on_unmap, settings.get());
    if (!tiff_) throw_damaged(stream_, "TIFF", error_);
    try {
      read_header();
    } catch (...) {
      TIFFClose(tiff_);
      throw;
    }
  }
  ~TiffReader() override { TIFFClose(tiff_); }
  Metadata metadata() override { return tiff_metadata(stream_, TIFFCurrentDirOffset(tiff_)); }

  void decode_rows(const RowSink& sink) override {
    error_.clear();
    if (native_ && numbers_) measure();
    if (native_)
      read_native([&](const std::uint16_t* row) {
        finish_row(row, finished_.data());
        sink(finished_.data());
      });
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

  [[noreturn]] void damaged() const {
    if (error_.find("Unsupported JPEG process") != std::string::npos ||
        error_.find("SOF type 0xc3") != std::string::npos)
      throw_unread_packing(tr("lossless JPEG"));
    throw_damaged(stream_, "TIFF", error_.empty() ? tr("unknown reason") : error_);
  }
  [[noreturn]] void throw_unread_packing(const std::string& name) const {
    throw_unread_kind(stream_, tr("a TIFF file packed as {1}", {name}),
                      tr("save it with LZW, Deflate or no compression first"));
  }
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

  void choose_picture() {
    std::array<char, 2> mark{};
    stream_.seek(8);
    const bool canon = stream_.read(mark.data(), 2) == 2 && mark[0] == 'C' && mark[1] == 'R';
    const TiffChoice choice = choose_tiff_picture(tiff_);
    error_.clear();
    if (choice.camera_raw || canon) throw SeenBySensor{std::make_shared<ByteStream>(std::move(stream_))};
    if (!choice.note.empty()) add_note(choice.note);
  }

  void require_readable_packing() const {
    const int packing = tag<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    if (packing == COMPRESSION_JPEG && bits_ != 8)
      throw_unread_packing(bits_ == 12 ? tr("JPEG with 12 bits") : tr("lossless JPEG"));
    if (TIFFIsCODECConfigured(static_cast<std::uint16_t>(packing)) == 1) return;
    constexpr std::pair<int, const char*> names[] = {
        {33003, "JPEG 2000"}, {33004, "JPEG 2000"}, {33005, "JPEG 2000"}, {34712, "JPEG 2000"}, {50002, "JPEG XL"},
        {52546, "JPEG XL"},   {22610, "JPEG XR"},   {34934, "JPEG XR"},   {50001, "WebP"},      {34661, "JBIG"},
        {34715, "JBIG2"},     {34887, "LERC"},      {34925, "LZMA"},      {50000, "Zstandard"}};
    for (const auto& [number, name] : names)
      if (number == packing) throw_unread_packing(name);
    throw_unread_packing(tr("compression {1}", {std::to_string(packing)}));
  }

  void read_header() {
    choose_picture();
    const auto width = tag<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0), height = tag<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0);
    // Fax compression describes an empty line by one bit, and a line may have a million pixels.
    require_plausible_size(stream_, "TIFF", width, height, options_.max_pixels, 8'000'000);
    info_.width = static_cast<int>(width);
    info_.height = static_cast<int>(height);
    bits_ = tag<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
    values_per_pixel_ = tag<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
    photometric_ = tag<std::uint16_t>(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    planar_ =
        tag<std::uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE && values_per_pixel_ > 1;
    require_readable_packing();
    read_number_kind();
    if (photometric_ == PHOTOMETRIC_YCBCR && tag<std::uint16_t>(TIFFTAG_COMPRESSION, 1) == COMPRESSION_JPEG &&
        !planar_) {
      TIFFSetField(tiff_, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
      photometric_ = PHOTOMETRIC_RGB;
    }
    choose_road();
    info_.bits = native_ && bits_ > 8 && photometric_ != PHOTOMETRIC_PALETTE ? 16 : 8;
    if (native_ && photometric_ == PHOTOMETRIC_PALETTE) read_palette();
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
    else if (info_.samples == Samples::rgb && exif_says_adobe_rgb())
      info_.profile = rgb_profile(adobe_rgb_space());
  }

  // libtiff is in the middle of the file, and knows nothing of interoperability.
  bool exif_says_adobe_rgb() {
    const std::uint64_t place = stream_.position();
    const bool adobe_rgb = exif_facts(stream_).adobe_rgb;
    stream_.seek(place);
    return adobe_rgb;
  }

  bool is_lab() const { return photometric_ == PHOTOMETRIC_CIELAB || photometric_ == PHOTOMETRIC_ICCLAB; }

  void read_number_kind() {
    const int format = tag<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
    const char* const way_out = tr("save it with 16 bit per channel first");
    if (format == SAMPLEFORMAT_COMPLEXINT || format == SAMPLEFORMAT_COMPLEXIEEEFP)
      throw_unread_kind(stream_, tr("a TIFF file of complex numbers"), way_out);
    const TiffNumber kind = format == SAMPLEFORMAT_IEEEFP ? TiffNumber::floating
                            : format == SAMPLEFORMAT_INT  ? TiffNumber::signed_integer
                                                          : TiffNumber::unsigned_integer;
    if (kind == TiffNumber::unsigned_integer && bits_ <= 16) return;
    if (is_lab() && kind != TiffNumber::floating) return;  // its a and b are signed whatever the file says
    const bool readable = TiffNumbers::can_read(kind, bits_) && photometric_ != PHOTOMETRIC_PALETTE && !is_lab();
    if (!readable) {
      const char* const numbers = kind == TiffNumber::floating         ? tr("floating-point numbers")
                                  : kind == TiffNumber::signed_integer ? tr("signed numbers")
                                                                       : tr("long numbers");
      throw_unread_kind(stream_,
                        tr(is_lab() ? tr_noop("a TIFF file of {1} with {2} bits per channel in Lab")
                                    : tr_noop("a TIFF file of {1} with {2} bits per channel"),
                           {numbers, std::to_string(bits_)}),
                        way_out);
    }
    numbers_.emplace(kind, bits_);
  }

  void choose_road() {
    // Lab of one channel is L alone.
    colours_ = photometric_ == PHOTOMETRIC_RGB || (is_lab() && values_per_pixel_ != 1) ? 3
               : photometric_ == PHOTOMETRIC_SEPARATED                                 ? 4
                                                                                       : 1;
    const bool known =
        photometric_ == PHOTOMETRIC_RGB || photometric_ == PHOTOMETRIC_MINISBLACK ||
        photometric_ == PHOTOMETRIC_MINISWHITE || (photometric_ == PHOTOMETRIC_PALETTE && bits_ <= 8) ||
        (is_lab() && (bits_ == 8 || bits_ == 16)) ||
        (photometric_ == PHOTOMETRIC_SEPARATED && tag<std::uint16_t>(TIFFTAG_INKSET, INKSET_CMYK) == INKSET_CMYK);
    native_ =
        known && bits_ >= 1 && (bits_ <= 16 || numbers_) && values_per_pixel_ >= colours_ && values_per_pixel_ <= 8;
    info_.samples = is_lab()                                                                 ? Samples::lab
                    : photometric_ == PHOTOMETRIC_SEPARATED                                  ? Samples::cmyk
                    : photometric_ == PHOTOMETRIC_RGB || photometric_ == PHOTOMETRIC_PALETTE ? Samples::rgb
                                                                                             : Samples::grey;
    if (native_) {
      // An extra channel of unspecified meaning is as often a saved selection as it is an alpha channel: left out.
      std::uint16_t count = 0, *meanings = nullptr;
      if (values_per_pixel_ > colours_ && TIFFGetField(tiff_, TIFFTAG_EXTRASAMPLES, &count, &meanings) == 1 &&
          count > 0) {
        info_.alpha = meanings[0] == EXTRASAMPLE_ASSOCALPHA || meanings[0] == EXTRASAMPLE_UNASSALPHA;
        premultiplied_ = meanings[0] == EXTRASAMPLE_ASSOCALPHA && !is_lab();
      }
      if (photometric_ == PHOTOMETRIC_PALETTE) info_.alpha = premultiplied_ = false;
      finished_.resize(static_cast<std::size_t>(info_.width) * info_.channels());
      return;
    }
    std::array<char, 1024> reason{};
    if (TIFFRGBAImageOK(tiff_, reason.data()) != 1)
      throw FileError(stream_.name(),
                      tr("is a TIFF file of a kind that is not read here ({1}); save it as RGB with 8 or 16 bit "
                         "per channel first",
                         {reason.data()}));
    info_.samples = Samples::rgb;
    info_.alpha = false;
  }

  // Palettes have 16 bit; many writers put plain 8-bit values there, the low byte a copy of the high one or zero. Some
  // old ones put 0..255 there.
  void read_palette() {
    std::array<std::uint16_t*, 3> channels{};
    if (TIFFGetField(tiff_, TIFFTAG_COLORMAP, &channels[0], &channels[1], &channels[2]) != 1 || !channels[0] ||
        !channels[1] || !channels[2])
      throw_damaged(stream_, "TIFF", tr("its palette is missing"));
    std::uint16_t highest = 0;
    for (int c = 0; c < 3; ++c) {
      palette_[c].assign(channels[c], channels[c] + (1 << bits_));
      highest = std::max(highest, *std::max_element(palette_[c].begin(), palette_[c].end()));
    }
    for (std::vector<std::uint16_t>& channel : palette_)
      for (std::uint16_t& value : channel) {
        if (highest < 256) value = static_cast<std::uint16_t>(257 * value);
        if ((value & 255) != 0 && (value & 255) != value >> 8) info_.bits = 16;
      }
  }

  // --- pixels with all their bits

  // From beginning to end once more, for what is black and what is white.
  void measure() {
    measuring_ = true;
    try {
      read_native([](const std::uint16_t*) {});
    } catch (const DamagedPicture&) {  // the second reading comes to the same place and says so
    }
    measuring_ = false;
    error_.clear();
    numbers_->settle();
    if (!numbers_->note().empty()) add_note(numbers_->note());
  }

  void read_native(const RowSink& give) {
    const int width = info_.width, height = info_.height;
    const bool tiled = TIFFIsTiled(tiff_) != 0;
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
      first_channel_ = plane;
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
    if (static_cast<std::int64_t>(tile_width) * tile_height > options_.max_pixels)
      throw_damaged(stream_, "TIFF", tr("a huge tile"));
    const int values = planar_ ? 1 : values_per_pixel_, planes = planar_ ? values_per_pixel_ : 1;
    const std::size_t line = row_bytes(tile_width, values);
    std::vector<std::uint8_t> bytes(checked(TIFFTileSize64(tiff_), line * tile_height));
    for (int plane = 0; plane < planes; ++plane) {
      first_channel_ = plane;
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
  }

  int tile_side(ttag_t name) const {
    const auto side = tag<std::uint32_t>(name, 0);
    if (side < 1 || side > 1'000'000) throw_damaged(stream_, "TIFF", tr("a senseless tile size"));
    return static_cast<int>(side);
  }

  std::size_t row_bytes(int pixels, int values) const {
    return (static_cast<std::size_t>(pixels) * values * bits_ + 7) / 8;
  }

  // libtiff's idea of a buffer's size must be ours, or one of us would write past its end.
  std::size_t checked(std::uint64_t libtiffs, std::size_t ours) const {
    if (libtiffs != ours) throw_damaged(stream_, "TIFF", tr("rows of an unexpected length"));
    return ours;
  }

  // Packed big-end-first samples of 1 to 15 bit, or native words of 16, to `to[0], to[step], ..` at their own depth;
  // other numbers as codes of 16 bit.
  void unpack(const std::uint8_t* from, int count, std::uint16_t* to, int step) {
    if (numbers_) {
      const int bytes = bits_ / 8, channels = planar_ ? 1 : values_per_pixel_;
      for (int i = 0; i < count; ++i, to += step) {
        const double value = numbers_->at(from + static_cast<std::size_t>(i) * bytes);
        if (!measuring_)
          *to = numbers_->code(value);
        else if (first_channel_ + i % channels < colours_)
          numbers_->measure(value);
      }
    } else if (bits_ == 8) {
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
    const std::uint32_t top = numbers_ ? 65535 : (1u << bits_) - 1;
    const auto scaled = [top](std::uint32_t v) { return static_cast<std::uint16_t>((v * 65535u + top / 2) / top); };
    if (photometric_ == PHOTOMETRIC_PALETTE) {
      for (int x = 0; x < info_.width; ++x, from += values_per_pixel_)
        for (const std::vector<std::uint16_t>& channel : palette_) *to++ = channel[*from];
      return;
    }
    const int used = colours_ + (info_.alpha ? 1 : 0);
    for (int x = 0; x < info_.width; ++x, from += values_per_pixel_, to += info_.channels()) {
      for (int c = 0; c < used; ++c) to[c] = scaled(from[c]);
      if (is_lab()) finish_lab(from, to);
      if (photometric_ == PHOTOMETRIC_MINISWHITE) to[0] = static_cast<std::uint16_t>(65535 - to[0]);
      if (premultiplied_)
        for (int c = 0; c < colours_; ++c)
          to[c] = to[colours_] == 0 ? std::uint16_t{0}
                                    : static_cast<std::uint16_t>(std::min<std::uint32_t>(
                                          (to[c] * 65535u + to[colours_] / 2) / to[colours_], 65535));
    }
  }

  // CIELab stores a and b as signed numbers, ICC's Lab with 128 added, and the latter's 16-bit L ends at 65280.
  void finish_lab(const std::uint16_t* from, std::uint16_t* to) const {
    const bool icc = photometric_ == PHOTOMETRIC_ICCLAB;
    if (colours_ == 1) to[1] = to[2] = 32768;
    for (int c = 1; c < colours_; ++c) {
      const std::uint16_t code = static_cast<std::uint16_t>(bits_ == 8 ? from[c] << 8 : from[c]);
      to[c] = icc ? code : static_cast<std::uint16_t>(code ^ 0x8000);
    }
    if (icc && bits_ == 16) to[0] = static_cast<std::uint16_t>(std::min(65535u, (from[0] * 65535u + 32640u) / 65280u));
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
  TIFF* tiff_ = nullptr;
  std::string error_;
  bool native_ = true, planar_ = false, premultiplied_ = false;
  int bits_ = 8, values_per_pixel_ = 1, colours_ = 1, photometric_ = PHOTOMETRIC_MINISBLACK;
  std::array<std::vector<std::uint16_t>, 3> palette_;
  std::vector<std::uint16_t> finished_;  // a row
  std::optional<TiffNumbers> numbers_;   // empty: codes from black to white
  bool measuring_ = false;
  int first_channel_ = 0;  // of the plane being read
};

}  // namespace

std::unique_ptr<RasterReader> open_tiff(ByteStream stream, const ReadOptions& options) {
  try {
    return std::make_unique<TiffReader>(std::move(stream), options);
  } catch (SeenBySensor& raw) {
    raw.stream->seek(0);
    return open_optional(camera_raw_format(), std::move(*raw.stream), options);
  }
}

}  // namespace handtint
