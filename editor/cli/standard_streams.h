// "-" for a file: standard input, or standard output. Formats need files that they can go back in, so what comes in is
// kept in one that has no name, and what goes out is made in one that is gone afterwards.
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>

#include "editor/cli/command.h"

namespace handtint {

// Does the work with the files that "-" stands for put in its place: one of the inputs, the output, which is a PNG and
// has standard output for itself (`quiet` is set). Throws UsageError for two inputs, FileError if a stream fails.
Exit with_streams(std::initializer_list<std::filesystem::path*> inputs, std::filesystem::path& output, bool& quiet,
                  const std::function<Exit()>& work);

}  // namespace handtint
