// Pictures on their way from the GPU to the screen, on the CPU through cuda_shim: packed on the device, by one copy to
// host memory or into a buffer of OpenGL's. What this cannot show: that real drivers do what they promise.
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <thread>

#include "cuda_gl_interop.h"
#include "solver/conductor/make_plain_solver.h"
#include "solver/numerics/device_picture_ops.h"
#include "solver/resample.h"
#include "solver/solver.h"
#include "tests/cuda/cuda_cases.h"
#include "tests/cuda/shim/fresh_machine.h"
#if defined(HANDTINT_TEST_GUI)
#include "editor/work/solver_thread.h"
#endif

using namespace handtint;
using cuda_shim::graphics;
using cuda_shim::machine;
using numerics::ScreenCode;
using numerics::SharedScreen;

namespace {

struct FreshGraphics {
  FreshGraphics() { graphics = {}; }
  ~FreshGraphics() {
    CHECK(graphics.resources.empty());
    CHECK(graphics.faults == 0);
    graphics = {};
  }
  FreshMachine machine;
};

struct Codes {
  int width = 0, height = 0;
  std::vector<ScreenCode> values;
  friend bool operator==(const Codes&, const Codes&) = default;
};

Codes codes_of(ScreenPicture& picture) {
  const ScreenCode* first = picture.codes();
  return {
      picture.width(), picture.height(), {first, first + static_cast<std::size_t>(picture.width()) * picture.height()}};
}

Codes packed(const Chroma& chroma) {
  Codes codes{chroma.a.width(), chroma.a.height(), {}};
  const auto code = [](float ab) {
    return static_cast<std::int16_t>(std::lrintf(std::clamp(ab, -128.0f, 128.0f) * (32767.0f / 128.0f)));
  };
  for (std::size_t i = 0; i < chroma.a.size(); ++i)
    codes.values.push_back({code(chroma.a.data()[i]), code(chroma.b.data()[i])});
  return codes;
}

// What a screen would be sent of a picture that was read.
Codes read_and_packed(const Solver& solver, const Rect& part, int step) {
  Chroma chroma;
  solver.read(chroma);
  return packed({box_means(chroma.a, part, step), box_means(chroma.b, part, step)});
}

Codes in_buffer(unsigned name, int width, int height) {
  Codes codes{width, height, std::vector<ScreenCode>(static_cast<std::size_t>(width) * height)};
  const std::vector<unsigned char>& bytes = graphics.read_buffer(name);
  REQUIRE(bytes.size() >= codes.values.size() * sizeof(ScreenCode));
  std::memcpy(codes.values.data(), bytes.data(), codes.values.size() * sizeof(ScreenCode));
  return codes;
}

int largest_difference(const Codes& p, const Codes& q) {
  REQUIRE(p.values.size() == q.values.size());
  int most = 0;
  for (std::size_t i = 0; i < p.values.size(); ++i)
    most = std::max({most, std::abs(p.values[i].a - q.values[i].a), std::abs(p.values[i].b - q.values[i].b)});
  return most;
}

// A solver on the shim's GPU with a solved picture of 61 x 45.
struct Solved {
  static constexpr Rect whole{0, 0, 61, 45};
  std::unique_ptr<Solver> solver = make_plain_solver(Backend::cuda, 1);
  Solved() {
    solver->load(cuda_cases::random_problem(61, 45, 5));
    REQUIRE(solver->iterate({}).done());
  }
  void paint(int x, int y) {
    solver->apply(cuda_cases::stroke(x, y, 6));
    REQUIRE(solver->iterate({}).done());
  }
  std::shared_ptr<ScreenPicture> show(bool to_host, int step = 2) {
    return solver->show({.part = whole, .step = step, .to_host = to_host});
  }
};

constexpr unsigned buffer = 7;

}  // namespace

