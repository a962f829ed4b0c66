// What of a photo is shown before and beside its solved colour. Plain data, shared between threads.
#pragma once

#include <memory>

#include "editor/files/photo.h"
#include "editor/work/lightness_pyramid.h"

namespace handtint {

struct PictureSource {
  std::shared_ptr<const Photo> photo;
  std::shared_ptr<const LightnessPyramid> lightness;
  std::shared_ptr<const Chroma> own;  // the colour that the file had, box-averaged; null for a grey photo
  int own_step = 1;                   // photo pixels per pixel of `own`
};

}  // namespace handtint
