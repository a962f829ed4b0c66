// One call for those who need no interaction: load, iterate to the end, read at the photo's full size.
#pragma once

#include "solver/solver.h"

namespace handtint {

class CpuMemory;

// Begins to take memory for a photo of that size from the system, on a thread of its own, while the photo is still
// being read: most of a first solve's time can be the wait for fresh memory. Null where a GPU will solve it, or where
// memory is short.
std::shared_ptr<CpuMemory> take_memory_ahead(int width, int height, Backend backend);

struct ColorizeOptions {
  Settings settings{};
  Backend backend = Backend::automatic;
  int threads = 0;                                   // 0 = all cores
  bool measure_energy = false;                       // fill Report::energy: one more pass over the picture
  std::size_t held_bytes = 0;                        // as for make_solver
  std::function<bool(float progress)> keep_going{};  // false cancels; may be empty
  std::shared_ptr<CpuMemory> memory{};               // taken ahead, for this call alone; null: none
};

struct Colorized {
  Chroma chroma;  // the photo's size (stretched when settings.preview solved fewer pixels)
  Report report;  // report.stop == cancelled: chroma is the picture so far
};

// Throws what Solver::load, configure and make_solver throw.
Colorized colorize(Problem problem, const ColorizeOptions& options = {});

}  // namespace handtint
