// The network's thread with networks made for the test: quick, failing, and hanging on purpose.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "editor/work/network_thread.h"

using namespace handtint;
using namespace std::chrono_literals;

namespace {

// What a test wants of its network, and what the network saw.
struct Script {
  std::atomic<bool> fail_open{false}, fail_ask{false}, hang{false};
  std::atomic<bool> obeys{true};  // gives up when told to stop
  std::atomic<int> opened{0}, asked{0}, stopped{0};
};

// Answers with one cell that has the photo's first lightness as its a.
NetworkSource fake_network(const std::shared_ptr<Script>& script) {
  return {[script] {
            ++script->opened;
            if (script->fail_open) throw std::runtime_error("no such network");
            Predictor predictor;
            predictor.ask = [script](const Problem& problem, std::stop_token stop) {
              ++script->asked;
              while (script->hang && !(script->obeys && stop.stop_requested())) std::this_thread::sleep_for(1ms);
              if (stop.stop_requested()) {
                ++script->stopped;
                return Prediction{};
              }
              if (script->fail_ask) throw std::runtime_error("not a number");
              Prediction prediction;
              prediction.width = prediction.height = 1;
              prediction.a = prediction.b = Plane<float>(1, 1, problem.lightness(0, 0));
              return prediction;
            };
            return predictor;
          },
          {}};
}

std::function<Problem()> photo_of(float lightness) {
  return [lightness] {
    Problem problem;
    problem.lightness = Plane<float>(2, 2, lightness);
    return problem;
  };
}

struct Stage {
  std::shared_ptr<Script> script = std::make_shared<Script>();
  std::mutex mutex;
  std::condition_variable condition;
  int rings = 0;
  NetworkThread thread{fake_network(script), [this] {
                         std::lock_guard lock(mutex);
                         ++rings;
                         condition.notify_all();
                       }};

  // Waits as the UI does, but with a limit so that a fault is a failure and not a hang.
  template <class Ready>
  bool wait(Ready ready) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!ready()) {
      std::unique_lock lock(mutex);
      if (std::chrono::steady_clock::now() > end) return false;
      condition.wait_for(lock, 20ms);
    }
    return true;
  }
  float answer_to(std::uint64_t number) {
    NetworkThread::Answer answer;
    wait([&] { return (answer = thread.take_answer(number)) != nullptr; });
    return answer ? answer->a(0, 0) : -1;
  }
};

}  // namespace

TEST_CASE("the network is opened once, when it is needed, and answers") {
  Stage s;
  CHECK_FALSE(s.thread.status().busy);
  CHECK(s.script->opened == 0);
  s.thread.prepare();
  REQUIRE(s.wait([&] { return !s.thread.status().busy; }));
  CHECK(s.script->opened == 1);
  CHECK_FALSE(s.thread.has(1));
  s.thread.ask(photo_of(40), 1);
  CHECK(s.thread.has(1));
  CHECK(s.answer_to(1) == 40);
  CHECK_FALSE(s.thread.has(1));
  CHECK(s.thread.take_answer(1) == nullptr);
  s.thread.ask(photo_of(50), 2);
  CHECK(s.answer_to(2) == 50);
  CHECK(s.script->opened == 1);
  CHECK_FALSE(s.thread.status().busy);
}

TEST_CASE("the newest question wins, and a dropped one has no answer") {
  Stage s;
  s.script->hang = true;
  s.thread.ask(photo_of(10), 1);
  REQUIRE(s.wait([&] { return s.script->asked == 1; }));
  CHECK(s.thread.status().busy);
  s.thread.ask(photo_of(20), 2);
  REQUIRE(s.wait([&] { return s.script->asked == 2; }));
  CHECK(s.script->stopped == 1);
  CHECK_FALSE(s.thread.has(1));
  CHECK(s.thread.has(2));
  s.thread.drop();
  CHECK_FALSE(s.thread.has(2));
  REQUIRE(s.wait([&] { return s.script->stopped == 2; }));
  CHECK_FALSE(s.thread.status().busy);
  s.script->hang = false;
  s.thread.ask(photo_of(30), 3);
  CHECK(s.answer_to(3) == 30);
  CHECK(s.thread.take_answer(1) == nullptr);
  CHECK(s.thread.take_answer(2) == nullptr);
}

TEST_CASE("the answer of a network that cannot be interrupted is thrown away") {
  Stage s;
  s.script->hang = true;
  s.script->obeys = false;
  s.thread.ask(photo_of(10), 1);
  REQUIRE(s.wait([&] { return s.script->asked == 1; }));
  s.thread.ask(photo_of(20), 2);
  s.script->hang = false;
  CHECK(s.answer_to(2) == 20);
  CHECK(s.thread.take_answer(1) == nullptr);
}

TEST_CASE("what cannot be opened or fails says so once and is not asked again") {
  SUBCASE("opening") {
    Stage s;
    s.script->fail_open = true;
    s.thread.ask(photo_of(10), 1);
    REQUIRE(s.wait([&] { return !s.thread.status().problem.empty(); }));
    CHECK(s.thread.status().problem == "no such network");
    CHECK_FALSE(s.thread.status().busy);
    CHECK_FALSE(s.thread.has(1));
    s.thread.ask(photo_of(20), 2);
    CHECK_FALSE(s.thread.has(2));
    CHECK(s.script->asked == 0);
  }
  SUBCASE("asking") {
    Stage s;
    s.script->fail_ask = true;
    s.thread.ask(photo_of(10), 1);
    REQUIRE(s.wait([&] { return !s.thread.status().problem.empty(); }));
    CHECK(s.thread.status().problem == "not a number");
    CHECK_FALSE(s.thread.status().busy);
    CHECK(s.thread.take_answer(1) == nullptr);
  }
  SUBCASE("there is none at all") {
    NetworkThread thread({{}, "install something"}, [] {});
    thread.ask(photo_of(10), 1);
    CHECK(thread.status().problem == "install something");
    CHECK_FALSE(thread.has(1));
  }
}

TEST_CASE("a network that never returns does not keep the program from ending") {
  const auto script = std::make_shared<Script>();
  script->hang = true;
  script->obeys = false;
  const auto start = std::chrono::steady_clock::now();
  {
    NetworkThread thread(fake_network(script), [] {});
    thread.patience = 50ms;
    thread.ask(photo_of(10), 1);
    while (script->asked == 0) std::this_thread::sleep_for(1ms);
  }
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  script->hang = false;  // so that the thread ends before the test program does
  while (script->stopped == 0) std::this_thread::sleep_for(1ms);
}
