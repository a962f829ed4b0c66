// Stands in for cuda_screen.cu where OpenGL's headers were missing.
#include <stdexcept>

#include "cuda/cuda_backend.h"
#include "solver/tr.h"

namespace handtint {

std::unique_ptr<numerics::SharedScreen> make_cuda_shared_screen() {
  throw std::runtime_error(tr("this program was built without OpenGL's headers"));
}

}  // namespace handtint
