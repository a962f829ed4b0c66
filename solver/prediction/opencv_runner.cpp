#include <algorithm>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <stdexcept>

#include "solver/prediction/onnx_file.h"
#include "solver/prediction/runner.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class OpenCvRunner : public Runner {
 public:
  OpenCvRunner(std::string_view onnx, const std::string& input) : input_(input) {
    // Its own lines on stderr would come on top of ours.
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    try {
      read(onnx);
    } catch (const cv::Exception&) {
      // OpenCV 4.7 and later work out sizes while reading and stumble over free ones: then each size is read by itself.
      model_ = onnx;
      const std::int64_t channels = summarize_onnx(model_).inputs.front().channels();
      guarded([&] { read_for({1, static_cast<int>(std::max<std::int64_t>(channels, 1)), 256, 256}); });
    }
  }

  std::vector<Tensor> run(const Tensor& input, const std::vector<std::string>& outputs, std::stop_token) override {
    std::vector<Tensor> answers;
    guarded([&] {
      if (!model_.empty() && input.shape != read_shape_) read_for(input.shape);
      // The Mat only borrows the input, which is not written to.
      net_.setInput(cv::Mat(4, input.shape.data(), CV_32F, const_cast<float*>(input.values.data())));
      std::vector<cv::Mat> results;
      net_.forward(results, outputs);
      for (const cv::Mat& result : results) {
        if (result.dims != 4 || result.type() != CV_32F || !result.isContinuous())
          throw std::runtime_error(tr("the answer has not four dimensions of floats"));
        Tensor& answer = answers.emplace_back();
        for (int i = 0; i < 4; ++i) answer.shape[i] = result.size[i];
        answer.values.assign(result.ptr<float>(), result.ptr<float>() + result.total());
      }
    });
    return answers;
  }

 private:
  void read(std::string_view onnx) {
    net_ = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  }

  void read_for(const std::array<int, 4>& shape) {
    read(with_input_shape(model_, input_, shape));
    read_shape_ = shape;
  }

  template <class Action>
  void guarded(Action action) {
    try {
      action();
    } catch (const cv::Exception& error) {
      // error.err is the bare sentence, what() adds source lines; an assertion's sentence may hold line breaks too.
      std::string text = error.err.substr(0, error.err.find('\n'));
      throw std::runtime_error(tr("{1} cannot run it: {2}", {"OpenCV " CV_VERSION, text}));
    }
  }

  cv::dnn::Net net_;
  std::string input_, model_;        // model_ is empty if the network takes every size
  std::array<int, 4> read_shape_{};  // that net_ was read for, if model_ is not empty
};

}  // namespace

RunnerKind opencv_runner() {
  return {"OpenCV", "", [](std::string_view onnx, const std::string& input) {
            return std::unique_ptr<Runner>(std::make_unique<OpenCvRunner>(onnx, input));
          }};
}

}  // namespace handtint
