#include "editor/cli/standard_streams.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "editor/files/file_error.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* stream, int error) {
  throw FileError(stream, tr("cannot be used: {1}", {std::generic_category().message(error)}));
}

void copy(int from, int to, const char* from_name, const char* to_name) {
  std::vector<char> buffer(1 << 16);
  for (;;) {
    const ssize_t count = read(from, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(from_name, errno);
    if (count == 0) return;
    for (ssize_t done = 0; done < count;) {
      const ssize_t written = write(to, buffer.data() + done, static_cast<std::size_t>(count - done));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(to_name, errno);
      done += written;
    }
  }
}

// All of standard input, in a file without a name.
class StandardInput {
 public:
  StandardInput() : descriptor_(memfd_create("input", MFD_CLOEXEC)) {
    if (descriptor_ < 0) fail(tr("standard input"), errno);
    try {
      copy(STDIN_FILENO, descriptor_, tr("standard input"), tr("standard input"));
    } catch (...) {
      close(descriptor_);
      throw;
    }
  }
  ~StandardInput() { close(descriptor_); }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

  fs::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

// A file that becomes standard output.
class StandardOutput {
 public:
  StandardOutput() {
    std::string folder = (fs::temp_directory_path() / "handtint-XXXXXX").string();
    if (!mkdtemp(folder.data())) fail(tr("standard output"), errno);
    path_ = fs::path(folder) / "output.png";
  }
  ~StandardOutput() {
    std::error_code ignored;
    fs::remove_all(path_.parent_path(), ignored);
  }
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  const fs::path& path() const { return path_; }
  void send() const {
    const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) fail(tr("standard output"), errno);
    try {
      copy(file, STDOUT_FILENO, tr("standard output"), tr("standard output"));
    } catch (...) {
      close(file);
      throw;
    }
    close(file);
  }

 private:
  fs::path path_;
};

}  // namespace

Exit with_streams(std::initializer_list<fs::path*> inputs, fs::path& output, bool& quiet,
                  const std::function<Exit()>& work) {
  std::optional<StandardInput> input;
  for (fs::path* path : inputs) {
    if (*path != "-") continue;
    if (input) throw UsageError(tr("only one file can come from standard input"));
    *path = input.emplace().path();
  }
  if (output != "-") return work();
  const StandardOutput made;
  output = made.path();
  quiet = true;
  const Exit exit = work();
  if (exit == Exit::done) made.send();
  return exit;
}

}  // namespace handtint
