#include "editor/document/reference.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "editor/document/painted_places.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// Shorter side of a kept reference, and limit of the longer one: twice what a network sees.
constexpr int kept_side = 512, kept_longest = 2048;
constexpr int least_side = 16;

Rgb shown(float L, AbColour colour) {
  const Rgb rgb = srgb_from_lab(reduce_chroma_to_gamut({L, colour.a, colour.b}));
  const auto clipped = [](float v) { return std::clamp(v, 0.0f, 1.0f); };
  return {clipped(rgb.r), clipped(rgb.g), clipped(rgb.b)};
}

float lightness_at(const Photo& photo, Place place) {
  const auto at = [](float share, int size) {
    return std::clamp(static_cast<int>(share * static_cast<float>(size)), 0, size - 1);
  };
  return photo.lightness(at(place.x, photo.width()), at(place.y, photo.height()));
}

Stroke stroke_of(const Photo& photo, const SuggestedLine& line) {
  Stroke stroke;
  const auto w = static_cast<float>(photo.width()), h = static_cast<float>(photo.height());
  const float radius = std::max(line.radius * std::min(w, h), 1.0f);
  for (const Place& place : line.points) stroke.points.push_back({place.x * w, place.y * h, radius});
  const Place &from = line.points.front(), &to = line.points.back();
  std::vector<float> lightness;
  constexpr int samples = 9;
  for (int i = 0; i < samples; ++i) {
    const float share = static_cast<float>(i) / (samples - 1);
    lightness.push_back(lightness_at(photo, {from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)}));
  }
  std::nth_element(lightness.begin(), lightness.begin() + samples / 2, lightness.end());
  stroke.colour = shown(lightness[samples / 2], line.colour);
  stroke.strength = line.confidence;
  stroke.source = Point{std::clamp(line.source.x, 0.0f, 1.0f), std::clamp(line.source.y, 0.0f, 1.0f)};
  return stroke;
}

// One sentence for the person.
std::string refusal_of(const std::vector<ReferencePicture>& references) {
  if (references.size() == 1)
    return tr("{1} shows other things than this photograph, so no strokes are suggested; its mood can be used",
              {references.front().path.filename().string()});
  return tr(
      "the {1} references show other things than this photograph, so no strokes are suggested; its mood can be "
      "used",
      {std::to_string(references.size())});
}

}  // namespace

ReferencePicture read_reference(const std::filesystem::path& path) {
  Photo photo = read_photo(path);
  if (photo.a.empty()) throw FileError(path, tr("is grey and cannot be a reference; give a colour picture"));
  const double w = photo.width(), h = photo.height();
  if (std::min(w, h) < least_side)
    throw FileError(path,
                    tr("is {1} pixels, too small for a reference; give a larger picture", {to_string(photo.extent())}));
  const double scale = std::min({kept_side / std::min(w, h), kept_longest / std::max(w, h), 1.0});
  const int width = std::max(static_cast<int>(std::lround(w * scale)), 1);
  const int height = std::max(static_cast<int>(std::lround(h * scale)), 1);
  return {path,
          resample(photo.lightness, width, height),
          {resample(photo.a, width, height), resample(photo.b, width, height)}};
}

ReferencePicture read_reference(const FileReference& file, const std::filesystem::path& session_file) {
  const PhotoLookup lookup = find_photo(file, session_file);
  if (lookup.state == PhotoState::missing) throw FileError(lookup.path, tr("the reference photo is not there"));
  if (lookup.state == PhotoState::changed)
    throw FileError(lookup.path, tr("has changed since it became the reference; choose it again"));
  return read_reference(lookup.path);
}

ReferenceStudy study_references(const Photo& photo, std::vector<ReferencePicture> references,
                                const Predictor& predictor, const MatchLimits& limits, std::stop_token stop) {
  if (!predictor.describe) throw std::runtime_error(tr("this network cannot compare photographs"));
  ReferenceStudy study;
  study.photo = predictor.describe(photo.lightness, {}, stop);
  if (study.photo.empty()) return {};
  std::vector<Matches> matches;
  for (const ReferencePicture& reference : references) {
    const Description shown = predictor.describe(reference.lightness, study.photo.lightness, stop);
    matches.push_back(match(study.photo, shown, reference.chroma, limits, stop));
    if (stop.stop_requested()) return {};
  }
  study.matches = surest_of(matches);
  if (!related(study.matches)) study.refusal = refusal_of(references);
  study.references = std::move(references);
  return study;
}

