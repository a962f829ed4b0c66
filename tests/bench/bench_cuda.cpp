// How fast the solver is on a GPU, against the device's own copy bandwidth measured in the same run. Not a test: it
// prints, nothing fails; where no GPU can be used it says why and ends with 77.
//
//   bench_cuda [--megapixels 1,4,12,24,48] [--repeat N] [--cpu]
//
// cold:    iterate() after load(): set-up and solve of all scales
// stroke:  apply() of a small stroke and iterate(), as the editor does
// hints:   apply() of all the photo's hints: host memory to the device, in pinned bands
// read:    read(): the whole picture to host memory, as for a file
// copied:  the picture packed for a screen of 2 megapixels and copied to pinned host memory (as the editor does where
//          nothing is shared; what OpenGL then does with it is not in the time)
// shared:  the same packed and handed to OpenGL on the same GPU, until the texture has it; "-" where OpenGL is not
//          on this GPU or needs a display
// --cpu:   the cold solve on the CPU, too, for the ratio
//
// The share of the bandwidth is (bytes counted from the schedule, as count_bytes does) / (time x bandwidth). The count
// is taken on the CPU: both give the same bits, so the same steps.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

#include "cuda/cuda_backend.h"
#include "solver/conductor/make_plain_solver.h"
#include "solver/layers/plain_solver.h"
#include "tests/bench/picture.h"
#include "tests/solver/counting_engine.h"
#if defined(HANDTINT_CUDA_BUILT)
#include "tests/bench/cuda_bandwidth.h"
#endif
#if defined(HANDTINT_TEST_GUI)
#include "editor/gui/gl/picture_upload.h"
#include "tests/editor/gui/offscreen_gl.h"
#endif

using namespace handtint;

