#include "solver/layers/host_memory.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>

namespace handtint {
namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

// "8G" or "8000000000"; no_limit if it is neither ("max").
std::size_t bytes_from(const std::string& text) {
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc{} || bytes == 0) return no_limit;
  const char unit = end == text.data() + text.size() ? ' ' : *end;
  const int shift = unit == 'k' || unit == 'K'   ? 10
                    : unit == 'm' || unit == 'M' ? 20
                    : unit == 'g' || unit == 'G' ? 30
                                                 : 0;
  return bytes > no_limit >> shift ? no_limit : bytes << shift;
}

std::size_t limit_in(const std::string& file) {
  std::string word;
  return std::ifstream(file) >> word ? bytes_from(word) : no_limit;
}

// Of a group and all that it lies in, up to the top of the mounted tree. A container may not see the groups outside of
// it: then those files are missing, and its own limit stands at the top.
std::size_t smallest_limit(const std::string& tree, std::string group, const std::string& name) {
  std::size_t smallest = limit_in(tree + "/" + name);
  for (; group.size() > 1; group.erase(group.rfind('/')))
    smallest = std::min(smallest, limit_in(tree + group + "/" + name));
  return smallest;
}

}  // namespace

std::size_t container_memory(const std::string& root) {
  std::size_t smallest = no_limit;
  // Lines "NUMBER:CONTROLLERS:GROUP"; without controllers: the unified tree of version 2.
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos || line.size() < second + 2 || line[second + 1] != '/') continue;
    std::string controllers(1, ',');
    controllers.append(line, first + 1, second - first - 1).push_back(',');
    const std::string group = line.substr(second + 1);
    if (controllers == ",,")
      smallest = std::min(smallest, smallest_limit(root + "/sys/fs/cgroup", group, "memory.max"));
    else if (controllers.find(",memory,") != std::string::npos)
      smallest = std::min(smallest, smallest_limit(root + "/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
  }
  return smallest == no_limit ? 0 : smallest;
}

std::size_t machine_memory() {
  std::size_t smallest = no_limit;
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0) smallest = static_cast<std::size_t>(pages) * static_cast<std::size_t>(page);
  if (const std::size_t container = container_memory()) smallest = std::min(smallest, container);
  if (const char* wish = std::getenv("HANDTINT_MEMORY")) smallest = std::min(smallest, bytes_from(wish));
  return smallest == no_limit ? 0 : smallest;
}

std::size_t picture_memory() {
  constexpr std::size_t program = std::size_t{256} << 20;
  const std::size_t all = machine_memory(), most = all / 10 * 9;
  return std::max(all / 2, most > program ? most - program : 0);
}

std::size_t HostMemory::left() const {
  if (budget_ == 0) return no_limit;
  return budget_ > claimed_ ? budget_ - claimed_ : 0;
}

void MemoryClaim::set(std::size_t bytes) {
  if (!memory_) return;
  memory_->claimed_ += bytes - bytes_;  // modulo 2^64, as is right
  bytes_ = bytes;
}

std::size_t MemoryClaim::available() const {
  if (!limited()) return no_limit;
  const std::size_t others = memory_->claimed_ - bytes_;
  return memory_->budget_ > others ? memory_->budget_ - others : 0;
}

void MemoryClaim::ask_for_room() const {
  if (memory_ && memory_->make_room) memory_->make_room();
}

}  // namespace handtint
