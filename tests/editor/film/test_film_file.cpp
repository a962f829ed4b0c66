// Film files with sound, made by libav: what must come out as it went in.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "editor/film/dense_flow.h"
#include "editor/film/film_reader.h"
#include "editor/film/frame_source.h"
#include "tests/editor/film/moving_square.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
using namespace handtint::tests;

namespace fs = std::filesystem;

namespace {

constexpr int sound_rate = 48000;

struct FilmWish {
  int frames = 12;
  bool interlaced = false;
  bool odd_times = false;  // frames last a tenth, two tenths, three tenths of a second
  int width = film_width;
  const char *picture = "mpeg2video", *sound = "aac";
};

// Upright bars that wander: between the lines of one moment nothing changes.
int bar(int x, double moment) {
  return 60 + static_cast<int>(120 * pattern(static_cast<float>(x - 3 * moment), 0, 9, 5));
}

std::int64_t time_of(int frame, const FilmWish& wish) {
  std::int64_t time = frame;
  for (int n = 0; wish.odd_times && n < frame; ++n) time += n % 3;
  return time;
}

// One file with a picture and its sound.
class FilmMaker {
 public:
  FilmMaker(const fs::path& path, const FilmWish& wish) : wish_(wish) {
    REQUIRE(avformat_alloc_output_context2(&file_, nullptr, nullptr, path.c_str()) >= 0);
    picture_ = begin_picture();
    sound_ = begin_sound();
    REQUIRE(avio_open(&file_->pb, path.c_str(), AVIO_FLAG_WRITE) >= 0);
    REQUIRE(avformat_write_header(file_, nullptr) >= 0);
    double heard = 0;
    for (int n = 0; n < wish.frames; ++n) {
      encode(*picture_, 0, picture_frame(n));
      for (const double until = av_q2d(picture_->time_base) * static_cast<double>(time_of(n + 1, wish)); heard < until;
           heard += static_cast<double>(sound_->frame_size) / sound_rate)
        encode(*sound_, 1, sound_frame(std::lround(heard * sound_rate)));
    }
    encode(*picture_, 0, nullptr);
    encode(*sound_, 1, nullptr);
    REQUIRE(av_write_trailer(file_) >= 0);
  }
  ~FilmMaker() {
    avcodec_free_context(&picture_);
    avcodec_free_context(&sound_);
    avio_closep(&file_->pb);
    avformat_free_context(file_);
  }

 private:
  AVCodecContext* begin(const char* name, void (*set)(AVCodecContext&, const FilmWish&)) {
    const AVCodec* codec = avcodec_find_encoder_by_name(name);
    REQUIRE(codec);
    AVCodecContext* context = avcodec_alloc_context3(codec);
    set(*context, wish_);
    if (file_->oformat->flags & AVFMT_GLOBALHEADER) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    REQUIRE(avcodec_open2(context, codec, nullptr) >= 0);
    AVStream* stream = avformat_new_stream(file_, nullptr);
    stream->time_base = context->time_base;
    REQUIRE(avcodec_parameters_from_context(stream->codecpar, context) >= 0);
    return context;
  }

  AVCodecContext* begin_picture() {
    return begin(wish_.picture, [](AVCodecContext& codec, const FilmWish& wish) {
      codec.width = wish.width;
      codec.height = film_height;
      codec.pix_fmt = AV_PIX_FMT_YUV420P;
      codec.time_base = wish.odd_times ? AVRational{1, 10} : AVRational{1001, 30000};
      codec.framerate = av_inv_q(codec.time_base);
      codec.bit_rate = 8'000'000;
      codec.color_range = AVCOL_RANGE_MPEG;
      codec.colorspace = AVCOL_SPC_SMPTE170M;
      if (wish.interlaced) codec.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
      if (wish.interlaced) codec.field_order = AV_FIELD_TT;
    });
  }

  AVCodecContext* begin_sound() {
    return begin(wish_.sound, [](AVCodecContext& codec, const FilmWish&) {
      codec.sample_rate = sound_rate;
      codec.sample_fmt = codec.codec->sample_fmts[0];
      codec.time_base = {1, sound_rate};
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 28, 100)
      codec.ch_layout = AV_CHANNEL_LAYOUT_MONO;
#else
      codec.channel_layout = AV_CH_LAYOUT_MONO;
      codec.channels = 1;
#endif
    });
  }

