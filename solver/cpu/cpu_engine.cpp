// Compiled once per instruction set with HANDTINT_ISA naming its namespace. Nothing here may be an inline function that
// other translation units share (no standard containers): the linker would keep one copy, perhaps the one this CPU
// cannot run.
#include "solver/cpu/cpu_executor.h"
#include "solver/numerics/scheduled_engine.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

Engine* make_engine(CpuThreads* threads, CpuMemory* memory) {
  return new ScheduledEngine<CpuExecutor>(threads, memory);
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