TEST_CASE("codes are rounded as lrintf does it") {
  for (float ab = -131; ab < 131; ab += 0.0007f)
    REQUIRE(numerics::screen_code(ab) == std::lrintf(std::clamp(ab, -128.0f, 128.0f) * (32767.0f / 128.0f)));
  CHECK(numerics::screen_code(0) == 0);
  CHECK(numerics::screen_code(128) == 32767);
  CHECK(numerics::screen_code(-1e9f) == -32767);
}

TEST_CASE("a picture shown is the picture read, at any size and part, by either way to the host") {
  const FreshGraphics fresh;
  Solved s;
  machine.order = cuda_shim::Order::shuffled;
  for (bool to_host : {true, false})
    for (int step : {1, 2, 3, 7, 100})
      for (const Rect& part : {Solved::whole, Rect{0, 0, 1, 1}, Rect{13, 8, 61, 40}, Rect{60, 44, 61, 45}}) {
        INFO("step ", step, ", part from ", part.x0, " to ", part.x1, ", to host ", to_host);
        const auto picture = s.solver->show({.part = part, .step = step, .to_host = to_host});
        REQUIRE(picture);
        CHECK(codes_of(*picture) == read_and_packed(*s.solver, part, step));
      }
  CHECK_FALSE(s.solver->show({.part = {0, 0, 62, 45}}));
  CHECK_FALSE(s.solver->show({.part = {5, 5, 5, 9}}));
}

TEST_CASE("what lies under a picture is added to it, for each window its own, until another comes") {
  const FreshGraphics fresh;
  Solved s;
  const Rect part{3, 4, 59, 44};
  const auto base_of = [&](float a, float b, int step) {
    const Chroma size{box_means(Plane<float>(61, 45), part, step), {}};
    return std::make_shared<const Chroma>(
        Chroma{Plane<float>(size.a.width(), size.a.height(), a), Plane<float>(size.a.width(), size.a.height(), b)});
  };
  const auto expected = [&](float a, float b, int step) {
    Chroma chroma;
    s.solver->read(chroma);
    chroma = {box_means(chroma.a, part, step), box_means(chroma.b, part, step)};
    for (float& value : chroma.a) value += a;
    for (float& value : chroma.b) value += b;
    return packed(chroma);
  };
  const auto coarse = base_of(10.3f, -20, 3), fine = base_of(-7, 55.5f, 1), other = base_of(1, 2, 3);
  for (int round = 0; round < 2; ++round) {
    INFO("round ", round);
    CHECK(codes_of(*s.solver->show({part, 3, 0, true, coarse})) == expected(10.3f, -20, 3));
    CHECK(codes_of(*s.solver->show({part, 1, 1, false, fine})) == expected(-7, 55.5f, 1));
    CHECK(codes_of(*s.solver->show({part, 3, 0, true, other})) == expected(1, 2, 3));
    CHECK(codes_of(*s.solver->show({part, 3, 0, true, nullptr})) == expected(0, 0, 3));
    // Still on its way when a larger one takes its place.
    const auto held = s.solver->show({part, 3, 0, false, coarse}), next = s.solver->show({part, 1, 0, false, fine});
    CHECK(codes_of(*held) == expected(10.3f, -20, 3));
    CHECK(codes_of(*next) == expected(-7, 55.5f, 1));
    s.solver->load(cuda_cases::random_problem(61, 45, 6));
    REQUIRE(s.solver->iterate({}).done());
    s.paint(10 + 20 * round, 20);
  }
}

