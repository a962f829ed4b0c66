// Whether a document has a first coat under its strokes, where it comes from and how it is laid on. The coat itself is
// not kept: it is derived anew from photo and dials, the same each time (coat_source.h).
#pragma once

#include <optional>
#include <string>

#include "editor/document/file_reference.h"
#include "solver/prediction/coat.h"
#include "solver/prediction/mood.h"
#include "solver/prior_weights.h"

namespace handtint {

// Another tool's colour picture of the same scene.
struct CoatPicture {
  FileReference file;
  float weight = prior_weights::picture;  // how firmly it holds, as Prior::weight; 1e-8 .. 1e3
  friend bool operator==(const CoatPicture&, const CoatPicture&) = default;
};

struct MoodSettings {
  MoodMethod method = MoodMethod::transport;
  float amount = 1;  // 0..1
  friend bool operator==(const MoodSettings&, const MoodSettings&) = default;
};

// A colour photo that lends its colours (reference.h): as suggested strokes, and as a mood that is laid over the coat.
struct CoatReference {
  FileReference file;
  MoodSettings mood = {.amount = 0};
  friend bool operator==(const CoatReference&, const CoatReference&) = default;
};

inline constexpr float min_picture_weight = 1e-8f, max_picture_weight = 1e3f;

struct FirstCoat {
  bool on = false;
  CoatSettings dials = {};                  // a picture heeds amount and vividness alone
  std::optional<CoatPicture> picture = {};  // instead of the network's proposal
  std::optional<CoatReference> reference = {};
  bool wanted() const { return on && dials.amount > 0; }
  bool wants_mood() const { return reference && reference->mood.amount > 0; }
  friend bool operator==(const FirstCoat&, const FirstCoat&) = default;
};

// Empty if all is well, else one sentence naming the dial, its value and its range.
std::string validate(const FirstCoat& coat);

}  // namespace handtint
