// A small chroma at the photo's size: each pixel takes the mean of the nearest small pixels, those of like lightness
// first (Kopf et al. 2007, joint bilateral upsampling).
#pragma once

#include <functional>

#include "solver/plane.h"

namespace handtint {

// In time slices.
class Enlarger {
 public:
  // `guide` is the lightness at the small size. threads: 0 = all cores; the values are the same with any number.
  Enlarger(Chroma small, SharedPlane<float> guide, SharedPlane<float> lightness, int threads);

  // Goes on until it is done (then true) or told to stop: asked after each piece of a few milliseconds.
  bool work(const std::function<bool()>& keep_going);

  const Chroma& small() const { return small_; }
  Chroma take() { return std::move(result_); }

 private:
  void rows(int from, int to);

  Chroma small_;
  SharedPlane<float> guide_, lightness_;
  Chroma result_;
  int threads_, next_row_ = 0;
};

// All at once.
Chroma enlarge_along_edges(const Chroma& small, const SharedPlane<float>& lightness, int threads = 0);

}  // namespace handtint