  // Of an interlaced film the odd lines are half a frame later.
  AVFrame* picture_frame(int n) {
    AVFrame* frame = av_frame_alloc();
    frame->format = picture_->pix_fmt;
    frame->width = wish_.width;
    frame->height = film_height;
    REQUIRE(av_frame_get_buffer(frame, 0) >= 0);
    for (int y = 0; y < film_height; ++y)
      for (int x = 0; x < wish_.width; ++x)
        frame->data[0][y * frame->linesize[0] + x] =
            static_cast<std::uint8_t>(bar(x, n + (wish_.interlaced && y % 2 ? 0.5 : 0)));
    for (int plane : {1, 2})
      for (int i = 0; i < frame->linesize[plane] * film_height / 2; ++i) frame->data[plane][i] = 128;
    frame->pts = time_of(n, wish_);
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    if (wish_.interlaced) frame->flags |= AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
    frame->interlaced_frame = frame->top_field_first = wish_.interlaced;
#endif
    return frame;
  }

  AVFrame* sound_frame(long first) {
    AVFrame* frame = av_frame_alloc();
    frame->format = sound_->sample_fmt;
    frame->nb_samples = sound_->frame_size;
    frame->sample_rate = sound_rate;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 28, 100)
    av_channel_layout_copy(&frame->ch_layout, &sound_->ch_layout);
#else
    frame->channel_layout = AV_CH_LAYOUT_MONO;
#endif
    REQUIRE(av_frame_get_buffer(frame, 0) >= 0);
    for (int i = 0; i < frame->nb_samples; ++i) {
      const float value = 0.4f * std::sin(0.05f * static_cast<float>(first + i));
      if (frame->format == AV_SAMPLE_FMT_S16)
        reinterpret_cast<std::int16_t*>(frame->data[0])[i] = static_cast<std::int16_t>(32767 * value);
      else
        reinterpret_cast<float*>(frame->data[0])[i] = value;
    }
    frame->pts = first;
    return frame;
  }

  void encode(AVCodecContext& codec, int stream, AVFrame* frame) {
    REQUIRE(avcodec_send_frame(&codec, frame) >= 0);
    av_frame_free(&frame);
    AVPacket* packet = av_packet_alloc();
    while (avcodec_receive_packet(&codec, packet) >= 0) {
      av_packet_rescale_ts(packet, codec.time_base, file_->streams[stream]->time_base);
      packet->stream_index = stream;
      REQUIRE(av_interleaved_write_frame(file_, packet) >= 0);
    }
    av_packet_free(&packet);
  }

  FilmWish wish_;
  AVFormatContext* file_ = nullptr;
  AVCodecContext *picture_ = nullptr, *sound_ = nullptr;
};

struct Packet {
  double time = 0;  // seconds
  std::string bytes;
  friend bool operator==(const Packet&, const Packet&) = default;
};

std::vector<Packet> packets_of(const fs::path& path, AVMediaType kind) {
  AVFormatContext* file = nullptr;
  REQUIRE(avformat_open_input(&file, path.c_str(), nullptr, nullptr) >= 0);
  REQUIRE(avformat_find_stream_info(file, nullptr) >= 0);
  std::vector<Packet> packets;
  AVPacket* packet = av_packet_alloc();
  while (av_read_frame(file, packet) >= 0) {
    const AVStream& stream = *file->streams[packet->stream_index];
    if (stream.codecpar->codec_type == kind)
      packets.push_back({std::round(1000 * static_cast<double>(packet->pts) * av_q2d(stream.time_base)) / 1000,
                         std::string(reinterpret_cast<const char*>(packet->data), packet->size)});
    av_packet_unref(packet);
  }
  av_packet_free(&packet);
  avformat_close_input(&file);
  return packets;
}

std::vector<double> times_of(const std::vector<Packet>& packets) {
  std::vector<double> times;
  for (const Packet& packet : packets) times.push_back(packet.time);
  std::sort(times.begin(), times.end());
  return times;
}

