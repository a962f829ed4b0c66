#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "editor/files/file_error.h"
#include "editor/files/sha256.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;

namespace {

std::string hash(const std::string& text) {
  Sha256 sha;
  sha.add(text.data(), text.size());
  return sha.hex();
}

}  // namespace

TEST_CASE("the examples of FIPS 180-4 and NIST") {
  CHECK(hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hash(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("it does not matter in which pieces the bytes come") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * 7);
  for (const std::size_t piece : {1u, 3u, 55u, 56u, 63u, 64u, 65u, 200u}) {
    Sha256 sha;
    for (std::size_t i = 0; i < text.size(); i += piece) sha.add(text.data() + i, std::min(piece, text.size() - i));
    CHECK(sha.hex() == hash(text));
  }
}

TEST_CASE("files") {
  const ScratchFolder folder;
  const std::string content(300000, 'x');
  std::ofstream(folder / "file", std::ios::binary) << content;
  CHECK(sha256_of_file(folder / "file") == hash(content));
  CHECK_THROWS_AS(sha256_of_file(folder / "none"), FileError);
  CHECK_THROWS_AS(sha256_of_file(folder.path()), FileError);
}
