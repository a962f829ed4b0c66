// Names in any script. The interface's own fonts have Latin, Greek and Cyrillic; whatever else is to be drawn is noted
// here, and the fonts are made anew with it (theme.h). Right-to-left scripts come into the order of their signs.
#pragma once

#include <imgui.h>

#include <set>
#include <string>
#include <string_view>

namespace handtint {

// The text as it is to be drawn. Where the build has libfribidi right-to-left runs are turned and their letters joined.
std::string legible(std::string_view text);

void need_character(ImWchar character);  // that is being typed

// The characters met so far that lie beyond those of every font of the interface; and whether there are more of them
// than at the last call, which asks for other fonts.
const std::set<ImWchar>& foreign_characters();
bool take_new_characters();

// UTF-8 in the order of reading to UTF-8 in that of drawing, of one line.
std::string turned_right_to_left(std::string_view line);

}  // namespace handtint
