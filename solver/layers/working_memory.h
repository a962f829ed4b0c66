// How much memory a solve takes, found by running the schedule without doing anything.
#pragma once

#include <cstddef>

#include "solver/numerics/engine.h"

namespace handtint {

// Bytes of all planes when the solve of a photo of this size ends; a first coat's own planes not included. `touched`:
// the most at any time, of an engine in the machine's memory, which is taken when it is first written, and given up.
std::size_t working_memory(int width, int height, const numerics::Parameters& parameters, bool touched = false);

}  // namespace handtint
