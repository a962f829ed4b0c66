// Sequences of launches that come again with the same arguments: run as they are the first time, recorded as a CUDA
// graph the second, replayed from then on, for a fraction of the host's work. Throws CudaError.
#pragma once

#include <map>

#include "cuda_memory.h"

namespace handtint {

class CudaGraphs {
 public:
  explicit CudaGraphs(const CudaStream& stream) : stream_(stream) {}
  ~CudaGraphs() { forget(); }
  CudaGraphs(const CudaGraphs&) = delete;
  CudaGraphs& operator=(const CudaGraphs&) = delete;

  // `piece` queues work on the stream, waits for nothing, takes no memory once it ran, and answers whether it queued
  // all of it. It must queue the same work whenever it comes with the same key, until forget().
  template <class Piece>
  bool run(int key, Piece piece) {
    Entry& entry = entries_[key];
    if (!entry.seen) return entry.seen = piece();
    if (!entry.graph) record(entry, piece);
    check(cudaGraphLaunch(entry.graph, stream_), "replaying a graph");
    return true;
  }
  // Memory that recorded work uses moves, or its arguments change.
  void forget() {
    for (auto& [key, entry] : entries_)
      if (entry.graph) cudaGraphExecDestroy(entry.graph);
    entries_.clear();
  }
  // While work is only being written down.
  bool recording() const { return recording_; }

 private:
  struct Entry {
    bool seen = false;
    cudaGraphExec_t graph = nullptr;
  };

  template <class Piece>
  void record(Entry& entry, Piece& piece) {
    check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "recording a graph");
    recording_ = true;
    cudaGraph_t graph = nullptr;
    try {
      piece();
    } catch (...) {
      recording_ = false;
      if (cudaStreamEndCapture(stream_, &graph) == cudaSuccess && graph) cudaGraphDestroy(graph);
      throw;
    }
    recording_ = false;
    check(cudaStreamEndCapture(stream_, &graph), "recording a graph");
    const cudaError_t made = cudaGraphInstantiate(&entry.graph, graph, 0);
    cudaGraphDestroy(graph);
    check(made, "making a graph");
  }

  const CudaStream& stream_;
  std::map<int, Entry> entries_;
  bool recording_ = false;
};

}  // namespace handtint
