// The bytes of a file that is read, from disk or from memory, in the form that image libraries ask for them.
//
// Reading never throws, since it is called from inside C libraries: a short count means that the file ends, or that the
// disk failed, which `failure` then tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "editor/files/file_error.h"
#include "editor/files/regular_file.h"

namespace handtint {

class ByteStream {
 public:
  // Throws FileError: not there, no permission, a folder, not a regular file, empty.
  explicit ByteStream(const std::filesystem::path& path);
  // Borrows the bytes, which must outlive the stream. `name` is for messages and stands for the path.
  ByteStream(std::span<const std::uint8_t> bytes, std::filesystem::path name);

  std::size_t read(void* to, std::size_t bytes) noexcept;
  int get() noexcept;  // the next byte, -1 at the end
  void seek(std::uint64_t position) noexcept;
  std::uint64_t position() const { return position_; }
  std::uint64_t size() const { return size_; }

  const std::filesystem::path& name() const { return name_; }
  const std::string& failure() const { return failure_; }  // empty unless the disk failed

 private:
  bool fill_at(std::uint64_t position) noexcept;

  std::filesystem::path name_;
  std::optional<RegularFile> file_;       // none for memory
  std::vector<std::uint8_t> buffer_;      // of the file's bytes from window_start_ on; unused for memory
  std::span<const std::uint8_t> window_;  // what is at hand: part of the buffer, or all of the memory
  std::uint64_t window_start_ = 0, position_ = 0, size_ = 0;
  std::string failure_;
};

}  // namespace handtint
