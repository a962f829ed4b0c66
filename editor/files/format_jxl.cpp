// JPEG XL through libjxl: grey and RGB with up to 16 bits (floating-point numbers become those), of moving pictures the
// first.
#include <jxl/decode.h>
#include <jxl/encode.h>
#include <jxl/thread_parallel_runner.h>
#include <jxl/version.h>

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

#include "editor/files/exif.h"
#include "editor/files/exif_block.h"
#include "editor/files/optional_formats.h"
#include "editor/files/output_profile.h"
#include "editor/files/photo_write.h"
#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

using JxlThreads = std::unique_ptr<void, void (*)(void*)>;

JxlThreads jxl_threads() {
  JxlThreads threads(JxlThreadParallelRunnerCreate(nullptr, std::max(1u, std::thread::hardware_concurrency())),
                     JxlThreadParallelRunnerDestroy);
  if (!threads) throw std::bad_alloc();
  return threads;
}

class JxlReader final : public RasterReader {
 public:
  JxlReader(ByteStream stream, const ReadOptions& options)
      : RasterReader(options), stream_(std::move(stream)), bytes_(whole_of(stream_)) {
    info_.format = "JPEG XL";
    if (!decoder_) throw std::bad_alloc();
    start(JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING);
    JxlBasicInfo basic{};
    for (JxlDecoderStatus status; (status = JxlDecoderProcessInput(decoder_.get())) != JXL_DEC_COLOR_ENCODING;) {
      if (status != JXL_DEC_BASIC_INFO) throw_damaged(stream_, "JPEG XL", tr("its header cannot be read"));
      JxlDecoderGetBasicInfo(decoder_.get(), &basic);
      // One colour takes no bits.
      require_plausible_size(stream_, "JPEG XL", basic.xsize, basic.ysize, options.max_pixels, 1 << 30);
    }
    // Upright: the decoder turns pixels as the file says, whatever EXIF does.
    info_.width = static_cast<int>(basic.xsize);
    info_.height = static_cast<int>(basic.ysize);
    info_.samples = basic.num_color_channels == 1 ? Samples::grey : Samples::rgb;
    info_.alpha = basic.alpha_bits > 0;
    info_.bits = basic.bits_per_sample > 8 ? 16 : 8;
    moving_ = basic.have_animation != 0;
    read_profile();
    read_boxes();
  }

  Metadata metadata() override { return metadata_; }

 private:
  void start(int events) {
    JxlDecoderReset(decoder_.get());
    JxlDecoderSubscribeEvents(decoder_.get(), events);
    JxlDecoderSetInput(decoder_.get(), bytes_.data(), bytes_.size());
    JxlDecoderCloseInput(decoder_.get());
  }

  void read_profile() {
    std::size_t bytes = 0;
#if JPEGXL_NUMERIC_VERSION < JPEGXL_COMPUTE_NUMERIC_VERSION(0, 9, 0)
    const auto size_of = [&] {
      return JxlDecoderGetICCProfileSize(decoder_.get(), nullptr, JXL_COLOR_PROFILE_TARGET_DATA, &bytes);
    };
    const auto get = [&] {
      return JxlDecoderGetColorAsICCProfile(decoder_.get(), nullptr, JXL_COLOR_PROFILE_TARGET_DATA,
                                            info_.profile.data(), bytes);
    };
#else
    const auto size_of = [&] {
      return JxlDecoderGetICCProfileSize(decoder_.get(), JXL_COLOR_PROFILE_TARGET_DATA, &bytes);
    };
    const auto get = [&] {
      return JxlDecoderGetColorAsICCProfile(decoder_.get(), JXL_COLOR_PROFILE_TARGET_DATA, info_.profile.data(), bytes);
    };
#endif
    if (size_of() != JXL_DEC_SUCCESS || bytes == 0 || bytes > max_metadata_bytes) return;
    info_.profile.resize(bytes);
    if (get() != JXL_DEC_SUCCESS) info_.profile.clear();
  }

