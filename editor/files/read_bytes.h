// A whole file as bytes. Pipes, devices and folders are refused: whoever opens one waits for ever, or reads without
// end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace handtint {

// Throws FileError: not there, no regular file, longer than `max_bytes`, unreadable. `kind` is what it should be, with
// its article ("a session"), for the message.
std::string read_whole_file(const std::filesystem::path& path, std::uint64_t max_bytes, const std::string& kind);

// None if it cannot be read as a whole.
std::optional<std::string> read_bytes(const std::string& file);

}  // namespace handtint
