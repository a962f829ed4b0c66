#include "solver/prediction/network.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <sstream>
#include <stdexcept>

#include "solver/lab.h"
#include "solver/prediction/contract.h"
#include "solver/prediction/runner.h"
#include "solver/prediction/traits.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {

struct Network::Parts {
  std::string file;
  Contract contract;
  int fixed_width = 0, fixed_height = 0;  // 0 = the file takes any size
  std::string_view runner_name;
  std::unique_ptr<Runner> runner;
  std::vector<std::string> outputs;  // the answer, then the contract's features

  Description ask(const NetworkInput& question, bool with_features, std::stop_token stop);
};

namespace {

// A runner's arithmetic may differ in the last bits (fused operations, another order of sums), not more.
constexpr float reference_tolerance = 1e-3f;

// A very long panorama is squeezed rather than run at a size that would take seconds.
constexpr int longest_side = 1536;

// A cell counts as hinted when this share of it is covered by strokes.
constexpr float least_coverage = 0.15f;

std::string must_read(const std::string& file, const ReadFile& read) {
  std::optional<std::string> bytes = read(file);
  if (!bytes) throw std::runtime_error(file + ": " + tr("cannot be opened"));
  return std::move(*bytes);
}

// The folder of a file, with its slash; empty if there is none.
std::string folder_of(const std::string& file) {
  return file.substr(0, file.rfind('/') + 1);
}

// The file beside it whose name has another ending.
std::string with_ending(const std::string& file, const std::string& ending) {
  const std::size_t dot = file.rfind('.');
  return (dot == std::string::npos || dot < folder_of(file).size() ? file : file.substr(0, dot)) + ending;
}

// --- sizes

int to_multiple(double side, int multiple) {
  const int limit = std::max(longest_side / multiple, 1);
  return std::clamp(static_cast<int>(std::lround(side / multiple)), 1, limit) * multiple;
}

// --- question and answer as tensors

Tensor tensor_of(const NetworkInput& question, const Contract& contract) {
  const Plane<float>& L = question.lightness;
  const std::size_t n = L.size();
  Tensor tensor{{1, contract.input_channels(), L.height(), L.width()}, {}};
  tensor.values.resize(n * contract.input_channels());
  float* out = tensor.values.data();
  const auto fill = [&](int plane, auto value) {
    for (std::size_t i = 0; i < n; ++i)
      out[plane * n + i] = contract.input_scale[plane] * value(i) + contract.input_offset[plane];
  };
  if (contract.input == Contract::Input::grey_rgb) {
    for (int plane = 0; plane < 3; ++plane)
      fill(plane, [&](std::size_t i) { return grey_from_lightness(L.data()[i]); });
    return tensor;
  }
  fill(0, [&](std::size_t i) { return L.data()[i]; });
  if (contract.input == Contract::Input::lightness_and_hints)
    for (std::size_t i = 0; i < n; ++i) {
      out[n + i] = contract.hint_scale * question.hint_a.data()[i];
      out[2 * n + i] = contract.hint_scale * question.hint_b.data()[i];
      out[3 * n + i] = question.hint_mask.data()[i];
    }
  return tensor;
}

Prediction prediction_of(Tensor answer, const Contract& contract) {
  const auto [batch, channels, height, width] = answer.shape;
  if (batch != 1 || channels != contract.output_channels() || height < 1 || width < 1)
    throw std::runtime_error(tr("the answer has {1} planes of {2}x{3}, expected are {4}",
                                {std::to_string(channels), std::to_string(width), std::to_string(height),
                                 std::to_string(contract.output_channels())}));
  if (!std::all_of(answer.values.begin(), answer.values.end(), [](float v) { return std::isfinite(v); }))
    throw std::runtime_error(tr("the answer holds values that are not numbers"));
  Prediction prediction;
  prediction.width = width;
  prediction.height = height;
  const std::size_t n = prediction.cells();
  if (contract.output == Contract::Output::bins) {
    prediction.bins = contract.bins;
    prediction.calibration = contract.calibration;
    const auto end_of_bins = answer.values.begin() + static_cast<std::ptrdiff_t>(contract.bins.size() * n);
    for (int i = 0; i < contract.traits; ++i) {
      prediction.traits[i] = Plane<float>(width, height);
      std::copy_n(end_of_bins + static_cast<std::ptrdiff_t>(i * n), n, prediction.traits[i].begin());
    }
    answer.values.erase(end_of_bins, answer.values.end());
    prediction.logits = std::move(answer.values);
    for (float& v : prediction.logits)
      v = (contract.output_scale[0] * v + contract.output_offset[0]) / contract.temperature;
    return prediction;
  }
  prediction.a = Plane<float>(width, height);
  prediction.b = Plane<float>(width, height);
  const auto meaning = [&](int plane, std::size_t i) {
    return contract.output_scale[plane] * answer.values[plane * n + i] + contract.output_offset[plane];
  };
  for (std::size_t i = 0; i < n; ++i) {
    if (contract.output == Contract::Output::ab) {
      prediction.a.data()[i] = meaning(0, i);
      prediction.b.data()[i] = meaning(1, i);
    } else {
      const auto shown = [&](int plane) { return std::clamp(meaning(plane, i), 0.0f, 1.0f); };
      const Lab lab = lab_from_srgb({shown(0), shown(1), shown(2)});
      prediction.a.data()[i] = lab.a;
      prediction.b.data()[i] = lab.b;
    }
  }
  return prediction;
}

// --- loading

// A stored question and its answers: 8 little-endian 32-bit sizes (N, C, H, W of the question and of the first answer),
// then both tensors' floats; then, for each output of Contract::features, four sizes and its floats.
struct Reference {
  Tensor input;
  std::vector<Tensor> outputs;
};

Reference reference_of(const std::string& file, std::string_view rest, std::size_t features) {
  const auto damaged = [&] { return std::runtime_error(file + ": " + tr("the stored reference answer is damaged")); };
  const auto take = [&](void* target, std::size_t size) {
    if (rest.size() < size) throw damaged();
    std::memcpy(target, rest.data(), size);
    rest.remove_prefix(size);
  };
  const auto take_shape = [&](Tensor& tensor) {
    std::array<std::int32_t, 4> sizes{};
    take(sizes.data(), sizeof sizes);
    for (std::int32_t size : sizes)
      if (size < 1 || size > 4096) throw damaged();
    std::copy(sizes.begin(), sizes.end(), tensor.shape.begin());
  };
  const auto take_values = [&](Tensor& tensor) {
    std::size_t count = 1;
    for (int size : tensor.shape) count *= size;
    if (count > rest.size() / sizeof(float)) throw damaged();
    tensor.values.resize(count);
    take(tensor.values.data(), count * sizeof(float));
  };
  Reference reference;
  reference.outputs.resize(1 + features);
  take_shape(reference.input);
  take_shape(reference.outputs[0]);
  take_values(reference.input);
  take_values(reference.outputs[0]);
  for (std::size_t i = 1; i <= features; ++i) {
    take_shape(reference.outputs[i]);
    take_values(reference.outputs[i]);
  }
  if (!rest.empty()) throw damaged();
  return reference;
}

// Throws if the runner's answers are not the stored ones.
void require_reference(Runner& runner, const std::vector<std::string>& outputs, const Reference& reference) {
  const std::vector<Tensor> answers = runner.run(reference.input, outputs, {});
  float worst = 0;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const Tensor &answer = answers.at(k), &stored = reference.outputs[k];
    if (answer.shape != stored.shape)
      throw std::runtime_error(tr("miscalculates it: the answer has not the reference's shape"));
    for (std::size_t i = 0; i < answer.values.size(); ++i) {
      const float difference = std::abs(answer.values[i] - stored.values[i]);
      worst = difference <= worst ? worst : difference;  // written so that a NaN is kept
    }
  }
  if (!(worst <= reference_tolerance)) {
    std::ostringstream text;
    text << worst;
    throw std::runtime_error(
        tr("miscalculates it: the answer is up to {1} away from the stored reference", {text.str()}));
  }
}

