// The planes that only the scale being solved needs: one memory for all scales, laid out anew when the next is entered.
#pragma once

#include "solver/numerics/engine.h"
#include "solver/numerics/pyramid.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// What hints and priors want of a scale: M and the right-hand side.
struct DataTerms {
  Out mass;
  Out2 rhs;
};

struct WorkPlanes {
  OutEdges c;  // K
  DataTerms data;
  Out2 r, p, x, y, bent;  // bent: only where the preconditioner knows the bilaplacian
};

template <class Executor>
class Workspace {
 public:
  explicit Workspace(Executor& executor) : exec_(executor) {}

  // The executor's planes are gone.
  void release() {
    terms_ = floats_ = stiff_ = {};
    edges_ = weights_ = {};
    entered_ = -1;
  }

  // Lays the planes out for a scale, its edge weights among them; true: they were not before. `finest`: the last scale
  // to come, for which the memory shall do. `once`: at full size the data terms are written over the hints.
  bool enter(Pyramid<Executor>& pyramid, int index, int finest, bool stiff, bool once) {
    Scale& scale = pyramid[index];
    const Extent largest = pyramid[smaller(finest, index)].extent;
    const Extent largest_below_full_size = pyramid[smaller(larger(finest, 1), index)].extent;
    const bool over_hints = once && pyramid.coarsest() > 0;
    const Extent largest_terms = over_hints ? largest_below_full_size : largest;
    if (!floats_.fits(largest)) {
      floats_ = exec_.template stack<float>(largest, planes_count);
      edges_ = exec_.template stack<Small>(largest, 4);
      exec_.forget_repeats();
      entered_ = -1;
    }
    if (!(over_hints && index == 0) && !terms_.fits(largest_terms)) {
      terms_ = exec_.template stack<float>(largest_terms, 3);
      exec_.forget_repeats();
      entered_ = -1;
    }
    if (index > 0 && !weights_.fits(largest_below_full_size)) {
      weights_ = exec_.template stack<Small>(largest_below_full_size, 4);
      entered_ = -1;
    }
    if (stiff && !stiff_.fits(largest)) stiff_ = exec_.template stack<float>(largest, 2), entered_ = -1;
    if (entered_ == index) return false;
    planes_.c = divided(edges_, scale.extent);
    if (index > 0) {
      scale.weights = divided(weights_, scale.extent);
      scale.weights_dirty = true;
    }
    divide_floats(scale.extent);
    if (over_hints && index == 0) {
      planes_.data = {scale.hints.strength, {scale.hints.a, scale.hints.b}};
    } else {
      Out terms[3];
      exec_.divide(terms_, scale.extent, terms);
      planes_.data = {terms[0], {terms[1], terms[2]}};
    }
    entered_ = index;
    return true;
  }
  // What the full size has no use for, where the data terms are written over the hints.
  void take_back_below_full_size() {
    exec_.take_back(terms_);
    exec_.take_back(weights_);
  }
  void give_up() {
    exec_.give_up(terms_);
    exec_.give_up(weights_);
    exec_.give_up(floats_);
    exec_.give_up(stiff_);
    exec_.give_up(edges_);
  }
  int entered() const { return entered_; }  // -1: none

  const WorkPlanes& planes() const { return planes_; }

 private:
  static constexpr int planes_count = 8;

  OutEdges divided(const Stack<Small>& stack, Extent extent) {
    View<Small> planes[4];
    exec_.divide(stack, extent, planes);
    return {quick(planes[0]), quick(planes[1]), quick(planes[2]), quick(planes[3])};
  }
  void divide_floats(Extent extent) {
    Out v[planes_count];
    exec_.divide(floats_, extent, v);
    planes_.r = {v[0], v[1]};
    planes_.p = {v[2], v[3]};
    planes_.x = {v[4], v[5]};
    planes_.y = {v[6], v[7]};
    planes_.bent = {};
    if (!stiff_.memory) return;
    Out bent[2];
    exec_.divide(stiff_, extent, bent);
    planes_.bent = {bent[0], bent[1]};
  }

  Executor& exec_;
  Stack<float> terms_, floats_, stiff_;
  Stack<Small> edges_, weights_;
  WorkPlanes planes_;
  int entered_ = -1;
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
