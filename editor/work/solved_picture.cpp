#include "editor/work/solved_picture.h"

#include "solver/resample.h"

namespace handtint {

int shrink_step(int width, int height, std::size_t pixels) {
  const auto size_at = [&](int step) {
    return static_cast<std::size_t>((width + step - 1) / step) * ((height + step - 1) / step);
  };
  int step = 1;
  while (size_at(step) > pixels) ++step;
  return step;
}

Chroma shrink(const Chroma& chroma, int step) {
  const Rect whole{0, 0, chroma.a.width(), chroma.a.height()};
  return {box_means(chroma.a, whole, step), box_means(chroma.b, whole, step)};
}

}  // namespace handtint
