// The project file `.handtint`: JSON, documented in SESSION.md. Strokes as vectors, settings, palette, undo history,
// and which photo they belong to (relative path, size, SHA-256), never the photo itself.
//
// Reading what was written gives the same bits. Members that this version does not know are kept and written back. A
// file of a newer major version is refused. Malformed files throw FileError naming the member; sizes and nesting are
// limited, so no file can crash the reader or make it take more than a few times the file's size in memory.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "editor/document/document.h"
#include "editor/document/file_reference.h"

namespace handtint {

inline constexpr int session_major_version = 1;
inline constexpr int session_minor_version = 2;  // grows when members are added that older readers may pass over

struct PhotoReference : FileReference {
  int width = 0, height = 0;  // after EXIF orientation
};

// Reads the whole file for its hash. Throws FileError.
PhotoReference refer_to_photo(const std::filesystem::path& path, int width, int height);

struct Session {
  PhotoReference photo;
  DocumentState state;
  std::vector<std::string> notes;  // what had to be left out when reading (a history that does not fit); mostly empty
};

bool is_session_name(const std::filesystem::path& path);  // by its extension

Session read_session(const std::filesystem::path& path);                        // throws FileError
void write_session(const std::filesystem::path& path, const Session& session);  // atomic; throws FileError

// The same without a file. `base` is the folder that relative paths refer to; `name` stands in messages.
Session session_from_text(std::string_view text, const std::filesystem::path& base, const std::string& name);
std::string session_to_text(const Session& session, const std::filesystem::path& base);

}  // namespace handtint
