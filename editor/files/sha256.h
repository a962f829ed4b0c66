// SHA-256 (FIPS 180-4, by libcrypto), to tell whether a session's photo is still the same file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace handtint {

class Sha256 {
 public:
  Sha256();
  void add(const void* data, std::size_t bytes);
  std::string hex();  // 64 lower-case digits; once, at the end

 private:
  std::shared_ptr<evp_md_ctx_st> context_;
};

std::string sha256_of(std::string_view bytes);
// Reads the file in pieces. Throws FileError if it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace handtint
