// A film file from a film file: the picture encoded anew with its own luma samples, everything else copied.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "editor/files/paths.h"
#include "editor/film/film_output.h"
#include "editor/film/film_writer.h"
#include "solver/lab.h"
#include "solver/layers/enlarger.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr int good_quality = 16;

// The encoder by the ending: without loss in Matroska and AVI unless a quality is asked for, else H.264.
const AVCodec* encoder_for(const fs::path& output, const FilmWriting& writing) {
  const std::string ending = lower_case_extension(output);
  const bool lossless = writing.quality < 0 && (ending == ".mkv" || ending == ".avi");
  const AVCodec* codec = lossless ? avcodec_find_encoder(AV_CODEC_ID_FFV1) : avcodec_find_encoder_by_name("libx264");
  if (!codec)
    throw FileError(output,
                    tr("cannot be encoded: this libav has no H.264 encoder; choose .mkv, which is without loss"));
  return codec;
}

// Planar YUV with the depth of the luma: that of the film where it has colour samples, else 4:2:0.
AVPixelFormat samples_for(AVPixelFormat film) {
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(film);
  if (format.nb_components >= 3 && (format.flags & AV_PIX_FMT_FLAG_ALPHA) == 0) return film;
  const std::string bits = std::to_string(format.comp[0].depth);
  return format.comp[0].depth == 8 ? AV_PIX_FMT_YUV420P : av_get_pix_fmt(("yuv420p" + bits + "le").c_str());
}

// The colour samples of a frame. Its luma stands for the light already: what the colour adds are the differences.
void fill_colour(AVFrame& frame, const AVFrame& film, const Chroma& small) {
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  const SampleScale scale = scale_of(film);
  const SharedPlane<float> lightness = lightness_of(film, format.log2_chroma_w, format.log2_chroma_h);
  const Chroma colour = enlarge_along_edges(small, lightness);
  const float middle = static_cast<float>(1 << (scale.bits - 1)), most = static_cast<float>((1 << scale.bits) - 1);
  std::vector<float> rgb(3 * static_cast<std::size_t>(colour.width()));
  for (int y = 0; y < colour.height(); ++y) {
    std::uint8_t* rows[2] = {frame.data[1] + static_cast<std::ptrdiff_t>(y) * frame.linesize[1],
                             frame.data[2] + static_cast<std::ptrdiff_t>(y) * frame.linesize[2]};
    srgb_row_from_lab(lightness.row(y), colour.a.row(y), colour.b.row(y), colour.width(), rgb.data());
    for (int x = 0; x < colour.width(); ++x) {
      const float *at = rgb.data() + 3 * x, r = at[0], g = at[1], b = at[2];
      const float luma = scale.kr * r + (1 - scale.kr - scale.kb) * g + scale.kb * b;
      const float differences[2] = {(b - luma) / (2 * (1 - scale.kb)), (r - luma) / (2 * (1 - scale.kr))};
      for (int i = 0; i < 2; ++i) {
        const float code = std::clamp(middle + differences[i] * scale.colour_span(), 0.0f, most);
        const auto value = static_cast<std::uint16_t>(std::lrint(code));
        if (scale.bits > 8)
          std::memcpy(rows[i] + 2 * x, &value, sizeof value);
        else
          rows[i][x] = static_cast<std::uint8_t>(value);
      }
    }
  }
}

class FilmEncoder {
 public:
  FilmEncoder(const FilmToWrite& film, const FilmDecoder& input) : output_(film.output), frame_(av_frame_alloc()) {
    av_dict_copy(&output_.file().metadata, input.file().metadata, 0);
    picture_ = &output_.new_stream();
    begin_picture(film, input);
    add_other_streams(film, input);
    copy_chapters(input);
    output_.begin();
  }

  void add(const AVFrame& film, const Chroma& colour) {
    av_frame_unref(frame_.get());
    frame_->format = codec_->pix_fmt;
    frame_->width = film.width;
    frame_->height = film.height;
    output_.require_encoded(av_frame_get_buffer(frame_.get(), 0));
    output_.require_encoded(av_frame_copy_props(frame_.get(), &film));
    frame_->pts = film.best_effort_timestamp;
    frame_->pict_type = AV_PICTURE_TYPE_NONE;
    const int bytes = film.width * (scale_of(film).bits > 8 ? 2 : 1);
    for (int y = 0; y < film.height; ++y)
      std::memcpy(frame_->data[0] + static_cast<std::ptrdiff_t>(y) * frame_->linesize[0],
                  film.data[0] + static_cast<std::ptrdiff_t>(y) * film.linesize[0], static_cast<std::size_t>(bytes));
    fill_colour(*frame_, film, colour);
    output_.encode(*codec_, *picture_, frame_.get());
  }

  void copy(const AVFormatContext& from, AVPacket& packet) {
    AVStream* to = stream_of_[static_cast<std::size_t>(packet.stream_index)];
    if (!to) return;
    av_packet_rescale_ts(&packet, from.streams[packet.stream_index]->time_base, to->time_base);
    packet.stream_index = to->index;
    packet.pos = -1;
    output_.write(packet);
  }

  void finish() {
    output_.encode(*codec_, *picture_, nullptr);
    output_.finish();
  }

