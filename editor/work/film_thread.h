// The thread that looks at a film, makes its colours from the frame that somebody is at outwards, and writes it.
//
// What it works out lies in the film's work folder, so it is made once, and who scrubs reads it from there
// (KeptColours). Calls come from the UI's thread; none of them waits for the work.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "editor/film/film_colours.h"
#include "editor/film/film_writer.h"
#include "editor/work/leavable_thread.h"

namespace handtint {

// Of a frame, for the timeline.
struct FrameMark {
  float trust = -1;          // of its colours, 0..1; < 0: it has none yet
  std::uint32_t number = 0;  // other colours, another number
};

struct FilmStatus {
  std::string stage;  // what it does; empty: nothing is left to do
  float done = 0;     // of that, 0..1
  bool surveyed = false;
  int frames = 0;            // seen so far; all if surveyed
  std::string problem;       // why there will be no colours; empty: there will
  std::uint64_t number = 0;  // other marks or shots, another number
};

struct FilmWish {
  std::filesystem::path output;
  FilmWriting writing;
  Finish finish = {};
};

// How the writing of a film ended.
struct FilmWritten {
  std::filesystem::path output;
  std::string problem;  // empty if all is well
  std::vector<std::string> notes;
  bool cancelled = false;
};

struct FilmExchange;

class FilmThread {
 public:
  // `first_frames` of the shots, as a session has them; empty = as they are found.
  FilmThread(std::filesystem::path film, std::filesystem::path work, std::vector<int> first_frames,
             std::function<void()> wake_up);
  // Asks it to stop and waits for `patience`. `forget_work`: what it has worked out goes, too.
  ~FilmThread();
  FilmThread(const FilmThread&) = delete;
  FilmThread& operator=(const FilmThread&) = delete;

  void set_recipe(FilmRecipe recipe);
  void look_at(int frame);
  // From now on these shots (shots_beginning_at), once the film has been seen; also at the end, when nothing else is
  // begun any more.
  void cut_at(std::vector<int> first_frames);
  void forget_work();  // at the end

  void write(FilmWish wish);
  void cancel_writing();
  bool writing() const;
  std::optional<FilmWritten> take_written();

  FilmStatus status() const;
  std::vector<FrameMark> marks() const;
  std::vector<Shot> shots() const;        // none before the film has been seen
  std::vector<Shot> found_shots() const;  // before anybody cut it otherwise; none: nobody knows
  FrameMark mark(int frame) const;
  std::shared_ptr<const KeptColours> colours() const;  // null before anything is there
  std::vector<std::string> take_notes();

  std::chrono::milliseconds patience{10000};

 private:
  std::shared_ptr<FilmExchange> exchange_;
  LeavableThread thread_;
};

}  // namespace handtint
