// PNG through libpng: every kind, rows as they come; interlaced ones need the whole picture at once.
#include <png.h>

#include <array>
#include <bit>
#include <cmath>
#include <csetjmp>
#include <cstring>
#include <optional>

#include "editor/files/colour_profile.h"
#include "editor/files/exif.h"
#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class PngReader final : public RasterReader {
 public:
  PngReader(ByteStream stream, const ReadOptions& options) : RasterReader(options), stream_(std::move(stream)) {
    info_.format = "PNG";
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    if (png_) png_info_ = png_create_info_struct(png_);
    if (!png_info_) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    try {
      read_header(options.max_pixels);
    } catch (...) {
      png_destroy_read_struct(&png_, &png_info_, nullptr);
      throw;
    }
  }
  ~PngReader() override { png_destroy_read_struct(&png_, &png_info_, nullptr); }
  Metadata metadata() override { return png_metadata(stream_); }

  void decode_rows(const RowSink& sink) override {
    const std::size_t row_values = static_cast<std::size_t>(info_.width) * info_.channels();
    const bool interlaced = passes_ > 1;
    std::vector<std::uint16_t> rows(row_values * (interlaced ? info_.height : 1));
    int pass = 0;
    try {
      for (; pass < passes_; ++pass)
        for (int y = 0; y < info_.height; ++y) {
          auto* row = reinterpret_cast<png_bytep>(rows.data() + (interlaced ? y * row_values : 0));
          const bool last = pass == passes_ - 1 && y == info_.height - 1;
          row_is_there_ = interlaced && !PNG_ROW_IN_INTERLACE_PASS(y, pass);
          // The second row also gets, blockwise, the pixels that later passes would bring.
          guarded_end(last,
                      [&] { png_read_row(png_, options_.salvage ? nullptr : row, options_.salvage ? row : nullptr); });
          if (!interlaced) sink(rows.data());
        }
      row_is_there_ = true;
      guarded_end(true, [&] { png_read_end(png_, nullptr); });
    } catch (const DamagedPicture& damage) {
      if (!interlaced || pass == 0) throw;
      const std::string passes = tr("{1} of {2} passes are there", {std::to_string(pass), std::to_string(passes_)});
      if (!options_.salvage) throw_partly_damaged(stream_.name(), "PNG", damage.detail(), passes);
      add_note(tr("the file is damaged or cut off ({1}): {2}, so it is coarse", {damage.detail(), passes}));
    }
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

  // What follows the last row, or is missing there, is no part of the picture: the end of its chunk, texts, the end
  // mark. But a check sum that is there says that rows are not what they were.
  template <class Step>
  void guarded_end(bool last, Step step) {
    try {
      guarded(step);
    } catch (const DamagedPicture& damage) {
      const bool about_rows = damage.detail().starts_with("IDAT");
      if (!last || !row_is_there_ || about_rows) throw;
    }
  }

  // Called when a row has been unpacked, before the chunk behind it is read to its end.
  static void on_row(png_structp png, png_row_infop, png_bytep) {
    static_cast<PngReader*>(png_get_user_transform_ptr(png))->row_is_there_ = true;
  }

  static void on_error(png_structp png, png_const_charp message) {
    auto* self = static_cast<PngReader*>(png_get_error_ptr(png));
    self->error_ = message;
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp png, png_const_charp message) {
    if (std::strncmp(message, "iCCP", 4) == 0)
      static_cast<PngReader*>(png_get_error_ptr(png))->profile_warning_ = message;
  }
  static void on_read(png_structp png, png_bytep to, png_size_t bytes) {
    auto* self = static_cast<PngReader*>(png_get_io_ptr(png));
    if (self->stream_.read(to, bytes) != bytes) png_error(png, tr("the file ends early"));
  }

  void read_header(std::int64_t max_pixels) {
    guarded([&] {
      png_set_read_fn(png_, this, on_read);
      // libpng asks for so many bytes at once and gives nothing of them if one is missing.
      png_set_compression_buffer_size(png_, 512);
      // Texts and suggested palettes are no part of the picture, and hundreds of packed ones take gigabytes.
      static constexpr png_byte left_out[] = "tEXt\0zTXt\0iTXt\0sPLT\0hIST\0tIME\0pCAL\0sCAL";
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, left_out, sizeof left_out / 5);
      static constexpr png_byte code_points[] = "cICP";  // unknown to older libpng
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_ALWAYS, code_points, 1);
      png_read_info(png_, png_info_);
    });
    // Deflate packs at most 1032 bytes into one, and a byte holds at most eight pixels.
    const std::int64_t width = png_get_image_width(png_, png_info_), height = png_get_image_height(png_, png_info_);
    require_plausible_size(stream_, "PNG", width, height, max_pixels, 1032 * 8);
    info_.width = static_cast<int>(width);
    info_.height = static_cast<int>(height);
    info_.bits = png_get_bit_depth(png_, png_info_) == 16 ? 16 : 8;
    png_int_32 offset_x = 0, offset_y = 0;
    int unit = 0;
    if (png_get_oFFs(png_, png_info_, &offset_x, &offset_y, &unit) != 0 && unit == PNG_OFFSET_PIXEL) {
      info_.offset_x = offset_x;
      info_.offset_y = offset_y;
    }
    read_profile();
    read_resolution();
    guarded([&] {
      png_set_expand(png_);
      png_set_expand_16(png_);
      if constexpr (std::endian::native == std::endian::little) png_set_swap(png_);
      passes_ = png_set_interlace_handling(png_);
      png_set_user_transform_info(png_, this, 0, 0);
      png_set_read_user_transform_fn(png_, on_row);
      png_read_update_info(png_, png_info_);
    });
    const int kind = png_get_color_type(png_, png_info_);
    info_.samples = (kind & PNG_COLOR_MASK_COLOR) != 0 ? Samples::rgb : Samples::grey;
    info_.alpha = (kind & PNG_COLOR_MASK_ALPHA) != 0;
    const std::size_t row_bytes = static_cast<std::size_t>(info_.width) * info_.channels() * sizeof(std::uint16_t);
    if (png_get_rowbytes(png_, png_info_) != row_bytes)
      throw_damaged(stream_, "PNG", tr("rows of an unexpected length"));
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
      ByteStream stream({exif, bytes}, stream_.name());
      const ExifFacts facts = exif_facts(stream);
      info_.orientation = facts.orientation;
      if (info_.dpi_x == 0) {
        info_.dpi_x = facts.dpi_x;
        info_.dpi_y = facts.dpi_y;
      }
      if (facts.adobe_rgb && info_.profile.empty() && !says_srgb()) info_.profile = rgb_profile(adobe_rgb_space());
    }
  }

  bool says_srgb() const {
    int intent = 0;
    return png_get_sRGB(png_, png_info_, &intent) != 0;
  }

  // In the order of the PNG specification: cICP, iCCP, sRGB, gAMA and cHRM.
  void read_profile() {
    if (read_code_points()) return;
    png_charp name = nullptr;
    png_bytep profile = nullptr;
    png_uint_32 bytes = 0;
    int compression = 0;
    if (png_get_iCCP(png_, png_info_, &name, &compression, &profile, &bytes) != 0)
      info_.profile.assign(profile, profile + bytes);
    else if (!says_srgb())
      read_gamma_and_primaries();
    // A grey picture with a profile for RGB, for one.
    if (info_.profile.empty() && !profile_warning_.empty())
      add_note(tr("its colour profile cannot be used ({1}), and the picture was taken for sRGB", {profile_warning_}));
  }

  bool read_code_points() {
    png_unknown_chunkp chunks = nullptr;
    const int count = png_get_unknown_chunks(png_, png_info_, &chunks);
    for (int i = 0; i < count; ++i) {
      const png_unknown_chunk& chunk = chunks[i];
      if (std::memcmp(chunk.name, "cICP", 4) != 0 || chunk.size != 4 || chunk.data[2] != 0) continue;
      const std::optional<RgbSpace> space = space_of_code_points(chunk.data[0], chunk.data[1], chunk.data[3] != 0);
      if (!space) {
        add_note(tr("its colours are described in a way that is not known here (cICP), and were taken as they are"));
        continue;
      }
      if (space->brighter_than_white())
        add_note(tr("the picture is HDR; what is brighter than white paper was taken for white"));
      info_.profile = rgb_profile(*space);
      return true;
    }
    return false;
  }

  // A gamma of 1/2.2 is what programs write when they mean sRGB.
  void read_gamma_and_primaries() {
    RgbSpace space = srgb_space();
    double gamma = 0;
    bool told = false;
    if (png_get_gAMA(png_, png_info_, &gamma) != 0 && gamma > 0.05 && gamma < 20 && std::abs(gamma - 0.45455) > 0.005) {
      space.curve = {RgbSpace::Curve::power, 1 / gamma};
      told = true;
    }
    std::array<double, 8> xy;
    if (png_get_cHRM(png_, png_info_, &xy[0], &xy[1], &xy[2], &xy[3], &xy[4], &xy[5], &xy[6], &xy[7]) != 0) {
      space.white = {xy[0], xy[1]};
      space.red = {xy[2], xy[3]};
      space.green = {xy[4], xy[5]};
      space.blue = {xy[6], xy[7]};
      told = true;
    }
    if (told) info_.profile = rgb_profile(space);
  }

  ByteStream stream_;
  png_structp png_ = nullptr;
  png_infop png_info_ = nullptr;
  std::string error_;
  std::string profile_warning_;
  bool row_is_there_ = false;  // the one that was asked for last
  int passes_ = 1;
};

}  // namespace

std::unique_ptr<RasterReader> open_png(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<PngReader>(std::move(stream), options);
}

}  // namespace handtint
