// Makes the coat P of a prior: a plain solver spreads the prior along the photograph's edges, at no more than
// coat_pixels, and the answer is brought to the photo's size along the photo's own lightness. So a new prior costs a
// fraction of a second whatever the photo's size.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "solver/layers/enlarger.h"
#include "solver/solver.h"

namespace handtint {

inline constexpr double coat_pixels = 400e3;
// What a hand waits for, a coarse deviation from the coat or a region being solved, is made at this size: not so coarse
// that the coat loses its edges.
inline constexpr double draft_pixels = 150e3;

struct Size {
  int width, height;
};

// The photo's size, or a smaller one of the same shape with no more than that many pixels.
Size reduced_to(double most_pixels, int photo_width, int photo_height);

class CoatMaker {
 public:
  CoatMaker(std::function<std::unique_ptr<Solver>()> make_plain, int threads)
      : make_plain_(std::move(make_plain)), threads_(threads) {}

  void load(SharedPlane<float> lightness);
  void begin(Prior prior, const Settings& settings);
  void stop();

  bool solving() const { return solver_ != nullptr; }
  bool enlarging() const { return enlarger_.has_value(); }
  bool busy() const { return solving() || enlarging(); }

  // The report of the small solve; done when the coat is, and can be taken. `progress` is told to keep_going meanwhile.
  Report iterate(const Budget& budget, float progress);

  // As far as it is, small; while busy.
  void read(Chroma& chroma) const;
  const Chroma& small() const { return enlarger_->small(); }  // while enlarging

  struct Coat {
    Chroma small, full;  // full: at the photo's size, or as small as the other for a preview
  };
  Coat take();

 private:
  std::function<std::unique_ptr<Solver>()> make_plain_;
  int threads_;
  SharedPlane<float> lightness_, small_lightness_;  // small: empty until it is needed
  bool preview_ = false;
  std::unique_ptr<Solver> solver_;    // while the small coat is solved
  std::optional<Enlarger> enlarger_;  // then, while it is enlarged
  Report report_;
  Coat coat_;  // done
};

}  // namespace handtint
