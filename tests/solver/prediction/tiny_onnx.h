// Writes the smallest ONNX models for tests: one convolution with given weights. Nothing but the protobuf fields that a
// runner needs (numbers as in onnx.proto), so that no test depends on the onnx package.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace handtint::tests {

inline std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
inline std::string field(int number, std::uint64_t value) {
  return varint(number << 3) + varint(value);
}
inline std::string field(int number, const std::string& text) {
  return varint(number << 3 | 2) + varint(text.size()) + text;
}

// answer = weights * input + bias over kernel x kernel cells, without overlap.
struct TinyConvolution {
  int inputs = 1, outputs = 2, kernel = 1;
  std::vector<float> weights;  // outputs x inputs x kernel x kernel
  std::vector<float> bias;     // outputs
  std::string input_name = "input", output_name = "output";
  int height = 0, width = 0;  // 0 = any
};

inline std::string tensor(const std::string& name, const std::vector<int>& dims, const std::vector<float>& values) {
  std::string bytes;
  for (int size : dims) bytes += field(1, size);
  constexpr int float_type = 1;
  return bytes + field(2, float_type) + field(8, name) +
         field(9, std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
}

inline std::string value_info(const std::string& name, int channels, int height, int width) {
  const auto fixed = [](int size) { return field(1, field(1, size)); };
  const auto free = [](const std::string& word) { return field(1, field(2, word)); };
  const std::string shape = fixed(1) + fixed(channels) + (height ? fixed(height) : free(name + "_h")) +
                            (width ? fixed(width) : free(name + "_w"));
  constexpr int float_type = 1;
  return field(1, name) + field(2, field(1, field(1, float_type) + field(2, shape)));
}

inline std::string to_onnx(const TinyConvolution& c) {
  const auto ints = [](const std::string& name, std::uint64_t value) {
    constexpr int type_ints = 7;
    return field(5, field(1, name) + field(8, value) + field(8, value) + field(20, type_ints));
  };
  const std::string node = field(1, c.input_name) + field(1, std::string("weights")) + field(1, std::string("bias")) +
                           field(2, c.output_name) + field(4, std::string("Conv")) + ints("kernel_shape", c.kernel) +
                           ints("strides", c.kernel);
  const std::string graph = field(1, node) + field(2, std::string("tiny")) +
                            field(5, tensor("weights", {c.outputs, c.inputs, c.kernel, c.kernel}, c.weights)) +
                            field(5, tensor("bias", {c.outputs}, c.bias)) +
                            field(11, value_info(c.input_name, c.inputs, c.height, c.width)) +
                            field(12, value_info(c.output_name, c.outputs, c.height / c.kernel, c.width / c.kernel));
  return field(1, 7) + field(8, field(2, 11)) + field(7, graph);
}

}  // namespace handtint::tests
