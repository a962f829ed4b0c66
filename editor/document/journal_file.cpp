#include "editor/document/journal_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "editor/files/atomic_file.h"
#include "editor/files/file_error.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using session_json::Json;

// --- signs of life

enum class Lock { free, held, unknown };

// A shared lock asks for nothing that a file open for reading cannot have, on network file systems either. Any failure
// but "held" says nothing: there, locks do not work.
Lock lock_on(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return Lock::unknown;
  const bool is_free = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
  const int error = errno;
  ::close(descriptor);
  return is_free ? Lock::free : error == EWOULDBLOCK ? Lock::held : Lock::unknown;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// When the process began, in the kernel's ticks since the start: the same number is never the same process again. Empty
// if there is no such process.
std::string start_of(std::int64_t process) {
  const std::string text = content_of("/proc/" + std::to_string(process) + "/stat");
  std::size_t at = text.rfind(')');  // the name before it may hold anything
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = text.find(' ', at + 1);
  return at == std::string::npos ? std::string() : text.substr(at + 1, text.find(' ', at + 1) - at - 1);
}

std::string boot() {
  return content_of("/proc/sys/kernel/random/boot_id");
}

std::string host() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

bool written_lately(const fs::path& path) {
  std::error_code error;
  const auto written = fs::last_write_time(path, error);
  return !error && fs::file_time_type::clock::now() - written < std::chrono::minutes(10);
}

}  // namespace

Json this_writer(bool locked) {
  const std::int64_t process = ::getpid();
  return {{"host", host()}, {"boot", boot()}, {"process", process}, {"start", start_of(process)}, {"locked", locked}};
}

bool is_in_use(const fs::path& journal, const Json& writer) {
  const Lock lock = lock_on(journal);
  if (lock == Lock::held) return true;
  const bool told = writer.is_object() && writer.contains("process") && writer["process"].is_number_integer();
  if (lock == Lock::free && !(told && writer.value("locked", Json()) == false)) return false;
  // Without a lock that means something, the process itself is looked for.
  if (!told) return written_lately(journal);
  if (writer.value("boot", Json()) == boot())
    return Json(start_of(writer["process"].get<std::int64_t>())) == writer.value("start", Json());
  if (writer.value("host", Json()) == host()) return false;  // started anew since
  return written_lately(journal);                            // on another machine, where nobody can look
}

JournalFile::JournalFile(const fs::path& path)
    : folder_(path.parent_path()),
      path_(path),
      descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (descriptor_ < 0) fail(tr_noop("the recovery file cannot be created: {1}"));
  locked_ = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
}

JournalFile::~JournalFile() {
  ::close(descriptor_);
}

void JournalFile::append(const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t bytes = ::write(descriptor_, text.data() + written, text.size() - written);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) {
      const int error = errno;
      if (::ftruncate(descriptor_, static_cast<off_t>(bytes_)) == 0) ::lseek(descriptor_, 0, SEEK_END);
      errno = error;
      fail(tr_noop("the recovery file cannot be written: {1}"));
    }
    written += static_cast<std::size_t>(bytes);
  }
  bytes_ += text.size();
}

void JournalFile::sync() const {
  if (::fdatasync(descriptor_) != 0 && errno != EINVAL)
    throw FileError(folder_, tr("a recovery file cannot be written to the disk: {1}", {std::strerror(errno)}));
}

void JournalFile::rename(const fs::path& target) {
  if (path_ == target) return;
  if (::rename(path_.c_str(), target.c_str()) != 0) fail(tr_noop("the recovery file cannot be renamed: {1}"));
  path_ = target;
}

void JournalFile::sync_folder() const {
  handtint::sync_folder(folder_);
}

void JournalFile::remove() {
  ::unlink(path_.c_str());
}

void JournalFile::fail(const char* what) const {
  throw FileError(path_, tr(what, {std::strerror(errno)}));
}

}  // namespace handtint
