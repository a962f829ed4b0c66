// The network's own thread: photo and strokes go in, what the network thinks of their colours comes out, and nobody who
// paints ever waits for it.
//
// The network is opened on the thread, once, when it is first needed. One question at a time, and the newest wins:
// another question, or drop(), stops the one that is being answered (a runner that cannot be interrupted goes on to its
// end and its answer is thrown away). Thread and runner have the lowest priority of the program.
//
// It knows no window and no document: an answer is a Prediction. Calls may come from several threads; none of
// them waits for the network. The wake-up function is called from the thread whenever take_answer or status have
// something new; it must not call back into this object.
//
// A network that cannot be opened or fails is not asked again: status says why. One that never returns is left behind
// when this object dies (its memory is freed when it does return).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "editor/document/predictor.h"
#include "editor/work/leavable_thread.h"

namespace handtint {

struct NetworkStatus {
  bool busy = false;    // opening the network or looking at a photo
  std::string problem;  // empty, or one line: there will be no answers
};

// Where a network comes from.
struct NetworkSource {
  std::function<Predictor()> open;  // on background threads; may throw std::exception
  std::string why_not;              // empty, or why there is none and what to do about it: then open is never called
  std::string name = {};            // tells it from others
};

// `name` is "shipped", "none" or an ONNX file.
NetworkSource network_source(const std::string& name);

struct NetworkExchange;

class NetworkThread {
 public:
  using Answer = std::shared_ptr<const Prediction>;

  NetworkThread(NetworkSource source, std::function<void()> wake_up);

  // Asks what runs to stop and waits for `patience`; a network that takes longer is left behind.
  ~NetworkThread();
  NetworkThread(const NetworkThread&) = delete;
  NetworkThread& operator=(const NetworkThread&) = delete;

  void prepare();  // opens the network, if that has not been done

  // `problem` is called on the thread; it may leave the hints empty if there are none. `number` is the asker's name for
  // the question.
  void ask(std::function<Problem()> problem, std::uint64_t number);
  void drop();
  bool has(std::uint64_t number) const;  // that question waits, is being answered, or its answer waits to be taken

  Answer take_answer(std::uint64_t number);  // null if there is none to that question
  NetworkStatus status() const;

  std::chrono::milliseconds patience{10000};

 private:
  std::shared_ptr<NetworkExchange> exchange_;
  LeavableThread thread_;
};

}  // namespace handtint
