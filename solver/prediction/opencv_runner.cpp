#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <stdexcept>

#include "solver/prediction/runner.h"

namespace handtint {
namespace {

class OpenCvRunner : public Runner {
 public:
  explicit OpenCvRunner(std::string_view onnx) {
    // Its own lines on stderr would come on top of ours.
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    guarded([&] {
      net_ = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
      net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    });
  }

  Tensor run(const Tensor& input, std::stop_token) override {
    Tensor answer;
    guarded([&] {
      // The Mat only borrows the input, which is not written to.
      net_.setInput(cv::Mat(4, input.shape.data(), CV_32F, const_cast<float*>(input.values.data())));
      const cv::Mat result = net_.forward();
      if (result.dims != 4 || result.type() != CV_32F || !result.isContinuous())
        throw std::runtime_error("the answer has not four dimensions of floats");
      for (int i = 0; i < 4; ++i) answer.shape[i] = result.size[i];
      answer.values.assign(result.ptr<float>(), result.ptr<float>() + result.total());
    });
    return answer;
  }

 private:
  template <class Action>
  void guarded(Action action) {
    try {
      action();
    } catch (const cv::Exception& error) {
      // error.err is the bare sentence, what() adds source lines; an assertion's sentence may hold line breaks too.
      std::string text = error.err.substr(0, error.err.find('\n'));
      throw std::runtime_error("OpenCV " CV_VERSION " cannot run it: " + text);
    }
  }

  cv::dnn::Net net_;
};

}  // namespace

RunnerKind opencv_runner() {
  return {"OpenCV", "", [](std::string_view onnx, const std::string&, const std::string&) {
            return std::unique_ptr<Runner>(std::make_unique<OpenCvRunner>(onnx));
          }};
}

}  // namespace handtint
