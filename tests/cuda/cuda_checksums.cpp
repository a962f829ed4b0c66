// Prints a checksum of every solve of cuda_cases.h on the CPU and, through the stand-in for the CUDA runtime, by the
// CUDA backend: what a change must leave as it is (tests/same_pictures.py).
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "tests/cuda/cuda_cases.h"
#include "tests/cuda/shim/cuda_runtime.h"

using namespace handtint;

namespace {

// FNV-1a over the bits of both planes.
std::uint64_t checksum(const Chroma& chroma) {
  std::uint64_t sum = 14695981039346656037u;
  for (const Plane<float>* plane : {&chroma.a, &chroma.b})
    for (std::size_t i = 0; i < plane->size(); ++i) {
      std::uint32_t bits;
      std::memcpy(&bits, plane->data() + i, sizeof bits);
      sum = (sum ^ bits) * 1099511628211u;
    }
  return sum;
}

void print(const cuda_cases::Case& c, Backend backend) {
  cuda_shim::machine = {};
  const auto solver = make_solver(backend, 1);
  Chroma chroma;
  solver->configure(c.settings);
  solver->load(c.problem);
  solver->iterate({});
  solver->read(chroma);
  const std::uint64_t cold = checksum(chroma);
  const int side = std::max(1, std::min(c.problem.width(), c.problem.height()) / 5);
  solver->apply(cuda_cases::stroke((c.problem.width() - side) / 2, (c.problem.height() - side) / 2, side));
  const Report report = solver->iterate({});
  solver->read(chroma);
  std::printf("%-22s %-4s %016llx %016llx  %d iterations\n", c.name.c_str(), std::string(name_of(backend)).c_str(),
              static_cast<unsigned long long>(cold), static_cast<unsigned long long>(checksum(chroma)),
              report.iterations);
}

}  // namespace

int main() {
  for (const cuda_cases::Case& c : cuda_cases::cases())
    for (const Backend backend : {Backend::cpu, Backend::cuda}) print(c, backend);
}
