// The CUDA backend's own files, run on the CPU through cuda_shim: no GPU and no nvcc needed. What this cannot show:
// limits of real devices, timing, code generation.
#include "cuda/cuda_backend.h"
#include "solver/conductor/make_plain_solver.h"
#include "tests/bench/cuda_bandwidth.h"
#include "tests/cuda/cuda_cases.h"
#include "tests/cuda/shim/cuda_runtime.h"
#include "tests/cuda/shim/fresh_machine.h"

using namespace handtint;
using cuda_shim::machine;
using cuda_shim::Order;

namespace {

cuda_cases::Answer solve_on(Backend backend, const Problem& problem, const Settings& settings) {
  return cuda_cases::solve(*make_plain_solver(backend, 1), problem, settings);
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string refusal() {
  const CudaDevice device = probe_cuda();
  CHECK_FALSE(device.usable);
  CHECK_THROWS_WITH(make_plain_solver(Backend::cuda), doctest::Contains(device.description.c_str()));
  CHECK_NOTHROW(make_plain_solver(Backend::automatic, 1));
  return device.description;
}

}  // namespace

TEST_CASE("whole solves give the CPU's bits, in any order of the pixels") {
  for (const cuda_cases::Case& c : cuda_cases::cases()) {
    const cuda_cases::Answer cpu = solve_on(Backend::cpu, c.problem, c.settings);
    for (Order order : {Order::forward, Order::reversed, Order::shuffled}) {
      if (c.problem.width() > 200 && order != Order::shuffled) continue;  // a minute under sanitizers
      INFO(c.name, ", order ", static_cast<int>(order));
      const FreshMachine fresh;
      machine.order = order;
      cuda_cases::check_same_bits(solve_on(Backend::cuda, c.problem, c.settings), cpu);
      CHECK(machine.launches > 50);
      if (c.problem.width() > 200) {
        CHECK(machine.replays > 20);
        CHECK(machine.launches_with_barriers > 10);
      }
    }
  }
}

TEST_CASE("planes larger than the staging memory travel whole") {
  const FreshMachine fresh;
  const Problem p = cuda_cases::random_problem(1500, 1100, 5);  // 6.6 MB a plane
  Settings quick;
  quick.model = Model::membrane;
  quick.preview = true;
  quick.affinity = 0;
  const auto cuda = make_plain_solver(Backend::cuda), cpu = make_plain_solver(Backend::cpu);
  for (Solver* solver : {cuda.get(), cpu.get()}) {
    solver->configure(quick);
    solver->load(p);
    CHECK(solver->iterate({}).done());
  }
  Chroma first, second;
  cuda->read(first);
  cpu->read(second);
  CHECK(first.a == second.a);
  CHECK(first.b == second.b);
}

TEST_CASE("the probe says in one sentence why not") {
  const FreshMachine fresh;
  CHECK(probe_cuda().usable);
  CHECK(probe_cuda().description.find("Shim, 8.6 GB") == 0);
  machine.found = cudaErrorInsufficientDriver;
  CHECK(refusal() == "the NVIDIA driver is too old: it serves CUDA 13.0, this program needs 13.0");
  machine.driver = 0;
  CHECK(refusal() == "no NVIDIA driver is installed");
  machine.found = cudaErrorNoDevice;
  CHECK(refusal() == "the NVIDIA driver finds no GPU");
  machine.found = cudaSuccess;
  machine.capability = 61;
  CHECK(refusal() == "Shim is too old: compute capability 6.1, needed is 7.5");
  machine.capability = 90;
  machine.memory = 100;
  CHECK(refusal() == "the GPU's memory is full, while taking memory on the GPU");
}

TEST_CASE("the bandwidth that benchmarks compare with is measured") {
  const FreshMachine fresh;
  CHECK(cuda_copy_bandwidth(1 << 16) > 0);
  machine.calls_until_failure = 7;
  CHECK_THROWS_WITH(cuda_copy_bandwidth(1 << 16), doctest::Contains("made to order"));
}

TEST_CASE("the probe never throws, whichever call fails") {
  machine = {};
  probe_cuda();
  const long calls = machine.calls;
  for (long n = 0; n < calls; ++n) {
    const FreshMachine fresh;
    machine.calls_until_failure = n;
    const CudaDevice device = probe_cuda();
    INFO("call ", n);
    CHECK_FALSE(device.usable);
    CHECK(device.description.find("the GPU failed: a failure made to order") == 0);
  }
}

TEST_CASE("a solve for one picture gives the same bits") {
  for (const cuda_cases::Case& c : cuda_cases::cases()) {
    INFO(c.name);
    if (c.settings != Settings{}) continue;
    const FreshMachine fresh;
    const Chroma once = cuda_cases::solve_once(Backend::cpu, c.problem);
    CHECK(once == solve_on(Backend::cpu, c.problem, {}).cold);
    CHECK(once == cuda_cases::solve_once(Backend::cuda, c.problem));
  }
}

TEST_CASE("a device that fails in mid-work hands over to the CPU, which gives its own bits") {
  const Problem p = cuda_cases::problem_with_everything(23, 19);
  const cuda_cases::Answer cpu = solve_on(Backend::cpu, p, {});
  machine = {};
  long before = 0, calls = 0;
  {
    const auto solver = make_plain_solver(Backend::cuda, 1);
    before = machine.calls;
    cuda_cases::solve(*solver, p, {});
    calls = machine.calls - before;
  }
  REQUIRE(calls > 500);
  int in_the_cold_solve = 0, unshown = 0;
  const long in_last_read = 20;  // nobody takes over there
  for (long n = 0; n < calls - in_last_read; n = n < 15 ? n + 1 : n + calls / 25 + 1) {
    INFO("call ", n, " of ", calls);
    const FreshMachine fresh;
    const auto solver = make_plain_solver(Backend::cuda, 1);
    machine.calls_until_failure = n;
    const cuda_cases::Answer answer = cuda_cases::solve(*solver, p, {});
    CHECK(answer.report.backend == Backend::cpu);
    CHECK(holds(answer.report.note, "the GPU failed: a failure made to order"));
    CHECK(holds(answer.report.note, "going on with the cpu backend"));
    // A failure after the cold solve makes the CPU start the second one cold: then only the solution agrees.
    // One while the first picture is read leaves none to show yet.
    const bool shown = answer.cold.a.width() == p.width();
    if (shown) CHECK(answer.cold.a == cpu.cold.a);
    unshown += !shown;
    if (answer.warm.a == cpu.warm.a) ++in_the_cold_solve;
    float most = 0;
    for (std::size_t i = 0; i < cpu.warm.a.size(); ++i)
      most = std::max(most, std::abs(answer.warm.a.data()[i] - cpu.warm.a.data()[i]));
    CHECK(most < 0.5f);
  }
  CHECK(in_the_cold_solve > 15);
  CHECK(unshown < 3);
}

TEST_CASE("after a failure the last picture stays until the CPU has one") {
  const FreshMachine fresh;
  const Problem p = cuda_cases::random_problem(60, 50, 4);
  const auto solver = make_plain_solver(Backend::cuda, 1);
  solver->load(p);
  solver->iterate({});
  Chroma last, now;
  solver->read(last);
  machine.calls_until_failure = 0;
  solver->apply(cuda_cases::stroke(10, 10, 5));
  solver->read(now);
  CHECK(now.a == last.a);
  CHECK(now.b == last.b);
  const Report report = solver->iterate({});
  CHECK(report.stop == StopReason::converged);
  CHECK(report.backend == Backend::cpu);
  CHECK(report.picture_changed);
  solver->read(now);
  CHECK(now.a(12, 12) == doctest::Approx(60).epsilon(0.02));

  solver->load(p);  // the next photo stays with the CPU, and still says so
  CHECK(holds(solver->iterate({}).note, "going on with the cpu backend"));
}

TEST_CASE("a picture that cannot be read is the last one, and the CPU takes over") {
  const FreshMachine fresh;
  const Problem p = cuda_cases::random_problem(60, 50, 4);
  const auto solver = make_plain_solver(Backend::cuda, 1);
  solver->load(p);
  solver->iterate({});
  Chroma last, now;
  solver->read(last);
  machine.calls_until_failure = 0;
  solver->read(now);
  CHECK(now.a == last.a);
  CHECK(solver->iterate({}).backend == Backend::cpu);
  solver->read(now);
  CHECK(now.a == last.a);  // the same problem, solved cold by the CPU: the same bits
}

TEST_CASE("a photo larger than the device's memory is solved at the largest size that fits") {
  const FreshMachine fresh;
  const Problem p = cuda_cases::random_problem(501, 401, 4, 100, 40);
  machine.memory = std::size_t{25} << 20;  // a full-size solve takes 190 bytes a pixel and more: 40 MB
  const auto solver = make_plain_solver(Backend::cuda, 1);
  solver->load(p);
  const Report report = solver->iterate({});
  CHECK(report.stop == StopReason::converged);
  CHECK(report.backend == Backend::cuda);
  CHECK(report.solved_width == 251);
  CHECK(report.solved_height == 201);
  CHECK(report.note ==
        "the memory of the cuda backend holds the colour at 251 x 201 only; it is stretched over the photo");
}

TEST_CASE("without memory for even the smallest size the CPU does it") {
  const FreshMachine fresh;
  const Problem p = cuda_cases::random_problem(201, 101, 4);
  machine.memory = std::size_t{1} << 19;
  const auto solver = make_plain_solver(Backend::cuda, 1);
  solver->load(p);
  const Report report = solver->iterate({});
  CHECK(report.stop == StopReason::converged);
  CHECK(report.backend == Backend::cpu);
  CHECK(report.note.find("a photo of 201 x 101 does not fit into the memory of the cuda backend") == 0);
}
