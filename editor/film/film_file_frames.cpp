// Pictures as a film file, by libav.
#include <algorithm>
#include <array>
#include <cmath>
#include <exception>

#include "editor/files/atomic_file.h"
#include "editor/files/paths.h"
#include "editor/film/film_decoder.h"
#include "editor/film/frame_writer.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr int film_quality = 18, webm_quality = 24;  // of H.264 and VP9: no difference is seen

bool is_webm(const fs::path& target) {
  return lower_case_extension(target) == ".webm";
}

const AVCodec* frame_encoder(const fs::path& target) {
  const AVCodec* codec = avcodec_find_encoder_by_name(is_webm(target) ? "libvpx-vp9" : "libx264");
  if (!codec) throw FileError(target, tr("cannot be encoded: this libav has no encoder for it; choose .gif"));
  return codec;
}

// The bytes on their way to the disk. No exception may pass through the library.
struct FilmTarget {
  AtomicFile file;
  std::exception_ptr failure;

  template <class F>
  static std::int64_t guarded(void* self, F&& act) {
    auto& target = *static_cast<FilmTarget*>(self);
    try {
      return act(target.file);
    } catch (...) {
      target.failure = std::current_exception();
      return AVERROR(EIO);
    }
  }
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  using Bytes = const std::uint8_t*;
#else
  using Bytes = std::uint8_t*;
#endif
  static int write(void* self, Bytes bytes, int count) {
    return static_cast<int>(guarded(self, [&](AtomicFile& file) {
      file.write(bytes, static_cast<std::size_t>(count));
      return count;
    }));
  }
  static std::int64_t seek(void* self, std::int64_t offset, int whence) {
    if (whence & AVSEEK_SIZE) return AVERROR(ENOSYS);
    return guarded(self, [&](AtomicFile& file) { return static_cast<std::int64_t>(file.seek(offset, whence)); });
  }
};

class FilmFrames final : public FrameWriter {
 public:
  FilmFrames(const fs::path& target, Extent size, double rate)
      : target_{AtomicFile(target), {}}, packet_(av_packet_alloc()), frame_(av_frame_alloc()) {
    av_log_set_level(AV_LOG_QUIET);  // its own lines on standard error would come on top of ours
    AVFormatContext* file = nullptr;
    require(avformat_alloc_output_context2(&file, nullptr, nullptr, target.c_str()), begun);
    file_.reset(file);
    begin_picture(size, rate);
    constexpr int buffer_bytes = 1 << 16;
    bytes_.reset(avio_alloc_context(static_cast<std::uint8_t*>(av_malloc(buffer_bytes)), buffer_bytes, 1, &target_,
                                    nullptr, FilmTarget::write, FilmTarget::seek));
    if (!bytes_) throw std::bad_alloc();
    file->pb = bytes_.get();
    file->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
    require(avformat_write_header(file, nullptr), begun);
  }

  void add(const LabPicture& picture, int frames) override {
    av_frame_unref(frame_.get());
    frame_->format = codec_->pix_fmt;
    frame_->width = codec_->width;
    frame_->height = codec_->height;
    require(av_frame_get_buffer(frame_.get(), 0), encoded);
    fill(picture);
    for (int i = 0; i < frames; ++i) {
      frame_->pts = shown_++;
      encode(frame_.get());
    }
  }

  void finish() override {
    encode(nullptr);
    require(av_write_trailer(file_.get()), finished);
    if (target_.failure) std::rethrow_exception(target_.failure);
    target_.file.commit();
  }

 private:
  struct CloseFile {
    void operator()(AVFormatContext* file) const { avformat_free_context(file); }
  };
  struct CloseBytes {
    void operator()(AVIOContext* bytes) const {
      av_freep(&bytes->buffer);
      avio_context_free(&bytes);
    }
  };

  static constexpr const char *begun = tr_noop("cannot be begun ({1})"), *encoded = tr_noop("cannot be encoded ({1})"),
                              *written = tr_noop("cannot be written ({1})"),
                              *finished = tr_noop("cannot be finished ({1})");

  void require(int result, const char* problem) {
    if (target_.failure) std::rethrow_exception(target_.failure);
    if (result < 0) throw FileError(target_.file.target(), tr(problem, {words_of_av_error(result)}));
  }

