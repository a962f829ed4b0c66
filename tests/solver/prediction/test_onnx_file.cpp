#include <doctest/doctest.h>

#include <stdexcept>

#include "solver/prediction/onnx_file.h"
#include "tests/solver/prediction/tiny_onnx.h"

using namespace handtint;

TEST_CASE("sizes written into a model are those of a model that was made with them") {
  tests::TinyConvolution convolution;
  convolution.weights = {2, 3};
  convolution.bias = {0, 1};
  const std::string free = tests::to_onnx(convolution);
  REQUIRE(summarize_onnx(free).inputs[0].shape == std::vector<std::int64_t>{1, 1, -1, -1});

  // 200 needs two bytes: lengths around it grow.
  const std::string sized = with_input_shape(free, "input", {1, 1, 64, 200});
  CHECK(summarize_onnx(sized).inputs[0].shape == std::vector<std::int64_t>{1, 1, 64, 200});
  CHECK(summarize_onnx(sized).outputs[0].shape == summarize_onnx(free).outputs[0].shape);
  CHECK(with_input_shape(sized, "input", {1, 1, 3, 4}) == with_input_shape(free, "input", {1, 1, 3, 4}));

  CHECK(with_input_shape(free, "other", {1, 1, 3, 4}) == free);
  CHECK_THROWS_AS(with_input_shape(free.substr(0, free.size() / 2), "input", {1, 1, 3, 4}), std::runtime_error);
}
