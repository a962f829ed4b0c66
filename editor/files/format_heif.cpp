// HEIC and AVIF through libheif: the primary picture, of 8 to 12 bit; AVIF is written, with 12 bit for 16.
#include <libheif/heif.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "editor/files/colour_profile.h"
#include "editor/files/exif.h"
#include "editor/files/exif_block.h"
#include "editor/files/heif_derivation.h"
#include "editor/files/optional_formats.h"
#include "editor/files/output_profile.h"
#include "editor/files/photo_write.h"
#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

static_assert(std::endian::native == std::endian::little);  // of the 16-bit pixels asked for below

template <class T>
using HeifOwned = std::unique_ptr<T, void (*)(const T*)>;

class HeifReader final : public RasterReader {
 public:
  HeifReader(ByteStream stream, const ReadOptions& options)
      : RasterReader(options), stream_(std::move(stream)), bytes_(whole_of(stream_)) {
    info_.format = bytes_.size() > 12 && std::memcmp(&bytes_[8], "av", 2) == 0 ? "AVIF" : "HEIC";
    if (!context_) throw std::bad_alloc();
    constexpr int deepest = 8;  // a turned grid of tiles that has its transparency in another grid: 4
    if (is_derived_deeper(bytes_, deepest))
      throw_damaged(stream_, info_.format, tr("the pictures in it are made of one another"));
    // It counts a square of this side.
    heif_context_set_maximum_image_size_limit(context_.get(), 1 << 16);
    require(heif_context_read_from_memory_without_copy(context_.get(), bytes_.data(), bytes_.size(), nullptr));
    heif_image_handle* handle = nullptr;
    require(heif_context_get_primary_image_handle(context_.get(), &handle));
    handle_.reset(handle);
    const int width = heif_image_handle_get_width(handle), height = heif_image_handle_get_height(handle);
    require_plausible_size(stream_, info_.format, width, height, options.max_pixels, 1 << 20);
    info_.width = width;
    info_.height = height;
    info_.bits = heif_image_handle_get_luma_bits_per_pixel(handle) > 8 ? 16 : 8;
    info_.alpha = heif_image_handle_has_alpha_channel(handle) != 0;
    read_profile();
    read_metadata();
  }

  // Pixels come upright whatever EXIF says: the file's own transformations count.
  Metadata metadata() override { return metadata_; }

 private:
  void require(const heif_error& error) const {
    if (error.code == heif_error_Ok) return;
    if (error.code == heif_error_Unsupported_filetype || error.code == heif_error_Unsupported_feature)
      throw_unread_kind(stream_, tr("a {1} picture that libheif cannot unpack ({2})", {info_.format, error.message}));
    throw_damaged(stream_, info_.format, error.message);
  }