TEST_CASE("strokes over a first coat are shown as they are read") {
  const FreshGraphics fresh;
  Problem p = cuda_cases::random_problem(700, 500, 3, 50, 0);
  p.prior = {Plane<float>(35, 25, 12), Plane<float>(35, 25, -8), Plane<float>(35, 25, 1e-3f)};
  for (int i = 0; i < 200; ++i) p.prior.a.data()[i] = 40;
  const auto solver = make_solver(Backend::cuda, 1);
  Settings quick;
  quick.model = Model::membrane;
  quick.affinity = 0;
  solver->configure(quick);
  solver->load(p);
  REQUIRE(solver->iterate({}).done());
  const Rect whole{0, 0, 700, 500};
  CHECK_FALSE(solver->show({.part = whole}));  // the coat itself never was on the device at this size
  solver->apply(cuda_cases::stroke(100, 100, 60));
  const Report report = solver->iterate({});
  REQUIRE(report.done());
  REQUIRE(report.solved_width == 700);
  for (int round = 0; round < 2; ++round) {
    for (const ScreenRequest& wish :
         {ScreenRequest{.part = whole, .step = 2}, ScreenRequest{{90, 80, 301, 250}, 1, 1, false}}) {
      const auto picture = solver->show(wish);
      REQUIRE(picture);
      // A mean of sums against a sum of means.
      CHECK(largest_difference(codes_of(*picture), read_and_packed(*solver, wish.part, wish.step)) <= 1);
    }
    p.prior.a = Plane<float>(35, 25, -30);
    solver->set_prior(p.prior);  // another coat under the same strokes
    REQUIRE(solver->iterate({}).done());
  }
}

TEST_CASE("a CPU's pictures are read, not shown") {
  const auto solver = make_plain_solver(Backend::cpu, 1);
  solver->load(cuda_cases::random_problem(61, 45, 5));
  solver->iterate({});
  CHECK_FALSE(solver->show({.part = {0, 0, 61, 45}}));
}

TEST_CASE("OpenGL gets the picture in its own memory, and none passes through the host's") {
  const FreshGraphics fresh;
  Solved s;
  graphics.make_buffer(buffer, 31 * 23 * 4 + 100);
  const auto screen = make_shared_screen();
  screen->use(buffer);
  const std::size_t pinned = machine.pinned.size();
  for (int round = 0; round < 5; ++round) {
    s.paint(5 + 8 * round, 10);
    screen->fill(*s.show(false));
    CHECK(in_buffer(buffer, 31, 23) == read_and_packed(*s.solver, Solved::whole, 2));
  }
  CHECK(machine.pinned.size() == pinned);
  screen->leave();
  graphics.make_buffer(buffer, 61 * 45 * 4);  // another size
  screen->use(buffer);
  screen->fill(*s.show(false, 1));
  CHECK(in_buffer(buffer, 61, 45) == read_and_packed(*s.solver, Solved::whole, 1));
}

TEST_CASE("a picture on its way is not painted over by the next") {
  const FreshGraphics fresh;
  Solved s;
  for (unsigned name : {1u, 2u, 3u}) graphics.make_buffer(name, 31 * 23 * 4);
  const auto screen = make_shared_screen();
  // The shim's streams do nothing before they must: all of this is on its way at once.
  std::vector<Codes> read;
  std::vector<std::shared_ptr<ScreenPicture>> held;
  for (unsigned name : {1u, 2u, 3u}) {
    s.paint(4 + 12 * static_cast<int>(name), 10);
    held.push_back(s.show(false));
    read.push_back(read_and_packed(*s.solver, Solved::whole, 2));
    screen->use(name);
    screen->fill(*s.show(false));  // dropped at once: its memory is the next one's
  }
  for (unsigned name : {1u, 2u, 3u}) CHECK(in_buffer(name, 31, 23) == read[name - 1]);
  for (std::size_t i = 0; i < 3; ++i) CHECK(codes_of(*held[i]) == read[i]);
  const std::size_t blocks = machine.blocks.size();
  held.clear();
  for (int i = 0; i < 20; ++i) screen->fill(*s.show(false));
  in_buffer(3, 31, 23);
  CHECK(machine.blocks.size() == blocks);  // memory is used again
}

