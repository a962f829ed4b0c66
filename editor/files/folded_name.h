// Names of files that are the same to a person: a Mac writes e and an accent where others write one character, Windows
// and cameras change capitals.
#pragma once

#include <string>
#include <string_view>

namespace handtint {

// Marks parted from their letters (Unicode's NFD of the common scripts), capitals small. Bytes that are no UTF-8 stay.
// For comparing only.
std::string folded_name(std::string_view name);

}  // namespace handtint