namespace {

using Clock = std::chrono::steady_clock;

template <class Call>
double milliseconds_of(Call call) {
  const Clock::time_point start = Clock::now();
  call();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double copy_bandwidth() {
#if defined(HANDTINT_CUDA_BUILT)
  return cuda_copy_bandwidth(std::size_t{256} << 20);
#else
  throw std::runtime_error("this program was built without CUDA");
#endif
}

struct Bytes {
  double cold = 0, stroke = 0;
};

Bytes count(const Problem& p) {
  const auto counting = std::make_shared<tests::CountingEngine>(0);
  const auto solver =
      make_plain_solver({Backend::cpu, std::shared_ptr<numerics::Engine>(counting, counting->engine.get()), 0});
  Bytes bytes;
  solver->load(p);
  counting->ledger = {};
  solver->iterate({});
  bytes.cold = counting->ledger.bytes;
  counting->ledger = {};
  solver->apply(bench::stroke(p));
  solver->iterate({});
  bytes.stroke = counting->ledger.bytes;
  return bytes;
}

struct Times {
  double cold = 1e30, stroke = 1e30, hints = 1e30, read = 1e30, copied = 1e30, shared = 1e30, cpu = 0;
  std::string note;
};

// The picture as the editor's overview.
ScreenRequest for_screen(const Report& report, bool to_host) {
  constexpr double pixels = 2e6;
  ScreenRequest wish;
  wish.part = {0, 0, report.solved_width, report.solved_height};
  while (static_cast<double>(wish.part.width() / wish.step) * (wish.part.height() / wish.step) > pixels) ++wish.step;
  wish.to_host = to_host;
  return wish;
}

#if defined(HANDTINT_TEST_GUI)
class Screen {
 public:
  // Empty: it works.
  std::string open() {
    return make_context_on_gpu([] { make_shared_screen(); });
  }
  bool take(ScreenPicture& picture) {
    upload_.upload(texture_, picture);
    glFinish();
    return upload_.shared();
  }

 private:
  PictureUpload upload_;
  gl::Texture texture_;
};
#else
class Screen {
 public:
  std::string open() { return "this program was built without the editor"; }
  bool take(ScreenPicture&) { return false; }
};
#endif

Times measure(const Problem& p, int repeat, bool with_cpu, Screen* screen) {
  Times times;
  const HintPatch all = {{0, 0, p.width(), p.height()}, p.hint_a, p.hint_b, p.hint_strength, {}};
  const auto solver = make_plain_solver(Backend::cuda);
  Chroma chroma;
  for (int i = 0; i <= repeat; ++i) {  // the first round is not counted: kernels are loaded, memory is taken
    solver->load(p);
    Report report;
    const double cold = milliseconds_of([&] { report = solver->iterate({}); });
    times.note = report.note;
    const double read = milliseconds_of([&] { solver->read(chroma); });
    const double copied = milliseconds_of([&] {
      if (const auto picture = solver->show(for_screen(report, true))) picture->codes();
    });
    bool taken = false;
    const double shared = milliseconds_of([&] {
      if (const auto picture = screen ? solver->show(for_screen(report, false)) : nullptr)
        taken = screen->take(*picture);
    });
    const double stroke = milliseconds_of([&] {
      solver->apply(bench::stroke(p));
      solver->iterate({});
    });
    const double hints = milliseconds_of([&] { solver->apply(all); });
    if (i == 0) continue;
    times.cold = std::min(times.cold, cold);
    times.read = std::min(times.read, read);
    times.copied = std::min(times.copied, copied);
    if (taken) times.shared = std::min(times.shared, shared);
    times.stroke = std::min(times.stroke, stroke);
    times.hints = std::min(times.hints, hints);
  }
  if (with_cpu) {
    const auto cpu = make_plain_solver(Backend::cpu);
    for (int i = 0; i < 2; ++i) {  // the first solve pays for fresh memory
      cpu->load(p);
      times.cpu = milliseconds_of([&] { cpu->iterate({}); });
    }
  }
  return times;
}

}  // namespace

int main(int argc, char** argv) {
  std::string sizes = "1,4,12,24,48";
  int repeat = 5;
  bool with_cpu = false;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--megapixels" && i + 1 < argc) sizes = argv[++i];
    if (option == "--repeat" && i + 1 < argc) repeat = std::max(1, std::atoi(argv[++i]));
    if (option == "--cpu") with_cpu = true;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // who is stopped has said how far it was
  const CudaDevice device = probe_cuda();
  if (!device.usable) {
    std::printf("cannot run: %s\n", device.description.c_str());
    return 77;
  }
  try {
    const double bandwidth = copy_bandwidth();
    std::printf("%s; copies at %.0f GB/s; best of %d\n", device.description.c_str(), bandwidth * 1e-9, repeat);
    Screen screen;
    const std::string no_screen = screen.open();
    if (!no_screen.empty()) std::printf("no picture is shared with OpenGL: %s\n", no_screen.c_str());
    std::printf("%5s %9s %6s %10s %6s %9s %9s %9s %9s %9s\n", "MP", "cold ms", "share", "stroke ms", "share",
                "hints ms", "read ms", "copied ms", "shared ms", with_cpu ? "CPU ms" : "");
    for (std::size_t at = 0; at < sizes.size();) {
      const std::size_t end = std::min(sizes.find(',', at), sizes.size());
      const Problem p = bench::picture(std::atof(sizes.substr(at, end - at).c_str()));
      at = end + 1;
      const Times times = measure(p, repeat, with_cpu, no_screen.empty() ? &screen : nullptr);
      const Bytes bytes = count(p);
      const auto share = [&](double moved, double ms) { return moved / (bandwidth * ms * 1e-3) * 100; };
      std::printf("%5.1f %9.2f %4.0f %% %10.2f %4.0f %% %9.2f %9.2f %9.2f", p.width() * 1e-6 * p.height(), times.cold,
                  share(bytes.cold, times.cold), times.stroke, share(bytes.stroke, times.stroke), times.hints,
                  times.read, times.copied);
      if (times.shared < 1e29)
        std::printf(" %9.2f", times.shared);
      else
        std::printf(" %9s", "-");
      if (with_cpu) std::printf(" %9.1f", times.cpu);
      std::printf("%s%s\n", times.note.empty() ? "" : "  ", times.note.c_str());
    }
  } catch (const std::exception& failure) {
    std::printf("failed: %s\n", failure.what());
    return 1;
  }
}
