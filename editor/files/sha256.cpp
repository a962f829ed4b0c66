#include "editor/files/sha256.h"

#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "editor/files/file_error.h"
#include "editor/files/regular_file.h"
#include "solver/tr.h"

namespace handtint {
namespace {

void require(int result) {
  if (result != 1) throw std::runtime_error(tr("libcrypto cannot compute SHA-256"));
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  if (!context_) throw std::bad_alloc();
  require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(const void* data, std::size_t bytes) {
  require(EVP_DigestUpdate(context_.get(), data, bytes));
}

std::string Sha256::hex() {
  std::array<std::uint8_t, 32> hash;
  require(EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr));
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : hash) text += {digits[byte >> 4], digits[byte & 15]};
  return text;
}

std::string sha256_of(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes.data(), bytes.size());
  return hash.hex();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  const RegularFile file(path, tr("a file to compare"));
  Sha256 hash;
  std::vector<std::uint8_t> piece(1 << 16);
  for (;;) {
    const ssize_t bytes = ::read(file.descriptor(), piece.data(), piece.size());
    if (bytes == 0) return hash.hex();
    if (bytes > 0)
      hash.add(piece.data(), static_cast<std::size_t>(bytes));
    else if (errno != EINTR)
      throw FileError(path, tr("cannot be read: {1}", {std::generic_category().message(errno)}));
  }
}

}  // namespace handtint
