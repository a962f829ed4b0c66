// What says colours in a film: key frames, strokes on frames, coats; each as the colours of one frame at the size that
// colours are worked at.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "editor/document/render.h"
#include "editor/film/carrying.h"
#include "editor/film/shots.h"

namespace handtint {

// Strokes on a frame that are in no file of their own: a document that is being painted, a part of a film's session.
struct PaintedFrame {
  int frame = 0;
  std::shared_ptr<const DocumentState> state;  // at the film's size, without history
  std::string identity;                        // equal for equal strokes
};
PaintedFrame painted_frame(int frame, const DocumentState& state);
// Something is painted there, and more than that strokes of other frames end.
bool says_colours(const DocumentState& state);

// By frame, counted from 0.
struct FilmKeys {
  std::map<int, std::filesystem::path> pictures;  // frames in colour; where they are transparent they say nothing
  std::map<int, std::filesystem::path> strokes;   // masks, or sessions
  std::vector<std::filesystem::path> prior;       // another tool's colours for each frame; empty = none
  // In the order in which they were begun: each lies over what those before it bring to its frame, from both sides.
  // With them there are no other keys.
  std::vector<PaintedFrame> painted;

  bool any_in(const Shot& shot) const;
  // Tells the keys of a shot from others, and from the same files changed.
  std::string recipe(const Shot& shot) const;
};

// What a folder gives for frames, by the number its names end in (ref_000012.png; any digits): pictures, or, where they
// are wanted and there are some, sessions instead. An empty folder gives nothing; a file is for frame 0. Throws
// FileError: not there, a name without a number, two of one.
std::map<int, std::filesystem::path> keys_in(const std::filesystem::path& given, bool sessions = false);

struct Key {
  Chroma colour;
  Plane<float> share;  // 0..1: how much of the pixel it decides
};

// Of a picture with the film's proportions. Throws FileError.
Key picture_key(const std::filesystem::path& picture, Extent film, Extent worked);

// What strokes make of a frame that has these colours already, deciding those places that they change; without any,
// what the coat makes of it, all of it decided. `coat` may be null. Throws FileError, and what render() throws.
Key stroke_key(const std::filesystem::path& strokes, const Plane<float>& lightness, Extent film, const Carried& below,
               const CoatSource& coat, const FirstCoat& dials, int threads);

// The same, of strokes at the film's size; their own coat is on or not.
Key painted_key(const DocumentState& strokes, const Plane<float>& lightness, Extent film, const Carried& below,
                const CoatSource& coat, int threads);

// Strokes of other frames as they lie on one, lowest first: those that the frame's own have taken over from, and the
// rest.
struct BroughtStrokes {
  StrokeList taken_over, others;
};

// 1 where colours that were carried to the frame come from strokes that were taken over: at their former places, as far
// as their colour goes from there, up to the other strokes.
Plane<std::uint8_t> former_places(const BroughtStrokes& brought, const Plane<float>& lightness, Extent film,
                                  const Carried& below);

// What was carried to a frame, as the coat under its strokes.
Prior carried_prior(const Carried& carried);

// What a document of the frame's size makes of a frame that has no colours yet. Throws what render() throws.
Key frame_key(const Plane<float>& lightness, const DocumentState& state, const CoatSource& coat, int threads);

Photo photo_of(const Plane<float>& lightness);  // a frame as it is worked at

}  // namespace handtint
