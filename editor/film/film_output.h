// A film file on its way to the disk, by libav: whole, or not there. Whoever uses it says which streams it has.
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>

#include "editor/files/atomic_file.h"
#include "editor/film/film_decoder.h"

namespace handtint {

class FilmOutput {
 public:
  // Its format by the ending. Throws FileError, as do all that follow.
  explicit FilmOutput(const std::filesystem::path& target);

  AVFormatContext& file() { return *file_; }
  AVStream& new_stream();

  // An encoder that writes one of the streams is opened; it takes over `options`.
  void open(AVCodecContext& codec, const AVCodec& encoder, AVDictionary* options, AVStream& stream);
  void begin();  // all streams are there

  // Null: the encoder gives what it has left. `duration` of a frame that has none, in the encoder's time base.
  void encode(AVCodecContext& codec, AVStream& stream, const AVFrame* frame, std::int64_t duration = 0);
  void write(AVPacket& packet);
  void finish();

  // What libav gave back for a frame. Throws FileError if it is an error.
  void require_encoded(int result);

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
  // No exception may pass through the library.
  struct Target {
    AtomicFile file;
    std::exception_ptr failure;
  };
  struct Calls;  // of the library for its bytes

  void require(int result, const char* problem);

  Target target_;
  std::unique_ptr<AVIOContext, CloseBytes> bytes_;
  std::unique_ptr<AVFormatContext, CloseFile> file_;
  PacketPtr packet_;
};

}  // namespace handtint