std::vector<Suggestion> suggest_strokes(const Photo& photo, const ReferenceStudy& study, const DocumentState& painted,
                                        const SuggestSettings& settings) {
  if (study.refused(settings.daring)) return {};
  LineSettings wanted;
  wanted.daring = settings.daring;
  wanted.most = settings.most;
  wanted.painted = painted_places(photo, painted, false);
  std::vector<Suggestion> suggestions;
  for (const SuggestedLine& line : suggest_lines(study.photo, as_daring(study.matches, settings.daring), wanted))
    suggestions.push_back({stroke_of(photo, line), line.confidence, static_cast<std::size_t>(line.reference)});
  return suggestions;
}

Edit edit_of_suggestions(const DocumentState& state, const std::vector<Suggestion>& suggestions, std::string label) {
  Edit edit{.label = std::move(label)};
  std::size_t left = state.strokes.size();
  for (std::size_t i = state.strokes.size(); i-- > 0;) {
    if (!state.strokes[i]->source) continue;
    edit.strokes.push_back({i, state.strokes[i], std::nullopt});
    --left;
  }
  StrokeId id = state.next_id;
  for (const Suggestion& suggestion : suggestions) {
    Stroke stroke = suggestion.stroke;
    stroke.id = id++;
    if (suggestion.reference > 0) stroke.source.reset();
    edit.strokes.push_back({left++, std::nullopt, SharedStroke(std::move(stroke))});
  }
  return edit;
}

Edit edit_of_source(const DocumentState& state, std::span<const StrokeId> ids, Point source, Rgb colour) {
  return edit_of_each(state, ids, tr_noop("Colour from the reference"), [&](Stroke& stroke) {
    recolour(stroke, colour);
    stroke.source = Point{std::clamp(source.x, 0.0f, 1.0f), std::clamp(source.y, 0.0f, 1.0f)};
    return true;
  });
}

Edit edit_of_keeping(const DocumentState& state, std::span<const StrokeId> ids) {
  return edit_of_each(state, ids, tr_noop("Keep the suggestion"), [](Stroke& stroke) {
    stroke.source.reset();
    return true;
  });
}

Rgb colour_from_reference(const ReferencePicture& reference, Point place, std::optional<float> lightness) {
  const int w = reference.lightness.width(), h = reference.lightness.height();
  const int x = std::clamp(static_cast<int>(place.x * static_cast<float>(w)), 0, w - 1);
  const int y = std::clamp(static_cast<int>(place.y * static_cast<float>(h)), 0, h - 1);
  const Rect around = intersect({x - 2, y - 2, x + 3, y + 3}, reference.lightness.whole());
  Lab mean;
  for (int row = around.y0; row < around.y1; ++row)
    for (int column = around.x0; column < around.x1; ++column) {
      mean.L += reference.lightness(column, row);
      mean.a += reference.chroma.a(column, row);
      mean.b += reference.chroma.b(column, row);
    }
  const auto n = static_cast<float>(around.width() * around.height());
  return shown(lightness.value_or(mean.L / n), {mean.a / n, mean.b / n});
}

std::string_view name_of(ReferenceUse use) {
  switch (use) {
    case ReferenceUse::things:
      return "things";
    case ReferenceUse::mood:
      return "mood";
    case ReferenceUse::both:
      return "both";
  }
  return "";
}

Prior in_reference_mood(Prior coat, const ReferenceStudy& study, const MoodSettings& settings) {
  if (study.empty() || study.references.empty()) return coat;
  // Of several references the one that most cells were matched with gives the mood of what is not matched.
  std::vector<float> shares(study.references.size());
  for (std::size_t i = 0; i < study.matches.confidence.size(); ++i)
    shares[study.matches.reference.data()[i]] += study.matches.confidence.data()[i];
  const auto surest = std::max_element(shares.begin(), shares.end()) - shares.begin();
  const ReferencePicture& reference = study.references[static_cast<std::size_t>(surest)];
  const std::optional<Mood> mood =
      mood_of(coat, study.photo.lightness, reference.lightness, reference.chroma, study.matches, settings.method);
  if (!mood) return coat;
  coat = with_mood(std::move(coat), study.photo.lightness, *mood, settings.amount);
  return with_matches(std::move(coat), study.matches, settings.amount);
}

CoatSource coat_in_mood(CoatSource coat, std::function<Predictor()> open, std::filesystem::path session_file) {
  return [coat = std::move(coat), open = std::move(open), session_file = std::move(session_file)](
             const Photo& photo, const DocumentState& state, std::stop_token stop) {
    Prior prior = coat(photo, state, stop);
    if (!state.coat.wants_mood() || prior.empty()) return prior;
    const CoatReference& reference = state.coat.reference.value();
    const ReferenceStudy study =
        study_references(photo, {read_reference(reference.file, session_file)}, open(), {}, stop);
    return in_reference_mood(std::move(prior), study, reference.mood);
  };
}

}  // namespace handtint