  void decode_rows(const RowSink& sink) override {
    const heif_chroma chroma = info_.bits == 8
                                   ? (info_.alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB)
                               : info_.alpha ? heif_chroma_interleaved_RRGGBBAA_LE
                                             : heif_chroma_interleaved_RRGGBB_LE;
    heif_image* decoded = nullptr;
    require(heif_decode_image(handle_.get(), &decoded, heif_colorspace_RGB, chroma, nullptr));
    const HeifOwned<heif_image> image(decoded, heif_image_release);
    int stride = 0;
    const std::uint8_t* pixels = heif_image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
    const int width = heif_image_get_width(decoded, heif_channel_interleaved),
              height = heif_image_get_height(decoded, heif_channel_interleaved);
    if (!pixels || width != info_.width || height != info_.height)
      throw_damaged(stream_, info_.format, tr("two sizes"));
    const std::uint32_t top = (1u << heif_image_get_bits_per_pixel_range(decoded, heif_channel_interleaved)) - 1;
    const bool premultiplied = info_.alpha && heif_image_is_premultiplied_alpha(decoded) != 0;
    std::vector<std::uint16_t> row(static_cast<std::size_t>(info_.width) * info_.channels());
    for (int y = 0; y < height; ++y, pixels += stride) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        std::uint16_t value = pixels[i];
        if (info_.bits == 16) std::memcpy(&value, pixels + 2 * i, 2);
        row[i] = static_cast<std::uint16_t>((std::min<std::uint32_t>(value, top) * 65535u + top / 2) / top);
      }
      if (premultiplied) divide_by_alpha(row);
      sink(row.data());
    }
  }

  static void divide_by_alpha(std::vector<std::uint16_t>& row) {
    for (std::size_t i = 0; i + 3 < row.size(); i += 4)
      for (std::size_t c = 0; c < 3; ++c)
        row[i + c] =
            row[i + 3] == 0
                ? std::uint16_t{0}
                : static_cast<std::uint16_t>(std::min<std::uint32_t>(65535u, row[i + c] * 65535u / row[i + 3]));
  }

  void read_profile() {
    const std::size_t bytes = heif_image_handle_get_raw_color_profile_size(handle_.get());
    if (bytes > 0 && bytes <= max_metadata_bytes) {
      info_.profile.resize(bytes);
      require(heif_image_handle_get_raw_color_profile(handle_.get(), info_.profile.data()));
      return;
    }
    heif_color_profile_nclx* points = nullptr;
    if (heif_image_handle_get_nclx_color_profile(handle_.get(), &points).code != heif_error_Ok || !points) return;
    // libheif's RGB has the full range whatever the file's YCbCr has.
    const std::optional<RgbSpace> space =
        space_of_code_points(points->color_primaries, points->transfer_characteristics, true);
    const bool said = points->color_primaries != heif_color_primaries_unspecified;
    heif_nclx_color_profile_free(points);
    if (!space) {
      if (said) add_note(tr("its colours are described in a way that is not known here, and were taken as they are"));
      return;
    }
    if (space->brighter_than_white())
      add_note(tr("the picture is HDR; what is brighter than white paper was taken for white"));
    info_.profile = rgb_profile(*space);
  }

  void read_metadata() {
    std::array<heif_item_id, 16> ids{};
    const int count = heif_image_handle_get_list_of_metadata_block_IDs(handle_.get(), nullptr, ids.data(),
                                                                       static_cast<int>(ids.size()));
    for (int i = 0; i < count; ++i) {
      const std::string type = heif_image_handle_get_metadata_type(handle_.get(), ids[i]),
                        content = heif_image_handle_get_metadata_content_type(handle_.get(), ids[i]);
      const std::size_t bytes = heif_image_handle_get_metadata_size(handle_.get(), ids[i]);
      MetadataBytes data(bytes <= max_metadata_bytes ? bytes : 0);
      if (data.empty() || heif_image_handle_get_metadata(handle_.get(), ids[i], data.data()).code != heif_error_Ok)
        continue;
      if (type == "Exif")
        metadata_.exif = exif_after_offset(std::move(data));
      else if (type == "mime" && content == "application/rdf+xml")
        metadata_.xmp.assign(data.begin(), data.end());
    }
    if (metadata_.exif.empty()) return;
    ByteStream exif(metadata_.exif, stream_.name());
    const ExifFacts facts = exif_facts(exif);
    info_.dpi_x = facts.dpi_x;
    info_.dpi_y = facts.dpi_y;
  }

  ByteStream stream_;
  std::vector<std::uint8_t> bytes_;
  std::unique_ptr<heif_context, void (*)(heif_context*)> context_{heif_context_alloc(), heif_context_free};
  HeifOwned<heif_image_handle> handle_{nullptr, heif_image_handle_release};
  Metadata metadata_;
};

struct HeifTarget {
  AtomicFile& file;
  std::exception_ptr thrown;

  static heif_error on_write(heif_context*, const void* data, std::size_t bytes, void* user) {
    auto& target = *static_cast<HeifTarget*>(user);
    try {
      target.file.write(data, bytes);
      return {heif_error_Ok, heif_suberror_Unspecified, "Success"};
    } catch (...) {
      target.thrown = std::current_exception();
      return {heif_error_Encoding_error, heif_suberror_Cannot_write_output_data, "write"};
    }
  }
};

class AvifWriter {
 public:
  explicit AvifWriter(AtomicFile& file) : file_(file) {
    if (!context_) throw std::bad_alloc();
    heif_encoder* encoder = nullptr;
    if (heif_context_get_encoder_for_format(context_.get(), heif_compression_AV1, &encoder).code != heif_error_Ok)
      throw FileError(file.target(),
                      tr("cannot be written as AVIF: libheif has no encoder for it here; install Debian's "
                         "libheif-plugin-aomenc, or choose .png or .tif"));
    encoder_.reset(encoder);
  }

