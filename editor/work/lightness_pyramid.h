// The photo's lightness at halved sizes, so that a photo of any size is shown by uploading no more than a screenful.
// Pure; built by the thread that loads the photo.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "editor/files/photo.h"

namespace handtint {

class LightnessPyramid {
 public:
  LightnessPyramid() = default;
  explicit LightnessPyramid(std::shared_ptr<const Photo> photo);

  int levels() const { return 1 + static_cast<int>(halved_.size()); }
  int width(int level) const;
  int height(int level) const;

  // 0..65535 for L 0..100, row by row. rect is in pixels of that level and inside it.
  std::vector<std::uint16_t> window(int level, const Rect& rect) const;

 private:
  std::shared_ptr<const Photo> photo_;        // level 0
  std::vector<Plane<std::uint16_t>> halved_;  // level 1 and on; a pixel is the mean of up to four
};

}  // namespace handtint
