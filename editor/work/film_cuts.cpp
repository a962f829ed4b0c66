#include "editor/work/film_cuts.h"

#include <algorithm>

namespace handtint {

bool FilmCuts::begins_shot(int frame) const {
  const std::vector<Shot> shots = thread_.shots();
  return std::any_of(shots.begin(), shots.end(), [&](const Shot& shot) { return shot.begin == frame; });
}

void FilmCuts::toggle(int frame) {
  std::vector<int> first_frames = first_frames_of(thread_.shots());
  if (first_frames.empty() || frame <= 0 || frame >= thread_.status().frames) return;
  if (!before_) before_ = first_frames;
  const auto place = std::lower_bound(first_frames.begin(), first_frames.end(), frame);
  if (place != first_frames.end() && *place == frame)
    first_frames.erase(place);
  else
    first_frames.insert(place, frame);
  ++number_;
  thread_.cut_at(std::move(first_frames));
}

std::vector<int> FilmCuts::of_session() const {
  const std::vector<Shot> shots = thread_.shots();
  if (shots.empty()) return of_session_;
  return shots == thread_.found_shots() ? std::vector<int>{} : first_frames_of(shots);
}

bool FilmCuts::modified() const {
  return before_ && *before_ != first_frames_of(thread_.shots());
}

void FilmCuts::put_back() {
  if (modified()) thread_.cut_at(*before_);
}

}  // namespace handtint
