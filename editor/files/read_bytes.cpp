#include "editor/files/read_bytes.h"

#include <unistd.h>

#include <cerrno>
#include <limits>

#include "editor/files/file_error.h"
#include "editor/files/regular_file.h"
#include "solver/tr.h"

namespace handtint {
std::string read_whole_file(const std::filesystem::path& path, std::uint64_t max_bytes, const std::string& kind) {
  const RegularFile file(path, kind);
  const auto too_long = [&] {
    return FileError(path, tr("is larger than {1} MiB: not {2}", {std::to_string(max_bytes >> 20), kind}));
  };
  if (file.size() > max_bytes) throw too_long();
  std::string bytes(file.size(), '\0');
  std::size_t have = 0;
  // It may be growing, or say nothing of its size (/proc): read to its end, whatever that is.
  for (;;) {
    if (have == bytes.size()) {
      char more[4096];
      const ssize_t count = ::read(file.descriptor(), more, sizeof more);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw FileError(path, tr("cannot be read to its end"));
      if (count == 0) break;
      bytes.append(more, static_cast<std::size_t>(count));
      have = bytes.size();
      if (have > max_bytes) throw too_long();
      continue;
    }
    const ssize_t count = ::read(file.descriptor(), bytes.data() + have, bytes.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw FileError(path, tr("cannot be read to its end"));
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  bytes.resize(have);
  return bytes;
}

std::optional<std::string> read_bytes(const std::string& file) {
  try {
    return read_whole_file(file, std::numeric_limits<std::uint64_t>::max(), tr("a file"));
  } catch (const FileError&) {
    return std::nullopt;
  }
}

}  // namespace handtint
