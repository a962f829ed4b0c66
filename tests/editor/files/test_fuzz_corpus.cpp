// Feeds what the fuzzers found, and what they started from, to the readers once more.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/fuzz/targets.h"
#include "tests/support/picture_files.h"

using namespace handtint;

TEST_CASE("every file of the corpus is read or refused") {
  int files = 0;
  for (const auto& folder : std::filesystem::directory_iterator(HANDTINT_FUZZ_CORPUS)) {
    const std::string name = folder.path().filename().string();
    CAPTURE(name);
    const fuzz::Target target = fuzz::target_of(name);
    const bool known = target != nullptr;
    REQUIRE(known);
    for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
      CAPTURE(file.path().filename().string());
      const std::string bytes = bytes_of(file.path());
      target({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
      ++files;
    }
  }
  CHECK(files >= 50);
}
