#include "editor/files/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "editor/files/file_error.h"
#include "solver/tr.h"

namespace handtint {
namespace {

std::string open_problem(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return tr("does not exist");
    case EACCES:
    case EPERM:
      return tr("cannot be read; check its permissions");
    case ELOOP:
      return tr("is a link that leads to itself");
    default:
      return tr("cannot be read: {1}", {std::generic_category().message(error)});
  }
}

}  // namespace

// Not blocking: opening a pipe without a writer would wait for ever.
RegularFile::RegularFile(const std::filesystem::path& path, const std::string& kind)
    : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {
  if (descriptor_ < 0) throw FileError(path, open_problem(errno));
  struct stat status;
  std::string problem;
  if (::fstat(descriptor_, &status) != 0)
    problem = open_problem(errno);
  else if (S_ISDIR(status.st_mode))
    // Translators: {1} is "a picture", "a palette" and the like, here and below
    problem = tr("is a folder, not {1}", {kind});
  else if (!S_ISREG(status.st_mode))
    problem = tr("is not a regular file, so it is not {1}", {kind});
  if (!problem.empty()) {
    ::close(descriptor_);
    throw FileError(path, problem);
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

RegularFile::~RegularFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

RegularFile::RegularFile(RegularFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

}  // namespace handtint
