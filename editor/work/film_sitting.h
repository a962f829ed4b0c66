// An open film: which of its frames is shown, what was painted on the others, and who makes the colours between them.
//
// The frame that is shown is a photo like any other: its document lies in the Sitting, with its undo steps and its
// journal; those of the others wait here. The Editor alone changes it, but for look_at() and go_to().
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "editor/work/background.h"
#include "editor/work/film_cuts.h"
#include "editor/work/film_ghosts.h"
#include "editor/work/film_loading.h"
#include "editor/work/film_pictures.h"
#include "editor/work/film_thread.h"
#include "editor/work/messages.h"
#include "editor/work/predictions.h"
#include "editor/work/sitting.h"

namespace handtint {

class FilmSitting {
 public:
  // `network` makes the coats of shots that nothing is painted in.
  FilmSitting(const Sitting& sitting, Messages& messages, const OpenedFilm& opened, const Predictions& network,
              std::function<void()> wake_up);

  const FrameSource& source() const { return *frames_; }
  std::uint64_t number() const { return number_; }  // another film, another number
  int frames() const;                               // as far as is known: at least 1
  int frame() const { return frame_; }              // that is open
  int looked_at() const { return looked_at_; }      // that is seen: while somebody scrubs or plays, or it is being read
  std::vector<int> keys() const;                    // frames with strokes, in order
  double rate() const { return rate_; }             // frames a second, for who plays it
  FilmThread& thread() { return thread_; }
  FilmPictures& pictures() { return pictures_; }
  FilmGhosts& ghosts() { return ghosts_; }
  FilmCuts& cuts() { return cuts_; }

  void look_at(int frame);  // a look only
  void go_to(int frame);    // opens it as soon as it is read; the newest wish counts

  // --- saving and writing
  void write(FilmWish wish);  // with all that was painted until now
  FilmSession session() const;
  bool modified_elsewhere() const;  // on frames that are not shown, or what is of all the film
  // One frame, as a photo's session; the strokes that other frames have brought to it are its own there. Throws
  // FileError.
  void save_frame(const std::filesystem::path& file) const;

  // --- for the Editor
  bool update();                            // true: a frame is here
  void hold(bool on) { held_ = on; }        // the hand is busy with the open frame: no other one comes
  std::optional<double> due_in_ms() const;  // until update() has something to do of itself
  // If a frame that was asked for is here: the document that was open goes, this one comes.
  std::optional<LoadedFrame> take_frame(Sitting& sitting);
  // Other colours were carried to the open frame.
  std::optional<std::shared_ptr<const Carried>> take_carried() { return std::exchange(carried_, std::nullopt); }
  void changed(const Change& change);  // of the open document
  void saved();
  // On purpose: the journals go, and if nobody needs it what was worked out here. Who only dies leaves both.
  void closing(bool keep_work);

 private:
  void swap(Sitting& sitting, LoadedFrame& arrived);
  const DocumentState* state_of(int frame) const;  // null: nothing was done there
  void follow_keys(int frame, const DocumentState& state);
  void send_recipe();
  void take_loaded();
  void load_wanted();
  void follow_carried();
  FilmGhosts::Place place_of_ghosts() const;

  const Sitting& sitting_;
  Messages& messages_;
  std::uint64_t number_;
  std::function<void()> wake_up_;
  CoatSource network_;                   // null: there is none
  std::shared_ptr<KeyMatcher> matcher_;  // the same
  std::string network_name_;
  std::shared_ptr<FrameSource> frames_;
  PhotoReference film_;
  FirstCoat coat_;
  Finish finish_;
  std::string foreign_;
  int frames_before_;  // as the session knew the film
  double rate_;
  int frame_, looked_at_, wanted_;
  int most_ = 0;  // frames that were seen to be there
  bool film_modified_ = false, told_end_ = false, held_ = false;
  std::map<int, Sitting::FrameDesk> others_;
  std::vector<int> order_;                                         // of the keys, as they were begun
  std::map<int, std::pair<std::uint64_t, PaintedFrame>> painted_;  // with the revision of the document
  std::optional<std::chrono::steady_clock::time_point> recipe_due_;
  std::optional<LoadedFrame> ready_;
  std::optional<std::shared_ptr<const Carried>> carried_;
  std::shared_ptr<const Carried> carried_shown_;
  std::uint32_t carried_number_ = 0;
  bool made_work_;  // there was no work folder before
  Background<LoadedFrame> loader_;
  Background<std::pair<int, std::shared_ptr<const Carried>>> carried_loader_;
  FilmThread thread_;
  FilmPictures pictures_;
  FilmGhosts ghosts_;
  FilmCuts cuts_;
  std::uint64_t cuts_seen_ = 0;
};

// Another frame than the open one is looked at, and perhaps being read.
inline bool is_coming(const FilmSitting& film) {
  return film.looked_at() != film.frame();
}

// Where the coloured film goes if nobody says otherwise.
std::filesystem::path suggested_output(const FrameSource& film);

}  // namespace handtint
