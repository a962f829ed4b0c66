// What colour photos of the same things say about a photo: strokes that a person may take, change or drop, and a mood
// for the first coat. The one road from reference files to both, for the editor and the command line.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "editor/document/coat_source.h"
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

// Throws FileError as read_photo does, and if the picture is grey or too small to show anything.
ReferencePicture read_reference(const std::filesystem::path& path);
// That a session names; throws FileError, too, if it is not there or another one than was chosen.
ReferencePicture read_reference(const FileReference& file, const std::filesystem::path& session_file);

// The references compared with a photo.
struct ReferenceStudy {
  std::vector<ReferencePicture> references;
  Description photo;
  Matches matches;      // of all references the surest
  std::string refusal;  // empty, or one sentence for the person: none of them shows what the photo shows

  bool empty() const { return photo.empty(); }
  bool refused(float daring = 0.5f) const { return !refusal.empty() && !related(matches, daring); }
};

// Lassos, one pair for all references; as MatchLimits. Empty when asked to stop. Throws std::runtime_error as the
// predictor does.
ReferenceStudy study_references(const Photo& photo, std::vector<ReferencePicture> references,
                                const Predictor& predictor, const MatchLimits& limits = {}, std::stop_token stop = {});

struct Suggestion {
  Stroke stroke;              // in photo pixels, with its source; strength is the confidence
  float confidence = 0;       // 0..1
  std::size_t reference = 0;  // of the study, in which the source is
};

struct SuggestSettings {
  float daring = 0.5f;  // 0 = only what is sure .. 1 = whatever there is
  int most = 25;
};

// The surest first; none on things that a person has painted on, and none if the references are refused.
std::vector<Suggestion> suggest_strokes(const Photo& photo, const ReferenceStudy& study, const DocumentState& painted,
                                        const SuggestSettings& settings = {});

// Edits of a document (Document::take). The suggestions come on top of the strokes that are there and take the place of
// older ones that nobody has kept. A document names one reference: of the others of a study no source is kept.
Edit edit_of_suggestions(const DocumentState& state, const std::vector<Suggestion>& suggestions, std::string label);
// Those strokes get their colour from there, or are from now on the person's own.
Edit edit_of_source(const DocumentState& state, std::span<const StrokeId> ids, Point source, Rgb colour);
Edit edit_of_keeping(const DocumentState& state, std::span<const StrokeId> ids);

// The colour of the reference there, the mean of 5 x 5 pixels; at a photo's lightness, or its own.
Rgb colour_from_reference(const ReferencePicture& reference, Point place, std::optional<float> lightness = {});

enum class ReferenceUse { things, mood, both };

std::string_view name_of(ReferenceUse use);  // "things", "mood", "both"

// A coat in the mood of the surest reference. A refused reference's mood is laid too: who does not want that asks
// first.
Prior in_reference_mood(Prior coat, const ReferenceStudy& study, const MoodSettings& settings = {});

// The coat in the mood that a document wants of the reference that it names: reads it, opens the network and compares,
// for each coat anew. Its source throws what read_reference and study_references throw.
CoatSource coat_in_mood(CoatSource coat, std::function<Predictor()> open, std::filesystem::path session_file = {});

}  // namespace handtint
