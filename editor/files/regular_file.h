// A file that is opened to be read. Pipes, devices and folders are refused: whoever opens one waits for ever, or reads
// without end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace handtint {

class RegularFile {
 public:
  // Throws FileError: not there, no permission, no regular file. `kind` is what it should be, with its article ("a
  // session"), for the message.
  RegularFile(const std::filesystem::path& path, const std::string& kind);
  ~RegularFile();
  RegularFile(RegularFile&& other) noexcept;
  RegularFile& operator=(RegularFile&&) = delete;

  int descriptor() const { return descriptor_; }
  std::uint64_t size() const { return size_; }  // when it was opened; 0 also where the system says nothing (/proc)

 private:
  int descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace handtint
