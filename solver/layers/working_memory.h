// How much memory a solve takes, found by running the schedule without doing anything.
#pragma once

#include <cstddef>

#include "solver/numerics/engine.h"

namespace handtint {

// Bytes of all planes when the solve of a photo of this size ends; a first coat's own planes not included.
std::size_t working_memory(int width, int height, const numerics::Parameters& parameters);

}  // namespace handtint
