// The desktop's own list of recent documents, which its file manager and other programs' dialogs show.
#pragma once

#include <filesystem>

namespace handtint {

// Puts `file`, opened or saved just now, on the list, unless the person has told the desktop to keep none. A list that
// cannot be read or written stays as it is, without a word: no work is lost by that. Reads and writes a file, so not
// for the thread that draws. Does nothing where the build has no GLib.
void tell_recent_document(const std::filesystem::path& file);

}  // namespace handtint
