#include <algorithm>
#include <opencv2/core/core.hpp>
#include <opencv2/video/tracking.hpp>
#include <stdexcept>

#include "editor/film/dense_flow.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// The method's patches need so many pixels; smaller pictures are taken to stand still.
constexpr int smallest_side = 32;

}  // namespace

std::string_view why_no_dense_flow() {
  return {};
}

Flow dense_flow(const Plane<std::uint8_t>& from, const Plane<std::uint8_t>& to) {
  const int width = from.width(), height = from.height();
  Flow flow{{(width + 1) / 2, (height + 1) / 2}, {(width + 1) / 2, (height + 1) / 2}};
  if (width < smallest_side || height < smallest_side) return flow;
  try {
    const auto view = [&](const Plane<std::uint8_t>& plane) {
      return cv::Mat(height, width, CV_8U, const_cast<std::uint8_t*>(plane.data()));
    };
    cv::Mat_<cv::Point2f> found;
    cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM)->calc(view(from), view(to), found);
    for (int y = 0; y < flow.x.height(); ++y)
      for (int x = 0; x < flow.x.width(); ++x) {
        const int x1 = std::min(2 * x + 1, width - 1), y1 = std::min(2 * y + 1, height - 1);
        const cv::Point2f mean = (found(2 * y, 2 * x) + found(2 * y, x1) + found(y1, 2 * x) + found(y1, x1)) / 4;
        flow.x(x, y) = mean.x;
        flow.y(x, y) = mean.y;
      }
  } catch (const cv::Exception& error) {
    throw std::runtime_error(tr("OpenCV found no motion: {1}", {error.err}));
  }
  return flow;
}

}  // namespace handtint
