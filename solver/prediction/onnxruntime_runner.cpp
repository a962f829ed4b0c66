#include <onnxruntime_cxx_api.h>

#include <stdexcept>

#include "solver/prediction/runner.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class OnnxRuntimeRunner : public Runner {
 public:
  OnnxRuntimeRunner(std::string_view onnx, std::string input)
      : environment_(ORT_LOGGING_LEVEL_FATAL, "handtint"), input_(std::move(input)) {
    guarded([&] { session_ = Ort::Session(environment_, onnx.data(), onnx.size(), Ort::SessionOptions()); });
  }

  std::vector<Tensor> run(const Tensor& input, const std::vector<std::string>& outputs, std::stop_token stop) override {
    std::vector<Tensor> answers;
    guarded([&] {
      Ort::RunOptions options;
      const std::stop_callback interrupt(stop, [&] { options.SetTerminate(); });
      const std::array<std::int64_t, 4> shape{input.shape[0], input.shape[1], input.shape[2], input.shape[3]};
      // The tensor only borrows the input, which is not written to.
      const Ort::Value value = Ort::Value::CreateTensor<float>(
          Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault), const_cast<float*>(input.values.data()),
          input.values.size(), shape.data(), shape.size());
      const char* input_name = input_.c_str();
      std::vector<const char*> output_names;
      for (const std::string& output : outputs) output_names.push_back(output.c_str());
      std::vector<Ort::Value> results;
      try {
        results = session_.Run(options, &input_name, &value, 1, output_names.data(), output_names.size());
      } catch (const Ort::Exception&) {
        if (stop.stop_requested()) return;
        throw;
      }
      for (const Ort::Value& result : results) {
        const auto info = result.GetTensorTypeAndShapeInfo();
        const std::vector<std::int64_t> sizes = info.GetShape();
        if (sizes.size() != 4 || info.GetElementType() != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT)
          throw std::runtime_error(tr("the answer has not four dimensions of floats"));
        Tensor& answer = answers.emplace_back();
        for (int i = 0; i < 4; ++i) answer.shape[i] = static_cast<int>(sizes[i]);
        const float* values = result.GetTensorData<float>();
        answer.values.assign(values, values + info.GetElementCount());
      }
    });
    return answers;
  }

 private:
  template <class Action>
  void guarded(Action action) {
    try {
      action();
    } catch (const Ort::Exception& error) {
      const std::string text = error.what();
      throw std::runtime_error(tr("{1} cannot run it: {2}", {"ONNX Runtime", text.substr(0, text.find('\n'))}));
    }
  }

  Ort::Env environment_;
  Ort::Session session_{nullptr};
  std::string input_;
};

}  // namespace

RunnerKind onnxruntime_runner() {
  return {"ONNX Runtime", "", [](std::string_view onnx, const std::string& input) {
            return std::unique_ptr<Runner>(std::make_unique<OnnxRuntimeRunner>(onnx, input));
          }};
}

}  // namespace handtint
