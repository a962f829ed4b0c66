#include "editor/work/film_ghosts.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace handtint {

bool FilmGhosts::update(const std::function<Place()>& place) {
  bool other = false;
  if (auto found = finding_.take(); found && found->complete && found->frame == frame_ && !wanted_) {
    strokes_ = std::move(found->strokes);
    ++number_;
    other = true;
  }
  if (!wanted_ || finding_.running()) return other;
  Place here = place();
  if (here.shots.empty() || !here.kept || here.kept->survey().worked.width == 0) return other;
  wanted_ = false;
  frame_ = here.frame;
  finding_.start(
      [here = std::move(here), carrier = carrier_](std::stop_token stop, auto&) {
        Found found{here.frame, false, {}};
        try {
          const Survey& survey = here.kept->survey();
          const WorkFolder& work = here.kept->work();
          const FilmToFollow film{survey.size, survey.worked, here.shots, [&](int n) { return light_of(work, n); },
                                  [&](int n) { return motion_of(work, n); }};
          found.strokes = carrier->on(here.frame, here.painted, film, [&] { return !stop.stop_requested(); });
          found.complete = !stop.stop_requested();
        } catch (const std::exception&) {
          // What the film's thread cannot read it tells itself.
        }
        return found;
      },
      wake_up_);
  return other;
}

void FilmGhosts::leave_out(const StrokeList& own) {
  const auto taken = [&](const SharedStroke& ghost) {
    return std::any_of(own.begin(), own.end(), [&](const SharedStroke& s) { return s->of == ghost->of; });
  };
  if (std::erase_if(strokes_, taken) > 0) ++number_;
}

void FilmGhosts::clear() {
  finding_.cancel();
  picked_.reset();
  frame_ = -1;
  wanted_ = true;
  if (strokes_.empty()) return;
  strokes_.clear();
  ++number_;
}

const Stroke* FilmGhosts::picked() const {
  if (!picked_) return nullptr;
  for (const SharedStroke& ghost : strokes_)
    if (ghost->of == picked_) return &*ghost;
  return nullptr;
}

}  // namespace handtint
