#include "editor/film/film_reference.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace handtint {

namespace fs = std::filesystem;

FilmReference::FilmReference(const std::vector<fs::path>& photos, FilmReferenceUse use, std::function<Predictor()> open)
    : use_(use), open_(std::move(open)) {
  identity_ = "\nreference ";
  identity_ += std::string(name_of(use.how)) + " " + std::to_string(use.things.daring) + " " +
               std::to_string(use.things.most) + " " + std::string(name_of(use.mood.method)) + " " +
               std::to_string(use.mood.amount) + "\n";
  for (const fs::path& photo : photos) {
    photos_.push_back(read_reference(photo));
    std::error_code error;
    identity_ += fs::absolute(photo, error).string() + " " + std::to_string(fs::file_size(photo, error)) + " " +
                 std::to_string(fs::last_write_time(photo, error).time_since_epoch().count()) + "\n";
  }
}

const ReferenceStudy& FilmReference::study(const Photo& frame) {
  if (studied_ == frame.lightness) return study_;
  study_ = study_references(frame, photos_, open_());
  study_.matches = as_daring(std::move(study_.matches), use_.things.daring);
  studied_ = frame.lightness;
  return study_;
}

bool FilmReference::are_for(const Shot& shot, const std::set<int>& frames,
                            const std::function<Plane<float>(int frame)>& light) {
  const auto [known, is_new] = are_for_.emplace(shot.begin, use_.how == ReferenceUse::mood);
  if (!is_new || known->second) return known->second;
  const auto middle = std::next(frames.begin(), static_cast<std::ptrdiff_t>(frames.size() / 2));
  for (int frame : std::set<int>{*frames.begin(), *middle, *frames.rbegin()})
    if (!study(photo_of(light(frame))).refused(use_.things.daring)) return known->second = true;
  return false;
}

Key FilmReference::key(const Plane<float>& lightness, const FirstCoat& coat, int threads) {
  const Photo frame = photo_of(lightness);
  const ReferenceStudy& studied = study(frame);
  DocumentState state;
  state.coat = coat;
  if (use_.how != ReferenceUse::mood)
    for (Suggestion& suggestion : suggest_strokes(frame, studied, state, use_.things))
      state.strokes.emplace_back(std::move(suggestion.stroke));
  const CoatSource source = [&](const Photo&, const DocumentState& of, std::stop_token) {
    Prior prior = make_prior(studied.photo.prediction, of.coat.dials);
    return use_.how == ReferenceUse::things ? prior : in_reference_mood(std::move(prior), studied, use_.mood);
  };
  return frame_key(lightness, state, source, threads);
}

std::vector<int> FilmReference::refused() const {
  std::vector<int> shots;
  for (const auto& [begin, are_for_it] : are_for_)
    if (!are_for_it) shots.push_back(begin);
  return shots;
}

}  // namespace handtint
