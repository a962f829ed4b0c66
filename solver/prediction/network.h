// A colour network from an ONNX file: asked with a photo's lightness and the strokes so far, it answers with a
// Prediction.
//
// Knows four contracts (see contract.h), ours among them; runs on OpenCV's dnn module or ONNX Runtime, whichever was
// built in (see runner.h). It does not decide how much the answer counts: that is coat.h.
//
// Not thread-safe: one thread at a time uses a Network. `reduce` is separate from `predict` so that a window's thread
// can take the small copy of a large photo and leave the network's work to another thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "solver/prediction/prediction.h"
#include "solver/problem.h"

namespace handtint {

// What a network sees of a problem: lightness and hints at the network's own size.
struct NetworkInput {
  Plane<float> lightness;       // CIE L
  Plane<float> hint_a, hint_b;  // CIE a, b
  Plane<float> hint_mask;       // 1 = hint, 0 = none
};

// The bytes of the file of that name; none if it is not there.
using ReadFile = std::function<std::optional<std::string>(const std::string& file)>;

class Network {
 public:
  // Takes the file (and the JSON and reference beside it, by `read`) and chooses a runner; a runner that fails or does
  // not give the reference answer is refused and the next one tried. `runner` names one ("OpenCV", "ONNX Runtime"),
  // empty = the best. Throws std::runtime_error: one line with the file, what is wrong and what to do.
  static Network load(const std::string& file, const ReadFile& read, std::string_view runner = {});

  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;
  ~Network();

  // The problem's hints may be empty planes: then there are none. A photo's lightness alone has none either.
  NetworkInput reduce(const Problem& problem) const;
  NetworkInput reduce(const Plane<float>& lightness) const;

  // Empty when asked to stop. Throws std::runtime_error if the network cannot be computed or its answer is not finite
  // or has the wrong shape.
  Prediction predict(const NetworkInput& question, std::stop_token stop = {});

  Prediction predict(const Problem& problem, std::stop_token stop = {}) { return predict(reduce(problem), stop); }

  // A prediction with what led to it. Takes the time of predict, gives and throws the same.
  Description describe(NetworkInput question, std::stop_token stop = {});

  std::string description() const;  // "colornet.onnx: lightness+hints -> bins, on OpenCV"

 private:
  struct Parts;
  explicit Network(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Empty if a network can be run at all, else one sentence that says what to install.
std::string why_no_network();

}  // namespace handtint