TEST_CASE("a picture lives longer than its solver and its screen") {
  const FreshGraphics fresh;
  std::shared_ptr<ScreenPicture> kept, shared;
  Codes read;
  {
    Solved s;
    graphics.make_buffer(buffer, 31 * 23 * 4);
    const auto screen = make_shared_screen();
    screen->use(buffer);
    kept = s.show(true);
    shared = s.show(false);
    screen->fill(*shared);
    read = read_and_packed(*s.solver, Solved::whole, 2);
  }
  graphics.delete_buffer(buffer);
  CHECK(codes_of(*kept) == read);
  CHECK(codes_of(*shared) == read);
}

TEST_CASE("another GPU, or none, that OpenGL draws on is a reason not to share") {
  const FreshGraphics fresh;
  graphics.devices = {1, 3};
  CHECK_THROWS_WITH(make_shared_screen(), "OpenGL draws on another GPU");
  graphics.devices = {};
  CHECK_THROWS_WITH(make_shared_screen(), "OpenGL draws on another GPU");
  graphics.found = cudaErrorNoDevice;
  CHECK_THROWS_WITH(make_shared_screen(), doctest::Contains("while asking which GPU OpenGL draws on"));
  graphics.found = cudaSuccess;
  graphics.devices = {2, 0};
  CHECK_NOTHROW(make_shared_screen());
}

TEST_CASE("whichever call of the interop fails, the picture is still there for the other way") {
  const FreshGraphics fresh;
  Solved s;
  const Codes read = read_and_packed(*s.solver, Solved::whole, 2);
  const auto share = [&](long calls) {
    graphics.make_buffer(buffer, 31 * 23 * 4);
    graphics.calls = 0;
    graphics.calls_until_failure = calls;
    const auto picture = s.show(false);
    bool shared = false;
    try {
      const auto screen = make_shared_screen();
      screen->use(buffer);
      screen->fill(*picture);
      screen->fill(*picture);
      screen->leave();
      shared = true;
    } catch (const std::runtime_error& failure) {
      CHECK(std::string(failure.what()).find("the GPU failed: a failure made to order") == 0);
    }
    if (shared) CHECK(in_buffer(buffer, 31, 23) == read);
    graphics.delete_buffer(buffer);  // registered or mapped no more
    CHECK(codes_of(*picture) == read);
    return shared;
  };
  CHECK(share(-1));
  const long calls = graphics.calls;
  REQUIRE(calls == 9);
  for (long n = 0; n < calls; ++n) {
    INFO("call ", n);
    CHECK_FALSE(share(n));
  }
  CHECK(share(calls));
  graphics.calls_until_failure = -1;
  graphics.make_buffer(buffer, 31 * 23 * 4 - 1);
  const auto screen = make_shared_screen();
  CHECK_THROWS_WITH(screen->fill(*s.show(false)), "OpenGL shares no buffer");
  screen->use(buffer);
  CHECK_THROWS_WITH(screen->fill(*s.show(false)), "the buffer is too small for the picture");
}

TEST_CASE("a device that fails while it shows hands over to the CPU, whose pictures are read") {
  Chroma cpu;
  {
    const auto solver = make_plain_solver(Backend::cpu, 1);
    solver->load(cuda_cases::random_problem(61, 45, 5));
    solver->iterate({});
    solver->read(cpu);
  }
  const auto base = std::make_shared<const Chroma>(Chroma{Plane<float>(61, 45, 1), Plane<float>(61, 45, 2)});
  long calls = 0;
  for (long n = -1; n < calls; ++n) {
    INFO("call ", n);
    const FreshGraphics fresh;
    Solved s;
    const long before = machine.calls;
    machine.calls_until_failure = n;
    const auto show = [&] { return s.solver->show({Solved::whole, 1, 0, true, base}); };
    if (n < 0) {
      REQUIRE(show());
      calls = machine.calls - before;
      REQUIRE(calls > 8);
      continue;
    }
    CHECK_THROWS_WITH(show(), doctest::Contains("the GPU failed: a failure made to order"));
    Chroma last;
    s.solver->read(last);
    CHECK((last.a.width() == 1 || last.a == cpu.a));
    const Report report = s.solver->iterate({});
    CHECK(report.backend == Backend::cpu);
    CHECK(report.note.find("going on with the cpu backend") != std::string::npos);
    CHECK_FALSE(s.show(true));
    s.solver->read(last);
    CHECK(last.a == cpu.a);
  }
}

