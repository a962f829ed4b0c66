#include "solver/cpu/cpu_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <vector>

namespace handtint {

struct CpuMemory::State {
  struct Chunk {
    char* base;
    std::size_t size, used;
  };
  std::vector<Chunk> chunks;
  std::vector<void*> permanent;
  std::size_t in_use = 0, count = 0;

  ~State() {
    for (const Chunk& chunk : chunks) munmap(chunk.base, chunk.size);
    for (void* block : permanent) std::free(block);
  }
};

CpuMemory::CpuMemory() : state_(new State) {}
CpuMemory::~CpuMemory() {
  delete state_;
}

void* CpuMemory::allocate(std::size_t bytes) {
  State& s = *state_;
  // Planes of one size would otherwise start at the same offset within a page, and the dozen streams of an op would
  // fight for the same cache sets: every plane starts a few lines further.
  const std::size_t stagger = s.count++ * 5 % 61 * 64;
  const std::size_t need = (bytes + stagger + 127) / 64 * 64;
  State::Chunk* home = nullptr;
  for (State::Chunk& chunk : s.chunks)
    if (chunk.size - chunk.used >= need) {
      home = &chunk;
      break;
    }
  if (!home) {
    constexpr std::size_t page = std::size_t{2} << 20;
    const std::size_t size = (std::max(need, std::size_t{16} << 20) + page - 1) / page * page;
    void* base = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
    madvise(base, size, MADV_HUGEPAGE);
#endif
    s.chunks.push_back({static_cast<char*>(base), size, 0});
    home = &s.chunks.back();
  }
  char* block = home->base + home->used + stagger;
  home->used += need;
  s.in_use += need;
  return block;
}

void CpuMemory::release() {
  State& s = *state_;
  // Chunks far larger than what was needed last time would pin memory of a huge photo that is long closed: keep only as
  // much as was in use.
  for (State::Chunk& chunk : s.chunks) {
    if (chunk.used == 0) {
      munmap(chunk.base, chunk.size);
      chunk.base = nullptr;
    }
    chunk.used = 0;
  }
  std::erase_if(s.chunks, [](const State::Chunk& chunk) { return !chunk.base; });
  s.in_use = s.count = 0;
}

void* CpuMemory::allocate_permanent(std::size_t bytes, void* previous) {
  std::erase(state_->permanent, previous);
  std::free(previous);
  void* block = std::malloc(bytes);
  if (!block) throw std::bad_alloc();
  state_->permanent.push_back(block);
  return block;
}

std::size_t CpuMemory::bytes_in_use() const {
  return state_->in_use;
}

}  // namespace handtint
