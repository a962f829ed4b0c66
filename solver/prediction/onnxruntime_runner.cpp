#include <onnxruntime_cxx_api.h>

#include <stdexcept>

#include "solver/prediction/runner.h"

namespace handtint {
namespace {

class OnnxRuntimeRunner : public Runner {
 public:
  OnnxRuntimeRunner(std::string_view onnx, std::string input, std::string output)
      : environment_(ORT_LOGGING_LEVEL_FATAL, "handtint"), input_(std::move(input)), output_(std::move(output)) {
    guarded([&] { session_ = Ort::Session(environment_, onnx.data(), onnx.size(), Ort::SessionOptions()); });
  }

  Tensor run(const Tensor& input, std::stop_token stop) override {
    Tensor answer;
    guarded([&] {
      Ort::RunOptions options;
      const std::stop_callback interrupt(stop, [&] { options.SetTerminate(); });
      const std::array<std::int64_t, 4> shape{input.shape[0], input.shape[1], input.shape[2], input.shape[3]};
      // The tensor only borrows the input, which is not written to.
      const Ort::Value value = Ort::Value::CreateTensor<float>(
          Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault), const_cast<float*>(input.values.data()),
          input.values.size(), shape.data(), shape.size());
      const char *input_name = input_.c_str(), *output_name = output_.c_str();
      std::vector<Ort::Value> results;
      try {
        results = session_.Run(options, &input_name, &value, 1, &output_name, 1);
      } catch (const Ort::Exception&) {
        if (stop.stop_requested()) return;
        throw;
      }
      const auto info = results.front().GetTensorTypeAndShapeInfo();
      const std::vector<std::int64_t> sizes = info.GetShape();
      if (sizes.size() != 4 || info.GetElementType() != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT)
        throw std::runtime_error("the answer has not four dimensions of floats");
      for (int i = 0; i < 4; ++i) answer.shape[i] = static_cast<int>(sizes[i]);
      const float* values = results.front().GetTensorData<float>();
      answer.values.assign(values, values + info.GetElementCount());
    });
    return answer;
  }

 private:
  template <class Action>
  void guarded(Action action) {
    try {
      action();
    } catch (const Ort::Exception& error) {
      const std::string text = error.what();
      throw std::runtime_error("ONNX Runtime cannot run it: " + text.substr(0, text.find('\n')));
    }
  }

  Ort::Env environment_;
  Ort::Session session_{nullptr};
  std::string input_, output_;
};

}  // namespace

RunnerKind onnxruntime_runner() {
  return {"ONNX Runtime", "", [](std::string_view onnx, const std::string& input, const std::string& output) {
            return std::unique_ptr<Runner>(std::make_unique<OnnxRuntimeRunner>(onnx, input, output));
          }};
}

}  // namespace handtint
