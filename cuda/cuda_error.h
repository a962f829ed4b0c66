// A failed call of the CUDA runtime as an exception in words for a person.
#pragma once

#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

namespace handtint {

// One sentence without a full stop, such as "the GPU's memory is full".
std::string sentence_about(cudaError_t code);

class CudaError : public std::runtime_error {
 public:
  CudaError(cudaError_t code, const char* doing);
  cudaError_t code() const { return code_; }

 private:
  cudaError_t code_;
};

// `doing` completes "while ...", marked by tr_noop().
inline void check(cudaError_t code, const char* doing) {
  if (code != cudaSuccess) throw CudaError(code, doing);
}

}  // namespace handtint
