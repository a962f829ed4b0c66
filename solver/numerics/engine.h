// What the host drives: the schedule behind plain pointers, so that nothing of an instruction set or of a GPU toolkit
// shows. Rows are dense, in host memory, and are copied during the call.
#pragma once

#include <cstdint>

#include "solver/device_picture.h"

namespace handtint::numerics {

// The dials in the units of the energy (solver.h); filled from Settings.
struct Parameters {
  float edge_inverse_two_sigma2 = 1.0f / (2 * 1.5f * 1.5f);
  float edge_floor = 1e-4f;
  int reweighting_digits = 4;  // (2 - p) / 2 in 1/32
  float reweighting_eps = 0.5f;
  float membrane = 1.0f;  // weight of the generalized total variation; > 0
  float beta = 0.1f;
  float hint_strength = 1.0f;
  float neutral_pull = 0.0f;
  float coarse_trust = 0.03f;  // weight of the coarser scale's answer as a prior
  float coarse_blur = 2.0f;    // chroma by which a stretched answer may leave its pixel before its trust halves
  float cover_threshold = 0.3f;
  float tolerance = 0.1f;      // of a, b: the error estimate of all but a few stragglers (Schedule)
  int iteration_limit = 4000;  // per scale; a safety net
  int finest_scale = 0;        // 1: stop at half size, and so on
  float coarsest_pixels = 60000;
  // One solve follows, and one picture of it: planes are written over and given up as soon as nothing of that needs
  // them.
  bool once = false;
};

struct Progress {
  bool done = false, interrupted = false, limited = false;
  int scale = 0;            // of the picture that read() gives
  int iterations = 0;       // at that scale
  int rounds = 0;           // of reweighting since the start, all scales
  float tail = 0;           // share of pixels above the tolerance
  float fraction = 0;       // 0..1 of the work
  bool fresh = false;       // the picture changed in this step
  bool setting_up = false;  // this step assembled a scale's problem
};

struct HintRows {
  int x, y, width, height, stride;
  const float *strength, *a, *b;
};

// Planes of the affinity scale, for choosing samples.
struct AffinityRows {
  float *mass, *a, *b, *lightness, *mean, *deviation;
};

struct Interrupt {
  bool (*wanted)(void*) = nullptr;
  void* context = nullptr;
};

// A hint pixel that the affinity prior looks at (affinity_ops.h): its features and its colour c = (a, b) / s(L), a row
// of the samples.
enum SampleField {
  sample_lightness,
  sample_mean,
  sample_deviation,
  sample_x,
  sample_y,
  sample_a,
  sample_b,
  sample_traits,
  sample_fields = sample_traits + 3
};
constexpr int max_samples = 400;

class Engine {
 public:
  virtual ~Engine() = default;

  // Everything else is forgotten but the parameters.
  virtual void load(int width, int height, const float* lightness) = 0;
  virtual void set(const Parameters& parameters) = 0;
  virtual void set_hints(const HintRows& rows) = 0;
  virtual void set_cuts(int x, int y, int width, int height, const std::uint8_t* rows) = 0;
  // a, b null: 0 everywhere; 0 x 0: none.
  virtual void set_prior(int width, int height, const float* a, const float* b, const float* weight) = 0;

  virtual int affinity_width() const = 0;
  virtual int affinity_height() const = 0;
  virtual void read_affinity(const AffinityRows& rows) = 0;
  // At most max_samples rows of SampleField; distance and trust: see affinity_ops.h.
  virtual void set_samples(const float* rows, int count, float distance, float trust) = 0;
  // Three planes of the affinity scale, see Prior::traits; all null: none. To be followed by set_samples. cell_pixels:
  // see Schedule.
  virtual void set_traits(const float* first, const float* second, const float* third, float cell_pixels) = 0;

  // A piece of work; `interrupt` is asked now and then inside, and true gives the piece up.
  virtual Progress step(Interrupt interrupt) = 0;

  virtual int scale_width(int scale) const = 0;
  virtual int scale_height(int scale) const = 0;
  virtual double energy() = 0;                // of the problem being solved; 0 before it is assembled
  virtual void read(float* a, float* b) = 0;  // the picture of Progress::scale
  // With Parameters::once: nothing but read() follows.
  virtual void keep_only_picture() = 0;

  // The same for a screen (device_picture.h): a part of it, packed on the device; null if this engine cannot, or has no
  // memory for it now. Not waited for. `to_host`: the codes go to host memory as well, in the same stream of work. Who
  // asks owns the answer.
  //
  // Under the picture may lie another, at the size of the codes, that is added to them: width x height dense values per
  // channel, 0 x 0 for none. It is kept, one for each of `screen_windows`; false: no memory.
  virtual bool set_screen_base(int window, int width, int height, const float* a, const float* b) = 0;
  virtual ScreenPicture* show(const ScreenPart& part, int window, bool to_host) = 0;
};

}  // namespace handtint::numerics
