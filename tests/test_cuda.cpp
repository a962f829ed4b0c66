// The CUDA backend on a real GPU; skipped, with the reason, where there is none.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>

#include "cuda/cuda_backend.h"
#include "cuda_cases.h"

using namespace handtint;

TEST_CASE("whole solves on the GPU give the CPU's bits") {
  for (const cuda_cases::Case& c : cuda_cases::cases()) {
    INFO(c.name);
    cuda_cases::check_same_bits(cuda_cases::solve(*make_solver(Backend::cuda), c.problem, c.settings),
                                cuda_cases::solve(*make_solver(Backend::cpu), c.problem, c.settings));
  }
}

TEST_CASE("a large photo on the GPU gives the CPU's bits") {
  const Problem p = cuda_cases::random_problem(2003, 1501, 5, 100, 300);
  cuda_cases::check_same_bits(cuda_cases::solve(*make_solver(Backend::cuda), p, {}),
                              cuda_cases::solve(*make_solver(Backend::cpu), p, {}));
}

int main(int argc, char** argv) {
  const CudaDevice device = probe_cuda();
  if (!device.usable) {
    std::printf("skipped: %s\n", device.description.c_str());
    return 77;
  }
  std::printf("on %s\n", device.description.c_str());
  return doctest::Context(argc, argv).run();
}
