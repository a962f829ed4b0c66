// Small pictures of a film's frames, for the timeline and for who scrubs: from what is kept of its light and colours,
// on a thread, the most wanted first.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "editor/film/film_colours.h"
#include "editor/work/leavable_thread.h"

namespace handtint {

struct FramePicture {
  int frame = 0, width = 0, height = 0;
  std::uint32_t number = 0;  // of the mark that it shows (FrameMark)
  std::vector<std::uint8_t> rgba;
};

struct PictureWish {
  int frame = 0;
  std::uint32_t number = 0;
  bool small = false;  // a thumbnail, else as large as colours are worked at
  friend bool operator==(const PictureWish&, const PictureWish&) = default;
};

// At the size that colours are worked at, or no wider than `most_width`. Empty: there is no light of it yet.
FramePicture frame_picture(const KeptColours& kept, int frame, int most_width);

struct PicturesExchange;

class FilmPictures {
 public:
  static constexpr int thumbnail_width = 96;

  explicit FilmPictures(std::function<void()> wake_up);
  ~FilmPictures();
  FilmPictures(const FilmPictures&) = delete;
  FilmPictures& operator=(const FilmPictures&) = delete;

  // From now on these, in order of importance; what is there already costs nothing.
  void want(std::vector<PictureWish> wishes, std::shared_ptr<const KeptColours> kept);

  // The newest of a frame, perhaps of older colours; null if there is none.
  std::shared_ptr<const FramePicture> get(int frame, bool small) const;

  std::chrono::milliseconds patience{5000};

 private:
  std::shared_ptr<PicturesExchange> exchange_;
  LeavableThread thread_;
};

}  // namespace handtint
