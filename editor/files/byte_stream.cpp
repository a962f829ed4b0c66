#include "editor/files/byte_stream.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

}  // namespace

ByteStream::ByteStream(const std::filesystem::path& path) : name_(path), file_(RegularFile(path, tr("a picture"))) {
  size_ = file_->size();
  if (size_ == 0) throw FileError(path, tr("is empty"));
  buffer_.resize(buffer_bytes);
}

ByteStream::ByteStream(std::span<const std::uint8_t> bytes, std::filesystem::path name)
    : name_(std::move(name)), window_(bytes), size_(bytes.size()) {
  if (bytes.empty()) throw FileError(name_, tr("is empty"));
}

bool ByteStream::fill_at(std::uint64_t position) noexcept {
  if (!file_) return false;
  ssize_t count;
  do count = ::pread(file_->descriptor(), buffer_.data(), buffer_.size(), static_cast<off_t>(position));
  while (count < 0 && errno == EINTR);
  if (count < 0) failure_ = tr("cannot be read: {1}", {std::generic_category().message(errno)});
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
