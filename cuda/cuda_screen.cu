// From the GPU that solved a picture into OpenGL's memory on the same GPU.
//
// Into a buffer, from which OpenGL itself makes the texture: CUDA cannot register textures of signed normalised values,
// and a buffer does not mind when the texture changes. The copy more is one within the GPU.
#include <cuda_gl_interop.h>

#include <algorithm>

#include "cuda/cuda_backend.h"
#include "cuda/cuda_picture.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class CudaSharedScreen final : public numerics::SharedScreen {
 public:
  CudaSharedScreen() {
    constexpr unsigned most = 16;
    unsigned count = 0;
    int drawing[most], solving = 0;
    check(cudaGLGetDevices(&count, drawing, most, cudaGLDeviceListAll), tr_noop("asking which GPU OpenGL draws on"));
    check(cudaGetDevice(&solving), tr_noop("asking which GPU solves"));
    if (std::find(drawing, drawing + std::min(count, most), solving) == drawing + std::min(count, most))
      throw std::runtime_error(tr("OpenGL draws on another GPU"));
  }
  ~CudaSharedScreen() override {
    if (buffer_) cudaGraphicsUnregisterResource(buffer_);
  }

  void use(unsigned buffer) override {
    leave();
    check(cudaGraphicsGLRegisterBuffer(&buffer_, buffer, cudaGraphicsRegisterFlagsWriteDiscard),
          tr_noop("sharing a buffer with OpenGL"));
  }
  void leave() override {
    if (cudaGraphicsResource_t left = std::exchange(buffer_, nullptr))
      check(cudaGraphicsUnregisterResource(left), tr_noop("giving a buffer back to OpenGL"));
  }

  void fill(numerics::ScreenPicture& picture) override {
    if (!buffer_) throw std::runtime_error(tr("OpenGL shares no buffer"));
    check(cudaGraphicsMapResources(1, &buffer_, stream_), tr_noop("borrowing a buffer of OpenGL's"));
    try {
      void* memory = nullptr;
      std::size_t bytes = 0;
      check(cudaGraphicsResourceGetMappedPointer(&memory, &bytes, buffer_), tr_noop("borrowing a buffer of OpenGL's"));
      if (bytes < CudaPictures::bytes_of(picture))
        throw std::runtime_error(tr("the buffer is too small for the picture"));
      CudaPictures::copy(picture, memory, stream_);
    } catch (...) {
      cudaGraphicsUnmapResources(1, &buffer_, stream_);
      throw;
    }
    check(cudaGraphicsUnmapResources(1, &buffer_, stream_), tr_noop("giving a buffer back to OpenGL"));
  }

 private:
  CudaStream stream_;
  cudaGraphicsResource_t buffer_ = nullptr;  // registered
};

}  // namespace

std::unique_ptr<numerics::SharedScreen> make_cuda_shared_screen() {
  return std::make_unique<CudaSharedScreen>();
}

}  // namespace handtint