// What neighbouring lines differ by, in L.
double combing(const Photo& frame) {
  double sum = 0;
  for (int y = 1; y < frame.height(); ++y)
    for (int x = 0; x < frame.width(); ++x) sum += std::abs(frame.lightness(x, y) - frame.lightness(x, y - 1));
  return sum / static_cast<double>(frame.lightness.size());
}

Outcome colour(const fs::path& in, const fs::path& out, const ScratchFolder& folder, std::vector<std::string> more) {
  const fs::path key = folder / "key.png";
  write_frame(key, frame_light(0), frame_colour(0));
  std::vector<std::string> arguments{HANDTINT_PROGRAM, "film",      in.string(), "--keys", key.string(), "-o",
                                     out.string(),     "--network", "none"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments);
}

}  // namespace

TEST_CASE("an interlaced film is made one of whole moments, with its times and its sound") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  const fs::path in = folder / "in.mkv", out = folder / "out.mkv", torn = folder / "torn";
  FilmMaker(in, {.interlaced = true});
  const Outcome refused = colour(in, out, folder, {});
  CHECK(refused.exit_code != 0);
  CHECK_MESSAGE(refused.err.find("--deinterlace") != std::string::npos, refused.err);
  CHECK(!fs::exists(out.string() + ".work"));
  const Outcome done = colour(in, out, folder, {"--deinterlace"});
  REQUIRE_MESSAGE(done.exit_code == 0, done.err);

  const auto sound = packets_of(in, AVMEDIA_TYPE_AUDIO);
  CHECK(sound.size() > 10);
  CHECK(sound == packets_of(out, AVMEDIA_TYPE_AUDIO));
  CHECK(times_of(packets_of(in, AVMEDIA_TYPE_VIDEO)) == times_of(packets_of(out, AVMEDIA_TYPE_VIDEO)));
  const auto whole = open_film(out);
  for (int n = 0; n < 12; ++n) {
    const auto frame = whole->next();
    REQUIRE(frame);
    CHECK_MESSAGE(combing(*frame) < 1, n);
    FrameSource shown(in, 1);  // as the editor reads it, sought from anywhere
    CHECK(shown.frame(11 - n));
    CHECK_MESSAGE(shown.frame(n)->lightness == frame->lightness, n);
  }
  CHECK(!whole->next());
}

TEST_CASE("variable times, and a sound without loss, come out as they went in") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  const fs::path in = folder / "in.mkv", out = folder / "out.mkv";
  FilmMaker(in, {.frames = 6, .odd_times = true, .picture = "ffv1", .sound = "flac"});
  const Outcome done = colour(in, out, folder, {"--draft"});
  REQUIRE_MESSAGE(done.exit_code == 0, done.err);
  CHECK(packets_of(in, AVMEDIA_TYPE_AUDIO) == packets_of(out, AVMEDIA_TYPE_AUDIO));
  CHECK(times_of(packets_of(in, AVMEDIA_TYPE_VIDEO)) == times_of(packets_of(out, AVMEDIA_TYPE_VIDEO)));
}

TEST_CASE("odd sizes are refused before the work where they cannot be written; a film that was cut off is told") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  const fs::path in = folder / "in.mkv", out = folder / "out.mkv", mp4 = folder / "out.mp4";
  FilmMaker(in, {.frames = 40, .width = film_width - 1, .picture = "ffv1"});
  const Outcome refused = colour(in, mp4, folder, {});
  CHECK(refused.exit_code != 0);
  const auto says = [&](const char* words) { return refused.err.find(words) != std::string::npos; };
  CHECK_MESSAGE((says("even sizes") || says("no H.264 encoder")), refused.err);
  CHECK(!fs::exists(mp4.string() + ".work"));
  fs::resize_file(in, fs::file_size(in) / 2);
  const Outcome done = colour(in, out, folder, {"--draft"});
  CHECK_MESSAGE(done.exit_code == 0, done.err);
  CHECK_MESSAGE(done.err.find("it may have been cut off") != std::string::npos, done.err);
  CHECK(open_film(out)->next()->width() == film_width - 1);
}
