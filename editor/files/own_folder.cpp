#include "editor/files/own_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "editor/files/atomic_file.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

bool is_foreign(const struct stat& status) {
  return status.st_uid != ::geteuid() && status.st_uid != 0;
}

// Others may put names of their own into it.
bool is_open(const struct stat& status) {
  return (status.st_mode & S_IWOTH) != 0;
}

}  // namespace

void make_own_folder(const fs::path& folder) {
  struct stat above {
  }, status{};
  fs::path path;
  for (const fs::path& part : folder.lexically_normal()) {
    path /= part;
    if (part.empty()) continue;  // after a last slash
    const int error = ::mkdir(path.c_str(), 0700) == 0 ? 0 : errno;
    if (::lstat(path.c_str(), &status) != 0)
      throw FileError(path, tr("cannot be made a folder: {1}", {std::generic_category().message(error)}));
    if (S_ISLNK(status.st_mode)) {
      if (is_foreign(status) && is_open(above))
        throw FileError(path, tr("is a link that another user made, so nothing of yours is kept there"));
      if (::stat(path.c_str(), &status) != 0) throw FileError(path, tr("is a link that leads nowhere"));
    }
    if (!S_ISDIR(status.st_mode)) throw FileError(path, tr("is in the way: it is no folder"));
    if (is_foreign(status) && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
      throw FileError(path, tr("belongs to another user and is open to all, so nothing of yours is kept there"));
    if (status.st_uid != ::geteuid() && is_open(status) && (status.st_mode & S_ISVTX) == 0)
      throw FileError(path, tr("is open to all, so nothing of yours is kept there"));
    above = status;
  }
  if (status.st_uid != ::geteuid())
    throw FileError(folder, tr("belongs to another user, so nothing of yours is kept there"));
  // A file system without permissions refuses; it has no others either.
  if ((status.st_mode & 077) != 0) static_cast<void>(::chmod(folder.c_str(), 0700) == 0);
}

void write_own_text_file(const fs::path& target, std::string_view text) {
  make_own_folder(target.parent_path());
  AtomicFile file(target, AtomicFile::Whose::own);
  file.write(text.data(), text.size());
  file.commit();
}

}  // namespace handtint
