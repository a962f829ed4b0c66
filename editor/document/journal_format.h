// What those who write recovery files and those who read them agree on. Internal to editor/document; see SESSION.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "editor/document/json_values.h"

namespace handtint::journal_format {

inline constexpr const char* extension = ".journal";
inline constexpr const char* unfinished_extension = ".unfinished";  // nothing was recorded in it yet
inline constexpr const char* discarded_extension = ".discarded";    // can be taken back for a while
inline constexpr int version = 2;                                   // 1: no check sums, a table of masks in each line

// A value with its check sum: the value's text, a tab, 16 digits and the line's end.
std::string line_of(const session_json::Json& json);

// The text of the value in a line without its end; none if its check sum is another one. `has_sum` says whether there
// is one at all: a line of version 1 has none and is taken as it is.
std::optional<std::string_view> checked_text(std::string_view line, bool& has_sum);

}  // namespace handtint::journal_format
