// A recovery file on the disk, and whether somebody still writes it. Internal to editor/document.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "editor/document/json_values.h"

namespace handtint {

// Open for appending, and locked where the file system can do that: the kernel gives the lock back when the process
// dies, however it dies. Not thread-safe, but sync() may run while another thread appends.
class JournalFile {
 public:
  // Makes the file; there must be none. Throws FileError, as do the others.
  explicit JournalFile(const std::filesystem::path& path);
  ~JournalFile();
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  // Whole or not at all. In the kernel's hands when it returns, so a kill does not take it away; on the disk after
  // sync().
  void append(const std::string& text);
  void sync() const;
  void rename(const std::filesystem::path& target);  // on the disk after sync_folder()
  void sync_folder() const;
  void remove();  // its name; what is appended later goes nowhere

  bool locked() const { return locked_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  [[noreturn]] void fail(const char* what) const;

  const std::filesystem::path folder_;
  std::filesystem::path path_;
  int descriptor_;
  bool locked_ = false;
  std::uint64_t bytes_ = 0;
};

// Who writes a journal, for its first line: enough to tell later whether that process still lives, for file systems
// without locks.
session_json::Json this_writer(bool locked);

// Whether the journal's writer may still live. `writer` is what its first line says, null if that is not known.
bool is_in_use(const std::filesystem::path& journal, const session_json::Json& writer);

}  // namespace handtint
