// What colour photos of the same things say about a photo: strokes that a person may take, change or drop, and a mood
// for the first coat. The one road from reference files to both, for the editor and the command line.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "editor/document/document.h"
#include "editor/document/predictor.h"
#include "editor/document/stroke.h"
#include "editor/files/photo.h"
#include "solver/prediction/matching.h"
#include "solver/prediction/mood.h"
#include "solver/prediction/objects.h"

namespace handtint {

// A reference as it is compared: no larger than a network needs.
struct ReferencePicture {
  std::filesystem::path path;
  Plane<float> lightness;
  Chroma chroma;
};

// Throws FileError as read_photo does, and if the picture is grey.
ReferencePicture read_reference(const std::filesystem::path& path);

// The references compared with a photo.
struct ReferenceStudy {
  std::vector<ReferencePicture> references;
  Description photo;
  Matches matches;      // of all references the surest
  std::string refusal;  // empty, or one sentence for the person: none of them shows what the photo shows

  bool empty() const { return photo.empty(); }
  bool refused() const { return !refusal.empty(); }
};

// Lassos, one pair for all references; as MatchLimits. Empty when asked to stop. Throws std::runtime_error as the
// predictor does.
ReferenceStudy study_references(const Photo& photo, std::vector<ReferencePicture> references,
                                const Predictor& predictor, const MatchLimits& limits = {}, std::stop_token stop = {});

struct Suggestion {
  Stroke stroke;          // in photo pixels; strength is the confidence
  float confidence = 0;   // 0..1
  std::size_t reference;  // the place in it where the colour comes from:
  Place source;
};

struct SuggestSettings {
  float daring = 0.5f;  // 0 = only what is sure .. 1 = whatever there is
  int most = 40;
};

// The surest first; none on things that hold a stroke already, and none if the references are refused.
std::vector<Suggestion> suggest_strokes(const Photo& photo, const ReferenceStudy& study, const DocumentState& painted,
                                        const SuggestSettings& settings = {});

// On top of the strokes that are there, as one undo step; what was undone can no longer be redone.
void add_suggestions(DocumentState& state, const std::vector<Suggestion>& suggestions, const std::string& label);

// The colour of a photo there, the mean of 5 x 5 pixels, as the colour of a stroke on a photo of that lightness.
Rgb colour_from_reference(const ReferencePicture& reference, Place place, float lightness);

enum class ReferenceUse { things, mood, both };

std::string_view name_of(ReferenceUse use);  // "things", "mood", "both"

struct MoodSettings {
  MoodMethod method = MoodMethod::transport;
  float amount = 1;  // 0..1
};

// A coat in the mood of the surest reference. A refused reference's mood is laid too: who does not want that asks
// first.
Prior in_reference_mood(Prior coat, const ReferenceStudy& study, const MoodSettings& settings = {});

}  // namespace handtint
