// A look into an ONNX file without running it: the names and shapes of its inputs and outputs, and whether what a
// runner takes at its word is so: a damaged file ends the program inside of OpenCV. Both runners need it to say early,
// and in one line, what is wrong with a file. It does not interpret the graph.
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

// Throws std::runtime_error (without a path) if the bytes are no ONNX model, the graph is empty, a weight is not finite
// or not as long as its sizes say, a node takes what nothing before it makes, or an axis or a size is out of all
// measure.
OnnxSummary summarize_onnx(std::string_view bytes);

// The same model with the sizes of one input written into it, whatever they were. Throws std::runtime_error as
// summarize_onnx does.
std::string with_input_shape(std::string_view bytes, const std::string& input, const std::array<int, 4>& shape);

}  // namespace handtint
