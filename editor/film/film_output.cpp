#include "editor/film/film_output.h"

#include <new>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr const char *begun = tr_noop("cannot be begun ({1})"), *encoded = tr_noop("cannot be encoded ({1})"),
                     *written = tr_noop("cannot be written ({1})"), *finished = tr_noop("cannot be finished ({1})");

}  // namespace

struct FilmOutput::Calls {
  template <class F>
  static std::int64_t guarded(void* self, F&& act) {
    auto& target = *static_cast<Target*>(self);
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

FilmOutput::FilmOutput(const std::filesystem::path& target)
    : target_{AtomicFile(target), {}}, packet_(av_packet_alloc()) {
  av_log_set_level(AV_LOG_QUIET);  // its own lines on standard error would come on top of ours
  const AVOutputFormat* format = av_guess_format(nullptr, target.c_str(), nullptr);
  if (!format) throw FileError(target, tr("has an ending that no film format has"));
  AVFormatContext* file = nullptr;
  require(avformat_alloc_output_context2(&file, format, nullptr, target.c_str()), begun);
  file_.reset(file);
  constexpr int buffer_bytes = 1 << 16;
  bytes_.reset(avio_alloc_context(static_cast<std::uint8_t*>(av_malloc(buffer_bytes)), buffer_bytes, 1, &target_,
                                  nullptr, Calls::write, Calls::seek));
  if (!bytes_) throw std::bad_alloc();
  file->pb = bytes_.get();
  file->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;  // the same film again is the same file
}

AVStream& FilmOutput::new_stream() {
  AVStream* stream = avformat_new_stream(file_.get(), nullptr);
  if (!stream) throw std::bad_alloc();
  return *stream;
}

void FilmOutput::open(AVCodecContext& codec, const AVCodec& encoder, AVDictionary* options, AVStream& stream) {
  codec.flags |= AV_CODEC_FLAG_BITEXACT;
  if (file_->oformat->flags & AVFMT_GLOBALHEADER) codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  const int error = avcodec_open2(&codec, &encoder, &options);
  av_dict_free(&options);
  require(error, encoded);
  require(avcodec_parameters_from_context(stream.codecpar, &codec), begun);
}

void FilmOutput::begin() {
  require(avformat_write_header(file_.get(), nullptr), begun);
}

void FilmOutput::encode(AVCodecContext& codec, AVStream& stream, const AVFrame* frame, std::int64_t duration) {
  require(avcodec_send_frame(&codec, frame), encoded);
  for (;;) {
    const int error = avcodec_receive_packet(&codec, packet_.get());
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return;
    require(error, encoded);
    if (packet_->duration == 0) packet_->duration = duration;
    av_packet_rescale_ts(packet_.get(), codec.time_base, stream.time_base);
    packet_->stream_index = stream.index;
    write(*packet_);
  }
}

void FilmOutput::write(AVPacket& packet) {
  require(av_interleaved_write_frame(file_.get(), &packet), written);
}

void FilmOutput::finish() {
  require(av_write_trailer(file_.get()), finished);
  if (target_.failure) std::rethrow_exception(target_.failure);
  target_.file.commit();
}

void FilmOutput::require_encoded(int result) {
  require(result, encoded);
}

void FilmOutput::require(int result, const char* problem) {
  if (target_.failure) std::rethrow_exception(target_.failure);
  if (result < 0) throw FileError(target_.file.target(), tr(problem, {words_of_av_error(result)}));
}

}  // namespace handtint
