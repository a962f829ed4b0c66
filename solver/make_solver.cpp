// The choice of a backend: the only file that knows them all.
#include <unistd.h>

#include <stdexcept>

#include "cuda/cuda_backend.h"
#include "solver/cpu/cpu_backend.h"
#include "solver/layers/layered_solver.h"
#include "solver/layers/plain_solver.h"
#include "solver/make_plain_solver.h"

namespace handtint {
namespace {

// A solve may take this much of the machine's memory; a larger photo's colour is solved at half its size or less.
std::size_t cpu_memory_budget() {
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? static_cast<std::size_t>(pages) * page / 10 * 6 : 0;
}

EngineWithBudget cpu_engine(int threads) {
  struct Workshop {
    explicit Workshop(int count) : threads(count), engine(make_cpu_engine(threads, memory)) {}
    CpuThreads threads;
    CpuMemory memory;
    std::unique_ptr<numerics::Engine> engine;
  };
  const auto workshop = std::make_shared<Workshop>(threads);
  return {Backend::cpu, std::shared_ptr<numerics::Engine>(workshop, workshop->engine.get()), cpu_memory_budget()};
}

EngineWithBudget cuda_engine(const CudaDevice& device) {
  return {Backend::cuda, make_cuda_engine(), device.memory_budget};
}

}  // namespace

std::vector<BackendInfo> probe_backends() {
  const CudaDevice device = probe_cuda();
  return {{Backend::cuda, device.usable, device.description},
          {Backend::cpu, true, cpu_instruction_set() + ", " + std::to_string(CpuThreads(0).count()) + " threads"}};
}

std::unique_ptr<Solver> make_plain_solver(Backend backend, int threads) {
  const auto cpu = [threads] { return cpu_engine(threads); };
  if (backend == Backend::cpu) return make_plain_solver(cpu());
  const CudaDevice device = probe_cuda();
  if (device.usable) {
    try {
      return make_plain_solver(cuda_engine(device), cpu);
    } catch (const std::runtime_error&) {
      if (backend == Backend::cuda) throw;
    }
  }
  if (backend == Backend::cuda) throw std::runtime_error("the backend cuda cannot be used: " + device.description);
  return make_plain_solver(cpu());
}

std::unique_ptr<Solver> make_solver(Backend backend, int threads) {
  return make_layered_solver([backend, threads] { return make_plain_solver(backend, threads); }, threads);
}

std::unique_ptr<numerics::SharedScreen> make_shared_screen() {
  return make_cuda_shared_screen();
}

}  // namespace handtint
