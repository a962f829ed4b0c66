// The project file `.handtint`: JSON, documented in SESSION.md. Strokes as vectors, settings, palette, undo history,
// and which photo they belong to (relative path, size, SHA-256), never the photo itself.
//
// Reading what was written gives the same bits. Members that this version does not know are kept and written back. A
// file of a newer major version is refused. Malformed files throw FileError naming the member; sizes and nesting are
// limited, so no file can crash the reader or make it take more than a few times the file's size in memory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "editor/document/document.h"
#include "editor/document/file_reference.h"

namespace handtint {

inline constexpr int session_major_version = 1;
inline constexpr int session_minor_version = 6;  // grows when members are added that older readers may pass over

struct PhotoReference : FileReference {
  int width = 0, height = 0;      // after EXIF orientation
  std::optional<int> frame = {};  // that it is of the film at `path`, counted from 0; none = a photo
};

// Reads the whole file for its hash. Throws FileError.
PhotoReference refer_to_photo(const std::filesystem::path& path, int width, int height);

struct Session {
  PhotoReference photo;
  DocumentState state;
  std::vector<std::string> notes;  // what had to be left out when reading (a history that does not fit); mostly empty
  std::string file_sha256 = {};    // of the file it was read from; empty without one
};

bool is_session_name(const std::filesystem::path& path);  // by its extension

// Where the work on a photo is saved if nobody says otherwise: beside it, under its name.
std::filesystem::path session_file_for(const std::filesystem::path& photo);
// The same, if that is a session of this photo (or one that cannot be read, so that somebody looks at it); else empty.
std::filesystem::path session_beside(const std::filesystem::path& photo);

Session read_session(const std::filesystem::path& path);  // throws FileError

// Atomic. What is written can be read: where the whole would be too large for read_session, history and undone masks
// are left out, and the note says so; it is empty otherwise. Throws FileError, also if even that is too large.
struct SavedSession {
  std::string sha256;  // of the file
  std::string note;
};
SavedSession write_session(const std::filesystem::path& path, const Session& session);

// Whether somebody else wrote the file since its content had this hash. One that is not there any more has nothing to
// lose: false.
bool has_changed(const std::filesystem::path& session_file, const std::string& sha256);

// The same without a file. `base` is the folder that relative paths refer to; `name` stands in messages.
Session session_from_text(std::string_view text, const std::filesystem::path& base, const std::string& name);
std::string session_to_text(const Session& session, const std::filesystem::path& base);

// As large as a session file may be; a smaller limit is for tests.
inline constexpr std::uintmax_t max_session_bytes = std::uintmax_t{256} << 20;
struct SessionText {
  std::string text, note;
};
SessionText session_text_within(std::uintmax_t limit, const Session& session, const std::filesystem::path& base,
                                const std::string& name);

}  // namespace handtint
