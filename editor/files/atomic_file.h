// Files that are there whole or not at all.
//
// An AtomicFile is written without a name in its target's folder, or where the system cannot do that under a temporary
// one, and renamed over the target by commit(), after its bytes reached the disk. Whatever ends earlier (an exception,
// a cancel, a full disk, without a name a kill too) leaves the target as it was and nothing else. A target that is a
// symbolic link keeps being one: the file it points to is replaced. An existing target's permissions and group are kept
// (not setuid and its like), and one without permission to write is refused; so are devices, pipes and folders. Whether
// an existing file may be replaced at all is the caller's decision, before it opens one.
//
// Not thread-safe; writers of different targets do not disturb each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "editor/files/file_error.h"

namespace handtint {

class AtomicFile {
 public:
  // `own`: nobody else may read it (0600), and a link in its place is replaced instead of followed (own_folder.h).
  enum class Whose { anybodys, own };

  // Throws FileError when the folder does not exist or cannot be written to, or the target is not a regular file.
  explicit AtomicFile(const std::filesystem::path& target, Whose whose = Whose::anybodys);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Each throws FileError (disk full, quota, I/O error) naming the target.
  void write(const void* data, std::size_t bytes);
  std::size_t read(void* data, std::size_t bytes);      // for formats that look back at what they wrote; 0 at the end
  std::uint64_t seek(std::int64_t offset, int whence);  // as lseek; the new position
  void commit();                                        // once, last

  const std::filesystem::path& target() const { return target_; }

 private:
  std::filesystem::path folder() const;
  void take_name();
  [[noreturn]] void fail(const char* doing, int error) const;

  std::filesystem::path target_;     // as the caller named it, for messages
  std::filesystem::path resolved_;   // with symbolic links followed
  std::filesystem::path temporary_;  // empty before it has one, and once committed
  int descriptor_ = -1;
};

// The whole of a text file in one call.
void write_text_file(const std::filesystem::path& target, std::string_view text);

// Where a writer would put it: absolute, all links followed, also the last one of a chain that points to nothing yet.
std::filesystem::path final_place(std::filesystem::path path);

// What was created, renamed or removed in a folder reaches the disk with the folder; where that cannot be asked for,
// the files are still whole.
void sync_folder(const std::filesystem::path& folder);

}  // namespace handtint