  // Of files that have boxes at all; they may stand before the picture or behind it.
  void read_boxes() {
    start(JXL_DEC_BOX);
    JxlDecoderSetDecompressBoxes(decoder_.get(), JXL_TRUE);
    MetadataBytes box;
    std::size_t filled = 0;
    std::string type;
    const auto finish_box = [&] {
      if (type.empty()) return;
      filled = box.size() - JxlDecoderReleaseBoxBuffer(decoder_.get());
      box.resize(filled);
      if (type == "Exif")
        metadata_.exif = exif_after_offset(std::move(box));
      else
        metadata_.xmp.assign(box.begin(), box.end());
      type.clear();
    };
    for (JxlDecoderStatus status; (status = JxlDecoderProcessInput(decoder_.get())) != JXL_DEC_SUCCESS;) {
      if (status == JXL_DEC_BOX) {
        finish_box();
        JxlBoxType name{};
        JxlDecoderGetBoxType(decoder_.get(), name, JXL_TRUE);
        const std::string_view found(name, sizeof name);
        if (found != "Exif" && found != "xml ") continue;
        type = found;
        box.assign(std::size_t{1} << 16, 0);
        JxlDecoderSetBoxBuffer(decoder_.get(), box.data(), box.size());
      } else if (status == JXL_DEC_BOX_NEED_MORE_OUTPUT && box.size() < max_metadata_bytes) {
        filled = box.size() - JxlDecoderReleaseBoxBuffer(decoder_.get());
        box.resize(2 * box.size());
        JxlDecoderSetBoxBuffer(decoder_.get(), box.data() + filled, box.size() - filled);
      } else {
        return;  // damaged there, or too long: the picture may be whole
      }
    }
    finish_box();
    if (metadata_.exif.empty()) return;
    ByteStream exif(metadata_.exif, stream_.name());
    const ExifFacts facts = exif_facts(exif);
    info_.dpi_x = facts.dpi_x;
    info_.dpi_y = facts.dpi_y;
  }

  void decode_rows(const RowSink& sink) override {
    const JxlThreads threads = jxl_threads();
    start(JXL_DEC_FULL_IMAGE);
    JxlDecoderSetUnpremultiplyAlpha(decoder_.get(), JXL_TRUE);
    JxlDecoderSetParallelRunner(decoder_.get(), JxlThreadParallelRunner, threads.get());
    const JxlPixelFormat format{static_cast<std::uint32_t>(info_.channels()), JXL_TYPE_UINT16, JXL_NATIVE_ENDIAN, 0};
    const std::size_t row_values = static_cast<std::size_t>(info_.width) * info_.channels();
    std::vector<std::uint16_t> pixels(row_values * static_cast<std::size_t>(info_.height));
    for (JxlDecoderStatus status; (status = JxlDecoderProcessInput(decoder_.get())) != JXL_DEC_FULL_IMAGE;) {
      if (status != JXL_DEC_NEED_IMAGE_OUT_BUFFER)
        throw_damaged(
            stream_, "JPEG XL",
            status == JXL_DEC_NEED_MORE_INPUT ? tr("the file ends early") : tr("its picture cannot be unpacked"));
      if (JxlDecoderSetImageOutBuffer(decoder_.get(), &format, pixels.data(), 2 * pixels.size()) != JXL_DEC_SUCCESS)
        throw_damaged(stream_, "JPEG XL", tr("two sizes"));
    }
    if (moving_) add_note(tr("the file is a moving picture; its first frame was taken"));
    for (int y = 0; y < info_.height; ++y) sink(pixels.data() + row_values * static_cast<std::size_t>(y));
  }

  ByteStream stream_;
  std::vector<std::uint8_t> bytes_;
  std::unique_ptr<JxlDecoder, void (*)(JxlDecoder*)> decoder_{JxlDecoderCreate(nullptr), JxlDecoderDestroy};
  bool moving_ = false;
  Metadata metadata_;
};

// Quality as JPEG's is to distance as people see it: 1 is what nobody can tell, 100 is without loss.
float jxl_distance(int quality) {
  return quality >= 30 ? 0.1f + 0.09f * static_cast<float>(100 - quality)
                       : 6.4f + 0.28f * static_cast<float>(30 - quality);
}

}  // namespace

std::unique_ptr<RasterReader> open_jxl(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<JxlReader>(std::move(stream), options);
}

