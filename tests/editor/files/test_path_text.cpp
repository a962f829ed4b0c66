#include <doctest/doctest.h>

#include <random>
#include <stdexcept>

#include "editor/files/path_text.h"

using namespace handtint;
namespace fs = std::filesystem;

TEST_CASE("every name comes back byte by byte, and its text is UTF-8") {
  CHECK(text_of_path("a/tante \u00c4nne \U0001F33B.jpg") == "a/tante \u00c4nne \U0001F33B.jpg");
  CHECK(text_of_path("caf\xE9.jpg") == std::string("caf\0e9.jpg", 10));
  for (const std::string name : {"\xFF", "\xC3", "x\xE2\x82", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\uFFFD",
                                 "\xF0\x9F\x8C\xBB", "\xF0\x9F\x8C", "back\\slash", "new\nline"}) {
    CAPTURE(name);
    CHECK(path_of_text(text_of_path(name)) == fs::path(name));
  }
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string name;
    for (unsigned n = 1 + random() % 12; n > 0; --n) name += static_cast<char>(1 + random() % 255);
    const std::string text = text_of_path(name);
    REQUIRE(path_of_text(text).string() == name);
    REQUIRE(shown(path_of_text(text)).find('\0') == std::string::npos);
    REQUIRE(shown(text) == text);  // UTF-8 all through: nothing is replaced
  }
}

TEST_CASE("a text that no path gives is refused") {
  using namespace std::string_literals;
  for (const std::string& text : {""s, "\0"s, "a\0e"s, "a\0zz"s, "a\0E9"s, "a\0"s + "41", "\0"s + "00"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(path_of_text(text), std::runtime_error);
  }
}

TEST_CASE("people see a sign for what cannot be shown, and the name behind it stays") {
  CHECK(shown("caf\xE9\xFF.jpg") == "caf\uFFFD\uFFFD.jpg");
  CHECK(shown("\U0001F33B.jpg") == "\U0001F33B.jpg");
  const fs::path name = "caf\xE9 \U0001F33B.handtint";
  CHECK(shown_in_field(name) == "caf\uFFFD \uFFFD.handtint");
  CHECK(name_from_field(shown_in_field(name), name) == name);
  CHECK(name_from_field("the caf\uFFFD of \uFFFD", name) == fs::path("the caf\xE9 of \U0001F33B"));
  CHECK(name_from_field("another", name) == fs::path("another"));
  CHECK_THROWS_AS(name_from_field("caf\uFFFD.handtint", name), std::runtime_error);
  CHECK_THROWS_AS(name_from_field("\uFFFD", "plain"), std::runtime_error);
  CHECK(name_from_field("\uFFFD.jpg", "\uFFFD.jpg") == fs::path("\uFFFD.jpg"));  // that is its name
}
