// What other programs and broken kernels may do to a GPU while a solve runs on it, for test_cuda.
#pragma once

#include <cstddef>
#include <memory>

namespace handtint {

// Takes the GPU's memory but for so many bytes, until it ends.
class TakenMemory {
 public:
  explicit TakenMemory(std::size_t left);
  ~TakenMemory();

 private:
  struct Blocks;
  std::unique_ptr<Blocks> blocks_;
};

// From now on every call of this process to the GPU fails: a kernel has written where there is no memory.
void kill_context();

}  // namespace handtint
