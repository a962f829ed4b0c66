#include "editor/files/read_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <system_error>

#include "editor/files/file_error.h"

namespace handtint {
namespace {

// Not blocking: opening a pipe without a writer would wait for ever.
struct Descriptor {
  explicit Descriptor(const std::filesystem::path& path)
      : number(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  const int number;
};

std::string open_problem(int error) {
  if (error == ENOENT || error == ENOTDIR) return "does not exist";
  if (error == EACCES || error == EPERM) return "cannot be read; check its permissions";
  if (error == ELOOP) return "is a link that leads to itself";
  return "cannot be read: " + std::generic_category().message(error);
}

}  // namespace

std::string read_whole_file(const std::filesystem::path& path, std::uint64_t max_bytes, const std::string& kind) {
  const Descriptor file(path);
  if (file.number < 0) throw FileError(path, open_problem(errno));
  struct stat status;
  if (::fstat(file.number, &status) != 0) throw FileError(path, open_problem(errno));
  if (S_ISDIR(status.st_mode)) throw FileError(path, "is a folder, not " + kind);
  if (!S_ISREG(status.st_mode)) throw FileError(path, "is not a regular file, so it is not " + kind);
  const auto too_long = [&] {
    return FileError(path, "is larger than " + std::to_string(max_bytes >> 20) + " MiB: not " + kind);
  };
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > max_bytes) throw too_long();
  std::string bytes(size, '\0');
  std::size_t have = 0;
  // It may be growing, or say nothing of its size (/proc): read to its end, whatever that is.
  for (;;) {
    if (have == bytes.size()) {
      char more[4096];
      const ssize_t count = ::read(file.number, more, sizeof more);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw FileError(path, "cannot be read to its end");
      if (count == 0) break;
      bytes.append(more, static_cast<std::size_t>(count));
      have = bytes.size();
      if (have > max_bytes) throw too_long();
      continue;
    }
    const ssize_t count = ::read(file.number, bytes.data() + have, bytes.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw FileError(path, "cannot be read to its end");
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  bytes.resize(have);
  return bytes;
}

std::optional<std::string> read_bytes(const std::string& file) {
  try {
    return read_whole_file(file, std::numeric_limits<std::uint64_t>::max(), "a file");
  } catch (const FileError&) {
    return std::nullopt;
  }
}

}  // namespace handtint
