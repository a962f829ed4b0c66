// Memory for the planes of one solver: in large pages where the system has them, given back all at once.
#pragma once

#include <cstddef>

namespace handtint {

class CpuMemory {
 public:
  CpuMemory();
  ~CpuMemory();
  CpuMemory(const CpuMemory&) = delete;
  CpuMemory& operator=(const CpuMemory&) = delete;

  // Not zeroed, 64-byte aligned; lives until release(). Throws std::bad_alloc.
  void* allocate(std::size_t bytes);
  void release();

  // Not zeroed, lives until the next call with it as `previous` or the end. For small tables.
  void* allocate_permanent(std::size_t bytes, void* previous);

  std::size_t bytes_in_use() const;

 private:
  struct State;
  State* state_;
};

}  // namespace handtint
