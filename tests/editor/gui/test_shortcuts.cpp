// The table of commands and keys.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <tuple>

#include "editor/gui/shortcuts.h"

using namespace handtint;

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
