// What --report writes: JSON about one colorized photograph, or about a folder of them.
#pragma once

#include <nlohmann/json.hpp>

#include "editor/cli/colorize_job.h"

namespace handtint {

// Members: photo, strokes, output, settings, solve (backend, stop, iterations, residual, energy, sizes), times_ms.
nlohmann::ordered_json describe(const ColorizeJob& job, const ColorizeResult& result);

// Adds the version and the program's peak memory, and writes the file whole or not at all. Throws FileError.
void write_report(const std::filesystem::path& target, nlohmann::ordered_json report);

}  // namespace handtint
