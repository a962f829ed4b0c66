// Colours from photos of the same things for shots that have no key: suggested strokes and a mood, as on a photo, on
// the frames that are asked for their coat.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "editor/document/reference.h"
#include "editor/film/film_keys.h"
#include "editor/film/shots.h"

namespace handtint {

struct FilmReferenceUse {
  ReferenceUse how = ReferenceUse::both;
  SuggestSettings things;
  MoodSettings mood;
};

class FilmReference {
 public:
  // `open` gives the network that compares; it makes the coat as well. Throws as read_reference.
  FilmReference(const std::vector<std::filesystem::path>& photos, FilmReferenceUse use,
                std::function<Predictor()> open);

  // Equal for the same photos, used in the same way.
  const std::string& identity() const { return identity_; }

  // Are they for a shot whose coats are asked for on these frames? If the first, the middle or the last of these shows
  // what they show, or if only the mood was asked for. Looked at once for each shot. Throws as study_references.
  bool are_for(const Shot& shot, const std::set<int>& frames, const std::function<Plane<float>(int frame)>& light);

  // A frame in their colours. A coat that is off is not laid. Throws what render() throws.
  Key key(const Plane<float>& lightness, const FirstCoat& coat, int threads);

  // The shots that they are not for, of those that were asked about; by their first frames.
  std::vector<int> refused() const;

 private:
  const ReferenceStudy& study(const Photo& frame);

  std::vector<ReferencePicture> photos_;
  FilmReferenceUse use_;
  std::function<Predictor()> open_;
  std::string identity_;
  Plane<float> studied_;  // the frame that was studied last
  ReferenceStudy study_;
  std::map<int, bool> are_for_;  // of the shot that begins there
};

}  // namespace handtint