  bool write(const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
    const int channels = source.channels(), bits = source.bits == 16 ? 12 : 8;
    heif_image* made = nullptr;
    require(heif_image_create(source.width, source.height, heif_colorspace_RGB,
                              bits == 8 ? (source.alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB)
                              : source.alpha ? heif_chroma_interleaved_RRGGBBAA_LE
                                             : heif_chroma_interleaved_RRGGBB_LE,
                              &made));
    const HeifOwned<heif_image> image(made, heif_image_release);
    require(heif_image_add_plane(made, heif_channel_interleaved, source.width, source.height, bits));
    int stride = 0;
    std::uint8_t* pixels = heif_image_get_plane(made, heif_channel_interleaved, &stride);
    const WriteProgress tenth = progress ? WriteProgress([&](float done) { return progress(done / 10); }) : progress;
    std::vector<std::uint16_t> row(static_cast<std::size_t>(source.width) * channels);
    for (int y = 0; y < source.height; ++y, pixels += stride) {
      source.fill(y, bits == 8 ? static_cast<void*>(pixels) : row.data());
      if (bits == 12) {
        for (std::uint16_t& value : row) value = static_cast<std::uint16_t>((value * 4095u + 32767) / 65535u);
        std::memcpy(pixels, row.data(), 2 * row.size());
      }
      if (!keeps_going(tenth, y + 1, source.height)) return false;
    }
    const std::unique_ptr<heif_color_profile_nclx, void (*)(heif_color_profile_nclx*)> points(
        heif_nclx_color_profile_alloc(), heif_nclx_color_profile_free);
    if (!points) throw std::bad_alloc();
    points->color_primaries = heif_color_primaries_ITU_R_BT_709_5;
    points->transfer_characteristics = heif_transfer_characteristic_IEC_61966_2_1;
    points->matrix_coefficients =
        options.quality == 100 ? heif_matrix_coefficients_RGB_GBR : heif_matrix_coefficients_ITU_R_BT_601_6;
    points->full_range_flag = 1;
    if (options.profile) {
      const std::vector<std::uint8_t>& profile = options.profile->icc();
      points->color_primaries = heif_color_primaries_unspecified;
      points->transfer_characteristics = heif_transfer_characteristic_unspecified;
      require(heif_image_set_raw_color_profile(made, "prof", profile.data(), profile.size()));
    }
    require(heif_image_set_nclx_color_profile(made, points.get()));
    heif_encoder_set_lossy_quality(encoder_.get(), options.quality);
    heif_encoder_set_lossless(encoder_.get(), options.quality == 100 ? 1 : 0);
    require(heif_encoder_set_parameter_string(encoder_.get(), "chroma", "444"));
    const std::unique_ptr<heif_encoding_options, void (*)(heif_encoding_options*)> how(heif_encoding_options_alloc(),
                                                                                       heif_encoding_options_free);
    if (!how) throw std::bad_alloc();
    how->output_nclx_profile = points.get();
    heif_image_handle* packed = nullptr;
    require(heif_context_encode_image(context_.get(), made, encoder_.get(), how.get(), &packed));
    const HeifOwned<heif_image_handle> handle(packed, heif_image_handle_release);
    if (options.metadata) add(*options.metadata, packed);
    HeifTarget target{file_, {}};
    heif_writer writer{1, HeifTarget::on_write};
    const heif_error written = heif_context_write(context_.get(), &writer, &target);
    if (target.thrown) std::rethrow_exception(target.thrown);
    require(written);
    return true;
  }

 private:
  void require(const heif_error& error) const {
    if (error.code != heif_error_Ok)
      throw FileError(file_.target(), tr("cannot be written as {1}: {2}", {"AVIF", error.message}));
  }

  void add(const Metadata& metadata, const heif_image_handle* picture) {
    const MetadataBytes exif = exif_with_texts(metadata);
    if (!exif.empty())
      require(heif_context_add_exif_metadata(context_.get(), picture, exif.data(), static_cast<int>(exif.size())));
    if (!metadata.xmp.empty())
      require(heif_context_add_XMP_metadata(context_.get(), picture, metadata.xmp.data(),
                                            static_cast<int>(metadata.xmp.size())));
  }

  AtomicFile& file_;
  std::unique_ptr<heif_context, void (*)(heif_context*)> context_{heif_context_alloc(), heif_context_free};
  std::unique_ptr<heif_encoder, void (*)(heif_encoder*)> encoder_{nullptr, heif_encoder_release};
};

}  // namespace

std::unique_ptr<RasterReader> open_heif(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<HeifReader>(std::move(stream), options);
}

bool write_avif(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
  return AvifWriter(file).write(source, options, progress);
}

}  // namespace handtint
