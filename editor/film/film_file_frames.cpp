// Pictures as a film file, by libav.
#include <algorithm>
#include <array>
#include <cmath>

#include "editor/files/paths.h"
#include "editor/film/film_output.h"
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

class FilmFrames final : public FrameWriter {
 public:
  FilmFrames(const fs::path& target, Extent size, double rate) : output_(target), frame_(av_frame_alloc()) {
    begin_picture(target, size, rate);
    output_.begin();
  }

  void add(const LabPicture& picture, int frames) override {
    av_frame_unref(frame_.get());
    frame_->format = codec_->pix_fmt;
    frame_->width = codec_->width;
    frame_->height = codec_->height;
    output_.require_encoded(av_frame_get_buffer(frame_.get(), 0));
    fill(picture);
    for (int i = 0; i < frames; ++i) {
      frame_->pts = shown_++;
      output_.encode(*codec_, *picture_, frame_.get(), 1);
    }
  }

  void finish() override {
    output_.encode(*codec_, *picture_, nullptr, 1);
    output_.finish();
  }

 private:
  void begin_picture(const fs::path& target, Extent size, double rate) {
    const AVCodec* encoder = frame_encoder(target);
    codec_.reset(avcodec_alloc_context3(encoder));
    AVCodecContext& codec = *codec_;
    codec.width = size.width;
    codec.height = size.height;
    codec.time_base = av_inv_q(av_d2q(rate, 1000));
    codec.framerate = av_inv_q(codec.time_base);
    codec.pix_fmt = AV_PIX_FMT_YUV420P;
    codec.color_range = AVCOL_RANGE_MPEG;
    codec.colorspace = AVCOL_SPC_BT709;
    codec.color_primaries = AVCOL_PRI_BT709;
    codec.color_trc = AVCOL_TRC_BT709;
    AVDictionary* options = nullptr;
    const bool webm = is_webm(target);
    av_dict_set_int(&options, "crf", webm ? webm_quality : film_quality, 0);
    if (webm)
      av_dict_set_int(&options, "cpu-used", 4, 0);
    else
      av_dict_set(&options, "preset", "fast", 0);
    picture_ = &output_.new_stream();
    picture_->time_base = codec.time_base;
    picture_->avg_frame_rate = codec.framerate;
    output_.open(codec, *encoder, options, *picture_);
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

  FilmOutput output_;
  CodecPtr codec_;
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
