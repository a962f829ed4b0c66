// Memory for planes: what was taken back serves again, and what is left of it goes back to the system.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "solver/cpu/cpu_memory.h"
#include "solver/plane.h"

using namespace handtint;

namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20;

bool lies_in(const void* block, const void* begin, std::size_t bytes) {
  const auto at = reinterpret_cast<std::uintptr_t>(block), from = reinterpret_cast<std::uintptr_t>(begin);
  return from <= at && at < from + bytes;
}

}  // namespace

TEST_CASE("a block that was taken back serves again until one is too large for it") {
  CpuMemory memory;
  void* first = memory.allocate(block_bytes);
  void* other = memory.allocate(block_bytes);
  std::memset(first, 1, block_bytes);
  std::memset(other, 2, block_bytes);
  memory.take_back(first, block_bytes);

  void* second = memory.allocate(block_bytes / 2 - 1);
  CHECK(second == first);
  void* third = memory.allocate(block_bytes / 4);
  CHECK(lies_in(third, first, block_bytes));
  CHECK(reinterpret_cast<std::uintptr_t>(third) % 64 == 0);
  CHECK(static_cast<char*>(third) >= static_cast<char*>(second) + block_bytes / 2 - 1);
  std::memset(second, 3, block_bytes / 2 - 1);
  std::memset(third, 4, block_bytes / 4);

  void* large = memory.allocate(block_bytes);
  CHECK_FALSE(lies_in(large, first, block_bytes));
  CHECK_FALSE(lies_in(memory.allocate(64), first, block_bytes));
  const auto* all = static_cast<const char*>(first);
  CHECK(all[0] == 3);
  CHECK(static_cast<const char*>(third)[block_bytes / 4 - 1] == 4);
  CHECK(static_cast<const char*>(other)[0] == 2);
  CHECK(all[block_bytes - 8192] == 0);  // the system has it, and gives zeros
}

TEST_CASE("nothing that was taken back outlives a release") {
  CpuMemory memory;
  void* first = memory.allocate(block_bytes);
  memory.take_back(first, block_bytes);
  memory.release();
  void* again = memory.allocate(block_bytes);
  void* other = memory.allocate(block_bytes);
  CHECK_FALSE(lies_in(other, again, block_bytes));
}

TEST_CASE("a plane begins with zeros wherever its memory was before") {
  for (const int side : {7, 300, 5000}) {
    for (int turn = 0; turn < 4; ++turn) {
      Plane<float> plane = turn % 2 ? Plane<float>::sparse(side, side) : Plane<float>(side, side);
      CHECK(std::all_of(plane.begin(), plane.end(), [](float v) { return v == 0; }));
      std::fill(plane.begin(), plane.end(), 1.0f);
      const Plane<float> copy = plane;
      CHECK(copy == plane);
    }
  }
  CHECK(Plane<int>(3, 2, 5)(2, 1) == 5);
}
