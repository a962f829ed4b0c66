// WebP through libwebp: pictures with and without loss, of moving ones the first; 8 bit.
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <new>
#include <utility>

#include "editor/files/exif.h"
#include "editor/files/exif_block.h"
#include "editor/files/optional_formats.h"
#include "editor/files/photo_write.h"
#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class WebpReader final : public RasterReader {
 public:
  WebpReader(ByteStream stream, const ReadOptions& options)
      : RasterReader(options), stream_(std::move(stream)), bytes_(whole_of(stream_)) {
    info_.format = "WebP";
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(bytes_.data(), bytes_.size(), &features) != VP8_STATUS_OK)
      throw_damaged(stream_, "WebP", tr("its header cannot be read"));
    // One colour takes no bits.
    require_plausible_size(stream_, "WebP", features.width, features.height, options.max_pixels, 1 << 30);
    info_.width = features.width;
    info_.height = features.height;
    info_.alpha = features.has_alpha != 0;
    moving_ = features.has_animation != 0;
    read_chunks();
    if (!metadata_.exif.empty()) {
      ByteStream exif(metadata_.exif, stream_.name());
      const ExifFacts facts = exif_facts(exif);
      info_.orientation = facts.orientation;
      info_.dpi_x = facts.dpi_x;
      info_.dpi_y = facts.dpi_y;
    }
  }

  Metadata metadata() override { return metadata_; }

 private:
  void decode_rows(const RowSink& sink) override {
    if (moving_) {
      decode_first_picture(sink);
      return;
    }
    int width = 0, height = 0;
    const std::unique_ptr<std::uint8_t, void (*)(void*)> pixels(
        (info_.alpha ? WebPDecodeRGBA : WebPDecodeRGB)(bytes_.data(), bytes_.size(), &width, &height), WebPFree);
    if (!pixels || width != info_.width || height != info_.height)
      throw_damaged(stream_, "WebP", tr("its picture cannot be unpacked"));
    give_rows(pixels.get(), info_.channels(), sink);
  }

  void decode_first_picture(const RowSink& sink) {
    WebPAnimDecoderOptions options;
    if (WebPAnimDecoderOptionsInit(&options) == 0) throw std::bad_alloc();
    const WebPData data{bytes_.data(), bytes_.size()};
    const std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder*)> decoder(WebPAnimDecoderNew(&data, &options),
                                                                               WebPAnimDecoderDelete);
    std::uint8_t* pixels = nullptr;
    int time = 0;
    if (!decoder || WebPAnimDecoderGetNext(decoder.get(), &pixels, &time) == 0)
      throw_damaged(stream_, "WebP", tr("its first picture cannot be unpacked"));
    add_note(tr("the file is a moving picture; its first frame was taken"));
    give_rows(pixels, 4, sink);
  }

  // Colours are not multiplied by alpha in either.
  void give_rows(const std::uint8_t* pixels, int stride, const RowSink& sink) const {
    const int channels = info_.channels();
    std::vector<std::uint16_t> row(static_cast<std::size_t>(info_.width) * channels);
    for (int y = 0; y < info_.height; ++y) {
      std::size_t i = 0;
      for (int x = 0; x < info_.width; ++x, pixels += stride)
        for (int c = 0; c < channels; ++c) row[i++] = static_cast<std::uint16_t>(257 * pixels[c]);
      sink(row.data());
    }
  }

  void read_chunks() {
    const WebPData data{bytes_.data(), bytes_.size()};
    const std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)> demuxer(WebPDemux(&data), WebPDemuxDelete);
    if (!demuxer) return;
    const auto chunk = [&](const char* name) {
      WebPChunkIterator found;
      MetadataBytes bytes;
      if (WebPDemuxGetChunk(demuxer.get(), name, 1, &found) == 0) return bytes;
      if (found.chunk.size <= max_metadata_bytes) bytes.assign(found.chunk.bytes, found.chunk.bytes + found.chunk.size);
      WebPDemuxReleaseChunkIterator(&found);
      return bytes;
    };
    info_.profile = chunk("ICCP");
    metadata_.exif = exif_after_name(chunk("EXIF"));
    const MetadataBytes xmp = chunk("XMP ");
    metadata_.xmp.assign(xmp.begin(), xmp.end());
  }

  ByteStream stream_;
  std::vector<std::uint8_t> bytes_;
  bool moving_ = false;
  Metadata metadata_;
};

