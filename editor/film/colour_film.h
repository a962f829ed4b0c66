// A film from its frames to its colours: seen once, carried through from its keys, written.
#pragma once

#include "editor/film/film_keys.h"
#include "editor/film/film_writer.h"
#include "editor/film/survey.h"

namespace handtint {

struct FilmJob {
  std::filesystem::path film, output;
  std::filesystem::path work;  // for what is worked out on the way
  FilmKeys keys;
  CoatSource coat;        // of shots without a key; null = they stay grey
  std::string coat_name;  // tells one coat from another
  FirstCoat coat_dials;
  bool draft = false;                 // colours are worked out at 0.1 megapixels, not 0.26
  bool survey_only = false;           // only look at the film: its motion and its shots
  bool keep_work = false;             // the work folder stays when the film is done
  bool resume = false;                // pass over written frames
  int first_shot = 1, last_shot = 0;  // counted from 1; last 0 = all
  int threads = 0;                    // 0 = all cores
  FilmWriting writing;
};

struct FilmResult {
  bool cancelled = false, written = false;
  Survey survey;
  std::vector<std::string> notes;
};

// Throws FileError, std::runtime_error with a sentence. What is done when it ends early stays in the work folder.
FilmResult colour_film(const FilmJob& job, const FilmProgress& progress);

}  // namespace handtint
