// The schedule on the CPU, built once per instruction set (cpu_engine.cpp); the best one that this CPU has is chosen at
// run time.
#pragma once

#include <memory>
#include <string>

#include "solver/cpu/cpu_memory.h"
#include "solver/cpu/cpu_threads.h"
#include "solver/numerics/engine.h"

namespace handtint {

std::unique_ptr<numerics::Engine> make_cpu_engine(CpuThreads& threads, CpuMemory& memory);

// "AVX-512", "AVX2" or "portable", as chosen. The environment variable HANDTINT_ISA=portable|avx2 forces a lesser one
// (tests).
std::string cpu_instruction_set();

}  // namespace handtint