FeatureMap feature_map_of(Tensor answer, const std::string& name) {
  const auto [batch, channels, height, width] = answer.shape;
  if (batch != 1 || channels < 1 || width < 1 || height < 1)
    throw std::runtime_error(tr("its output \"{1}\" is empty", {name}));
  if (!std::all_of(answer.values.begin(), answer.values.end(), [](float v) { return std::isfinite(v); }))
    throw std::runtime_error(tr("its output \"{1}\" holds values that are not numbers", {name}));
  return {channels, width, height, std::move(answer.values)};
}

}  // namespace

// Without the features only the answer is computed.
Description Network::Parts::ask(const NetworkInput& question, bool with_features, std::stop_token stop) {
  if (stop.stop_requested()) return {};
  try {
    const std::vector<std::string> wanted(outputs.begin(), with_features ? outputs.end() : outputs.begin() + 1);
    std::vector<Tensor> answers = runner->run(tensor_of(question, contract), wanted, stop);
    if (stop.stop_requested()) return {};
    Description description;
    description.prediction = prediction_of(std::move(answers.at(0)), contract);
    Prediction& prediction = description.prediction;
    if (prediction.traits[0].empty()) prediction.traits = traits_of(prediction);
    for (std::size_t i = 1; i < answers.size(); ++i)
      description.features.push_back(feature_map_of(std::move(answers[i]), wanted[i]));
    return description;
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(file + ": " + error.what());
  }
}

std::array<RunnerKind, 2> known_runners() {
  return {onnxruntime_runner(), opencv_runner()};
}

std::string why_no_network() {
  std::string reasons;
  for (const RunnerKind& kind : known_runners()) {
    if (kind.reason.empty()) return {};
    // Translators: {1} a library, {2} "not built in: install ..."
    reasons += (reasons.empty() ? "" : "; ") + tr("{1} is {2}", {std::string(kind.name), std::string(kind.reason)});
  }
  return tr("no network can be run: {1}", {reasons});
}

