#include "editor/files/atomic_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <system_error>

#include "solver/tr.h"

namespace handtint {
namespace {

std::string reason_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return tr("the disk is full; make room or choose another folder");
    case EFBIG:
      return tr("the file would be larger than the system allows here; choose another folder");
    case EACCES:
    case EPERM:
      return tr("no permission to write there; choose another folder");
    case EROFS:
      return tr("the disk is read-only; choose another folder");
    case ENOENT:
    case ENOTDIR:
      return tr("its folder does not exist; create it or choose another");
    case ENAMETOOLONG:
      return tr("the name is too long; choose a shorter one");
    default:
      return std::generic_category().message(error);
  }
}

std::filesystem::path resolved_target(const std::filesystem::path& target) {
  const std::filesystem::path place = final_place(target);
  if (std::error_code error; std::filesystem::is_symlink(place, error))
    throw FileError(target, tr("is a link that leads to itself"));
  return place;
}

// Without permission to write, the file is not to be replaced either, though its folder would allow it. Nobody's
// permission at all: then not by the superuser either, who would be asked nothing.
bool write_protected(const std::filesystem::path& file, mode_t mode) {
  return (mode & 0222) == 0 || ::faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) != 0;
}

// Beyond a limit on file sizes (ulimit -f) a write ends the process by a signal. While this lives, this thread's writes
// fail with EFBIG instead, which can be told and cleaned up after.
class SizeSignalHeldBack {
 public:
  SizeSignalHeldBack() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~SizeSignalHeldBack() {
    const int error = errno;
    constexpr timespec at_once{};
    while (sigtimedwait(&signal_, nullptr, &at_once) == SIGXFSZ) continue;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  SizeSignalHeldBack(const SizeSignalHeldBack&) = delete;
  SizeSignalHeldBack& operator=(const SizeSignalHeldBack&) = delete;

 private:
  sigset_t signal_, before_;
};

std::string random_name() {
  std::random_device random;
  char name[40];
  std::snprintf(name, sizeof name, ".handtint-%08x%08x.tmp", random(), random());
  return name;
}

// Without a name until it is whole, so that of a program that is killed nothing stays. -1 where that cannot be.
int open_unnamed(const std::filesystem::path& folder, mode_t mode) {
  if (::access("/proc/self/fd", X_OK) != 0) return -1;
  return ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
}

}  // namespace

std::filesystem::path final_place(std::filesystem::path path) {
  constexpr int most_links = 40;  // as the system's own limit
  std::error_code error;
  for (int link = 0; link < most_links && std::filesystem::is_symlink(path, error); ++link) {
    const std::filesystem::path pointed = std::filesystem::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / pointed;  // what an absolute one replaces
  }
  const std::filesystem::path place = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  return error ? path : place;
}

void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  static_cast<void>(::fsync(descriptor) == 0);
  ::close(descriptor);
}

AtomicFile::AtomicFile(const std::filesystem::path& target, Whose whose)
    : target_(target), resolved_(whose == Whose::own ? target : resolved_target(target)) {
  if (resolved_.filename().empty()) throw FileError(target, tr("is not the name of a file"));
  mode_t mode = whose == Whose::own ? 0600 : 0666;  // less the umask
  bool keep_mode = false;
  struct stat existing;
  if (whose == Whose::anybodys && ::stat(resolved_.c_str(), &existing) == 0) {
    if (S_ISDIR(existing.st_mode)) throw FileError(target, tr("is a folder; name a file inside it"));
    if (!S_ISREG(existing.st_mode)) throw FileError(target, tr("is not a regular file; choose another name"));
    if (write_protected(resolved_, existing.st_mode))
      throw FileError(target, tr("is write-protected; choose another name, or allow it to be written"));
    mode = existing.st_mode & 0777;  // a picture that may be run as somebody else is none
    keep_mode = true;
  }
  const mode_t mode_at_first = keep_mode ? 0600 : mode;
  descriptor_ = open_unnamed(folder(), mode_at_first);
  while (descriptor_ < 0) {
    temporary_ = folder() / random_name();
    descriptor_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_at_first);
    if (errno != EEXIST) break;
  }
  if (descriptor_ < 0) {
    const int error = errno;
    temporary_.clear();
    fail(tr_noop("cannot be written"), error);
  }
  if (!keep_mode) return;
  // Where the group cannot be kept, the new one may do no more than everybody.
  if (::fchown(descriptor_, static_cast<uid_t>(-1), existing.st_gid) != 0)
    mode = (mode & ~static_cast<mode_t>(070)) | (mode & 07) << 3;
  // A file system without permissions refuses; the picture matters more.
  static_cast<void>(::fchmod(descriptor_, mode) == 0);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(const void* data, std::size_t bytes) {
  const SizeSignalHeldBack held_back;
  const char* next = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor_, next, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(tr_noop("cannot be written"), errno);
    next += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

std::size_t AtomicFile::read(void* data, std::size_t bytes) {
  ssize_t count;
  do count = ::read(descriptor_, data, bytes);
  while (count < 0 && errno == EINTR);
  if (count < 0) fail(tr_noop("cannot be read back"), errno);
  return static_cast<std::size_t>(count);
}

std::uint64_t AtomicFile::seek(std::int64_t offset, int whence) {
  const off_t position = ::lseek(descriptor_, offset, whence);
  if (position < 0) fail(tr_noop("cannot be written"), errno);
  return static_cast<std::uint64_t>(position);
}

void AtomicFile::commit() {
  // Some file systems find out only here, or at close, that there is no room.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail(tr_noop("cannot be written"), errno);
  if (temporary_.empty()) take_name();
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) fail(tr_noop("cannot be written"), errno);
  if (::rename(temporary_.c_str(), resolved_.c_str()) != 0) fail(tr_noop("cannot be replaced"), errno);
  temporary_.clear();
  sync_folder(folder());
}

std::filesystem::path AtomicFile::folder() const {
  return resolved_.has_parent_path() ? resolved_.parent_path() : ".";
}

void AtomicFile::take_name() {
  const std::string unnamed = "/proc/self/fd/" + std::to_string(descriptor_);
  for (;;) {
    const std::filesystem::path name = folder() / random_name();
    if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      temporary_ = name;
      return;
    }
    if (errno != EEXIST) fail(tr_noop("cannot be written"), errno);
  }
}

void AtomicFile::fail(const char* doing, int error) const {
  throw FileError(target_, tr(doing) + (": " + reason_of(error)));
}

void write_text_file(const std::filesystem::path& target, std::string_view text) {
  AtomicFile file(target);
  file.write(text.data(), text.size());
  file.commit();
}

}  // namespace handtint
