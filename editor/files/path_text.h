// Names of files where only Unicode text can stand. A name is bytes: on Linux it need be no UTF-8.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace handtint {

// For JSON: UTF-8 that gives every path back, byte by byte. A byte that is no part of UTF-8 becomes U+0000, which no
// path holds, and its two hex digits: "caf\xE9" -> "caf" U+0000 "e9". All other names are themselves.
std::string text_of_path(const std::filesystem::path& path);
// Throws std::runtime_error with a clause ("is not a file name") if text_of_path never writes such a text.
std::filesystem::path path_of_text(std::string_view text);

// For people: what is no UTF-8 as a replacement sign (U+FFFD), one for each byte. Never to be written to a file.
std::string shown(const std::filesystem::path& path);

// For a text field that holds characters up to U+FFFF: those beyond it are replacement signs as well.
std::string shown_in_field(const std::filesystem::path& name);
// The name that a person made of shown_in_field(name): the same signs are again what they stood for. Throws
// std::runtime_error with a clause if some of them were taken away or came in, so that nobody can tell which are which.
std::filesystem::path name_from_field(std::string_view text, const std::filesystem::path& name);

}  // namespace handtint
