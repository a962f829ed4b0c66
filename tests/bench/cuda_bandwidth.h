// How fast the GPU copies within its own memory: what bench_cuda measures the solve against.
#pragma once

#include <cstddef>

namespace handtint {

// Bytes per second, read and written, of copies of this size. Throws std::runtime_error in words for a person when the
// device fails.
double cuda_copy_bandwidth(std::size_t bytes);

}  // namespace handtint
