// Threads of a block that take turns on one thread of the machine: each has a stack of its own and runs until it waits
// or ends. The first switch to a stack goes through ucontext; later ones through the compiler's own setjmp, which asks
// neither the system nor the address sanitizer for anything and is a hundred times faster.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <memory>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace cuda_shim {

class Fibers {
 public:
  // `count` fibers that are to call body(), none of them begun. Those that an earlier block left unfinished are gone.
  template <class Body>
  void start(std::size_t count, const Body& body) {
    body_ = [](const void* context) { (*static_cast<const Body*>(context))(); };
    context_ = &body;
    while (fibers_.size() < count) fibers_.push_back(std::make_unique<Fiber>());
    for (std::size_t i = 0; i < count; ++i) {
      if (fibers_[i]->state == State::waiting) fibers_[i] = std::make_unique<Fiber>();
      fibers_[i]->state = State::ready;
    }
  }
  // Runs fiber i until it waits (true) or ends (false); one that has ended stays so.
  bool resume(std::size_t i) {
    Fiber& fiber = *fibers_[i];
    if (fiber.state == State::ended) return false;
    running() = this;
    current_ = &fiber;
    before_switch(&main_fake_, fiber.stack.get(), stack_bytes);
    change(main_, fiber);
    after_switch(main_fake_, nullptr, nullptr);
    return fiber.state == State::waiting;
  }
  // Inside a fiber: back to who resumed it.
  static void wait() { running()->leave(State::waiting); }

 private:
  enum class State { ready, waiting, ended };
  static constexpr std::size_t stack_bytes = 64 << 10;
  using Place = void* [5];
  struct Fiber {
    std::unique_ptr<char[]> stack{new char[stack_bytes]};
    Place here;
    void* fake = nullptr;  // of the address sanitizer
    bool begun = false;
    State state = State::ended;
  };

  static Fibers*& running() {
    static Fibers* fibers = nullptr;
    return fibers;
  }
  // A fiber serves one thread after another.
  static void main_of_fiber() {
    Fibers& all = *running();
    all.after_switch(nullptr, &all.main_stack_, &all.main_bytes_);
    for (;;) {
      all.body_(all.context_);
      all.leave(State::ended);
    }
  }
  void leave(State state) {
    Fiber& fiber = *current_;
    fiber.state = state;
    before_switch(&fiber.fake, main_stack_, main_bytes_);
    change(fiber.here, main_);
    after_switch(fiber.fake, &main_stack_, &main_bytes_);
  }

  // Goes on at the other place; comes back when somebody goes on at this one. A frame must not hold both a setjmp and a
  // longjmp of the compiler's.
  __attribute__((noinline, no_sanitize("address", "undefined"))) static void change(Place& from, Place& to) {
    if (__builtin_setjmp(from) == 0) jump(to);
  }
  __attribute__((noinline, no_sanitize("address", "undefined"))) static void change(Place& from, Fiber& to) {
    if (__builtin_setjmp(from) == 0) to.begun ? jump(to.here) : begin(to);
  }
  __attribute__((noinline, no_sanitize("address", "undefined"))) static void jump(Place& to) {
    __builtin_longjmp(to, 1);
  }
  __attribute__((noinline, no_sanitize("address", "undefined"))) static void begin(Fiber& fiber) {
    fiber.begun = true;
    ucontext_t start;
    getcontext(&start);
    start.uc_stack.ss_sp = fiber.stack.get();
    start.uc_stack.ss_size = stack_bytes;
    makecontext(&start, &Fibers::main_of_fiber, 0);
    setcontext(&start);
  }

#if defined(__SANITIZE_ADDRESS__)
  static void before_switch(void** fake, const void* to, std::size_t bytes) {
    __sanitizer_start_switch_fiber(fake, to, bytes);
  }
  static void after_switch(void* fake, const void** from, std::size_t* bytes) {
    __sanitizer_finish_switch_fiber(fake, from, bytes);
  }
#else
  static void before_switch(void**, const void*, std::size_t) {}
  static void after_switch(void*, const void**, std::size_t*) {}
#endif

  std::vector<std::unique_ptr<Fiber>> fibers_;
  void (*body_)(const void*) = nullptr;
  const void* context_ = nullptr;
  Fiber* current_ = nullptr;
  Place main_;
  void* main_fake_ = nullptr;
  const void* main_stack_ = nullptr;
  std::size_t main_bytes_ = 0;
};

}  // namespace cuda_shim
