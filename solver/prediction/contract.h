// How a network wants to be asked and what its answer means: its contract. It stands in a small JSON file beside the
// ONNX file (same name, .json) or, failing that, is guessed from the names and shapes in the ONNX file itself.
//
//   { "input":  { "kind": "lightness+hints" | "lightness" | "grey-rgb",
//                 "scale": 0.02, "offset": -1,        value fed = scale * value + offset, per plane or one for all; the
//                                                     value is L in 0..100 for lightness, sRGB in 0..1 for grey-rgb
//                 "hint_scale": 0.00909,              a and b of hints are multiplied by it
//                 "short_side": 192, "multiple": 32 } size at which to run (ignored where the file fixes the size)
//     "output": { "kind": "bins" | "ab" | "rgb",
//                 "bins": [[a, b], ...],              of "bins", in the order of the output's channels
//                 "traits": 3,                        of "bins": that many more channels follow, which say what is
//                 alike
//                                                     (see Prior::traits); 0, the default, or 3
//                 "features": ["name", ...],          optional: outputs of the graph by which two photos can be
//                 compared,
//                                                     planes of any size that cover the photo (see Description)
//                 "scale": 1, "offset": 0 },          meaning = scale * answer + offset; a, b in CIE units, sRGB in
//                 0..1
//     "reference": "colornet.reference",              optional: a stored input and answer (see Reference)
//     "temperature": 1,                               optional, of "bins": the logits are divided by it when read
//     "prediction_set": { "mass": 0.7,                optional, of "bins": the mass of a place's prediction set; the
//     share
//                         "covered": 0.7,             of true colours that is to be expected in their sets, of all and
//                         "covered_vivid": 0.4 } }    of the vivid (see prediction_set.h). Without it a mass of 0.7 and
//                                                     no promise
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "solver/prediction/onnx_file.h"
#include "solver/prediction/prediction.h"

namespace handtint {

struct Contract {
  enum class Input { lightness, lightness_and_hints, grey_rgb };
  enum class Output { bins, ab, rgb };

  std::string name;  // in words, for a person: "L and hints -> colour bins"
  Input input = Input::lightness;
  std::array<float, 3> input_scale{1, 1, 1}, input_offset{0, 0, 0};
  float hint_scale = 1.0f / 110;
  int short_side = 256, multiple = 32;

  Output output = Output::ab;
  std::array<float, 3> output_scale{1, 1, 1}, output_offset{0, 0, 0};
  std::vector<AbColour> bins;
  int traits = 0;  // channels after those of the bins
  std::vector<std::string> features;
  float temperature = 1;
  Calibration calibration;

  std::string reference_file;  // relative to the network's folder; empty = none

  int input_channels() const;
  int output_channels() const;
};

// The contract written in a JSON text. Throws std::runtime_error naming the field that is wrong.
Contract contract_from_json(std::string_view text);

// What names and shapes suggest; throws std::runtime_error saying what was found and what is understood:
//   1 plane  -> 2    L -> ab; an input called data_l or an output called class8..: L - 50 -> ab (Zhang's)
//   1 plane  -> 313  L - 50 -> logits (Zhang's): needs the JSON file, which lists the bins
//   3 planes -> 2    grey RGB in 0..1 -> ab (DDColor's)
//   3 planes -> 3    grey RGB, normalised as for ImageNet -> RGB, normalised alike (DeOldify's)
Contract contract_from_shapes(const OnnxSummary& file);

}  // namespace handtint
