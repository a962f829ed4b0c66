// The stateful solver: load once, change hints often, iterate in time slices.
//
// Energy over c = (a, b) / s(L), s = ((L + 16) / 66)^(3/8), minimised at each scale of a pyramid (coarse first; each
// finer scale takes the coarser answer as its start and as a weak prior); L is never changed:
//
//   E(c) =   sum_ij w_ij phi_p(|c_i - c_j|)         generalized total variation over 8-neighbour pairs
//          + beta/2 sum_i |(Lap_w c)_i|^2           edge-stopped bilaplacian
//          + 1/2 sum_i h_i  |c_i - hint_i|^2        strokes
//          + 1/2 sum_i mu_i |c_i - prior_i|^2       priors: similar strokes, a network, the coarser scale
//
// Required order of calls: load, then any of the others (configure before it, too). Not thread-safe: one thread owns a
// solver. load takes time by the photo's size (it fills the engine's planes); apply, set_prior and configure little,
// and all solving happens in iterate. What is wrong with an argument is found before anything is stored.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "solver/device_picture.h"
#include "solver/problem.h"
#include "solver/report.h"
#include "solver/settings.h"

namespace handtint {

struct Budget {
  enum class Mode {
    to_the_end,   // nobody looks before the end: no pictures for on the way are made
    interactive,  // a hand waits: time slices, first pictures early and small, and what comes next is made ready
  };
  Mode mode = Mode::to_the_end;
  double milliseconds = 0;  // of a slice: give back control after the first piece of work that ends later than this
  // Asked every few milliseconds, also inside a piece of work; false gives it up at once. May be empty.
  std::function<bool(float progress)> keep_going{};

  bool spent() const { return mode == Mode::interactive && milliseconds <= 0; }
};

using numerics::ScreenPicture;

// What a screen asks of a picture.
struct ScreenRequest {
  Rect part;            // in pixels of the picture that read() would give
  int step = 1;         // shown at the mean of step x step of them
  int window = 0;       // 0 or 1: which of a screen's two parts; what comes again for it need not be made again
  bool to_host = true;  // the codes are wanted in host memory, rather than in the device's
  std::shared_ptr<const Chroma> base{};  // to be added, at the codes' size; null: nothing
};

class Solver {
 public:
  virtual ~Solver() = default;

  // Starts over with a new photo. Throws std::invalid_argument as validate(problem) does, std::bad_alloc.
  virtual void load(Problem problem) = 0;

  // New or removed hints inside a rectangle. The iterate is kept: a warm start. Throws std::invalid_argument as
  // validate(patch, width, height) does.
  virtual void apply(const HintPatch& patch) = 0;

  // A new first coat (empty: none). The iterate is kept. Throws std::invalid_argument as validate(prior) does.
  virtual void set_prior(Prior prior) = 0;

  // Throws std::invalid_argument with validate(settings). The iterate is kept.
  virtual void configure(const Settings& settings) = 0;

  // Works until the stop rule holds, the time slice is over or keep_going says no.
  virtual Report iterate(const Budget& budget) = 0;

  // The energy of the scale being solved, or of the finished picture; one pass over it. At one scale it never
  // rises from one reweighting (Report::rounds) to the next. 0 before anything is assembled.
  virtual double energy() const = 0;

  // The picture so far, at Report::solved_width x solved_height.
  virtual void read(Chroma& chroma) const = 0;

  // A part of it packed for a screen by the device that solved it, which spares the rest of the picture its way to the
  // host. Null where there is no such device, or where reading is the better way. Throws std::runtime_error if the
  // device failed: read() then gives an earlier picture, and iterate() goes on without the device once there is
  // something to solve.
  virtual std::shared_ptr<ScreenPicture> show(const ScreenRequest&) { return nullptr; }
};

// The solver for all that a Problem may hold (layers/layered_solver.h). backend: cpu, cuda or automatic. threads: 0 =
// all cores. held_bytes: what the caller holds of the picture beside the problem, so much less of the machine's memory
// is there for the solve; what does not fit is solved at half its size or less, and Report::note says so. Throws
// std::runtime_error with the probe's reason when an explicitly named backend is not usable.
std::unique_ptr<Solver> make_solver(Backend backend = Backend::automatic, int threads = 0, std::size_t held_bytes = 0);

// The way of ScreenPictures into OpenGL. On the thread that has the GL context, current; not before a solver has shown
// something: to ask the driver takes time. Throws std::runtime_error with the reason where there is no such way.
std::unique_ptr<numerics::SharedScreen> make_shared_screen();

}  // namespace handtint
