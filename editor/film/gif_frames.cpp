// Pictures as an animated GIF of one palette: of each what has changed, so that what stands still takes no room.
#include <algorithm>
#include <optional>
#include <utility>

#include "editor/film/frame_writer.h"
#include "editor/film/gif_encoder.h"

namespace handtint {
namespace {

class GifFrames final : public FrameWriter {
 public:
  GifFrames(const std::filesystem::path& target, Extent size, const std::vector<Lab>& colours)
      : gif_(target, size), palette_(colours), shown_(size.width, size.height) {
    gif_.begin(0);
  }

  void add(const LabPicture& picture, int frames) override {
    const int delay = frames * gif_frame_hundredths;
    Plane<std::uint8_t> entries = entries_of(picture);
    const Rect changed = waiting_ ? difference(entries) : entries.whole();
    if (changed.empty()) {
      waiting_->delay += delay;
      return;
    }
    Waiting next{changed, entries.cut(changed), delay, waiting_.has_value()};
    for (int y = changed.y0; next.holes && y < changed.y1; ++y)
      for (int x = changed.x0; x < changed.x1; ++x)
        if (entries(x, y) == shown_(x, y)) next.entries(x - changed.x0, y - changed.y0) = GifEncoder::transparent;
    write_waiting();
    waiting_ = std::move(next);
    shown_ = std::move(entries);
    last_ = picture;
  }

  void finish() override {
    write_waiting();
    gif_.finish();
  }

 private:
  // How long a picture stays is known with the next one.
  struct Waiting {
    Rect rect;
    Plane<std::uint8_t> entries;
    int delay;
    bool holes;
  };

  void write_waiting() {
    if (waiting_) gif_.add({waiting_->rect, waiting_->entries, waiting_->delay, waiting_->holes}, palette_);
  }

  // What has the colour that it had keeps its entry.
  Plane<std::uint8_t> entries_of(const LabPicture& picture) {
    Plane<std::uint8_t> entries = shown_;
    const bool first = last_.lightness.empty();
    for (int y = 0; y < entries.height(); ++y)
      for (int x = 0; x < entries.width(); ++x) {
        const Lab colour{picture.lightness(x, y), picture.chroma.a(x, y), picture.chroma.b(x, y)};
        if (first || colour.L != last_.lightness(x, y) || colour.a != last_.chroma.a(x, y) ||
            colour.b != last_.chroma.b(x, y))
          entries(x, y) = palette_.index(reduce_chroma_to_gamut(colour), x, y);
      }
    return entries;
  }

  Rect difference(const Plane<std::uint8_t>& entries) const {
    Rect changed;
    for (int y = 0; y < entries.height(); ++y)
      for (int x = 0; x < entries.width(); ++x)
        if (entries(x, y) != shown_(x, y)) changed = unite(changed, {x, y, x + 1, y + 1});
    return changed;
  }

  GifEncoder gif_;
  ShotPalette palette_;
  Plane<std::uint8_t> shown_;  // of the palette
  LabPicture last_;
  std::optional<Waiting> waiting_;
};

}  // namespace

std::unique_ptr<FrameWriter> begin_gif_frames(const std::filesystem::path& target, Extent size,
                                              const std::vector<Lab>& colours) {
  return std::make_unique<GifFrames>(target, size, colours);
}

}  // namespace handtint