bool write_jxl(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
  const JxlThreads threads = jxl_threads();
  const std::unique_ptr<JxlEncoder, void (*)(JxlEncoder*)> encoder(JxlEncoderCreate(nullptr), JxlEncoderDestroy);
  if (!encoder) throw std::bad_alloc();
  const auto require = [&](JxlEncoderStatus status) {
    if (status != JXL_ENC_SUCCESS)
      throw FileError(file.target(), tr("cannot be written as {1}: {2}", {"JPEG XL", tr("its library refuses it")}));
  };
  // Packed as light, the colours of a profile would come out in sRGB from a decoder that cannot convert them.
  const bool lossless = options.quality == 100, as_they_are = lossless || options.profile;
  require(JxlEncoderSetParallelRunner(encoder.get(), JxlThreadParallelRunner, threads.get()));
  JxlBasicInfo basic;
  JxlEncoderInitBasicInfo(&basic);
  basic.xsize = static_cast<std::uint32_t>(source.width);
  basic.ysize = static_cast<std::uint32_t>(source.height);
  basic.bits_per_sample = static_cast<std::uint32_t>(source.bits);
  basic.num_color_channels = 3;
  basic.num_extra_channels = source.alpha ? 1 : 0;
  basic.alpha_bits = source.alpha ? basic.bits_per_sample : 0;
  basic.uses_original_profile = as_they_are ? JXL_TRUE : JXL_FALSE;
  // Box by box: the metadata first, so that nobody has to look for them behind the picture.
  const Metadata none, &metadata = options.metadata ? *options.metadata : none;
  MetadataBytes exif = exif_with_texts(metadata);
  if (!exif.empty() || !metadata.xmp.empty()) require(JxlEncoderUseBoxes(encoder.get()));
  require(JxlEncoderSetBasicInfo(encoder.get(), &basic));
  if (lossless && source.bits == 16) require(JxlEncoderSetCodestreamLevel(encoder.get(), 10));
  if (options.profile) {
    const std::vector<std::uint8_t>& profile = options.profile->icc();
    require(JxlEncoderSetICCProfile(encoder.get(), profile.data(), profile.size()));
  } else {
    JxlColorEncoding colours;
    JxlColorEncodingSetToSRGB(&colours, JXL_FALSE);
    require(JxlEncoderSetColorEncoding(encoder.get(), &colours));
  }
  if (!exif.empty()) {
    exif.insert(exif.begin(), 4, 0);  // how far it is to its byte order mark
    require(JxlEncoderAddBox(encoder.get(), "Exif", exif.data(), exif.size(), JXL_FALSE));
  }
  if (!metadata.xmp.empty())
    require(JxlEncoderAddBox(encoder.get(), "xml ", reinterpret_cast<const std::uint8_t*>(metadata.xmp.data()),
                             metadata.xmp.size(), JXL_FALSE));
  JxlEncoderFrameSettings* frame = JxlEncoderFrameSettingsCreate(encoder.get(), nullptr);
  if (lossless)
    require(JxlEncoderSetFrameLossless(frame, JXL_TRUE));
  else
    require(JxlEncoderSetFrameDistance(frame, jxl_distance(options.quality)));
  constexpr int effort = 5;  // of 9; each step beyond takes twice as long for some percent
  require(JxlEncoderFrameSettingsSetOption(frame, JXL_ENC_FRAME_SETTING_EFFORT, effort));
  {
    const std::vector<std::uint8_t> rows = all_rows(source, progress);
    if (rows.empty()) return false;
    const JxlPixelFormat format{static_cast<std::uint32_t>(source.channels()),
                                source.bits == 16 ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8, JXL_NATIVE_ENDIAN, 0};
    require(JxlEncoderAddImageFrame(frame, &format, rows.data(), rows.size()));
  }
  JxlEncoderCloseInput(encoder.get());
  std::vector<std::uint8_t> out(std::size_t{1} << 16);
  for (JxlEncoderStatus status = JXL_ENC_NEED_MORE_OUTPUT; status == JXL_ENC_NEED_MORE_OUTPUT;) {
    std::uint8_t* next = out.data();
    std::size_t room = out.size();
    status = JxlEncoderProcessOutput(encoder.get(), &next, &room);
    if (status == JXL_ENC_ERROR) require(status);
    file.write(out.data(), out.size() - room);
  }
  return true;
}

}  // namespace handtint
