#include <stdexcept>

#include "editor/film/dense_flow.h"
#include "solver/tr.h"

namespace handtint {

std::string_view why_no_dense_flow() {
  return tr("this build follows no motion; install libopencv-video-dev and build again");
}

Flow dense_flow(const Plane<std::uint8_t>&, const Plane<std::uint8_t>&) {
  throw std::runtime_error(std::string(why_no_dense_flow()));
}

}  // namespace handtint
