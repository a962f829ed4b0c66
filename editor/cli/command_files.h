// The one rule for what commands write: no output is any of the files that the command reads, and no other output,
// unless --force says so.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "editor/cli/colorize_job.h"

namespace handtint {

// The files of one command, told apart by what they are and not by how they are named: links, other spellings of a path
// and second names of a file (hard links) are the same file. Tell it everything before anything is written.
class CommandFiles {
 public:
  explicit CommandFiles(bool force) : force_(force) {}

  // No file yet, no name and "-" (a stream) are passed over. Of a folder all files that lie in it are meant.
  // Each throws FileError naming the output if it is another file of the command, whichever was told first.
  void reads(const std::filesystem::path& file);
  void reads(const NetworkWish& network);
  void writes(const std::filesystem::path& file);

  // All that the job reads: of a session its photograph and the picture of its coat too. Throws FileError if the
  // session cannot be read.
  void reads_inputs_of(const ColorizeJob& job);

 private:
  using FileNumber = std::pair<std::uint64_t, std::uint64_t>;  // device, inode
  struct Use {
    std::filesystem::path name;
    bool written = false;
  };
  void add(const std::filesystem::path& file, bool written);
  void require_apart(const Use& one, const Use& other) const;

  bool force_;
  std::map<std::filesystem::path, Use> by_name_;  // with all links followed
  std::map<FileNumber, Use> by_number_;
};

}  // namespace handtint
