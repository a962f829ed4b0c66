// The shared memory of a block of threads.
#include "cuda/tile.h"

alignas(128) char handtint::numerics::shared_memory[::cuda_shim::most_shared_bytes];
char* const cuda_shim::shared = handtint::numerics::shared_memory;
