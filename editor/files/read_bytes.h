// A whole file as bytes.
#pragma once

#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace handtint {

// None if it cannot be opened or read.
inline std::optional<std::string> read_bytes(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (stream.bad()) return std::nullopt;
  return bytes;
}

}  // namespace handtint
