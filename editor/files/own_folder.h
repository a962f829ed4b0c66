// Where the program keeps what is nobody else's: preferences and recovery files. Folders are the person's own and
// closed to others (0700), files too (0600), and no link that somebody planted there is followed.
#pragma once

#include <filesystem>
#include <string_view>

#include "editor/files/file_error.h"

namespace handtint {

// Makes the folder and those above it where they are missing. Throws FileError if it cannot be made, belongs to another
// user, or lies in a folder where another user could put another one in its place.
void make_own_folder(const std::filesystem::path& folder);

// As write_text_file, in a folder that make_own_folder made; a link at the file's place is replaced, not followed.
void write_own_text_file(const std::filesystem::path& target, std::string_view text);

}  // namespace handtint
