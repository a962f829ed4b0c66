// What executes an ONNX graph. Which runners exist is decided when building, by the file that is compiled:
// opencv_runner.cpp or opencv_runner_missing.cpp, onnxruntime_runner.cpp or onnxruntime_runner_missing.cpp.
#pragma once

#include <array>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace handtint {

// Dense N x C x H x W values.
struct Tensor {
  std::array<int, 4> shape{};
  std::vector<float> values;
};

// A loaded graph with one input and one answer. One thread at a time.
class Runner {
 public:
  virtual ~Runner() = default;
  // Throws std::runtime_error if the graph cannot be computed for that input or the answer has not four dimensions. A
  // runner that can be interrupted gives up when asked to stop and returns an empty tensor.
  virtual Tensor run(const Tensor& input, std::stop_token stop) = 0;
};

// A way to run networks that this program knows of.
struct RunnerKind {
  std::string_view name;
  std::string_view reason;  // empty if usable, else what to install and do
  std::unique_ptr<Runner> (*open)(std::string_view onnx, const std::string& input, const std::string& output);
};

RunnerKind opencv_runner();
RunnerKind onnxruntime_runner();

// All of them, the preferred one first.
std::array<RunnerKind, 2> known_runners();

}  // namespace handtint
