#include <libdeflate.h>
#include <png.h>

#include <bit>
#include <cmath>
#include <csetjmp>
#include <exception>
#include <memory>
#include <new>
#include <vector>

#include "editor/files/metadata.h"
#include "editor/files/photo_write.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// On photographs the default level takes three times as long as this one for 5 % less (8 bit) or nothing (16 bit).
constexpr int compression_level = 2;
// A quick one is packed in one piece, by libdeflate: less than half the time for 3 % less. That takes twice the rows in
// memory, so of larger pictures only the filter is simpler.
constexpr int quick_below = 50, quick_level = 1;
constexpr std::size_t most_bytes_at_once = std::size_t{64} << 20;

class PngWriter {
 public:
  explicit PngWriter(AtomicFile& file) : file_(file) {
    png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    if (png_) info_ = png_create_info_struct(png_);
    if (info_) return;
    png_destroy_write_struct(&png_, nullptr);
    throw std::bad_alloc();
  }
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  bool write(const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
    const auto per_metre = [](double dpi) { return static_cast<png_uint_32>(std::lround(dpi / 0.0254)); };
    std::vector<PngChunk> chunks;
    if (options.metadata) chunks = png_chunks(*options.metadata);
    const std::vector<std::uint8_t> profile = profile_of(options);
    guarded([&] {
      png_set_write_fn(png_, this, on_write, on_flush);
      png_set_user_limits(png_, 0x7fffffff, 0x7fffffff);
      png_set_IHDR(png_, info_, static_cast<png_uint_32>(source.width), static_cast<png_uint_32>(source.height),
                   source.bits, source.alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                   PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
      if (options.profile)
        png_set_iCCP(png_, info_, "ICC", PNG_COMPRESSION_TYPE_BASE, profile.data(),
                     static_cast<png_uint_32>(profile.size()));
      if (options.profile && png_get_valid(png_, info_, PNG_INFO_iCCP) == 0)
        png_error(png_, tr("its library refuses it"));
      if (!options.profile) png_set_sRGB_gAMA_and_cHRM(png_, info_, PNG_sRGB_INTENT_RELATIVE);
      if (options.dpi_x > 0 && options.dpi_y > 0)
        png_set_pHYs(png_, info_, per_metre(options.dpi_x), per_metre(options.dpi_y), PNG_RESOLUTION_METER);
      const bool quick = options.quality < quick_below;
      png_set_compression_level(png_, quick ? quick_level : compression_level);
      png_set_filter(png_, PNG_FILTER_TYPE_BASE, quick ? PNG_FILTER_UP : PNG_FILTER_SUB | PNG_FILTER_UP);
      png_write_info(png_, info_);
      for (const PngChunk& chunk : chunks)
        png_write_chunk(png_, reinterpret_cast<png_const_bytep>(chunk.type.data()), chunk.data.data(),
                        chunk.data.size());
      if constexpr (std::endian::native == std::endian::little) png_set_swap(png_);
    });
    const bool small = source.row_bytes() < most_bytes_at_once / static_cast<std::size_t>(source.height);
    if (options.quality < quick_below && small && source.bits == 8) return write_at_once(source, progress);
    std::vector<std::uint8_t> row(source.row_bytes());
    for (int y = 0; y < source.height; ++y) {
      source.fill(y, row.data());
      guarded([&] { png_write_row(png_, row.data()); });
      if (!keeps_going(progress, y + 1, source.height)) return false;
    }
    guarded([&] { png_write_end(png_, info_); });
    return true;
  }

 private:
  // Each byte as its difference from the one above.
  bool write_at_once(const RowSource& source, const WriteProgress& progress) {
    const std::size_t bytes = source.row_bytes();
    std::vector<std::uint8_t> rows(static_cast<std::size_t>(source.height) * (bytes + 1)), above(bytes), row(bytes);
    std::uint8_t* to = rows.data();
    for (int y = 0; y < source.height; ++y, to += bytes) {
      source.fill(y, row.data());
      *to++ = PNG_FILTER_VALUE_UP;
      for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(row[i] - above[i]);
      row.swap(above);
      if (!keeps_going(progress, y + 1, source.height)) return false;
    }
    const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> packer(
        libdeflate_alloc_compressor(quick_level), libdeflate_free_compressor);
    if (!packer) throw std::bad_alloc();
    std::vector<std::uint8_t> packed(libdeflate_zlib_compress_bound(packer.get(), rows.size()));
    packed.resize(libdeflate_zlib_compress(packer.get(), rows.data(), rows.size(), packed.data(), packed.size()));
    guarded([&] {
      png_write_chunk(png_, reinterpret_cast<png_const_bytep>("IDAT"), packed.data(), packed.size());
      png_write_chunk(png_, reinterpret_cast<png_const_bytep>("IEND"), nullptr, 0);
    });
    return true;
  }

  // libpng reports errors by a long jump to the last place set; ours pass through it as a stored exception.
  template <class Step>
  void guarded(Step step) {
    if (setjmp(png_jmpbuf(png_)) != 0) {
      if (thrown_) std::rethrow_exception(thrown_);
      throw FileError(file_.target(), tr("cannot be written as {1}: {2}", {"PNG", error_}));
    }
    step();
  }

  static void on_error(png_structp png, png_const_charp message) {
    static_cast<PngWriter*>(png_get_error_ptr(png))->error_ = message;
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}
  static void on_flush(png_structp) {}
  static void on_write(png_structp png, png_bytep bytes, png_size_t count) {
    auto* self = static_cast<PngWriter*>(png_get_io_ptr(png));
    try {
      self->file_.write(bytes, count);
    } catch (...) {
      self->thrown_ = std::current_exception();
    }
    if (self->thrown_) png_error(png, "write");
  }

  AtomicFile& file_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::exception_ptr thrown_;
  std::string error_;
};

}  // namespace

bool write_png(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
  return PngWriter(file).write(source, options, progress);
}

}  // namespace handtint