struct WebpProgress {
  const WriteProgress& told;
  static int on_progress(int percent, const WebPPicture* picture) {
    const WriteProgress& told = static_cast<WebpProgress*>(picture->user_data)->told;
    return !told || told(0.1f + 0.9f * static_cast<float>(percent) / 100) ? 1 : 0;
  }
};

}  // namespace

std::unique_ptr<RasterReader> open_webp(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<WebpReader>(std::move(stream), options);
}

bool write_webp(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
  const auto fail = [&](const std::string& why) {
    throw FileError(file.target(), tr("cannot be written as {1}: {2}", {"WebP", why}));
  };
  if (source.width > WEBP_MAX_DIMENSION || source.height > WEBP_MAX_DIMENSION)
    throw FileError(file.target(),
                    tr("is too long a picture for {1} ({2} pixels); choose .png or .tif", {"WebP", "16383"}));
  WebPConfig config;
  WebPPicture picture;
  if (WebPConfigInit(&config) == 0 || WebPPictureInit(&picture) == 0)
    fail(tr("another version of libwebp is installed"));
  config.quality = static_cast<float>(options.quality);
  config.lossless = options.quality == 100;
  config.exact = config.lossless;
  config.use_sharp_yuv = 1;  // else the light of small colours is lost with the half of their resolution
  WebPMemoryWriter packed;
  WebPMemoryWriterInit(&packed);
  const std::unique_ptr<WebPMemoryWriter, void (*)(WebPMemoryWriter*)> clear_packed(&packed, WebPMemoryWriterClear);
  const std::unique_ptr<WebPPicture, void (*)(WebPPicture*)> free_picture(&picture, WebPPictureFree);
  {
    const std::vector<std::uint8_t> rows = all_rows(source, progress);
    if (rows.empty()) return false;
    picture.use_argb = 1;
    picture.width = source.width;
    picture.height = source.height;
    const int stride = static_cast<int>(source.row_bytes());
    if ((source.alpha ? WebPPictureImportRGBA : WebPPictureImportRGB)(&picture, rows.data(), stride) == 0)
      throw std::bad_alloc();
  }
  WebpProgress told{progress};
  picture.user_data = &told;
  picture.progress_hook = WebpProgress::on_progress;
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &packed;
  if (WebPEncode(&config, &picture) == 0) {
    if (picture.error_code == VP8_ENC_ERROR_USER_ABORT) return false;
    if (picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY) throw std::bad_alloc();
    fail(tr("error {1} of its library", {std::to_string(picture.error_code)}));
  }
  const WebPData data{packed.mem, packed.size};
  const std::unique_ptr<WebPMux, void (*)(WebPMux*)> mux(WebPMuxCreate(&data, 0), WebPMuxDelete);
  const auto add = [&](const char* name, const void* bytes, std::size_t count) {
    const WebPData chunk{static_cast<const std::uint8_t*>(bytes), count};
    if (count > 0 && WebPMuxSetChunk(mux.get(), name, &chunk, 1) != WEBP_MUX_OK) throw std::bad_alloc();
  };
  if (!mux) throw std::bad_alloc();
  const std::vector<std::uint8_t> profile = profile_of(options);
  add("ICCP", profile.data(), profile.size());
  const MetadataBytes exif = options.metadata ? exif_with_texts(*options.metadata) : MetadataBytes();
  add("EXIF", exif.data(), exif.size());
  if (options.metadata) add("XMP ", options.metadata->xmp.data(), options.metadata->xmp.size());
  WebPData whole{};
  if (WebPMuxAssemble(mux.get(), &whole) != WEBP_MUX_OK) fail(tr("its parts cannot be joined"));
  const std::unique_ptr<WebPData, void (*)(WebPData*)> clear_whole(&whole, WebPDataClear);
  file.write(whole.bytes, whole.size);
  return true;
}

}  // namespace handtint
