#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "editor/files/file_error.h"
#include "editor/files/folded_name.h"
#include "editor/files/read_bytes.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

std::string refusal(const fs::path& path, std::uint64_t most = 1000) {
  try {
    read_whole_file(path, most, "a session");
    return {};
  } catch (const FileError& error) {
    return error.what();
  }
}

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a file is read whole, and what is none is refused without waiting for it") {
  const ScratchFolder folder;
  const std::string bytes("a\0b\r\n\xff", 6);
  std::ofstream(folder / "file", std::ios::binary) << bytes;
  CHECK(read_whole_file(folder / "file", 6, "a session") == bytes);
  CHECK(read_bytes(folder / "file") == bytes);
  CHECK(says(refusal(folder / "file", 5), "is larger than"));
  CHECK(!read_whole_file("/proc/self/status", 100'000, "a file").empty());  // which says that it is empty

  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  fs::create_symlink("endless", folder / "endless");
  CHECK(says(refusal(folder / "pipe"), "not a regular file"));
  CHECK(says(refusal("/dev/zero"), "not a regular file"));
  CHECK(says(refusal(folder / "endless"), "a link that leads to itself"));
  CHECK(says(refusal(folder.path()), "is a folder, not a session"));
  CHECK(says(refusal(folder / "nowhere"), "does not exist"));
  CHECK(!read_bytes(folder / "pipe"));
}

TEST_CASE("names that are the same to a person are equal when folded") {
  CHECK(folded_name("Grand-m\xc3\xa8re.JPG") == folded_name("grand-me\xcc\x80re.jpg"));
  CHECK(folded_name("\xc3\x84rger") == folded_name("a\xcc\x88rger"));
  CHECK(folded_name("\xe1\xba\xad") == folded_name("\xe1\xba\xa1\xcc\x82"));                  // Vietnamese: two marks
  CHECK(folded_name("\xea\xb0\x81") == folded_name("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"));  // Hangul
  CHECK(folded_name("\xe3\x81\x8c") == folded_name("\xe3\x81\x8b\xe3\x82\x99"));              // kana
  CHECK(folded_name("\xd0\x99") == folded_name("\xd0\xb8\xcc\x86"));                          // Cyrillic
  CHECK(folded_name("a") != folded_name("\xc3\xa4"));
  CHECK(folded_name("\xff\xc3") == "\xff\xc3");  // no UTF-8
  CHECK(folded_name("").empty());
}
