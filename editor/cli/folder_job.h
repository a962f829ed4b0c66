// A whole folder of photographs, each with the strokes (and the first coat) of its name.
#pragma once

#include <filesystem>
#include <vector>

#include "editor/cli/colorize_job.h"
#include "editor/cli/command.h"
#include "editor/cli/command_files.h"

namespace handtint {

struct FolderSearch {
  bool recursive = false;  // folders inside the folder, too
  bool resume = false;     // pass over those whose output is there and not older than what it is made from
};

struct FolderPlan {
  std::vector<ColorizeJob> jobs;                       // in the order of the names
  std::size_t finished = 0;                            // passed over: an earlier run has made them
  std::vector<std::filesystem::path> without_strokes;  // photographs that nothing was found for
};

// Photographs and sessions; a session stands for the photograph of its own name too, unless strokes are given for that.
// Pairs by file name without extension, in folders by the way to it: photo, strokes, prior and protect of `folders` are
// folders here (strokes, prior and protect may be empty), its other members are taken over into each job. An output
// keeps its photo's name and, where it can be written, format; else it becomes a PNG. Throws FileError if there is
// nothing to do or names are ambiguous; `files` is told all that is read and written.
FolderPlan plan_folder(const ColorizeJob& folders, CommandFiles& files, const FolderSearch& search = {});

struct FolderOptions {
  int at_a_time = 1;  // photographs
  bool quiet = false;
  std::filesystem::path report;  // empty = none
};

// Goes on after a photograph that fails; says so at once and sums up at the end.
Exit run_folder(const FolderPlan& plan, const FolderOptions& options);

}  // namespace handtint
