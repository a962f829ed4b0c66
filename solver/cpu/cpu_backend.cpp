#include "solver/cpu/cpu_backend.h"

#include <cstdlib>
#include <string_view>

namespace handtint {
namespace numerics {
namespace portable {
Engine* make_engine(CpuThreads*, CpuMemory*);
}
#ifdef HANDTINT_X86
namespace avx2 {
Engine* make_engine(CpuThreads*, CpuMemory*);
}
namespace avx512 {
Engine* make_engine(CpuThreads*, CpuMemory*);
}
#endif
}  // namespace numerics

namespace {

enum class InstructionSet { portable, avx2, avx512 };

InstructionSet chosen_set() {
#ifdef HANDTINT_X86
  const char* forced = std::getenv("HANDTINT_ISA");
  const std::string_view limit = forced ? forced : "";
  if (limit == "portable") return InstructionSet::portable;
  __builtin_cpu_init();
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  if (wide && limit != "avx2") return InstructionSet::avx512;
  if (__builtin_cpu_supports("avx2")) return InstructionSet::avx2;
#endif
  return InstructionSet::portable;
}

}  // namespace

std::unique_ptr<numerics::Engine> make_cpu_engine(CpuThreads& threads, CpuMemory& memory) {
  switch (chosen_set()) {
#ifdef HANDTINT_X86
    case InstructionSet::avx512:
      return std::unique_ptr<numerics::Engine>(numerics::avx512::make_engine(&threads, &memory));
    case InstructionSet::avx2:
      return std::unique_ptr<numerics::Engine>(numerics::avx2::make_engine(&threads, &memory));
#endif
    default:
      return std::unique_ptr<numerics::Engine>(numerics::portable::make_engine(&threads, &memory));
  }
}

std::string cpu_instruction_set() {
  switch (chosen_set()) {
    case InstructionSet::avx512:
      return "AVX-512";
    case InstructionSet::avx2:
      return "AVX2";
    default:
      return "portable";
  }
}

}  // namespace handtint
