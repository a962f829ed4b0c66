#include "editor/film/film_decoder.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "solver/lab.h"
#include "solver/tr.h"

namespace handtint {

namespace fs = std::filesystem;

namespace {

// Who seeks a frame begins so many before it: the first ones after a key frame may need what lies before that.
constexpr int frames_before = 16;

// Planes of luma with up to 16 bits, in the machine's byte order.
bool has_plain_luma(const AVPixFmtDescriptor& format) {
  const bool planar = (format.flags & AV_PIX_FMT_FLAG_PLANAR) != 0 || format.nb_components == 1;
  constexpr std::uint64_t strange = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL |
                                    AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BE;
  const AVComponentDescriptor& luma = format.comp[0];
  return planar && (format.flags & strange) == 0 && luma.depth >= 8 && luma.depth <= 16 && luma.shift == 0 &&
         luma.step == (luma.depth > 8 ? 2 : 1);
}

}  // namespace

std::string words_of_av_error(int error) {
  char words[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(error, words, sizeof words);
  return words;
}

FilmDecoder::FilmDecoder(const fs::path& path, FilmReading reading)
    : path_(path), reading_(reading), frame_(av_frame_alloc()), packet_(av_packet_alloc()) {
  av_log_set_level(AV_LOG_QUIET);  // its own lines on standard error would come on top of ours
  AVFormatContext* file = nullptr;
  int error = avformat_open_input(&file, path.c_str(), nullptr, nullptr);
  if (error < 0) throw FileError(path, tr("cannot be opened as a film ({1})", {words_of_av_error(error)}));
  file_.reset(file);
  if ((error = avformat_find_stream_info(file, nullptr)) < 0)
    throw FileError(path, tr("is damaged ({1})", {words_of_av_error(error)}));
  const AVCodec* codec = nullptr;
  stream_ = av_find_best_stream(file, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  if (stream_ < 0 || !codec) throw FileError(path, tr("holds no picture that can be decoded"));
  codec_.reset(avcodec_alloc_context3(codec));
  if ((error = avcodec_parameters_to_context(codec_.get(), picture().codecpar)) < 0 ||
      (codec_->thread_count = 0, codec_->pkt_timebase = picture().time_base,
       error = avcodec_open2(codec_.get(), codec, nullptr)) < 0)
    throw FileError(path, tr("cannot be decoded ({1})", {words_of_av_error(error)}));
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(codec_->pix_fmt);
  if (!format || !has_plain_luma(*format))
    throw FileError(
        path,
        tr("has samples of the kind {1}, which are not read here; convert it to YUV first (ffmpeg -pix_fmt yuv420p)",
           {format ? format->name : tr("unknown")}));
  if (static_cast<std::int64_t>(codec_->width) * codec_->height > max_photo_pixels)
    throw FileError(path, tr("has frames too large to be read"));
}

const AVFrame* FilmDecoder::next(const std::function<void(AVPacket&)>& other) {
  if (!std::exchange(found_, false) && !decode(other)) return nullptr;
  if (frames_ == static_cast<int>(times_.size())) times_.push_back(frame_->best_effort_timestamp);
  ++frames_;
  return frame_.get();
}

double FilmDecoder::seconds_lacking() const {
  const AVStream& stream = picture();
  const double rate = av_q2d(stream.avg_frame_rate);
  if (stream.nb_frames > frames_ && rate > 0) return static_cast<double>(stream.nb_frames - frames_) / rate;
  const AVDictionaryEntry* duration = av_dict_get(stream.metadata, "DURATION", nullptr, 0);  // Matroska's
  int hours = 0, minutes = 0;
  double seconds = 0;
  if (!duration || std::sscanf(duration->value, "%d:%d:%lf", &hours, &minutes, &seconds) != 3 || times_.empty() ||
      times_.back() == AV_NOPTS_VALUE)
    return 0;
  const double shown = static_cast<double>(times_.back()) * av_q2d(stream.time_base);
  return std::max(0.0, 3600 * hours + 60 * minutes + seconds - shown);
}

bool FilmDecoder::go_back(int frame) {
  const auto not_rising = [](std::int64_t p, std::int64_t q) { return p >= q; };
  if (frame < 0 || frame >= static_cast<int>(times_.size()) || times_.front() == AV_NOPTS_VALUE ||
      std::adjacent_find(times_.begin(), times_.end(), not_rising) != times_.end())
    return false;
  const std::int64_t wanted = times_[static_cast<std::size_t>(frame)];
  const std::int64_t from = times_[static_cast<std::size_t>(std::max(0, frame - frames_before))];
  if (av_seek_frame(file_.get(), stream_, from, AVSEEK_FLAG_BACKWARD) < 0) return false;
  avcodec_flush_buffers(codec_.get());
  deinterlacer_.reset();
  found_ = drained_ = false;
  try {
    while (decode({}) && frame_->best_effort_timestamp < wanted) {
    }
  } catch (const FileError&) {
    return false;
  }
  found_ = frame_->best_effort_timestamp == wanted;
  if (found_) frames_ = frame;
  return found_;
}

bool FilmDecoder::decode(const std::function<void(AVPacket&)>& other) {
  if (!deinterlacer_) {
    if (!receive(other)) return false;
    if (!is_interlaced(*frame_)) return true;
    begin_deinterlacing();
    deinterlacer_->put(frame_.get());
  }
  while (!deinterlacer_->take(frame_.get())) {
    if (drained_) return false;
    drained_ = !receive(other);
    deinterlacer_->put(drained_ ? nullptr : frame_.get());
  }
  return true;
}

void FilmDecoder::begin_deinterlacing() {
  if (!reading_.deinterlace)
    throw FileError(path_,
                    tr("is interlaced: each frame holds two moments; --deinterlace keeps one of them in each frame"));
  deinterlacer_ = std::make_unique<Deinterlacer>();
}

bool FilmDecoder::receive(const std::function<void(AVPacket&)>& other) {
  const auto damaged = [&](int error) {
    return FileError(path_,
                     tr_n("is damaged or cut off after {1} frame ({2})", "is damaged or cut off after {1} frames ({2})",
                          frames_, {std::to_string(frames_), words_of_av_error(error)}));
  };
  for (;;) {
    int error = avcodec_receive_frame(codec_.get(), frame_.get());
    if (error == AVERROR_EOF) return false;
    if (error == 0) {
      if (frame_->width != codec_->width || frame_->height != codec_->height || frame_->format != codec_->pix_fmt)
        throw FileError(path_, tr_n("changes its size or samples on the way, after {1} frame",
                                    "changes its size or samples on the way, after {1} frames", frames_));
      return true;
    }
    if (error != AVERROR(EAGAIN)) throw damaged(error);
    while ((error = av_read_frame(file_.get(), packet_.get())) >= 0 && packet_->stream_index != stream_) {
      if (other) other(*packet_);
      av_packet_unref(packet_.get());
    }
    if (error < 0 && error != AVERROR_EOF) throw damaged(error);
    error = avcodec_send_packet(codec_.get(), error == AVERROR_EOF ? nullptr : packet_.get());
    av_packet_unref(packet_.get());
    if (error < 0 && error != AVERROR_EOF) throw damaged(error);
  }
}

SampleScale scale_of(const AVFrame& frame) {
  SampleScale scale;
  scale.bits = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format))->comp[0].depth;
  scale.full = frame.color_range == AVCOL_RANGE_JPEG;
  constexpr int high_definition = 720;  // lines; from there on Rec. 709 where nothing else is said
  const bool old = frame.colorspace == AVCOL_SPC_BT470BG || frame.colorspace == AVCOL_SPC_SMPTE170M ||
                   (frame.colorspace != AVCOL_SPC_BT709 && frame.height < high_definition);
  const bool wide = frame.colorspace == AVCOL_SPC_BT2020_NCL || frame.colorspace == AVCOL_SPC_BT2020_CL;
  scale.kr = wide ? 0.2627f : old ? 0.299f : 0.2126f;
  scale.kb = wide ? 0.0593f : old ? 0.114f : 0.0722f;
  return scale;
}

Plane<float> lightness_of(const AVFrame& frame, int across, int down) {
  const SampleScale scale = scale_of(frame);
  std::vector<float> of_code(std::size_t{1} << scale.bits);
  for (std::size_t code = 0; code < of_code.size(); ++code)
    of_code[code] = lightness_from_grey(std::clamp((code - scale.black()) / scale.light_span(), 0.0f, 1.0f));
  const int width = (frame.width + (1 << across) - 1) >> across, height = (frame.height + (1 << down) - 1) >> down;
  Plane<float> lightness(width, height);
  const auto at = [&](int x, int y) {
    const std::uint8_t* row = frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0];
    std::uint16_t code = row[x];
    if (scale.bits > 8) std::memcpy(&code, row + 2 * x, sizeof code);
    return of_code[std::min<std::size_t>(code, of_code.size() - 1)];
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      float sum = 0;
      for (int v = 0; v < 1 << down; ++v)
        for (int u = 0; u < 1 << across; ++u)
          sum += at(std::min((x << across) + u, frame.width - 1), std::min((y << down) + v, frame.height - 1));
      lightness(x, y) = sum / static_cast<float>(1 << (across + down));
    }
  return lightness;
}

}  // namespace handtint
