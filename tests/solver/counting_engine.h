// An engine on the CPU that counts what the same solve would move on a GPU (counting_executor.h), with what it stands
// on. Compiled once for the tests and benchmarks that use it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "solver/cpu/cpu_memory.h"
#include "solver/cpu/cpu_threads.h"
#include "solver/numerics/engine.h"

namespace handtint::tests {

struct Ledger {
  // Read and written by the launches of the CUDA executor, by the plans that it makes itself. A plane counts once in
  // a launch, except that tiles read what they share with their neighbours again: overlap_bytes, a part of bytes.
  double bytes = 0, overlap_bytes = 0;
  long launches = 0;
  std::map<std::string, double> bytes_of;  // by op, or by the ops of one launch
  std::set<std::string> ops;
  std::vector<std::string> broken_words;  // ops that touched what they did not declare (check only)
  bool check = false;
};

struct CountingEngine {
  explicit CountingEngine(int thread_count);  // 0: one thread for each core

  Ledger ledger;
  CpuThreads threads;
  CpuMemory memory;
  std::unique_ptr<numerics::Engine> engine;
};

}  // namespace handtint::tests
