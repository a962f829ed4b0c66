#include <doctest/doctest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

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

namespace {

// A model of nodes and weights as they are given; of one channel at 8 x 8 in, two out.
std::string model(const std::string& nodes, const std::string& weights, const std::string& output = "output") {
  using namespace tests;
  const std::string graph = nodes + field(2, std::string("tiny")) + weights + field(11, value_info("input", 1, 8, 8)) +
                            field(12, value_info(output, 2, 8, 8));
  return field(1, 7) + field(8, field(2, 11)) + field(7, graph);
}

std::string node(const std::string& input, const std::string& output, const std::string& attributes = "",
                 const std::string& op = "Conv") {
  using namespace tests;
  return field(1, field(1, input) + field(1, std::string("weights")) + field(2, output) + field(4, op) + attributes);
}

std::string ints(const std::string& name, std::vector<std::uint64_t> values) {
  using namespace tests;
  std::string bytes = field(1, name);
  for (const std::uint64_t value : values) bytes += field(8, value);
  return field(5, bytes + field(20, 7));
}

std::string refusal(const std::string& bytes) {
  try {
    summarize_onnx(bytes);
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("what would end the program inside of a runner is refused before") {
  using namespace tests;
  const std::string weights = field(5, tensor("weights", {2, 1, 1, 1}, {1, 2}));
  CHECK(refusal(model(node("input", "output", ints("strides", {1, 1})), weights)).empty());

  const auto refused = [&](const std::string& bytes, const std::string& words) {
    CHECK_MESSAGE(refusal(bytes).find(words) != std::string::npos, refusal(bytes));
  };
  refused(model(node("inqut", "output"), weights), "\"inqut\", which nothing makes");
  refused(model(node("input", "output"), field(5, tensor("wejghts", {2, 1, 1, 1}, {1, 2}))), "\"weights\"");
  refused(model(node("input", "output"), weights, "outqut"), "answer \"outqut\"");
  refused(model(node("middle", "output") + node("input", "middle"), weights), "\"middle\"");  // used before it is made
  refused(model(node("input", "output") + node("input", "output"), weights), "two nodes");
  refused(model(node("input", "output", "", ""), weights), "does not say");
  refused(model(node("input", "output"), field(5, tensor("weights", {2, 1, 1, 3}, {1, 2}))), "as many values");
  refused(model(node("input", "output"), field(5, tensor("weights", {1 << 30, 1 << 30, 1 << 30, 1 << 30}, {1, 2}))),
          "larger than the file");
  refused(model(node("input", "output", ints("strides", {0, 1})), weights), "strides 0");
  refused(model(node("input", "output", ints("kernel_shape", {1, 1 << 30})), weights), "kernel_shape");
  refused(model(node("input", "output", ints("pads", {~std::uint64_t{0}, 0, 0, 0})), weights), "pads -1");
  refused(model(node("input", "output", ints("axis", {99}), "Concat"), weights), "axis 99");
}

TEST_CASE("numbers packed into one field are read like others") {
  using namespace tests;
  const std::string weights = field(5, tensor("weights", {2, 1, 1, 1}, {1, 2}));
  const std::string packed = field(5, field(1, std::string("strides")) + field(8, varint(1) + varint(0)));
  CHECK(refusal(model(node("input", "output", packed), weights)).find("strides 0") != std::string::npos);
}

TEST_CASE("no byte that is another makes the look into the file itself fail") {
  const std::string good = model(node("input", "output", ints("strides", {1, 1})),
                                 tests::field(5, tests::tensor("weights", {2, 1, 1, 1}, {1, 2})));
  int refused = 0;
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const int change : {1, 2, 4, 0x80, 0xff}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ change);
      refused += !refusal(bad).empty();
    }
  CHECK(refused > 100);
}
