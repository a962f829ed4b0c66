// How the open film is cut into shots: as it was found, or as a person has cut it. Not undone by Ctrl+Z: what cuts also
// joins.
#pragma once

#include <optional>
#include <vector>

#include "editor/work/film_thread.h"

namespace handtint {

class FilmCuts {
 public:
  // `first_frames` of the shots, as the session has them; empty = as they are found.
  FilmCuts(FilmThread& thread, std::vector<int> first_frames) : thread_(thread), of_session_(std::move(first_frames)) {}

  bool known() const { return !thread_.shots().empty(); }  // the film has been seen
  bool begins_shot(int frame) const;
  // Cuts before the frame or, where a shot begins, joins it with the one before. Nothing at the first frame, or before
  // the film has been seen.
  void toggle(int frame);
  std::uint64_t number() const { return number_; }  // cut otherwise, another number

  std::vector<int> of_session() const;  // to be saved; empty = as they are found
  bool modified() const;
  void saved() { before_.reset(); }
  void put_back();  // what is not to be saved

 private:
  FilmThread& thread_;
  std::vector<int> of_session_;
  std::optional<std::vector<int>> before_;  // the first change
  std::uint64_t number_ = 0;
};

}  // namespace handtint
