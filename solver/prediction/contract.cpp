#include "solver/prediction/contract.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "solver/tr.h"

namespace handtint {
namespace {

using nlohmann::json;

// The mean and deviation of ImageNet's sRGB planes, which torchvision's networks expect to be taken off and divided by.
constexpr std::array<float, 3> imagenet_mean{0.485f, 0.456f, 0.406f}, imagenet_deviation{0.229f, 0.224f, 0.225f};

std::array<float, 3> read_triple(const json& object, const char* field, std::array<float, 3> fallback) {
  if (!object.contains(field)) return fallback;
  const json& value = object.at(field);
  if (value.is_array()) {
    if (value.size() != 3) throw std::runtime_error(tr("\"{1}\" should be a number or three of them", {field}));
    return {value[0].get<float>(), value[1].get<float>(), value[2].get<float>()};
  }
  const float same = value.get<float>();
  return {same, same, same};
}

// A whole number of 0 to 4096, or -1: JSON's 1e300 fits into no int.
int read_count(const json& object, const char* field, int fallback) {
  const double value = object.value(field, static_cast<double>(fallback));
  return value >= 0 && value <= 4096 && value == std::floor(value) ? static_cast<int>(value) : -1;
}

int read_size(const json& object, const char* field, int fallback) {
  const int value = read_count(object, field, fallback);
  if (value < 1) throw std::runtime_error(tr("\"{1}\" should be 1 to 4096", {field}));
  return value;
}

Calibration read_calibration(const json& object) {
  const auto share = [&](const char* field) {
    const float value = object.at(field).get<float>();
    if (!(value > 0 && value <= 1))
      throw std::runtime_error(tr("\"{1}\" should be more than 0 and at most 1", {field}));
    return value;
  };
  return {share("mass"), share("covered"), share("covered_vivid")};
}

Contract::Input input_from_name(const std::string& name) {
  if (name == "lightness") return Contract::Input::lightness;
  if (name == "lightness+hints") return Contract::Input::lightness_and_hints;
  if (name == "grey-rgb") return Contract::Input::grey_rgb;
  throw std::runtime_error(tr("the input's kind \"{1}\" is not lightness, lightness+hints or grey-rgb", {name}));
}

Contract::Output output_from_name(const std::string& name) {
  if (name == "bins") return Contract::Output::bins;
  if (name == "ab") return Contract::Output::ab;
  if (name == "rgb") return Contract::Output::rgb;
  throw std::runtime_error(tr("the output's kind \"{1}\" is not bins, ab or rgb", {name}));
}

std::string shape_in_words(const TensorInfo& tensor) {
  std::string text = "\"" + tensor.name + "\" (";
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    if (i) text += "x";
    text += tensor.shape[i] < 0 ? "?" : std::to_string(tensor.shape[i]);
  }
  return text + ")";
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

int Contract::input_channels() const {
  switch (input) {
    case Input::lightness:
      return 1;
    case Input::lightness_and_hints:
      return 4;
    case Input::grey_rgb:
      return 3;
  }
  return 0;
}

int Contract::output_channels() const {
  switch (output) {
    case Output::bins:
      return static_cast<int>(bins.size()) + traits;
    case Output::ab:
      return 2;
    case Output::rgb:
      return 3;
  }
  return 0;
}

Contract contract_from_json(std::string_view text) {
  try {
    const json root = json::parse(text);
    const json &input = root.at("input"), &output = root.at("output");
    Contract c;
    c.name = input.at("kind").get<std::string>() + " -> " + output.at("kind").get<std::string>();
    c.input = input_from_name(input.at("kind"));
    c.input_scale = read_triple(input, "scale", c.input_scale);
    c.input_offset = read_triple(input, "offset", c.input_offset);
    c.hint_scale = input.value("hint_scale", c.hint_scale);
    c.short_side = read_size(input, "short_side", c.short_side);
    c.multiple = read_size(input, "multiple", c.multiple);
    c.output = output_from_name(output.at("kind"));
    c.output_scale = read_triple(output, "scale", c.output_scale);
    c.output_offset = read_triple(output, "offset", c.output_offset);
    if (c.output == Contract::Output::bins) {
      for (const json& bin : output.at("bins")) c.bins.push_back({bin.at(0).get<float>(), bin.at(1).get<float>()});
      if (c.bins.empty()) throw std::runtime_error(tr("\"bins\" is empty"));
      c.traits = read_count(output, "traits", c.traits);
      if (c.traits != 0 && c.traits != 3) throw std::runtime_error(tr("\"traits\" should be 0 or 3"));
    }
    c.features = output.value("features", c.features);
    c.temperature = root.value("temperature", c.temperature);
    if (!(c.temperature > 0)) throw std::runtime_error(tr("\"temperature\" should be more than 0"));
    if (root.contains("prediction_set")) c.calibration = read_calibration(root.at("prediction_set"));
    c.reference_file = root.value("reference", "");
    return c;
  } catch (const json::exception& error) {
    throw std::runtime_error(tr("the contract is not understood: {1}", {error.what()}));
  }
}

Contract contract_from_shapes(const OnnxSummary& file) {
  const TensorInfo &input = file.inputs.front(), &output = file.outputs.front();
  const auto in = input.channels(), out = output.channels();
  Contract c;
  if (in == 1 && out == 2) {
    const bool centred = input.name == "data_l" || contains(output.name, "class8");
    c.name = centred ? "L - 50 -> ab" : "L -> ab";
    c.input_offset.fill(centred ? -50.0f : 0.0f);
    return c;
  }
  if (in == 3 && out == 2) {
    c.name = "grey RGB -> ab";
    c.input = Contract::Input::grey_rgb;
    c.short_side = 512;
    return c;
  }
  if (in == 3 && out == 3) {
    c.name = "ImageNet-normalised grey RGB -> RGB";
    c.input = Contract::Input::grey_rgb;
    c.output = Contract::Output::rgb;
    for (int i = 0; i < 3; ++i) {
      c.input_scale[i] = 1 / imagenet_deviation[i];
      c.input_offset[i] = -imagenet_mean[i] / imagenet_deviation[i];
    }
    c.output_scale = imagenet_deviation;
    c.output_offset = imagenet_mean;
    return c;
  }
  if (in == 1 && out > 3)
    throw std::runtime_error(
        tr("reads {1} and answers {2}: a JSON file of the same name must say which colour bins its {3} channels are",
           {shape_in_words(input), shape_in_words(output), std::to_string(out)}));
  throw std::runtime_error(
      tr("reads {1} and answers {2}: not one of L -> ab, grey RGB -> ab, grey RGB -> RGB; a JSON "
         "file of the same name can describe it",
         {shape_in_words(input), shape_in_words(output)}));
}

}  // namespace handtint
