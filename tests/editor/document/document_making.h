// What the tests of the document share.
#pragma once

#include "editor/document/document.h"
#include "editor/document/rasterise.h"
#include "editor/document/render.h"

namespace handtint::tests {

constexpr int width = 60, height = 40;

constexpr Extent photo_size{width, height};

inline const Photo& grey_photo() {
  static const Photo photo{.lightness = Plane<float>(width, height, 50.0f)};
  return photo;
}

inline Stroke dab(float x, float y, Rgb colour = {0.8f, 0.3f, 0.2f}, StrokeKind kind = StrokeKind::colour) {
  Stroke stroke;
  stroke.kind = kind;
  stroke.colour = colour;
  stroke.points = {{x, y, 4}};
  return stroke;
}

inline std::vector<StrokeId> all_of(const Document& document) {
  std::vector<StrokeId> ids;
  for (const SharedStroke& stroke : document.strokes()) ids.push_back(stroke->id);
  return ids;
}

inline HintPatch raster(const Document& document) {
  return rasterise({grey_photo(), document.strokes(), document.imported().get()}, {0, 0, width, height});
}

}  // namespace handtint::tests
