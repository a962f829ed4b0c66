// A look into an ONNX file without running it: the names and shapes of its inputs and outputs, and whether its weights
// are numbers. Both runners need it to say early, and in one line, what is wrong with a file. It does not interpret the
// graph.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handtint {

struct TensorInfo {
  std::string name;
  std::vector<std::int64_t> shape;  // -1 = any size

  std::int64_t channels() const { return shape.size() == 4 ? shape[1] : -1; }
};

struct OnnxSummary {
  std::vector<TensorInfo> inputs;  // without those that are weights
  std::vector<TensorInfo> outputs;
};

// Throws std::runtime_error (without a path) if the bytes are no ONNX model, the graph is empty or a weight is not
// finite.
OnnxSummary summarize_onnx(std::string_view bytes);

// The same model with the sizes of one input written into it, whatever they were. Throws std::runtime_error as
// summarize_onnx does.
std::string with_input_shape(std::string_view bytes, const std::string& input, const std::array<int, 4>& shape);

}  // namespace handtint
