// The CUDA backend on a real GPU; skipped, with the reason, where there is none.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>

#include "cuda/cuda_backend.h"
#include "solver/conductor/make_plain_solver.h"
#include "solver/numerics/device_picture_ops.h"
#include "solver/resample.h"
#include "tests/cuda/cuda_cases.h"
#if defined(HANDTINT_TEST_ACCIDENTS)
#include "tests/gpu/accidents.h"
#endif
#if defined(HANDTINT_TEST_GUI)
#include "editor/gui/gl/picture_upload.h"
#include "tests/editor/gui/offscreen_gl.h"
#endif

using namespace handtint;

TEST_CASE("whole solves on the GPU give the CPU's bits") {
  for (const cuda_cases::Case& c : cuda_cases::cases()) {
    INFO(c.name);
    cuda_cases::check_same_bits(cuda_cases::solve(*make_plain_solver(Backend::cuda), c.problem, c.settings),
                                cuda_cases::solve(*make_plain_solver(Backend::cpu), c.problem, c.settings));
  }
}

TEST_CASE("a small solve on the GPU gives the CPU's bits") {  // what sanitizers have the patience for
  const Problem p = cuda_cases::problem_with_everything(61, 45);
  cuda_cases::check_same_bits(cuda_cases::solve(*make_plain_solver(Backend::cuda), p, {}),
                              cuda_cases::solve(*make_plain_solver(Backend::cpu), p, {}));
}

TEST_CASE("a solve for one picture on the GPU gives the CPU's bits") {
  const Problem p = cuda_cases::problem_with_everything(563, 431);
  CHECK(cuda_cases::solve_once(Backend::cuda, p) == cuda_cases::solve_once(Backend::cpu, p));
}

TEST_CASE("a large photo on the GPU gives the CPU's bits") {
  const Problem p = cuda_cases::random_problem(2003, 1501, 5, 100, 300);
  cuda_cases::check_same_bits(cuda_cases::solve(*make_plain_solver(Backend::cuda), p, {}),
                              cuda_cases::solve(*make_plain_solver(Backend::cpu), p, {}));
}

namespace {

using numerics::ScreenCode;

// What a screen is to get of the picture, from what was read of it.
std::vector<ScreenCode> packed(const Solver& solver, const Rect& part, int step) {
  Chroma chroma;
  solver.read(chroma);
  const Plane<float> a = box_means(chroma.a, part, step), b = box_means(chroma.b, part, step);
  std::vector<ScreenCode> codes;
  for (std::size_t i = 0; i < a.size(); ++i)
    codes.push_back({numerics::screen_code(a.data()[i]), numerics::screen_code(b.data()[i])});
  return codes;
}

const Rect whole{0, 0, 2003, 1501};

}  // namespace

TEST_CASE("pictures packed on the GPU are those that are read") {
  const auto solver = make_plain_solver(Backend::cuda);
  solver->load(cuda_cases::random_problem(whole.x1, whole.y1, 5, 100, 300));
  REQUIRE(solver->iterate({}).done());
  for (bool to_host : {true, false})
    for (int step : {1, 2, 3}) {
      const auto picture = solver->show({.part = whole, .step = step, .to_host = to_host});
      REQUIRE(picture);
      const std::size_t count = static_cast<std::size_t>(picture->width()) * picture->height();
      CHECK(std::vector<ScreenCode>(picture->codes(), picture->codes() + count) == packed(*solver, whole, step));
    }
}

#if defined(HANDTINT_TEST_GUI)
TEST_CASE("OpenGL on the same GPU gets the picture without a copy to the host") {
  const auto solver = make_plain_solver(Backend::cuda);
  solver->load(cuda_cases::random_problem(whole.x1, whole.y1, 5, 100, 300));
  REQUIRE(solver->iterate({}).done());
  const std::string why_not = make_context_on_gpu([] { make_shared_screen(); });
  if (!why_not.empty()) {
    MESSAGE("not tried: ", why_not);
    return;
  }
  PictureUpload upload;
  gl::Texture texture;
  for (int round = 0; round < 20; ++round) {  // the buffers are used again, in both sizes
    const int step = 1 + round % 2;
    if (round % 4 == 0) {
      solver->apply(cuda_cases::stroke(60 * round, 40 * round, 50));
      solver->iterate({});
    }
    const auto picture = solver->show({.part = whole, .step = step, .to_host = false});
    REQUIRE(upload.upload(texture, *picture));
    REQUIRE_MESSAGE(upload.shared(), upload.why_not_shared());
    std::vector<ScreenCode> shown(static_cast<std::size_t>(texture.width()) * texture.height());
    glBindTexture(GL_TEXTURE_2D, texture.id());
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glGetTexImage(GL_TEXTURE_2D, 0, GL_RG, GL_SHORT, shown.data());
    REQUIRE(glGetError() == GL_NO_ERROR);
    CHECK(shown == packed(*solver, whole, step));
  }
}
#endif

#if defined(HANDTINT_TEST_ACCIDENTS)
void check_cpu_went_on(const Problem& p, Solver& solver, const Report& report) {
  CHECK(report.done());
  CHECK(report.backend == Backend::cpu);
  CHECK(report.note.find("going on with the cpu backend") != std::string::npos);
  const auto cpu = make_plain_solver(Backend::cpu);
  cpu->load(p);
  cpu->iterate({});
  Chroma chroma, wanted;
  solver.read(chroma);
  cpu->read(wanted);
  CHECK(chroma == wanted);
}

TEST_CASE("where others hold the GPU's memory the colour is solved smaller, and it is said") {
  const Problem p = cuda_cases::random_problem(903, 701, 5);
  const TakenMemory others(std::size_t{64} << 20);
  const auto solver = make_plain_solver(Backend::cuda);
  solver->load(p);
  const Report report = solver->iterate({});
  CHECK(report.done());
  CHECK(report.backend == Backend::cuda);
  CHECK(report.solved_width < p.width());
  CHECK(report.note.find("stretched over the photo") != std::string::npos);
}

TEST_CASE("where others take the GPU's memory meanwhile the CPU gives its bits") {
  const Problem p = cuda_cases::random_problem(903, 701, 5);
  const auto solver = make_plain_solver(Backend::cuda);
  const TakenMemory others(std::size_t{16} << 20);
  solver->load(p);
  const Report report = solver->iterate({});
  check_cpu_went_on(p, *solver, report);
}

// The last one: what it leaves behind can compute nothing any more.
TEST_CASE("where a context is killed in mid-solve the CPU gives its bits") {
  const Problem p = cuda_cases::random_problem(903, 701, 5);
  const auto solver = make_plain_solver(Backend::cuda);
  solver->load(p);
  int asked = 0;
  Budget budget;
  budget.keep_going = [&](float) {
    if (++asked == 2) kill_context();
    return true;
  };
  const Report report = solver->iterate(budget);
  CHECK(asked > 2);
  check_cpu_went_on(p, *solver, report);
}
#endif

int main(int argc, char** argv) {
  const CudaDevice device = probe_cuda();
  if (!device.usable) {
    std::printf("skipped: %s\n", device.description.c_str());
    return 77;
  }
  std::printf("on %s\n", device.description.c_str());
  return doctest::Context(argc, argv).run();
}
