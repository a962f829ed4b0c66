// PNG through libpng: every kind, rows as they come; interlaced ones need the whole picture at once.
#include <png.h>

#include <bit>
#include <csetjmp>

#include "editor/files/exif.h"
#include "editor/files/raster.h"

namespace handtint {
namespace {

class PngReader final : public RasterReader {
 public:
  PngReader(ByteStream stream, std::int64_t max_pixels) : stream_(std::move(stream)) {
    info_.format = "PNG";
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    if (png_) png_info_ = png_create_info_struct(png_);
    if (!png_info_) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    try {
      read_header(max_pixels);
    } catch (...) {
      png_destroy_read_struct(&png_, &png_info_, nullptr);
      throw;
    }
  }
  ~PngReader() override { png_destroy_read_struct(&png_, &png_info_, nullptr); }

  void read_rows(const RowSink& sink) override {
    const std::size_t row_values = static_cast<std::size_t>(info_.width) * info_.channels();
    const bool interlaced = passes_ > 1;
    std::vector<std::uint16_t> rows(row_values * (interlaced ? info_.height : 1));
    for (int pass = 0; pass < passes_; ++pass)
      for (int y = 0; y < info_.height; ++y) {
        auto* row = reinterpret_cast<png_bytep>(rows.data() + (interlaced ? y * row_values : 0));
        guarded([&] { png_read_row(png_, row, nullptr); });
        if (!interlaced) sink(rows.data());
      }
    guarded([&] { png_read_end(png_, nullptr); });
    if (interlaced)
      for (int y = 0; y < info_.height; ++y) sink(rows.data() + y * row_values);
  }

 private:
  // libpng reports errors by a long jump to the last place set. Nothing with a destructor lives inside a step.
  template <class Step>
  void guarded(Step step) {
    if (setjmp(png_jmpbuf(png_)) != 0) throw_damaged(stream_, "PNG", error_);
    step();
  }

  static void on_error(png_structp png, png_const_charp message) {
    auto* self = static_cast<PngReader*>(png_get_error_ptr(png));
    self->error_ = message;
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}
  static void on_read(png_structp png, png_bytep to, png_size_t bytes) {
    auto* self = static_cast<PngReader*>(png_get_io_ptr(png));
    if (self->stream_.read(to, bytes) != bytes) png_error(png, "the file ends early");
  }

  void read_header(std::int64_t max_pixels) {
    guarded([&] {
      png_set_read_fn(png_, this, on_read);
      png_read_info(png_, png_info_);
    });
    // Deflate packs at most 1032 bytes into one, and a byte holds at most eight pixels.
    const std::int64_t width = png_get_image_width(png_, png_info_), height = png_get_image_height(png_, png_info_);
    require_plausible_size(stream_, "PNG", width, height, max_pixels, 1032 * 8);
    info_.width = static_cast<int>(width);
    info_.height = static_cast<int>(height);
    info_.bits = png_get_bit_depth(png_, png_info_) == 16 ? 16 : 8;
    read_resolution();
    read_profile();
    guarded([&] {
      png_set_expand(png_);
      png_set_expand_16(png_);
      if constexpr (std::endian::native == std::endian::little) png_set_swap(png_);
      passes_ = png_set_interlace_handling(png_);
      png_read_update_info(png_, png_info_);
    });
    const int kind = png_get_color_type(png_, png_info_);
    info_.samples = (kind & PNG_COLOR_MASK_COLOR) != 0 ? Samples::rgb : Samples::grey;
    info_.alpha = (kind & PNG_COLOR_MASK_ALPHA) != 0;
    const std::size_t row_bytes = static_cast<std::size_t>(info_.width) * info_.channels() * sizeof(std::uint16_t);
    if (png_get_rowbytes(png_, png_info_) != row_bytes) throw_damaged(stream_, "PNG", "rows of an unexpected length");
  }

  void read_resolution() {
    png_uint_32 x = 0, y = 0;
    int unit = 0;
    if (png_get_pHYs(png_, png_info_, &x, &y, &unit) != 0 && unit == PNG_RESOLUTION_METER) {
      info_.dpi_x = tidy_dpi(x * 0.0254);
      info_.dpi_y = tidy_dpi(y * 0.0254);
    }
    png_uint_32 bytes = 0;
    png_bytep exif = nullptr;
    if (png_get_eXIf_1(png_, png_info_, &bytes, &exif) != 0) {
      const ExifFacts facts = exif_facts({exif, bytes});
      info_.orientation = facts.orientation;
      if (info_.dpi_x == 0) {
        info_.dpi_x = facts.dpi_x;
        info_.dpi_y = facts.dpi_y;
      }
    }
  }

  void read_profile() {
    png_charp name = nullptr;
    png_bytep profile = nullptr;
    png_uint_32 bytes = 0;
    int compression = 0;
    if (png_get_iCCP(png_, png_info_, &name, &compression, &profile, &bytes) != 0)
      info_.profile.assign(profile, profile + bytes);
  }

  ByteStream stream_;
  png_structp png_ = nullptr;
  png_infop png_info_ = nullptr;
  std::string error_;
  int passes_ = 1;
};

}  // namespace

std::unique_ptr<RasterReader> open_png(ByteStream stream, std::int64_t max_pixels) {
  return std::make_unique<PngReader>(std::move(stream), max_pixels);
}

}  // namespace handtint
