// A film from its frames to its colours: seen once, carried through from its keys, written.
#pragma once

#include "editor/film/film_colours.h"
#include "editor/film/film_writer.h"
#include "editor/film/survey.h"

namespace handtint {

struct FilmJob : FilmRecipe {
  std::filesystem::path film, output;
  FilmReading reading;
  std::filesystem::path work;         // for what is worked out on the way
  Finish finish;                      // of every frame
  std::vector<int> shots = {};        // the first frame of each; empty = as they are found, or in the work folder
  bool survey_only = false;           // only look at the film: its motion and its shots
  bool keep_work = false;             // the work folder stays when the film is done
  bool resume = false;                // pass over written frames
  int first_shot = 1, last_shot = 0;  // counted from 1; last 0 = all
  FilmWriting writing;
};

struct FilmResult {
  bool cancelled = false, written = false;
  Survey survey;
  std::vector<std::string> notes;
};

inline constexpr double full_film_pixels = 260e3, draft_film_pixels = 100e3;  // that colours are worked out at

// What the work in a folder is of: the film as it is now, read so. Its first line is the film's name.
std::string identity_of_work(const std::filesystem::path& film, FilmReading reading, bool draft);

// Throws FileError, std::runtime_error with a sentence. What is done when it ends early stays in the work folder.
FilmResult colour_film(const FilmJob& job, const FilmProgress& progress);

}  // namespace handtint
