// Frames that hold two moments, each in every other line (fields), made frames of one moment.
#pragma once

extern "C" {
#include <libavutil/frame.h>
}

#include <memory>

namespace handtint {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* p) const {
    free(&p);
  }
};
using FramePtr = std::unique_ptr<AVFrame, Free<av_frame_free>>;

bool is_interlaced(const AVFrame& frame);

// One frame out for each frame in, with its time: of an interlaced one the luma of the field that was earlier, the
// other lines made anew of the fields around. Needs no libavfilter, which would bring a hundred libraries along.
class Deinterlacer {
 public:
  // The next frame, of the size and samples of those before; null: that was the last. It takes over what the frame
  // holds.
  void put(AVFrame* frame);

  // The frame before the one that was put last. False: put another first.
  bool take(AVFrame* frame);

 private:
  FramePtr before_, here_, after_;
  bool waiting_ = false;  // here_ was not taken yet
};

}  // namespace handtint
