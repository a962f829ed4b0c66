// Names in scripts that the interface's own fonts lack.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "editor/gui/font_search.h"
#include "editor/gui/legible.h"

using namespace handtint;

TEST_CASE("characters beyond the interface's fonts are noted once, and what is drawn stays what it was") {
  take_new_characters();
  CHECK(legible("photo-\u00e9t\u00e9 \u2026.jpg") == "photo-\u00e9t\u00e9 \u2026.jpg");
  CHECK_FALSE(take_new_characters());
  const std::string name = "\u5bb6\u65cf \u30a2\u30eb\u30d0\u30e0 \uac00\uc871.jpg";
  CHECK(legible(name) == name);
  CHECK(take_new_characters());
  CHECK(foreign_characters().contains(0x65cf));
  CHECK(foreign_characters().contains(0xac00));
  legible(name);
  CHECK_FALSE(take_new_characters());
  need_character(0x4e2d);
  CHECK(take_new_characters());
  CHECK(legible("\xff\xfe broken") == "\xff\xfe broken");
  CHECK(legible("") == "");
}

TEST_CASE("a name from right to left stands in the order of its signs, what is around it stays") {
  const std::string turned = legible("photo \u05d0\u05d1\u05d2.jpg");
  if (turned == "photo \u05d0\u05d1\u05d2.jpg") return;  // this build has no libfribidi
  CHECK(turned == "photo \u05d2\u05d1\u05d0.jpg");
  CHECK(legible("\u05d0\u05d1.jpg") == "\u05d1\u05d0.jpg");
  // Arabic letters are joined: beginning, middle, end, from the right.
  CHECK(legible("\u0628\u0628\u0628") == "\ufe90\ufe92\ufe91");
  CHECK(legible("a\n\u05d0\u05d1") == "a\n\u05d1\u05d0");
}

TEST_CASE("fonts that are found have what they were found for, each character once") {
  const std::set<ImWchar> wanted{0x4e2d, 0x0639, 0xd7a3, 0xe123};
  std::set<ImWchar> found;
  for (const FontForCharacters& font : find_fonts_for(wanted)) {
    CHECK(std::filesystem::exists(font.file));
    CHECK_FALSE(font.characters.empty());
    for (const ImWchar c : font.characters) {
      CHECK(wanted.contains(c));
      CHECK(found.insert(c).second);
    }
  }
  CHECK(find_fonts_for({}).empty());
}
