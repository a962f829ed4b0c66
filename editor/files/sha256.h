// SHA-256 (FIPS 180-4), to tell whether a session's photo is still the same file. Not for secrets: no care is taken
// against timing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace handtint {

class Sha256 {
 public:
  void add(const void* data, std::size_t bytes);
  std::string hex();  // 64 lower-case digits; once, at the end

 private:
  void compress(const std::uint8_t* block);

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> pending_{};
  std::size_t pending_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
};

std::string sha256_of(std::string_view bytes);
// Reads the file in pieces. Throws FileError if it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace handtint
