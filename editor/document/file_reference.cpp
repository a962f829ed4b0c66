#include "editor/document/file_reference.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "editor/files/file_error.h"
#include "editor/files/folded_name.h"
#include "editor/files/sha256.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

// What is at `path`, compared with what the session knew.
PhotoState state_at(const fs::path& path, const FileReference& photo) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return PhotoState::missing;
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error) return PhotoState::missing;
  if (photo.bytes != 0 && bytes != photo.bytes) return PhotoState::changed;
  if (photo.sha256.empty()) return PhotoState::found;
  try {
    return sha256_of_file(path) == photo.sha256 ? PhotoState::found : PhotoState::changed;
  } catch (const FileError&) {
    return PhotoState::missing;
  }
}

// The file of that name in the folder, and then those whose names are the same to a person.
std::vector<fs::path> namesakes(const fs::path& name, const fs::path& folder) {
  std::vector<fs::path> found;
  const std::string folded = folded_name(name.string());
  std::error_code error;
  for (fs::directory_iterator entries(folder, error), end; !error && entries != end; entries.increment(error))
    if (const fs::path& file = entries->path();
        file.filename() != name && folded_name(file.filename().string()) == folded)
      found.push_back(file);
  std::sort(found.begin(), found.end());
  found.insert(found.begin(), folder / name);
  return found;
}

}  // namespace

fs::path full_path(const fs::path& path) {
  std::error_code error;
  const fs::path result = fs::absolute(path, error).lexically_normal();
  return error ? path : result;
}

FileReference refer_to_file(const fs::path& path) {
  FileReference file;
  file.path = full_path(path);
  file.sha256 = sha256_of_file(file.path);
  std::error_code error;
  file.bytes = fs::file_size(file.path, error);
  if (error) throw FileError(file.path, tr("cannot be read: {1}", {error.message()}));
  return file;
}

PhotoLookup find_photo(const FileReference& photo, const fs::path& session_file) {
  const PhotoLookup at_place{state_at(photo.path, photo), photo.path, false};
  if (at_place.state == PhotoState::found || session_file.empty()) return at_place;
  PhotoLookup best = at_place;
  for (const fs::path& neighbour : namesakes(photo.path.filename(), full_path(session_file).parent_path())) {
    if (neighbour == photo.path) continue;
    const PhotoLookup beside{state_at(neighbour, photo), neighbour, true};
    if (beside.state == PhotoState::found) return beside;
    if (best.state == PhotoState::missing && beside.state == PhotoState::changed) best = beside;
  }
  return best;
}

}  // namespace handtint
