#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "editor/files/exif_block.h"
#include "editor/files/metadata.h"
#include "editor/files/photo_write.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class TiffWriter {
 public:
  // The block is what stands behind the header, whose byte order is its own.
  TiffWriter(AtomicFile& file, const MetadataBytes& block) : file_(file) {
    const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                               TIFFOpenOptionsFree);
    if (!options) throw std::bad_alloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, this);
    tiff_ = TIFFClientOpenExt(file.target().c_str(), ExifBlock(block).big_endian() ? "wb" : "wl", this, on_read,
                              on_write, on_seek, on_close, on_size, on_map, on_unmap, options.get());
    require_no_error();
    if (!tiff_) throw std::bad_alloc();
    constexpr std::size_t header = 8;
    if (block.size() > header) file_.write(block.data() + header, block.size() - header);
  }
  ~TiffWriter() { close(); }
  TiffWriter(const TiffWriter&) = delete;
  TiffWriter& operator=(const TiffWriter&) = delete;

  bool write(const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
    set(TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(source.width));
    set(TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(source.height));
    set(TIFFTAG_BITSPERSAMPLE, source.bits);
    set(TIFFTAG_SAMPLESPERPIXEL, source.channels());
    set(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    set(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    set(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    if (source.alpha) {
      std::uint16_t meaning = EXTRASAMPLE_UNASSALPHA;
      set(TIFFTAG_EXTRASAMPLES, 1, &meaning);
    }
    // Deflate with differences of neighbours: what programs of the last 25 years read, and half the size of a plain
    // file.
    set(TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
    set(TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
    set(TIFFTAG_ZIPQUALITY, 1);
    constexpr std::size_t strip_bytes = 1 << 18;
    set(TIFFTAG_ROWSPERSTRIP,
        static_cast<std::uint32_t>(std::clamp<std::size_t>(strip_bytes / source.row_bytes(), 1, source.height)));
    if (options.dpi_x > 0 && options.dpi_y > 0) {
      set(TIFFTAG_XRESOLUTION, options.dpi_x);
      set(TIFFTAG_YRESOLUTION, options.dpi_y);
      set(TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
    }
    const std::vector<std::uint8_t> profile = profile_of(options);
    if (!profile.empty()) set(TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(profile.size()), profile.data());
    require_no_error();

    std::vector<std::uint8_t> row(source.row_bytes());
    for (int y = 0; y < source.height; ++y) {
      source.fill(y, row.data());
      const bool written = TIFFWriteScanline(tiff_, row.data(), static_cast<std::uint32_t>(y), 0) == 1;
      require_no_error();
      if (!written) throw FileError(file_.target(), tr("cannot be written as TIFF"));
      if (!keeps_going(progress, y + 1, source.height)) return false;
    }
    // The last strip and the directory are written here.
    const bool flushed = TIFFFlush(tiff_) == 1;
    require_no_error();
    if (!flushed) throw FileError(file_.target(), tr("cannot be written as TIFF"));
    close();
    require_no_error();
    return true;
  }

 private:
  template <class... Values>
  void set(ttag_t tag, Values... values) {
    TIFFSetField(tiff_, tag, values...);
  }

  void close() {
    if (tiff_) TIFFClose(std::exchange(tiff_, nullptr));
  }

  void require_no_error() {
    if (thrown_) std::rethrow_exception(thrown_);
    if (!error_.empty()) throw FileError(file_.target(), tr("cannot be written as {1}: {2}", {"TIFF", error_}));
  }

  // Runs one of the file's calls; libtiff is C, so an exception waits in thrown_ until libtiff has returned.
  template <class Call, class Result>
  Result passed(Call call, Result on_failure) {
    if (thrown_) return on_failure;
    try {
      return call();
    } catch (...) {
      thrown_ = std::current_exception();
      return on_failure;
    }
  }

  static TiffWriter& self_of(void* handle) { return *static_cast<TiffWriter*>(handle); }
  static tmsize_t on_read(thandle_t handle, void* to, tmsize_t bytes) {
    TiffWriter& self = self_of(handle);
    return self.passed([&] { return static_cast<tmsize_t>(self.file_.read(to, static_cast<std::size_t>(bytes))); },
                       tmsize_t{-1});
  }
  static tmsize_t on_write(thandle_t handle, void* from, tmsize_t bytes) {
    TiffWriter& self = self_of(handle);
    return self.passed(
        [&] {
          self.file_.write(from, static_cast<std::size_t>(bytes));
          return bytes;
        },
        tmsize_t{-1});
  }
  static toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
    TiffWriter& self = self_of(handle);
    return self.passed([&] { return toff_t{self.file_.seek(static_cast<std::int64_t>(offset), whence)}; },
                       static_cast<toff_t>(-1));
  }
  static toff_t on_size(thandle_t handle) {
    TiffWriter& self = self_of(handle);
    return self.passed(
        [&] {
          const std::uint64_t here = self.file_.seek(0, SEEK_CUR), end = self.file_.seek(0, SEEK_END);
          self.file_.seek(static_cast<std::int64_t>(here), SEEK_SET);
          return toff_t{end};
        },
        toff_t{0});
  }
  static int on_close(thandle_t) { return 0; }
  static int on_map(thandle_t, void**, toff_t*) { return 0; }
  static void on_unmap(thandle_t, void*, toff_t) {}

  static int on_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
    std::array<char, 300> text;
    std::vsnprintf(text.data(), text.size(), format, arguments);
    self_of(user).error_ = text.data();
    return 1;
  }
  static int on_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

  AtomicFile& file_;
  TIFF* tiff_ = nullptr;
  std::exception_ptr thrown_;
  std::string error_;
};

}  // namespace

bool write_tiff(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
  const Metadata none, &metadata = options.metadata ? *options.metadata : none;
  const MetadataBytes block = tiff_block(metadata);
  if (!TiffWriter(file, block).write(source, options, progress)) return false;
  if (!block.empty()) join_tiff_directory(file, block, metadata);
  return true;
}

}  // namespace handtint
