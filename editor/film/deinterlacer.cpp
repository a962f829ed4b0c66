#include "editor/film/deinterlacer.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <new>
#include <utility>

namespace handtint {
namespace {

bool is_top_first(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame.flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
  return frame.top_field_first != 0;
#endif
}

void mark_as_whole(AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  frame.flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
#else
  frame.interlaced_frame = frame.top_field_first = 0;
#endif
}

// The luma of a frame; lines beyond its edges are those of the same field mirrored.
template <class Sample>
class Lines {
 public:
  explicit Lines(const AVFrame& frame) : frame_(frame) {}
  const Sample* operator()(int y) const {
    while (y < 0 || y >= frame_.height) y = y < 0 ? -y : 2 * (frame_.height - 1) - y;
    return reinterpret_cast<const Sample*>(frame_.data[0] + static_cast<std::ptrdiff_t>(y) * frame_.linesize[0]);
  }

 private:
  const AVFrame& frame_;
};

float difference(float p, float q) {
  return std::abs(p - q);
}

// A line between two of the field that stays, as it was at that field's moment. Weston's three fields (BBC 1988): fine
// detail across from the moments before and after, coarse from the field itself; only from there where things move. It
// may leave the mean of those moments by what the pictures say has moved, as in Yadif (Niedermayer 2006). The two are
// joined as Bwdif joins them (Mundt 2016).
template <class Sample>
void make_line(const AVFrame& before, const AVFrame& here, const AVFrame& after, int y, Sample* result) {
  constexpr float low[] = {0.526f, -0.026f};               // of the field itself: lines 1 and 3 away
  constexpr float high[] = {0.170f, -0.116f, 0.031f};      // of the fields around: lines 0, 2 and 4 away
  constexpr float alone[] = {0.620f, -0.120f};             // of the field itself, without the others
  const Lines<Sample> was(before), is(here), will(after);  // the other field: half a frame before in `before`
  const Sample *above = is(y - 1), *below = is(y + 1), *above3 = is(y - 3), *below3 = is(y + 3);
  const Sample *old[5], *next[5];
  for (int i = 0; i < 5; ++i) old[i] = was(y + 2 * (i - 2)), next[i] = is(y + 2 * (i - 2));
  const Sample *old_above = was(y - 1), *old_below = was(y + 1), *new_above = will(y - 1), *new_below = will(y + 1);
  const auto most =
      static_cast<float>((1 << av_pix_fmt_desc_get(static_cast<AVPixelFormat>(here.format))->comp[0].depth) - 1);
  for (int x = 0; x < here.width; ++x) {
    const float c = above[x], e = below[x], mean = (old[2][x] + next[2][x]) / 2.0f;
    const float moved = difference(old[2][x], next[2][x]);
    float room = std::max({moved / 2, (difference(old_above[x], c) + difference(old_below[x], e)) / 2,
                           (difference(new_above[x], c) + difference(new_below[x], e)) / 2});
    const float b = (old[1][x] + next[1][x]) / 2.0f - c, f = (old[3][x] + next[3][x]) / 2.0f - e;
    if (room > 0)
      room = std::max(
          {room, std::min({mean - c, mean - e, std::max(b, f)}), -std::max({mean - c, mean - e, std::min(b, f)})});
    float value;
    if (difference(c, e) > moved)
      value = low[0] * (c + e) + low[1] * (above3[x] + below3[x]) + high[0] * (old[2][x] + next[2][x]) +
              high[1] * (old[1][x] + next[1][x] + old[3][x] + next[3][x]) +
              high[2] * (old[0][x] + next[0][x] + old[4][x] + next[4][x]);
    else
      value = alone[0] * (c + e) + alone[1] * (above3[x] + below3[x]);
    value = std::clamp(std::clamp(value, mean - room, mean + room), 0.0f, most);
    result[x] = static_cast<Sample>(std::lrint(value));
  }
}

template <class Sample>
void make_whole(const AVFrame& before, const AVFrame& here, const AVFrame& after, AVFrame& result) {
  for (int y = is_top_first(here) ? 1 : 0; y < here.height; y += 2)
    make_line(before, here, after, y,
              reinterpret_cast<Sample*>(result.data[0] + static_cast<std::ptrdiff_t>(y) * result.linesize[0]));
}

}  // namespace

bool is_interlaced(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame.flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame.interlaced_frame != 0;
#endif
}

void Deinterlacer::put(AVFrame* frame) {
  before_ = std::move(here_);
  here_ = std::move(after_);
  waiting_ = here_ != nullptr;
  if (!frame) return;
  after_.reset(av_frame_alloc());
  if (!after_) throw std::bad_alloc();
  av_frame_move_ref(after_.get(), frame);
}

bool Deinterlacer::take(AVFrame* frame) {
  if (!std::exchange(waiting_, false)) return false;
  av_frame_unref(frame);
  if (av_frame_ref(frame, here_.get()) < 0) throw std::bad_alloc();
  if (!is_interlaced(*here_)) return true;
  mark_as_whole(*frame);
  if (here_->height < 2) return true;
  if (av_frame_make_writable(frame) < 0) throw std::bad_alloc();
  const AVFrame &before = before_ ? *before_ : *here_, &after = after_ ? *after_ : *here_;
  if (av_pix_fmt_desc_get(static_cast<AVPixelFormat>(here_->format))->comp[0].depth > 8)
    make_whole<std::uint16_t>(before, *here_, after, *frame);
  else
    make_whole<std::uint8_t>(before, *here_, after, *frame);
  return true;
}

}  // namespace handtint