TEST_CASE("a picture whose device has failed since says so") {
  const FreshGraphics fresh;
  Solved s;
  graphics.make_buffer(buffer, 31 * 23 * 4);
  const auto screen = make_shared_screen();
  screen->use(buffer);
  const auto copied = s.show(true), shared = s.show(false);
  machine.calls_until_failure = 0;
  CHECK_THROWS_AS(screen->fill(*shared), std::runtime_error);
  CHECK_THROWS_AS(shared->codes(), std::runtime_error);
  CHECK_THROWS_AS(copied->codes(), std::runtime_error);
}

TEST_CASE("without memory for a screen the GPU goes on solving") {
  const FreshGraphics fresh;
  Solved s;
  machine.memory = machine.in_use + 1000;
  CHECK_FALSE(s.show(true));
  const auto base = std::make_shared<const Chroma>(Chroma{Plane<float>(61, 45, 1), Plane<float>(61, 45, 2)});
  CHECK_FALSE(s.solver->show({Solved::whole, 1, 0, true, base}));
  s.paint(20, 20);
  machine.memory = std::size_t{8} << 30;
  CHECK(s.solver->iterate({}).backend == Backend::cuda);
  const auto picture = s.show(true);
  REQUIRE(picture);
  CHECK(codes_of(*picture) == read_and_packed(*s.solver, Solved::whole, 2));
}

TEST_CASE("the next photo begins without the last one's memory") {
  const FreshGraphics fresh;
  Solved s;
  s.show(true, 1);
  const std::size_t pinned = machine.pinned.size();
  s.solver->load(cuda_cases::random_problem(30, 20, 2));
  CHECK(machine.pinned.size() == pinned - 1);
}

#if defined(HANDTINT_TEST_GUI)
// The shim is for one thread: while the solver's thread works, this one only asks it for pictures.
TEST_CASE("the solver's thread sends what the GPU packed, and what the CPU solves when the GPU has failed") {
  const FreshGraphics fresh;
  Problem p = cuda_cases::random_problem(700, 500, 3, 50, 6);
  p.prior = {Plane<float>(35, 25, 12), Plane<float>(35, 25, -8), Plane<float>(35, 25, 1e-3f)};
  Settings quick;
  quick.model = Model::membrane;
  quick.affinity = 0;
  SolverThread thread([] { return make_solver(Backend::cuda, 1); }, [] {});
  const auto picture_of = [&](std::uint64_t revision) {
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
         std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(std::chrono::milliseconds(2))) {
      auto picture = thread.take_picture();
      if (picture && picture->revision == revision && picture->report.done() && picture->has_values()) return *picture;
    }
    return SolvedPicture{};
  };
  thread.load(p, quick, 1);
  {
    const SolvedPicture first = picture_of(1);
    REQUIRE(first.on_device.codes);
    CHECK(first.report.backend == Backend::cuda);
    CHECK(first.chroma->a.width() == 700);
    CHECK(largest_difference(codes_of(*first.on_device.codes), packed(*first.chroma)) <= 1);
  }
  machine.calls_until_failure = 40;  // somewhere in the next solve
  thread.apply(cuda_cases::stroke(100, 100, 60), 2);
  const SolvedPicture next = picture_of(2);
  REQUIRE(next.chroma);
  CHECK_FALSE(next.on_device.codes);
  CHECK(next.report.backend == Backend::cpu);
  CHECK(next.report.note.find("going on with the cpu backend") != std::string::npos);
  CHECK(next.chroma->a(130, 130) == doctest::Approx(60).epsilon(0.05));
}
#endif
