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

// A loaded graph with one input. One thread at a time.
class Runner {
 public:
  virtual ~Runner() = default;
  // The graph's outputs of these names, in their order; what leads to no other output is not computed. Throws
  // std::runtime_error if the graph cannot be computed for that input or an answer has not four dimensions. A runner
  // that can be interrupted gives up when asked to stop and returns nothing.
  virtual std::vector<Tensor> run(const Tensor& input, const std::vector<std::string>& outputs,
                                  std::stop_token stop) = 0;
};

// A way to run networks that this program knows of.
struct RunnerKind {
  std::string_view name;
  std::string_view reason;  // empty if usable, else what to install and do
  std::unique_ptr<Runner> (*open)(std::string_view onnx, const std::string& input);
};

RunnerKind opencv_runner();
RunnerKind onnxruntime_runner();

// All of them, the preferred one first.
std::array<RunnerKind, 2> known_runners();

}  // namespace handtint
