// A picture that a session names and does not hold: its place, and enough to know it again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace handtint {

struct FileReference {
  std::filesystem::path path = {};  // absolute; in a session relative to it, so that a folder can be moved as a whole
  std::uint64_t bytes = 0;          // of the file; 0 = not known
  std::string sha256 = {};          // of the file, 64 lower-case hex digits; empty = not known
  friend bool operator==(const FileReference&, const FileReference&) = default;
};

// Reads the whole file for its hash. Throws FileError.
FileReference refer_to_file(const std::filesystem::path& path);

enum class PhotoState {
  found,    // there, and the same file
  changed,  // there, but another content
  missing,  // neither at its place nor beside the session file
};
struct PhotoLookup {
  PhotoState state = PhotoState::missing;
  std::filesystem::path path;  // where it is: the referred place, or beside the session file under its name; the
                               // referred place if missing
  bool moved = false;          // found beside the session file, not at the referred place
};

// Looks for the file: never asks, never throws. `session_file` may be empty (not saved yet).
PhotoLookup find_photo(const FileReference& photo, const std::filesystem::path& session_file);

// An absolute path without "." and "..", without asking the disk.
std::filesystem::path full_path(const std::filesystem::path& path);

}  // namespace handtint
