// Fonts of this machine for characters that the interface's own do not have.
#pragma once

#include <imgui.h>

#include <filesystem>
#include <set>
#include <vector>

namespace handtint {

struct FontForCharacters {
  std::filesystem::path file;
  int number = 0;  // in a collection (.ttc)
  std::set<ImWchar> characters;
};

// Each character in one of them, those first that the system prefers; what no font has is in none. Empty if the build
// has no libfontconfig.
std::vector<FontForCharacters> find_fonts_for(std::set<ImWchar> characters);

}  // namespace handtint
