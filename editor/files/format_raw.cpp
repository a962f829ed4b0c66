// Camera raw through LibRaw: developed to sRGB as the camera's white balance says, brightened until one pixel in a
// thousand is white; 16 bit, upright. Read only.
#include <libraw/libraw.h>

#include <cstring>
#include <new>
#include <utility>

#include "editor/files/metadata.h"
#include "editor/files/optional_formats.h"
#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class RawReader final : public RasterReader {
 public:
  RawReader(ByteStream stream, const ReadOptions& options)
      : RasterReader(options), stream_(std::move(stream)), bytes_(whole_of(stream_)) {
    info_.format = "RAW";
    info_.bits = 16;
    const Raw raw = opened();
    // That takes the camera's turn and the shape of its pixels into account, and spoils what it is asked of.
    require(libraw_adjust_sizes_info_only(raw.get()));
    // Empty sky packs well, but no camera makes less than a bit of a pixel.
    require_plausible_size(stream_, info_.format, raw->sizes.iwidth, raw->sizes.iheight, options.max_pixels, 64);
    require_plausible_size(stream_, info_.format, raw->sizes.raw_width, raw->sizes.raw_height, max_photo_pixels * 2,
                           64);
    info_.width = raw->sizes.iwidth;
    info_.height = raw->sizes.iheight;
    info_.samples = raw->idata.colors == 1 ? Samples::grey : Samples::rgb;
  }

  // Of those that are TIFF files inside.
  Metadata metadata() override {
    const bool little = bytes_[0] == 'I' && bytes_[1] == 'I', big = bytes_[0] == 'M' && bytes_[1] == 'M';
    if ((!little && !big) || bytes_[little ? 2 : 3] != 42) return {};
    std::uint64_t directory = 0;
    for (std::size_t i = 0; i < 4; ++i) directory = directory << 8 | bytes_[little ? 7 - i : 4 + i];
    return tiff_metadata(stream_, directory);
  }

 private:
  struct Closer {
    void operator()(libraw_data_t* raw) const { libraw_close(raw); }
  };
  using Raw = std::unique_ptr<libraw_data_t, Closer>;

  Raw opened() {
    Raw raw(libraw_init(0));
    if (!raw) throw std::bad_alloc();
    libraw_set_dataerror_handler(raw.get(), on_data_error, this);
    raw->params.output_bps = 16;
    raw->params.output_color = 1;
    raw->params.gamm[0] = 1 / 2.4;
    raw->params.gamm[1] = 12.92;
    raw->params.use_camera_wb = 1;
    raw->params.auto_bright_thr = 0.001f;
    const int status = libraw_open_buffer(raw.get(), bytes_.data(), bytes_.size());
    if (status == LIBRAW_UNSUFFICIENT_MEMORY) throw std::bad_alloc();
    if (status != LIBRAW_SUCCESS) {
      const char* kind = camera_raw_kind({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
      throw_camera_raw(stream_, kind ? kind : "");
    }
    return raw;
  }

  void require(int status) const {
    if (status == LIBRAW_SUCCESS) return;
    if (status == LIBRAW_UNSUFFICIENT_MEMORY) throw std::bad_alloc();
    throw_damaged(stream_, info_.format, status > 0 ? std::string(std::strerror(status)) : libraw_strerror(status));
  }

  void decode_rows(const RowSink& sink) override {
    Raw raw = opened();
    require(libraw_unpack(raw.get()));
    if (damaged_ && !options_.salvage) throw_damaged(stream_, info_.format, tr("the file ends early"));
    if (damaged_) add_note(tr("the file is damaged or cut off, so parts of it are black"));
    require(libraw_dcraw_process(raw.get()));
    int status = LIBRAW_SUCCESS;
    const std::unique_ptr<libraw_processed_image_t, void (*)(libraw_processed_image_t*)> image(
        libraw_dcraw_make_mem_image(raw.get(), &status), libraw_dcraw_clear_mem);
    require(status);
    raw.reset();
    if (!image || image->bits != 16 || image->width != info_.width || image->height != info_.height ||
        image->colors != info_.colours())
      throw_damaged(stream_, info_.format, tr("two sizes"));
    const std::size_t values = static_cast<std::size_t>(info_.width) * static_cast<std::size_t>(info_.colours());
    std::vector<std::uint16_t> row(values);
    for (std::size_t y = 0; y < image->height; ++y) {
      std::memcpy(row.data(), image->data + 2 * values * y, 2 * values);
      sink(row.data());
    }
  }

  template <class Offset>  // its type is another from version to version
  static void on_data_error(void* user, const char*, Offset) {
    static_cast<RawReader*>(user)->damaged_ = true;
  }

  ByteStream stream_;
  std::vector<std::uint8_t> bytes_;
  bool damaged_ = false;
};

}  // namespace

std::unique_ptr<RasterReader> open_camera_raw(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<RawReader>(std::move(stream), options);
}

}  // namespace handtint
