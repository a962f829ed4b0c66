#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "solver/conductor/colorize.h"
#include "solver/conductor/make_plain_solver.h"
#include "solver/layers/host_memory.h"
#include "solver/layers/layered_solver.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

// What $HANDTINT_MEMORY says while it lives.
struct SmallMachine {
  explicit SmallMachine(const char* memory) { setenv("HANDTINT_MEMORY", memory, 1); }
  ~SmallMachine() { unsetenv("HANDTINT_MEMORY"); }
};

Problem grain(int width, int height) {
  Problem problem;
  Plane<float> lightness(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) lightness(x, y) = 50 + 20 * std::sin(0.05f * x) * std::cos(0.04f * y);
  problem.lightness = std::move(lightness);
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(width, height);
  return problem;
}

RegionPatch painted_region(std::uint64_t id, const Problem& problem) {
  RegionPatch patch;
  const int width = problem.width(), height = problem.height();
  patch.id = id;
  patch.bounds = patch.rect = {0, 0, width, height};
  patch.lightness = problem.lightness;
  patch.mask = Plane<std::uint8_t>(width, height, region_inside);
  patch.hint_a = patch.hint_b = patch.hint_strength = Plane<float>(width, height);
  for (int x = 10; x < 40; ++x) {
    const int y = 10 + static_cast<int>(id);
    patch.hint_a(x, y) = 10 + static_cast<float>(id);
    patch.hint_strength(x, y) = 100;
    patch.mask(x, y) |= region_own;
  }
  return patch;
}

// A plain solver that is counted while it holds a photo.
class Counted final : public Solver {
 public:
  Counted(std::unique_ptr<Solver> solver, int& loaded, int& most)
      : solver_(std::move(solver)), loaded_(loaded), most_(most) {}
  ~Counted() override { loaded_ -= has_photo_; }
  void load(Problem problem) override {
    loaded_ += !std::exchange(has_photo_, true);
    most_ = std::max(most_, loaded_);
    solver_->load(std::move(problem));
  }
  void apply(const HintPatch& patch) override { solver_->apply(patch); }
  void set_prior(Prior prior) override { solver_->set_prior(std::move(prior)); }
  void configure(const Settings& settings) override { solver_->configure(settings); }
  Report iterate(const Budget& budget) override { return solver_->iterate(budget); }
  double energy() const override { return solver_->energy(); }
  void read(Chroma& chroma) const override { solver_->read(chroma); }

 private:
  std::unique_ptr<Solver> solver_;
  int &loaded_, &most_;
  bool has_photo_ = false;
};

}  // namespace

TEST_CASE("the smallest limit of the control groups around the process counts") {
  const ScratchFolder root;
  write(root / "proc/self/cgroup", "0::/box/inner\n");
  write(root / "sys/fs/cgroup/memory.max", "max\n");
  CHECK(container_memory(root.path()) == 0);
  write(root / "sys/fs/cgroup/box/memory.max", "3000000000\n");
  CHECK(container_memory(root.path()) == 3000000000u);
  write(root / "sys/fs/cgroup/box/inner/memory.max", "2000000000\n");
  CHECK(container_memory(root.path()) == 2000000000u);
  write(root / "sys/fs/cgroup/memory.max", "1000000000\n");  // as a container sees its own
  CHECK(container_memory(root.path()) == 1000000000u);

  write(root / "proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/jobs\n");
  CHECK(container_memory(root.path()) == 0);
  write(root / "sys/fs/cgroup/memory/jobs/memory.limit_in_bytes", "4000000000\n");
  CHECK(container_memory(root.path()) == 4000000000u);

  for (const char* nonsense : {"", "::", "0:", "0::", "0::box", "x"}) {
    write(root / "proc/self/cgroup", nonsense);
    CHECK(container_memory(root.path()) == 0);
  }
}

TEST_CASE("a person can say that there is less") {
  const std::size_t all = machine_memory();
  {
    const SmallMachine machine("100M");
    CHECK(machine_memory() == std::min(all, std::size_t{100} << 20));
    CHECK(picture_memory() <= machine_memory());
    CHECK(picture_memory() > 0);
  }
  const SmallMachine machine("a lot");
  CHECK(machine_memory() == all);
}