  void begin_picture(Extent size, double rate) {
    const AVCodec* encoder = frame_encoder(target_.file.target());
    codec_.reset(avcodec_alloc_context3(encoder));
    AVCodecContext& codec = *codec_;
    codec.width = size.width;
    codec.height = size.height;
    codec.time_base = av_inv_q(av_d2q(rate, 1000));
    codec.framerate = av_inv_q(codec.time_base);
    codec.flags |= AV_CODEC_FLAG_BITEXACT;
    if (file_->oformat->flags & AVFMT_GLOBALHEADER) codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    AVDictionary* options = nullptr;
    codec.pix_fmt = AV_PIX_FMT_YUV420P;
    codec.color_range = AVCOL_RANGE_MPEG;
    codec.colorspace = AVCOL_SPC_BT709;
    codec.color_primaries = AVCOL_PRI_BT709;
    codec.color_trc = AVCOL_TRC_BT709;
    const bool webm = is_webm(target_.file.target());
    av_dict_set_int(&options, "crf", webm ? webm_quality : film_quality, 0);
    if (webm)
      av_dict_set_int(&options, "cpu-used", 4, 0);
    else
      av_dict_set(&options, "preset", "fast", 0);
    const int error = avcodec_open2(&codec, encoder, &options);
    av_dict_free(&options);
    require(error, encoded);
    picture_ = avformat_new_stream(file_.get(), nullptr);
    if (!picture_) throw std::bad_alloc();
    picture_->time_base = codec.time_base;
    picture_->avg_frame_rate = codec.framerate;
    require(avcodec_parameters_from_context(picture_->codecpar, &codec), begun);
  }

  std::uint8_t* row_of(int plane, int y) {
    return frame_->data[plane] + static_cast<std::ptrdiff_t>(y) * frame_->linesize[plane];
  }

  // Rec. 709, the colour of four pixels together; width and height are even.
  void fill(const LabPicture& picture) {
    constexpr float kr = 0.2126f, kb = 0.0722f;
    const int width = picture.lightness.width(), height = picture.lightness.height();
    std::vector<float> rows[2];
    for (auto& row : rows) row.resize(3 * static_cast<std::size_t>(width));
    for (int y = 0; y < height; y += 2) {
      for (int i = 0; i < 2; ++i)
        srgb_row_from_lab(picture.lightness.row(y + i), picture.chroma.a.row(y + i), picture.chroma.b.row(y + i), width,
                          rows[i].data());
      for (int x = 0; x < width; x += 2) {
        float red = 0, blue = 0, light = 0;
        for (int i = 0; i < 4; ++i) {
          const float* rgb = rows[i / 2].data() + 3 * (x + i % 2);
          const float luma = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
          row_of(0, y + i / 2)[x + i % 2] = static_cast<std::uint8_t>(std::lround(16 + 219 * luma));
          red += rgb[0] / 4, blue += rgb[2] / 4, light += luma / 4;
        }
        row_of(1, y / 2)[x / 2] = static_cast<std::uint8_t>(std::lround(128 + 224 * (blue - light) / (2 * (1 - kb))));
        row_of(2, y / 2)[x / 2] = static_cast<std::uint8_t>(std::lround(128 + 224 * (red - light) / (2 * (1 - kr))));
      }
    }
  }

  void encode(const AVFrame* frame) {
    require(avcodec_send_frame(codec_.get(), frame), encoded);
    for (;;) {
      const int error = avcodec_receive_packet(codec_.get(), packet_.get());
      if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return;
      require(error, encoded);
      if (packet_->duration == 0) packet_->duration = 1;
      av_packet_rescale_ts(packet_.get(), codec_->time_base, picture_->time_base);
      packet_->stream_index = picture_->index;
      require(av_interleaved_write_frame(file_.get(), packet_.get()), written);
    }
  }

  FilmTarget target_;
  std::unique_ptr<AVIOContext, CloseBytes> bytes_;
  std::unique_ptr<AVFormatContext, CloseFile> file_;
  CodecPtr codec_;
  PacketPtr packet_;
  FramePtr frame_;
  AVStream* picture_ = nullptr;
  std::int64_t shown_ = 0;  // frames
};

}  // namespace

void require_film_frames(const fs::path& target) {
  frame_encoder(target);
}

std::unique_ptr<FrameWriter> begin_film_frames(const fs::path& target, Extent size, double rate) {
  return std::make_unique<FilmFrames>(target, size, rate);
}

}  // namespace handtint
