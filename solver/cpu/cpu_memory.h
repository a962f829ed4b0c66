// Memory for the planes of one solver: in large pages where the system has them, given back all at once. What costs is
// the first touch, when the system clears a page, or a hypervisor fetches it (tests/bench/FIGURES.md).
#pragma once

#include <cstddef>

namespace handtint {

class CpuMemory {
 public:
  CpuMemory();
  ~CpuMemory();
  CpuMemory(const CpuMemory&) = delete;
  CpuMemory& operator=(const CpuMemory&) = delete;

  // So much will be needed soon, and up to `in_all` bytes later: a thread of its own takes the former from the system
  // meanwhile. Before all else.
  void expect(std::size_t soon, std::size_t in_all);

  // Not zeroed, 64-byte aligned; lives until release(). Throws std::bad_alloc.
  void* allocate(std::size_t bytes);
  void release();
  // A block that was allocated, to be allocated again: it needs no fresh memory. When the next one is too large for it,
  // the system may have what is left of it.
  void take_back(void* begin, std::size_t bytes);
  // Of an allocated block: what it holds is not needed, and the system may have the memory until it is written again.
  void give_up(void* begin, std::size_t bytes);

  // Not zeroed, lives until the next call with it as `previous` or the end. For small tables.
  void* allocate_permanent(std::size_t bytes, void* previous);

  std::size_t bytes_in_use() const;

 private:
  struct State;
  State* state_;
};

}  // namespace handtint
