// The table of commands and keys.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <tuple>

#include "editor/gui/shortcuts.h"

using namespace handtint;

TEST_CASE("every keyboard layout reaches what signs and digits are for") {
  // GLFW's keys count by their place: '1' is 49, the keypad's 321, '8' 56; Shift is 1, Control 2.
  CHECK(command_for(49, '&', 0) == Command::actual_pixels);   // French: the digit is above
  CHECK(command_for(50, 0, 1, '2') == Command::likely_2);     // French: Shift writes the digit
  CHECK(command_for(321, '1', 0) == Command::actual_pixels);  // keypad
  CHECK(command_for(320, 0, 0) == Command::fit);              // keypad without a name
  CHECK(command_for(56, '8', 0, '[') == Command::smaller);    // German: AltGr+8
  CHECK(command_for(57, '9', 4, ']') == Command::larger);     // where AltGr comes as Alt
  CHECK(command_for(45, 0, 0, '\\') == Command::view_split);  // German: AltGr and sharp s
  CHECK(command_for(54, '-', 0) == Command::zoom_out);        // French: the sign on the digit's key counts first
  CHECK_FALSE(command_for(56, '8', 2, '['));                  // with Ctrl it is nothing that was typed
  CHECK_FALSE(command_for(57, '9', 0, '9'));
}

TEST_CASE("no two commands share a key, and every key finds its command") {
  std::set<std::string> seen;
  for (const Shortcut& s : shortcuts()) {
    if (!s.symbol && !s.key) continue;
    CHECK(seen.insert(std::to_string(s.symbol) + "/" + std::to_string(s.symbol ? 0 : s.key) + "/" +
                      std::to_string(s.mods))
              .second);
    CHECK(command_for(s.key, s.symbol, s.mods) == s.command);
    CHECK(tip_for(s.command).find(keys_of(s.command)) != std::string::npos);
  }
}
