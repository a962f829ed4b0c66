// The choice of a backend: the only file that knows them all.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "cuda/cuda_backend.h"
#include "solver/conductor/make_plain_solver.h"
#include "solver/cpu/cpu_backend.h"
#include "solver/layers/layered_solver.h"
#include "solver/layers/plain_solver.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// What all engines of a solver have in common.
struct Place {
  Backend backend;
  int threads;
  std::shared_ptr<HostMemory> budget;
  bool once = false;
  std::shared_ptr<CpuMemory> memory = {};  // null: each has its own
};

EngineWithBudget cpu_engine(const Place& place) {
  struct Workshop {
    explicit Workshop(const Place& place)
        : threads(place.threads, place.once ? CpuThreads::unwatched : CpuThreads::beside_a_window),
          memory(place.memory ? place.memory : std::make_shared<CpuMemory>()),
          engine(make_cpu_engine(threads, *memory)) {}
    CpuThreads threads;
    std::shared_ptr<CpuMemory> memory;
    std::unique_ptr<numerics::Engine> engine;
  };
  const auto workshop = std::make_shared<Workshop>(place);
  return {Backend::cpu, std::shared_ptr<numerics::Engine>(workshop, workshop->engine.get()), 0, place.budget,
          place.once};
}

EngineWithBudget cuda_engine(const CudaDevice& device, bool once) {
  return {Backend::cuda, make_cuda_engine(), device.memory_budget, {}, once};
}

std::shared_ptr<HostMemory> host_memory(std::size_t held_bytes) {
  const std::size_t all = picture_memory();
  // Where there is nothing left it is tried with a little: at the smallest size.
  return std::make_shared<HostMemory>(all == 0 ? 0 : std::max(all / 16, all - std::min(all, held_bytes)));
}

std::unique_ptr<Solver> make_plain_solver(const Place& place) {
  const auto cpu = [place] { return cpu_engine(place); };
  if (place.backend == Backend::cpu) return make_plain_solver(cpu());
  const CudaDevice device = probe_cuda();
  if (device.usable) {
    try {
      return make_plain_solver(cuda_engine(device, place.once), cpu);
    } catch (const std::runtime_error&) {
      if (place.backend == Backend::cuda) throw;
    }
  }
  if (place.backend == Backend::cuda)
    throw std::runtime_error(
        tr("the backend {1} cannot be used: {2}", {std::string(name_of(place.backend)), device.description}));
  return make_plain_solver(cpu());
}

std::unique_ptr<Solver> make_solver(const Place& place) {
  return make_layered_solver([place] { return make_plain_solver(place); }, place.threads, place.budget, place.once);
}

}  // namespace

std::vector<BackendInfo> probe_backends() {
  const CudaDevice device = probe_cuda();
  const int threads = CpuThreads(0).count();
  return {{Backend::cuda, device.usable, device.description},
          {Backend::cpu, true,
           tr_n("{1}, {2} thread", "{1}, {2} threads", threads, {cpu_instruction_set(), std::to_string(threads)})}};
}

std::unique_ptr<Solver> make_plain_solver(Backend backend, int threads, std::size_t held_bytes) {
  return make_plain_solver(Place{backend, threads, host_memory(held_bytes)});
}
std::unique_ptr<Solver> make_plain_solver_once(Backend backend, int threads, std::size_t held_bytes,
                                               std::shared_ptr<CpuMemory> memory) {
  return make_plain_solver(Place{backend, threads, host_memory(held_bytes), true, std::move(memory)});
}

std::unique_ptr<Solver> make_solver(Backend backend, int threads, std::size_t held_bytes) {
  return make_solver(Place{backend, threads, host_memory(held_bytes)});
}
std::unique_ptr<Solver> make_solver_once(Backend backend, int threads, std::size_t held_bytes,
                                         std::shared_ptr<CpuMemory> memory) {
  return make_solver(Place{backend, threads, host_memory(held_bytes), true, std::move(memory)});
}

std::unique_ptr<numerics::SharedScreen> make_shared_screen() {
  return make_cuda_shared_screen();
}

}  // namespace handtint
