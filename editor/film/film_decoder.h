// A film file opened with libav: the frames of its picture, and the packets of everything else in it.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
}

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "editor/files/photo.h"
#include "editor/film/deinterlacer.h"
#include "editor/film/film_reader.h"

namespace handtint {

using PacketPtr = std::unique_ptr<AVPacket, Free<av_packet_free>>;
using CodecPtr = std::unique_ptr<AVCodecContext, Free<avcodec_free_context>>;

std::string words_of_av_error(int error);

class FilmDecoder {
 public:
  // Throws FileError: not there, no film, no picture in it, a codec or samples that are not read here.
  explicit FilmDecoder(const std::filesystem::path& path, FilmReading reading = {});

  // The next frame of the picture in the order of showing, null after the last; valid until the next call. Packets of
  // other streams that come on the way go to `other`, if given. Throws FileError: damaged, or interlaced and not to be
  // deinterlaced.
  const AVFrame* next(const std::function<void(AVPacket&)>& other = {});

  // The frame of that number, counted from 0, which next() gave before, is what it gives next. False: the film cannot
  // be sought in; start anew.
  bool go_back(int frame);

  // After the last frame: how much more the file says that there is of the picture; 0 if it says nothing.
  double seconds_lacking() const;

  bool deinterlaces() const { return deinterlacer_ != nullptr; }  // a frame was interlaced
  AVFormatContext& file() const { return *file_; }
  AVStream& picture() const { return *file_->streams[stream_]; }
  const AVCodecContext& codec() const { return *codec_; }
  Extent size() const { return {codec_->width, codec_->height}; }

 private:
  struct Close {
    void operator()(AVFormatContext* file) const { avformat_close_input(&file); }
  };

  // The next frame, into frame_; false after the last. As it is shown, and as it is in the file.
  bool decode(const std::function<void(AVPacket&)>& other);
  bool receive(const std::function<void(AVPacket&)>& other);
  void begin_deinterlacing();

  std::filesystem::path path_;
  FilmReading reading_;
  std::unique_ptr<AVFormatContext, Close> file_;
  CodecPtr codec_;
  FramePtr frame_;
  PacketPtr packet_;
  int stream_ = -1, frames_ = 0;
  std::vector<std::int64_t> times_;  // of all frames that were given yet
  bool found_ = false;               // frame_ is the next one
  std::unique_ptr<Deinterlacer> deinterlacer_;
  bool drained_ = false;  // it was told that there are no more
};

// How the samples of a picture stand for light and colour.
struct SampleScale {
  int bits = 8;
  bool full = false;     // 0..2^bits - 1 instead of the limited range of Rec. 601 and 709
  float kr = 0, kb = 0;  // of the matrix: Y' = kr R' + (1 - kr - kb) G' + kb B'

  float black() const { return full ? 0.0f : static_cast<float>(16 << (bits - 8)); }
  float light_span() const {
    return full ? static_cast<float>((1 << bits) - 1) : static_cast<float>(219 << (bits - 8));
  }
  float colour_span() const { return full ? light_span() : static_cast<float>(224 << (bits - 8)); }
};
SampleScale scale_of(const AVFrame& frame);

// The light of a frame, at its size; or at that of its colour samples, `across` and `down` times smaller as powers of
// two.
Plane<float> lightness_of(const AVFrame& frame, int across = 0, int down = 0);

}  // namespace handtint
