// A film as the command line asks for it: `handtint film`, and `handtint colorize` for a GIF.
#pragma once

#include <filesystem>
#include <string>

#include "editor/cli/command.h"
#include "editor/cli/finish_option.h"
#include "editor/cli/network_option.h"
#include "editor/cli/reference_option.h"
#include "editor/film/colour_film.h"

namespace handtint {

struct FilmRequest {
  FilmJob job;  // film (or its session) and output; keys, coat and work are made of what follows
  std::filesystem::path keys, strokes;  // a folder, or a file for frame 0; empty = none
  std::filesystem::path session;        // that the film, and what was painted on it, comes from; empty = none
  std::filesystem::path prior;          // a folder with a picture for each frame; empty = none
  ReferenceWish reference;
  NetworkWish network;
  FinishWish finish;
  std::string shots;  // "3-7", empty = all
  bool force = false, quiet = false;
};

// Throws UsageError, FileError and what colour_film throws.
Exit run_film(FilmRequest request);

}  // namespace handtint