TEST_CASE("claims add up, and are given back") {
  const auto memory = std::make_shared<HostMemory>(100);
  MemoryClaim first(memory);
  first.set(60);
  CHECK(memory->left() == 40);
  {
    MemoryClaim second(memory);
    CHECK(second.available() == 40);
    second.set(70);
    CHECK(memory->left() == 0);
    CHECK(first.available() == 30);
  }
  first.set(10);
  CHECK(memory->left() == 90);
}

TEST_CASE("a photo that does not fit is solved at half its size or less, and it is said") {
  Problem problem = grain(1200, 900);
  for (int x = 100; x < 140; ++x) problem.hint_a(x, 200) = 30, problem.hint_strength(x, 200) = 100;
  const Colorized whole = colorize(problem, {.backend = Backend::cpu});
  CHECK(whole.report.note.empty());
  CHECK(whole.report.solved_width == 1200);
  const SmallMachine machine("150M");
  const Colorized reduced = colorize(problem, {.backend = Backend::cpu});
  CHECK(reduced.report.solved_width < 1200);
  CHECK(reduced.report.note.find("stretched over the photo") != std::string::npos);
  CHECK(reduced.chroma.width() == 1200);
  // What the caller holds is not there for the solve.
  const Colorized less = colorize(problem, {.backend = Backend::cpu, .held_bytes = std::size_t{45} << 20});
  CHECK(less.report.solved_width < reduced.report.solved_width);
}

TEST_CASE("memory that was taken ahead makes no other picture") {
  Problem problem = grain(400, 300);
  for (int x = 100; x < 140; ++x) problem.hint_a(x, 200) = 30, problem.hint_strength(x, 200) = 100;
  problem.prior = {Plane<float>(8, 6, 5), Plane<float>(8, 6, 9), Plane<float>(8, 6, 1e-4f)};
  for (int with_coat = 1; with_coat >= 0; --with_coat) {
    const Chroma wanted = colorize(problem, {.backend = Backend::cpu}).chroma;
    const auto memory = take_memory_ahead(400, 300, Backend::cpu);
    REQUIRE(memory);
    CHECK(colorize(problem, {.backend = Backend::cpu, .memory = memory}).chroma == wanted);
    problem.prior = {};
  }
  const SmallMachine machine("20M");
  CHECK_FALSE(take_memory_ahead(400, 300, Backend::cpu));
}

TEST_CASE("regions are solved one after the other: memory for two at a time, and the same picture to the bit") {
  const Problem bare = grain(200, 150);
  const auto solve = [&](Budget::Mode mode, std::shared_ptr<HostMemory> memory, int& most) {
    int loaded = 0;
    const auto solver = make_layered_solver(
        [&] { return std::make_unique<Counted>(make_plain_solver(Backend::cpu, 1), loaded, most); }, 1, memory);
    Problem problem = bare;
    for (int x = 100; x < 140; ++x) problem.hint_a(x, 100) = 30, problem.hint_strength(x, 100) = 100;
    for (std::uint64_t id = 1; id <= 6; ++id) problem.regions.push_back(painted_region(id, problem));
    solver->load(std::move(problem));
    for (int i = 0; i < 10000 && !solver->iterate({.mode = mode, .milliseconds = 50}).done(); ++i) continue;
    Chroma chroma;
    solver->read(chroma);
    return chroma;
  };
  int together = 0, in_turn = 0;
  const Chroma p = solve(Budget::Mode::interactive, nullptr, together);
  const Chroma q = solve(Budget::Mode::to_the_end, nullptr, in_turn);
  CHECK(together == 7);  // a hand that paints finds each region ready
  CHECK(in_turn == 2);
  CHECK(p == q);
}

TEST_CASE("where memory is short, finished regions make room for the next") {
  const Problem bare = grain(400, 300);
  const SmallMachine machine("120M");  // half of it is for the picture: two or three solves of this size
  const auto small = make_solver(Backend::cpu, 1);
  Problem problem = bare;
  for (std::uint64_t id = 1; id <= 5; ++id) problem.regions.push_back(painted_region(id, problem));
  small->load(std::move(problem));
  Report report;
  for (int i = 0; i < 10000; ++i) {
    report = small->iterate({.mode = Budget::Mode::interactive, .milliseconds = 50});
    if (report.done()) break;
  }
  CHECK(report.done());
  CHECK(report.note.empty());  // each at its full size
  CHECK(report.solved_width == 400);
}
