// All that the rest of the house sees of the GPU: plain functions. Included by the one file that chooses a backend.
// Either the .cu files or cuda_absent.cpp stand behind it; the build chooses (HANDTINT_CUDA).
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "solver/numerics/engine.h"

namespace handtint {

struct CudaDevice {
  bool usable = false;
  std::string description;        // name and memory if usable, else one sentence that says why not
  std::size_t memory_budget = 0;  // bytes that planes may take: what is free now, less a reserve
};

// Looks for a device and runs a small kernel on it before it says yes. May take half a second the first time.
CudaDevice probe_cuda() noexcept;

// The engine and every call of it throw a std::runtime_error in words for a person when the device fails; the engine is
// then of no further use but can be destroyed.
std::unique_ptr<numerics::Engine> make_cuda_engine();

// The way of this engine's pictures into OpenGL, if it draws on the same GPU. Needs the GL context; throws with the
// reason. Beside the file there is cuda_screen_absent.cpp for machines without OpenGL's headers.
std::unique_ptr<numerics::SharedScreen> make_cuda_shared_screen();

}  // namespace handtint
