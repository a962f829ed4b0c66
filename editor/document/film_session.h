// The session of a film: which film, and what was painted on which of its frames. A `.handtint` file as well;
// SESSION.md has the format. What is painted on a frame is a session of that frame as of a photo (session.h), in one
// file with the others.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "editor/document/session.h"

namespace handtint {

struct FrameWork {
  int frame = 0;  // counted from 0
  DocumentState state;
};

struct FilmSession {
  PhotoReference film;  // a file, or a folder of pictures; the size is that of its frames, `frame` the last one seen
  int frames = 0;       // how many it had; 0 = not known
  FirstCoat coat;       // of shots that nothing is painted in
  Finish finish;        // of all of it
  std::vector<int> shots = {};          // the first frame of each, as a person has cut it; empty = as it was found
  std::vector<FrameWork> painted;       // in the order in which they were begun
  std::vector<std::string> notes = {};  // as in Session
  std::string foreign = {};             // as in DocumentState
  std::string file_sha256 = {};
};

PhotoReference refer_to_film(const std::filesystem::path& film, Extent size);  // without a hash: films are large

bool is_film_session(const std::filesystem::path& path);  // false, too, if it cannot be read

// Where its film is: at its place, or beside the session file under its name; its place if it is at neither.
std::filesystem::path find_film(const FilmSession& session, const std::filesystem::path& session_file);

FilmSession read_film_session(const std::filesystem::path& path);  // throws FileError
// As write_session, and the same limits.
SavedSession write_film_session(const std::filesystem::path& path, const FilmSession& session);

}  // namespace handtint
