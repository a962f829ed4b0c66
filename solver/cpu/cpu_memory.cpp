#include "solver/cpu/cpu_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <thread>
#include <utility>
#include <vector>

namespace handtint {
namespace {

constexpr std::size_t large_page = std::size_t{2} << 20;

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + large_page - 1) / large_page * large_page;
}

// Not touched yet; null: there is none.
char* map(std::size_t bytes) {
  void* base = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return nullptr;
#ifdef MADV_HUGEPAGE
  madvise(base, bytes, MADV_HUGEPAGE);
#endif
  return static_cast<char*>(base);
}

}  // namespace

struct CpuMemory::State {
  struct Chunk {
    char* base;
    std::size_t size, used;
  };
  struct Block {
    char* begin;
    std::size_t size;
  };
  std::vector<Chunk> chunks;
  std::vector<Block> spare;
  std::vector<void*> permanent;
  std::size_t in_use = 0, count = 0;
  const char* expected = nullptr;  // the chunk that is kept until it was used
  std::jthread toucher;

  ~State() {
    toucher = {};  // first
    for (const Chunk& chunk : chunks) munmap(chunk.base, chunk.size);
    for (void* block : permanent) std::free(block);
  }
};

CpuMemory::CpuMemory() : state_(new State) {}
CpuMemory::~CpuMemory() {
  delete state_;
}

void CpuMemory::expect(std::size_t soon, std::size_t in_all) {
#ifdef MADV_POPULATE_WRITE
  // One chunk, so that no plane finds too little room at the end of what was touched.
  const std::size_t touched = whole_pages(soon), size = std::max(touched, whole_pages(in_all));
  char* base = map(size);
  if (!base) return;
  state_->chunks.push_back({base, size, 0});
  state_->expected = base;
  state_->toucher = std::jthread([base, touched](std::stop_token stop) {
    constexpr std::size_t step = large_page;
    for (std::size_t at = 0; at < touched && !stop.stop_requested(); at += step)
      if (madvise(base + at, std::min(step, touched - at), MADV_POPULATE_WRITE) != 0) return;  // an older system
  });
#else
  (void)soon, (void)in_all;
#endif
}

void* CpuMemory::allocate(std::size_t bytes) {
  State& s = *state_;
  // Planes of one size would otherwise start at the same offset within a page, and the dozen streams of an op would
  // fight for the same cache sets: every plane starts a few lines further.
  const std::size_t stagger = s.count++ * 5 % 61 * 64;
  const std::size_t need = (bytes + stagger + 127) / 64 * 64;
  for (State::Block& block : s.spare)
    if (block.size >= bytes) {
      char* begin = block.begin;
      const std::size_t taken = std::min((bytes + 63) / 64 * 64, block.size);
      block = {begin + taken, block.size - taken};
      return begin;
    }
  for (const State::Block& block : std::exchange(s.spare, {})) {
    s.toucher.request_stop();  // it would take what is given up
    give_up(block.begin, block.size);
  }
  State::Chunk* home = nullptr;
  for (State::Chunk& chunk : s.chunks)
    if (chunk.size - chunk.used >= need) {
      home = &chunk;
      break;
    }
  if (!home) {
    // Large ones: at the end of each lies a page that is used in part only.
    std::size_t size = whole_pages(std::max({need, std::size_t{16} << 20, s.in_use}));
    char* base = map(size);
    if (!base) base = map(size = whole_pages(need));
    if (!base) throw std::bad_alloc();
    s.chunks.push_back({base, size, 0});
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
    if (chunk.used > 0 && chunk.base == s.expected) s.expected = nullptr;
    if (chunk.used == 0 && chunk.base != s.expected) {
      munmap(chunk.base, chunk.size);
      chunk.base = nullptr;
    }
    chunk.used = 0;
  }
  std::erase_if(s.chunks, [](const State::Chunk& chunk) { return !chunk.base; });
  s.spare.clear();
  s.in_use = s.count = 0;
}

void CpuMemory::take_back(void* begin, std::size_t bytes) {
  state_->spare.push_back({static_cast<char*>(begin), bytes});
}

void CpuMemory::give_up(void* begin, std::size_t bytes) {
  constexpr std::uintptr_t page = 4096;
  const auto from = reinterpret_cast<std::uintptr_t>(begin), to = from + bytes;
  const std::uintptr_t first = (from + page - 1) / page * page, last = to / page * page;  // whole pages
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
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
