// Names of files and folders: what a name says of the content, and where things of this program lie.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace handtint {

// ".JPG" of "a/b.JPG" as ".jpg"; only ASCII letters change.
std::string lower_case_extension(const std::filesystem::path& path);

// Extensions, in lower case with their dot: of the pictures that can be read, and of those that can be written.
std::span<const std::string_view> readable_picture_extensions();
std::span<const std::string_view> writable_picture_extensions();
bool is_picture_name(const std::filesystem::path& path);  // one that can be read

// $VARIABLE, or `under_home` in the home folder when it is not set to an absolute path (XDG Base Directory).
std::filesystem::path xdg_folder(const char* variable, const char* under_home);

// Of the program that runs; empty if the system does not say.
std::filesystem::path program_folder();

}  // namespace handtint