 private:
  static void make_like(AVStream& stream, const AVStream& like) {
    stream.time_base = like.time_base;
    stream.disposition = like.disposition;
    stream.sample_aspect_ratio = like.sample_aspect_ratio;
    stream.avg_frame_rate = like.avg_frame_rate;
    stream.r_frame_rate = like.r_frame_rate;
    av_dict_copy(&stream.metadata, like.metadata, 0);
  }

  void begin_picture(const FilmToWrite& film, const FilmDecoder& input) {
    const AVCodec* encoder = encoder_for(film.output, film.writing);
    const AVCodecContext& from = input.codec();
    codec_.reset(avcodec_alloc_context3(encoder));
    AVCodecContext& codec = *codec_;
    codec.width = from.width;
    codec.height = from.height;
    codec.pix_fmt = samples_for(from.pix_fmt);
    codec.time_base = input.picture().time_base;
    codec.framerate = input.picture().avg_frame_rate;
    codec.sample_aspect_ratio = from.sample_aspect_ratio;
    codec.color_range = from.color_range;
    codec.colorspace = from.colorspace;
    codec.color_primaries = from.color_primaries;
    codec.color_trc = from.color_trc;
    codec.chroma_sample_location = from.chroma_sample_location;
    codec.thread_count = film.threads;
    AVDictionary* options = nullptr;
    if (encoder->id == AV_CODEC_ID_FFV1) {
      codec.level = 3;  // slices with check sums
    } else {
      av_dict_set_int(&options, "crf", film.writing.quality < 0 ? good_quality : film.writing.quality, 0);
      av_dict_set(&options, "preset", "fast", 0);
    }
    make_like(*picture_, input.picture());
    output_.open(codec, *encoder, options, *picture_);
  }

  // One for each stream of the input; null for what has no place in the format.
  void add_other_streams(const FilmToWrite& film, const FilmDecoder& input) {
    for (unsigned i = 0; i < input.file().nb_streams; ++i) {
      const AVStream& from = *input.file().streams[i];
      stream_of_.push_back(&from == &input.picture() ? picture_ : nullptr);
      if (stream_of_.back()) continue;
      if (avformat_query_codec(output_.file().oformat, from.codecpar->codec_id, FF_COMPLIANCE_NORMAL) == 0) {
        if (film.note)
          film.note(
              tr("the stream {1} ({2}) has no place in {3} and is left away; .mkv takes most",
                 {std::to_string(i), avcodec_get_name(from.codecpar->codec_id), lower_case_extension(film.output)}));
        continue;
      }
      AVStream& to = output_.new_stream();
      make_like(to, from);
      if (avcodec_parameters_copy(to.codecpar, from.codecpar) < 0) throw std::bad_alloc();
      to.codecpar->codec_tag = 0;
      stream_of_.back() = &to;
    }
  }

  void copy_chapters(const FilmDecoder& input) {
    const AVFormatContext& from = input.file();
    AVFormatContext& file = output_.file();
    if (from.nb_chapters == 0) return;
    file.chapters = static_cast<AVChapter**>(av_calloc(from.nb_chapters, sizeof(AVChapter*)));
    if (!file.chapters) throw std::bad_alloc();
    for (unsigned i = 0; i < from.nb_chapters; ++i) {
      auto* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
      if (!chapter) throw std::bad_alloc();
      *chapter = *from.chapters[i];
      chapter->metadata = nullptr;
      av_dict_copy(&chapter->metadata, from.chapters[i]->metadata, 0);
      file.chapters[file.nb_chapters++] = chapter;
    }
  }

  FilmOutput output_;
  CodecPtr codec_;
  FramePtr frame_;
  AVStream* picture_ = nullptr;
  std::vector<AVStream*> stream_of_;  // of the output, for each of the input
};

}  // namespace

void require_film_file_writer(const fs::path& film, const fs::path& output, const FilmWriting& writing) {
  if (film_kind_of(film) != FilmKind::film)
    throw FileError(output,
                    tr("is a film file, but {1} says neither times nor sound; choose a folder or a .gif as output",
                       {film.string()}));
  const AVCodec* encoder = encoder_for(output, writing);
  if (encoder->id != AV_CODEC_ID_H264) return;
  const FilmDecoder input(film);
  const AVPixFmtDescriptor& samples = *av_pix_fmt_desc_get(samples_for(input.codec().pix_fmt));
  const Extent size = input.size();
  if (size.width % (1 << samples.log2_chroma_w) != 0 || size.height % (1 << samples.log2_chroma_h) != 0)
    throw FileError(output, tr("cannot be H.264: the film is {1}, and that takes even sizes; choose .mkv without "
                               "--quality, which is without loss",
                               {to_string(size)}));
}

bool write_film_file(const FilmToWrite& film) {
  FilmDecoder input(film.film, film.reading);
  FilmEncoder output(film, input);
  const int frames = film.shots.back().end;
  int n = 0;
  for (const AVFrame* frame;
       n < frames && (frame = input.next([&](AVPacket& packet) { output.copy(input.file(), packet); })); ++n) {
    output.add(*frame, film.colours(n));
    if (!film.progress(n)) return false;
  }
  if (n < frames) throw FileError(film.film, tr("has fewer frames than before; it was changed meanwhile"));
  while (input.next([&](AVPacket& packet) { output.copy(input.file(), packet); })) {
  }
  output.finish();
  return true;
}

}  // namespace handtint
