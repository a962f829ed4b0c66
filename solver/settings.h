// The dials of the energy, their defaults and their limits.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace handtint {

// Which terms of the energy are used (see solver.h). `full` is the default blend of both.
enum class Model { full, gtv, membrane, bilaplacian };

std::string_view name_of(Model model);
std::optional<Model> model_from_name(std::string_view name);

struct Settings {
  Model model = Model::full;
  float smoothness = 1.0f;    // "Spread": multiplies the bilaplacian's weight; 0..100, 1 = default
  float edge = 1.0f;          // "Edges": how firmly colour stops at edges of the photograph; 0 (not at all) .. 4
  float exponent = 1.75f;     // p of the generalized total variation; 1 (steps) .. 2 (smooth)
  float strength = 1.0f;      // multiplies every stroke's strength; 0.01 .. 10
  float affinity = 1.0f;      // trust in the colours of strokes on what looks alike; 0 = off .. 4
  float reach = 0.5f;         // of strokes over a first coat: 0 (this thing only) .. 1 (everything alike); between them
                              // the fewer and larger they are, the closer they keep to their thing
  float neutral_pull = 0.0f;  // pull to grey where nothing speaks; 0 .. 1e-2 (1e-5 already shows far from strokes)
  bool preview = false;       // solve chroma at about 0.3 megapixels only

  friend bool operator==(const Settings&, const Settings&) = default;
};

// One of the numbers above: what there is to say of it wherever it is read, written, or shown.
struct Dial {
  const char* name;  // in sessions, reports and messages; the command line writes '-' for '_'
  float Settings::*value;
  float low, high;
  const char* words;  // half a sentence for the person, to be shown by tr()
};
std::span<const Dial> dials();

// Empty if all is well, else one sentence naming the field, its value and its range.
std::string validate(const Settings& settings);

}  // namespace handtint
