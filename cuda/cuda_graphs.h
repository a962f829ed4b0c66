// Sequences of launches that come again with the same arguments: run as they are the first time, recorded as a CUDA
// graph the second, replayed from then on, for a fraction of the host's work. Throws CudaError.
#pragma once

#include <map>

#include "cuda/cuda_memory.h"
#include "solver/tr.h"

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
    const auto known = graphs_.find(key);
    if (known == graphs_.end()) {
      if (!piece()) return false;
      graphs_[key] = nullptr;  // not before: the piece may take memory, which calls forget()
      return true;
    }
    if (!known->second) known->second = recorded(piece);
    check(cudaGraphLaunch(known->second, stream_), tr_noop("replaying a graph"));
    return true;
  }
  // Memory that recorded work uses moves, or its arguments change.
  void forget() {
    for (const auto& [key, graph] : graphs_)
      if (graph) cudaGraphExecDestroy(graph);
    graphs_.clear();
  }
  // While work is only being written down.
  bool recording() const { return recording_; }

 private:
  template <class Piece>
  cudaGraphExec_t recorded(Piece& piece) {
    check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), tr_noop("recording a graph"));
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
    check(cudaStreamEndCapture(stream_, &graph), tr_noop("recording a graph"));
    cudaGraphExec_t replayable = nullptr;
    const cudaError_t made = cudaGraphInstantiate(&replayable, graph, 0);
    cudaGraphDestroy(graph);
    check(made, tr_noop("making a graph"));
    return replayable;
  }

  const CudaStream& stream_;
  std::map<int, cudaGraphExec_t> graphs_;  // null: ran once, not recorded yet
  bool recording_ = false;
};

}  // namespace handtint
