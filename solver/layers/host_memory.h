// The machine's memory, and who of a picture's solvers takes how much of it: one budget for all of them together.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace handtint {

// Bytes that this process may have: the machine's, or less if a container (cgroup v2 memory.max, v1
// memory.limit_in_bytes) or $HANDTINT_MEMORY ("8G", "900M", or bytes) says less. 0: nobody says.
std::size_t machine_memory();

// The smallest limit of the control groups that this process is in and of those around them; 0: none. `root` stands
// before /proc and /sys.
std::size_t container_memory(const std::string& root = {});

// What of machine_memory() one picture may take; the rest is for the program, the network and the system.
std::size_t picture_memory();

class HostMemory {
 public:
  explicit HostMemory(std::size_t budget) : budget_(budget) {}  // 0: without limit

  std::size_t left() const;  // what nobody has claimed
  // Is called when a solver would have to do with less than it wants: let go of what is not needed now.
  std::function<void()> make_room;

 private:
  friend class MemoryClaim;
  std::size_t budget_, claimed_ = 0;
};

// What its owner takes; given back when it ends. On a null memory it claims nothing. One thread at a time.
class MemoryClaim {
 public:
  explicit MemoryClaim(std::shared_ptr<HostMemory> memory = {}) : memory_(std::move(memory)) {}
  ~MemoryClaim() { set(0); }
  MemoryClaim(const MemoryClaim&) = delete;
  MemoryClaim& operator=(const MemoryClaim&) = delete;

  void set(std::size_t bytes);
  std::size_t bytes() const { return bytes_; }
  std::size_t available() const;  // what it could be set to
  bool limited() const { return memory_ && memory_->budget_ > 0; }
  void ask_for_room() const;

 private:
  std::shared_ptr<HostMemory> memory_;
  std::size_t bytes_ = 0;
};

}  // namespace handtint