Network::Network(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;
Network::~Network() = default;

Network Network::load(const std::string& file, const ReadFile& read, std::string_view runner) {
  if (const std::string reason = why_no_network(); !reason.empty()) throw std::runtime_error(reason);
  const std::string bytes = must_read(file, read);
  auto parts = std::make_unique<Parts>();
  parts->file = file;
  OnnxSummary summary;
  std::optional<Reference> reference;
  try {
    summary = summarize_onnx(bytes);
    if (summary.inputs.size() != 1)
      throw std::runtime_error(
          tr("has {1} inputs; networks with one are understood", {std::to_string(summary.inputs.size())}));
    if (const std::optional<std::string> description = read(with_ending(file, ".json"))) {
      parts->contract = contract_from_json(*description);
      if (!parts->contract.reference_file.empty()) {
        const std::string stored = folder_of(file) + parts->contract.reference_file;
        reference = reference_of(stored, must_read(stored, read), parts->contract.features.size());
      }
    } else {
      parts->contract = contract_from_shapes(summary);
    }
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(file + ": " + error.what());
  }

  parts->outputs.push_back(summary.outputs.front().name);
  for (const std::string& feature : parts->contract.features) {
    const auto named = [&](const TensorInfo& output) { return output.name == feature; };
    if (std::none_of(summary.outputs.begin(), summary.outputs.end(), named))
      throw std::runtime_error(file + ": " + tr("has no output \"{1}\", which its contract lists", {feature}));
    parts->outputs.push_back(feature);
  }

  const TensorInfo& input = summary.inputs.front();
  if (input.shape.size() != 4 || (input.shape[1] > 0 && input.shape[1] != parts->contract.input_channels()))
    throw std::runtime_error(file + ": " +
                             tr("its input does not take {1} planes, as its contract says",
                                {std::to_string(parts->contract.input_channels())}));
  parts->fixed_height = static_cast<int>(std::clamp<std::int64_t>(input.shape[2], 0, 4096));
  parts->fixed_width = static_cast<int>(std::clamp<std::int64_t>(input.shape[3], 0, 4096));

  std::string refusals;
  for (const RunnerKind& kind : known_runners()) {
    if (!runner.empty() && runner != kind.name) continue;
    try {
      if (!kind.reason.empty()) throw std::runtime_error(std::string(kind.reason));
      parts->runner = kind.open(bytes, input.name);
      if (reference) require_reference(*parts->runner, parts->outputs, *reference);
      parts->runner_name = kind.name;
      return Network(std::move(parts));
    } catch (const std::exception& error) {
      refusals += (refusals.empty() ? "" : "; ") + std::string(kind.name) + ": " + error.what();
    }
  }
  throw std::runtime_error(file + ": " + tr("no runner takes it ({1})", {refusals}));
}

NetworkInput Network::reduce(const Plane<float>& lightness) const {
  const int w = lightness.width(), h = lightness.height();
  const double scale = static_cast<double>(parts_->contract.short_side) / std::min(w, h);
  const int width = parts_->fixed_width ? parts_->fixed_width : to_multiple(w * scale, parts_->contract.multiple);
  const int height = parts_->fixed_height ? parts_->fixed_height : to_multiple(h * scale, parts_->contract.multiple);
  const Plane<float> none(width, height);
  return {resample(lightness, width, height), none, none, none};
}

NetworkInput Network::reduce(const Problem& problem) const {
  NetworkInput question = reduce(problem.lightness);
  const int w = problem.width(), h = problem.height();
  const int width = question.lightness.width(), height = question.lightness.height();
  if (parts_->contract.input != Contract::Input::lightness_and_hints) return question;
  const auto given = [&](int x, int y) { return problem.hint_strength(x, y) > 0 ? 1.0f : 0.0f; };
  const auto& strength = problem.hint_strength;
  if (std::none_of(strength.begin(), strength.end(), [](float s) { return s > 0; })) return question;
  const Plane<float> coverage = resample(w, h, width, height, given);
  const auto colour = [&](const Plane<float>& plane) {
    return resample(w, h, width, height, [&](int x, int y) { return given(x, y) > 0 ? plane(x, y) : 0.0f; });
  };
  const Plane<float> a = colour(problem.hint_a), b = colour(problem.hint_b);
  for (std::size_t i = 0; i < coverage.size(); ++i) {
    const float share = coverage.data()[i];
    if (share < least_coverage) continue;
    question.hint_a.data()[i] = a.data()[i] / share;
    question.hint_b.data()[i] = b.data()[i] / share;
    question.hint_mask.data()[i] = 1;
  }
  return question;
}

Prediction Network::predict(const NetworkInput& question, std::stop_token stop) {
  return parts_->ask(question, false, stop).prediction;
}

Description Network::describe(NetworkInput question, std::stop_token stop) {
  Description description = parts_->ask(question, true, stop);
  if (!description.empty()) description.lightness = std::move(question.lightness);
  return description;
}

std::string Network::description() const {
  // Translators: a file, what goes in and comes out of it, the library that runs it
  return tr("{1}: {2}, on {3}", {parts_->file.substr(folder_of(parts_->file).size()), parts_->contract.name,
                                 std::string(parts_->runner_name)});
}

}  // namespace handtint
