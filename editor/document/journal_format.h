// What those who write recovery files and those who read them agree on. Internal to editor/document; see SESSION.md.
#pragma once

namespace handtint::journal_format {

inline constexpr const char* extension = ".journal";
inline constexpr const char* unfinished_extension = ".unfinished";  // its first lines are being written
inline constexpr int version = 1;

}  // namespace handtint::journal_format
