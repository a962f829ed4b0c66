// When the descent of a scale has arrived. It goes by the tail: the share of pixels whose estimated error is above the
// tolerance.
#pragma once

#include "solver/numerics/engine.h"
#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// Where the coarser scale's answer is a prior (`screened`), every pixel starts close to its own answer; when a stroke
// is added to a solved picture, one step does for most scales, which the coarser ones tell. Without that prior, islands
// that the coarse grids miss converge late, after a plateau of small steps: the end is believed after several calm
// steps in a row, and on small pictures, where steps are cheap and an island is a large share, more strictly. It is
// then confirmed: the model stays until its own minimum is found, and that is the energy's if it was the model's from
// its start.
class StopRule {
 public:
  // `full_size`: of the photo itself, no finer scale follows. `stiff`: with a bilaplacian that the preconditioner must
  // know.
  void begin(const Parameters& parameters, float pixels, bool full_size, bool screened, bool stiff) {
    const Course coarser = screened && screened_ ? course_ : Course{};
    *this = {};
    coarser_ = coarser;
    screened_ = screened;
    quadratic_ = parameters.reweighting_digits <= 0;
    pixels_ = pixels;
    iteration_limit_ = parameters.iteration_limit;
    const float share_of_full_grid = pixels / 60000.0f;
    tolerance_ = parameters.tolerance;
    if (screened) {
      // The estimate is made before the last step, which brings most pixels home that are still on their way; fewer
      // with a strong bilaplacian or a sharp exponent.
      stragglers_ = stiff || parameters.reweighting_digits > 8 ? 0.008f : 0.03f;
    } else {
      patience_ = static_cast<int>(smaller(larger(3.0f / share_of_full_grid, 3.0f), 40.0f));
      const float strictness = full_size ? share_of_full_grid : 2 * share_of_full_grid;  // a prior may be off by more
      tolerance_ *= smaller(larger(strictness, 0.004f), 1.0f);
    }
  }

  int iterations() const { return iterations_; }
  float tolerance() const { return tolerance_; }  // of a, b

  // Whether the next step renews the model: every one, except for a quadratic energy, which is its own model, and while
  // the end is being confirmed.
  bool renews_model() const { return since_model_ == 0 || !(quadratic_ || confirming_); }
  void count_step(bool renewed) {
    if (renewed) since_model_ = 0;
    ++iterations_;
    ++since_model_;
  }

  // Far from the end, a look at the tail every few steps will do: each costs a GPU a wait.
  bool wants_tail() {
    if (unseen_steps_ == 0 || exhausted()) return true;
    --unseen_steps_;
    return false;
  }
  // `unsettled`: the pixels above the tolerance, a number. True: this was the last step.
  bool ends(float unsettled) {
    tail_ = unsettled / pixels_;
    if (iterations_ == 1) course_ = {tail_, coarser_.second};
    if (iterations_ == 2) course_.second = tail_;
    if (!screened_ && tail_ > 0.05f) unseen_steps_ = 3;
    calm_steps_ = tail_ <= stragglers_ ? calm_steps_ + 1 : 0;
    settled_ = calm_steps_ >= patience_;
    const bool sure = screened_ || quadratic_ || (confirming_ && since_model_ <= patience_);
    if (exhausted() || (settled_ && sure)) return true;
    // Hardly more than at the coarser scale were on their way, and one step brought those home.
    if (iterations_ == 1 && tail_ <= 1.25f * coarser_.first && coarser_.second <= 0.5f * stragglers_)
      return settled_ = true;
    if (settled_) {
      since_model_ = calm_steps_ = 0;
      confirming_ = true;
    }
    return false;
  }
  float tail() const { return tail_; }        // the last one looked at
  bool limited() const { return !settled_; }  // ended by the limit of iterations

 private:
  bool exhausted() const { return iterations_ >= iteration_limit_; }

  bool screened_ = false, quadratic_ = false;
  float pixels_ = 1, tolerance_ = 0;
  float stragglers_ = 0.001f;  // the share of pixels that may still be on their way at the end
  struct Course {              // the tails before the first two steps of a scale
    float first = 0, second = 1;
  };
  Course course_, coarser_;
  int patience_ = 1, iteration_limit_ = 0;
  int iterations_ = 0, since_model_ = 0, calm_steps_ = 0, unseen_steps_ = 0;
  float tail_ = 0;
  bool confirming_ = false, settled_ = false;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
