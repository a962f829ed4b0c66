// The choice of a backend: the only file that knows them all.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "cuda/cuda_backend.h"
#include "solver/conductor/make_plain_solver.h"
#include "solver/cpu/cpu_backend.h"
#include "solver/layers/layered_solver.h"
#include "solver/layers/plain_solver.h"

namespace handtint {
namespace {

EngineWithBudget cpu_engine(int threads, std::shared_ptr<HostMemory> memory) {
  struct Workshop {
    explicit Workshop(int count) : threads(count), engine(make_cpu_engine(threads, memory)) {}
    CpuThreads threads;
    CpuMemory memory;
    std::unique_ptr<numerics::Engine> engine;
  };
  const auto workshop = std::make_shared<Workshop>(threads);
  return {Backend::cpu, std::shared_ptr<numerics::Engine>(workshop, workshop->engine.get()), 0, std::move(memory)};
}

EngineWithBudget cuda_engine(const CudaDevice& device) {
  return {Backend::cuda, make_cuda_engine(), device.memory_budget};
}

std::shared_ptr<HostMemory> host_memory(std::size_t held_bytes) {
  const std::size_t all = picture_memory();
  // Where there is nothing left it is tried with a little: at the smallest size.
  return std::make_shared<HostMemory>(all == 0 ? 0 : std::max(all / 16, all - std::min(all, held_bytes)));
}

std::unique_ptr<Solver> make_plain_solver(Backend backend, int threads, const std::shared_ptr<HostMemory>& memory) {
  const auto cpu = [threads, memory] { return cpu_engine(threads, memory); };
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

}  // namespace

std::vector<BackendInfo> probe_backends() {
  const CudaDevice device = probe_cuda();
  return {{Backend::cuda, device.usable, device.description},
          {Backend::cpu, true, cpu_instruction_set() + ", " + std::to_string(CpuThreads(0).count()) + " threads"}};
}

std::unique_ptr<Solver> make_plain_solver(Backend backend, int threads, std::size_t held_bytes) {
  return make_plain_solver(backend, threads, host_memory(held_bytes));
}

std::unique_ptr<Solver> make_solver(Backend backend, int threads, std::size_t held_bytes) {
  const std::shared_ptr<HostMemory> memory = host_memory(held_bytes);
  return make_layered_solver([backend, threads, memory] { return make_plain_solver(backend, threads, memory); },
                             threads, memory);
}

std::unique_ptr<numerics::SharedScreen> make_shared_screen() {
  return make_cuda_shared_screen();
}

}  // namespace handtint
