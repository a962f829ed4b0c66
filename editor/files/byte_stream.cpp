#include "editor/files/byte_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace handtint {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

std::string open_problem(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "does not exist";
    case EACCES:
    case EPERM:
      return "may not be read; check its permissions";
    default:
      return "cannot be read: " + std::generic_category().message(error);
  }
}

}  // namespace

ByteStream::ByteStream(const std::filesystem::path& path) : name_(path) {
  // Not blocking: opening a pipe without a writer would wait for ever.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) throw FileError(path, open_problem(errno));
  struct stat status;
  const int result = ::fstat(descriptor_, &status);
  const char* problem = nullptr;
  if (result != 0)
    problem = "cannot be read";
  else if (S_ISDIR(status.st_mode))
    problem = "is a folder, not a picture";
  else if (!S_ISREG(status.st_mode))
    problem = "is not a regular file";
  else if (status.st_size == 0)
    problem = "is empty";
  if (problem) {
    ::close(descriptor_);
    throw FileError(path, problem);
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  buffer_.resize(buffer_bytes);
}

ByteStream::ByteStream(std::span<const std::uint8_t> bytes, std::filesystem::path name)
    : name_(std::move(name)), window_(bytes), size_(bytes.size()) {
  if (bytes.empty()) throw FileError(name_, "is empty");
}

ByteStream::~ByteStream() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ByteStream::ByteStream(ByteStream&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      window_(other.window_),
      window_start_(other.window_start_),
      position_(other.position_),
      size_(other.size_),
      failure_(std::move(other.failure_)) {}

bool ByteStream::fill_at(std::uint64_t position) noexcept {
  if (descriptor_ < 0) return false;
  ssize_t count;
  do count = ::pread(descriptor_, buffer_.data(), buffer_.size(), static_cast<off_t>(position));
  while (count < 0 && errno == EINTR);
  if (count < 0) failure_ = "cannot be read: " + std::generic_category().message(errno);
  window_ = {buffer_.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  window_start_ = position;
  return count > 0;
}

std::size_t ByteStream::read(void* to, std::size_t bytes) noexcept {
  std::size_t done = 0;
  while (done < bytes && position_ < size_) {
    if (position_ < window_start_ || position_ >= window_start_ + window_.size())
      if (!fill_at(position_)) break;
    const std::size_t offset = static_cast<std::size_t>(position_ - window_start_);
    const std::size_t count = std::min(bytes - done, window_.size() - offset);
    std::memcpy(static_cast<char*>(to) + done, window_.data() + offset, count);
    done += count;
    position_ += count;
  }
  return done;
}

int ByteStream::get() noexcept {
  std::uint8_t byte;
  return read(&byte, 1) == 1 ? byte : -1;
}

void ByteStream::seek(std::uint64_t position) noexcept {
  position_ = position;
}

}  // namespace handtint
