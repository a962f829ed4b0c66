// A stand-in for NVIDIA's header of this name, and for the part of OpenGL that it speaks of: buffers. As on a GPU a
// buffer belongs to one of both at a time: mapped, it is CUDA's, in memory that nobody else sees; what CUDA wrote is
// OpenGL's once the work queued before the unmapping is done. Where OpenGL touches a mapped buffer, or one goes that is
// registered, a fault is counted.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "tests/cuda/shim/cuda_runtime.h"

namespace cuda_shim {

struct Resource {
  unsigned buffer = 0;
  void* mapped = nullptr;  // where CUDA sees it
};

struct Graphics {
  std::vector<int> devices{0};  // that OpenGL draws on
  cudaError_t found = cudaSuccess;
  long calls_until_failure = -1;  // of the functions below; then each fails. The rest of the device goes on
  cudaError_t failure = cudaErrorInvalidValue;

  struct Buffer {
    std::vector<unsigned char> bytes;
    Event unmapped;  // OpenGL waits for that
  };
  std::map<unsigned, Buffer> buffers;
  std::set<Resource*> resources;
  long calls = 0;
  int faults = 0;

  bool registered(unsigned buffer) const {
    for (const Resource* resource : resources)
      if (resource->buffer == buffer) return true;
    return false;
  }
  bool mapped(unsigned buffer) const {
    for (const Resource* resource : resources)
      if (resource->buffer == buffer && resource->mapped) return true;
    return false;
  }
  cudaError_t call() {
    ++calls;
    if (calls_until_failure == 0) return failure;
    if (calls_until_failure > 0) --calls_until_failure;
    return cudaSuccess;
  }

  // --- what OpenGL does
  void make_buffer(unsigned name, std::size_t bytes) {
    faults += registered(name);
    buffers[name] = {std::vector<unsigned char>(bytes, 0), {}};
  }
  void delete_buffer(unsigned name) {
    faults += registered(name);
    buffers.erase(name);
  }
  const std::vector<unsigned char>& read_buffer(unsigned name) {
    faults += mapped(name);
    buffers.at(name).unmapped.wait();
    return buffers.at(name).bytes;
  }
};
inline Graphics graphics;

}  // namespace cuda_shim

using GLuint = unsigned;
using cudaGraphicsResource_t = cuda_shim::Resource*;
enum cudaGLDeviceList { cudaGLDeviceListAll = 1 };
constexpr unsigned cudaGraphicsRegisterFlagsWriteDiscard = 2;

#define CUDA_SHIM_GRAPHICS_CALL \
  CUDA_SHIM_CALL;               \
  if (const cudaError_t failed = cuda_shim::graphics.call(); failed != cudaSuccess) return failed

inline cudaError_t cudaGLGetDevices(unsigned* count, int* devices, unsigned most, cudaGLDeviceList) {
  CUDA_SHIM_GRAPHICS_CALL;
  if (cuda_shim::graphics.found != cudaSuccess) return cuda_shim::graphics.found;
  *count = static_cast<unsigned>(cuda_shim::graphics.devices.size());
  for (unsigned i = 0; i < *count && i < most; ++i) devices[i] = cuda_shim::graphics.devices[i];
  return cudaSuccess;
}
inline cudaError_t cudaGraphicsGLRegisterBuffer(cudaGraphicsResource_t* resource, GLuint buffer, unsigned) {
  CUDA_SHIM_GRAPHICS_CALL;
  if (cuda_shim::graphics.buffers.count(buffer) == 0) return cudaErrorInvalidValue;
  *resource = new cuda_shim::Resource{buffer};
  cuda_shim::graphics.resources.insert(*resource);
  return cudaSuccess;
}
// Takes back whatever was handed out, even from a device that has failed.
inline cudaError_t cudaGraphicsUnregisterResource(cudaGraphicsResource_t resource) {
  if (cuda_shim::graphics.resources.erase(resource) == 0) return cudaErrorInvalidResourceHandle;
  if (resource->mapped) {
    ++cuda_shim::graphics.faults;
    cuda_shim::give_back(resource->mapped);
  }
  delete resource;
  CUDA_SHIM_GRAPHICS_CALL;
  return cudaSuccess;
}
inline cudaError_t cudaGraphicsMapResources(int count, cudaGraphicsResource_t* resources, cudaStream_t) {
  CUDA_SHIM_GRAPHICS_CALL;
  if (count != 1 || cuda_shim::graphics.resources.count(*resources) == 0) return cudaErrorInvalidResourceHandle;
  cuda_shim::Resource& resource = **resources;
  if (resource.mapped) return cudaErrorInvalidValue;
  resource.mapped = cuda_shim::take(cuda_shim::graphics.buffers.at(resource.buffer).bytes.size());
  return cudaSuccess;
}
inline cudaError_t cudaGraphicsResourceGetMappedPointer(void** memory, std::size_t* bytes,
                                                        cudaGraphicsResource_t resource) {
  CUDA_SHIM_GRAPHICS_CALL;
  if (!resource->mapped) return cudaErrorNotMapped;
  *memory = resource->mapped;
  *bytes = cuda_shim::graphics.buffers.at(resource->buffer).bytes.size();
  return cudaSuccess;
}
inline cudaError_t cudaGraphicsUnmapResources(int, cudaGraphicsResource_t* resources, cudaStream_t stream) {
  cuda_shim::Resource& resource = **resources;
  if (!resource.mapped) return cudaErrorNotMapped;
  void* memory = std::exchange(resource.mapped, nullptr);
  stream->push({[memory, name = resource.buffer] {
                  const auto buffer = cuda_shim::graphics.buffers.find(name);
                  if (buffer != cuda_shim::graphics.buffers.end() && !cuda_shim::machine.failed)
                    std::memcpy(buffer->second.bytes.data(), memory, buffer->second.bytes.size());
                  cuda_shim::give_back(memory);
                },
                true});
  auto& buffer = cuda_shim::graphics.buffers.at(resource.buffer);
  buffer.unmapped = {stream->number, stream->done + stream->queue.size()};
  CUDA_SHIM_GRAPHICS_CALL;
  return cudaSuccess;
}
