// The multigrid preconditioner of one scale: coarser and coarser levels, their set-up, and two cycles.
//
// The quick cycle does not smooth on the way down: the residual is restricted as it is (that of level 0 by the caller,
// in the sweep that makes it), and each level relaxes four times on its way up. That is cheaper than two and two (one
// residual less, and the four run in one sweep) but not symmetric; it serves where a prior holds every pixel. Without
// one, or with a strong bilaplacian, the descent needs the symmetric cycle.
#pragma once

#include "solver/numerics/executor.h"
#include "solver/numerics/multigrid_ops.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

constexpr int max_levels = 20;

// Roots of the Chebyshev polynomial of the fourth kind (Lottes 2022) of degree n: relaxing with 1 / (lambda root) for
// each of them damps the upper spectrum of D^-1 A, which lies in [0, lambda]. sin^2(j pi / (2n + 1)), j = 1..n.
constexpr float roots_of_two[] = {0.9045085f, 0.3454915f};
constexpr float roots_of_four[] = {0.9698463f, 0.4131759f, 0.75f, 0.1169778f};
constexpr float roots_of_five[] = {0.9797465f, 0.2922925f, 0.8274303f, 0.0793732f, 0.5711574f};

template <class Executor>
class Multigrid {
 public:
  explicit Multigrid(Executor& executor) : exec_(executor) {}

  // Forgets all planes; the next ones are for scales of up to this extent.
  void release(Extent largest) {
    for (int k = 0; k < max_levels; ++k) vectors_[k] = masses_[k] = bent_[k] = {}, coefficients_[k] = {};
    largest_ = largest;
  }
  // Nobody needs what the levels hold.
  void give_up() {
    for (int k = 0; k < max_levels; ++k) {
      exec_.give_up(vectors_[k]);
      exec_.give_up(masses_[k]);
      exec_.give_up(bent_[k]);
      exec_.give_up(coefficients_[k]);
    }
  }

  // A bilaplacian much weaker than the membrane is left to the descent: preconditioned by the membrane alone the
  // spectrum stays within 1 + 0.3 lambda_max(L) < 4.
  static bool stiff(float beta, float membrane) { return beta >= 0.3f * membrane; }

  // The levels below a scale of this extent, in planes that all scales share: the scale to be solved next. They end
  // where the mass of a prior of this weight outweighs the edges, or at a single pixel. `largest`: of all scales to
  // come. `once`: what is not lent a level are small planes.
  void enter(Extent extent, Extent largest, float prior_mass, bool once) {
    if (largest.width > largest_.width || largest.height > largest_.height) release(largest);
    levels_[0] = {};
    levels_[0].extent = extent;
    count_ = 1;
    for (float mass = prior_mass; count_ < max_levels; mass *= 4) {
      if ((extent.width == 1 && extent.height == 1) || mass > 1.0f) break;
      extent = halved(extent);
      levels_[count_++].extent = extent;
    }
    dirty = true;
    once_ = once;
    laid_out_ = false;
    for (Vectors& vectors : lent_) vectors = {};
  }

  // Planes of level k's size that nobody else needs: before the first build() after enter().
  struct Vectors {
    Out2 r, x, y;
  };
  void lend(int k, const Vectors& vectors) {
    if (k < max_levels) lent_[k] = vectors;
  }

  // Level 0 is the scale's own operator, in planes of the caller's: r is the cycle's input, x its result; y and bent
  // are scratch.
  void set_finest(const Operator& op, float membrane, Out2 r, Out2 x, Out2 y, Out2 bent) {
    Level& level = levels_[0];
    level.edges = op.c;
    level.weights = op.weights;
    level.mass = op.mass;
    level.r = r;
    level.x = x;
    level.y = y;
    level.bent = bent;
    level.beta = stiff(op.beta, membrane) ? op.beta : 0.0f;
    stiffness_ = op.beta;
    membrane_ = membrane;
  }

  bool dirty = true;  // the operator is new: build() before the next cycle

  // Interpolation and coarse operators from level 0's edges and mass. False: interrupted, to be begun again.
  bool build() {
    if (!laid_out_) lay_out_levels();
    for (int k = 0; k + 1 < count_; ++k) {
      Level &fine = levels_[k], &coarse = levels_[k + 1];
      // On the doubled grid a bilaplacian counts a quarter. Coarse levels have only K = membrane * L to make it from.
      const float coarse_stiffness = stiffness_ * std::ldexp(1.0f, -2 * (k + 1));
      coarse.beta = stiff(coarse_stiffness, membrane_) ? coarse_stiffness / (membrane_ * membrane_) : 0.0f;
      if (coarse.beta > 0 && !coarse.bent.a) coarse.bent = bent_planes(k + 1, coarse.extent);
      const Out deficit = fine.y.a, row_sums = fine.y.b;
      // A mass bends the interpolation by its share against all that holds neighbours together, the bilaplacian
      // included.
      const float stiffness = stiffness_ * std::ldexp(1.0f, -2 * k);
      const float share = membrane_ / (membrane_ + 8 * stiffness);
      exec_.run(coarse.extent, InterpolateSides{fine.edges, fine.mass, coarse.p, deficit, share});
      exec_.run(coarse.extent, InterpolateCentre{fine.edges, fine.mass, coarse.p, deficit, share});
      exec_.run(fine.extent, RowSums{fine.edges, fine.mass, in(deficit), row_sums});
      exec_.run(coarse.extent, Coarsen{fine.edges, fine.mass, in(row_sums), coarse.p, coarse.c, coarse.own_mass});
      if (exec_.interrupted()) return false;
    }
    dirty = false;
    return true;
  }

  // A quick cycle starts with the residual restricted: the caller's chain that makes r ends with this, unless there is
  // nothing to restrict to.
  bool has_coarser() const { return count_ > 1; }
  Link<Restrict, true> restrict_residual() const { return restrict_to(1, levels_[0].r); }

  // levels[0].x = correction for levels[0].r. `after` runs behind the last relaxation in the same sweep and may sum.
  template <class... After>
  void cycle(bool symmetric, Out sums, const After&... after) {
    const int last = count_ - 1;
    for (int k = 0; k < last; ++k) {
      if (symmetric)
        relax_before(k);
      else if (k > 0)
        exec_.run(levels_[k + 1].extent, restrict_to(k + 1, levels_[k].r).op);
    }
    solve_coarsest(levels_[last]);
    for (int k = last - 1; k > 0; --k) correct(k, symmetric, Out{});
    if (last > 0)
      correct(0, symmetric, sums, after...);
    else
      exec_.chain(levels_[0].extent, sums, Scratch{}, after...);
  }

 private:
  struct Level {
    Extent extent;
    Edges edges;    // K
    Edges weights;  // L
    In mass;
    float beta = 0;      // 0: the bilaplacian is left to the descent
    Out2 r, x, y, bent;  // bent: only where beta > 0
    // Of level 1 and on; `p`, which interpolates from level k + 1 to k, is stored with level k + 1.
    OutEdges c;
    Out own_mass;
    OutInterpolation p;
  };

  // Late, when planes of the problem that the scale was assembled from may have been lent.
  void lay_out_levels() {
    Extent room = largest_;
    for (int k = 1; k < count_; ++k) {
      room = halved(room);
      if (!masses_[k].memory) {
        masses_[k] = exec_.template stack<float>(room, 1);
        coefficients_[k] = exec_.template stack<Small>(room, 12);
      }
      const Extent room_of_vectors = once_ ? levels_[k].extent : room;
      if (!lent_[k].r.a && !vectors_[k].fits(levels_[k].extent))
        vectors_[k] = exec_.template stack<float>(room_of_vectors, 6);
      lay_out(k, levels_[k].extent);
    }
    laid_out_ = true;
  }
  void lay_out(int k, Extent extent) {
    Level& level = levels_[k];
    level = {};
    level.extent = extent;
    if (lent_[k].r.a) {
      level.r = lent_[k].r;
      level.x = lent_[k].x;
      level.y = lent_[k].y;
    } else {
      Out v[6];
      exec_.divide(vectors_[k], extent, v);
      level.r = {v[0], v[1]};
      level.x = {v[2], v[3]};
      level.y = {v[4], v[5]};
    }
    exec_.divide(masses_[k], extent, &level.own_mass);
    View<Small> s[12];
    exec_.divide(coefficients_[k], extent, s);
    level.c = {quick(s[0]), quick(s[1]), quick(s[2]), quick(s[3])};
    level.p = {small(s[4]), small(s[5]), small(s[6]),  small(s[7]),
               small(s[8]), small(s[9]), small(s[10]), small(s[11])};
    level.edges = level.weights = level.c;
    level.mass = in(level.own_mass);
  }

  Out2 bent_planes(int k, Extent extent) {
    Extent room = largest_;
    for (int i = 0; i < k; ++i) room = halved(room);
    if (!bent_[k].memory) bent_[k] = exec_.template stack<float>(room, 2);
    Out planes[2];
    exec_.divide(bent_[k], extent, planes);
    return {planes[0], planes[1]};
  }
  static Operator operator_of(const Level& level) { return {level.edges, level.weights, level.mass, level.beta}; }

  // Bound of the spectrum of D^-1 A: 2 for edges alone (no positive off-diagonals); with a bilaplacian, a chain of
  // equal edges gives the square 16/6.
  static float gain(const Level& level, float root) { return 1.0f / ((level.beta > 0 ? 3.2f : 2.0f) * root); }

  // The ops of a level.
  struct Ops {
    const Level& level;
    Operator op = operator_of(level);

    Bend bend(Out2 from) const { return {op.weights, from, level.bent, op.beta}; }
    template <bool bilaplacian>
    Relax<bilaplacian> relax(float root, Out2 from, Out2 to) const {
      return {op, level.r, from, level.bent, to, gain(level, root)};
    }
  };

  // To level k.
  Link<Restrict, true> restrict_to(int k, Out2 from) const {
    return per_cell(Restrict{levels_[k].p, from, levels_[k].r});
  }

  // Twice from zero, into x; what is left of r, into y and down to the next level.
  void relax_before(int k) {
    const Level& level = levels_[k];
    const Ops ops{level};
    const Out2 x = level.x, y = level.y;
    const float *root = roots_of_two, first = gain(level, root[0]);
    const auto down = restrict_to(k + 1, y);
    const Scratch scratch = {{y, level.bent}};
    if (level.beta > 0)
      exec_.chain(level.extent, Out{}, scratch, RelaxFromZero<true>{ops.op, level.r, y, first}, ops.bend(y),
                  ops.template relax<true>(root[1], y, x), ops.bend(x),
                  Residual<true>{ops.op, x, level.bent, level.r, y}, down);
    else
      exec_.chain(level.extent, Out{}, scratch, RelaxFromZero<false>{ops.op, level.r, y, first},
                  ops.template relax<false>(root[1], y, x), Residual<false>{ops.op, x, {}, level.r, y}, down);
  }

  // The next level's correction into x, relaxed twice, or four times: to y and back.
  template <class... After>
  void correct(int k, bool symmetric, Out sums, const After&... after) {
    const Level &level = levels_[k], &coarse = levels_[k + 1];
    const Ops ops{level};
    const Out2 x = level.x, y = level.y;
    const Extent e = level.extent;
    const Scratch scratch = {{y, level.bent}};
    const float* root = symmetric ? roots_of_two : roots_of_four;
    const auto soft = [&](int step, Out2 from, Out2 to) { return ops.template relax<false>(root[step], from, to); };
    const auto stiff = [&](int step, Out2 from, Out2 to) { return ops.template relax<true>(root[step], from, to); };
    const auto added = per_cell(Prolong<true>{coarse.p, coarse.x, x});
    const auto fresh = per_cell(Prolong<false>{coarse.p, coarse.x, x});
    if (level.beta > 0)  // never in a quick cycle
      exec_.chain(e, sums, scratch, added, ops.bend(x), stiff(0, x, y), ops.bend(y), stiff(1, y, x), after...);
    else if (symmetric)
      exec_.chain(e, sums, scratch, added, soft(0, x, y), soft(1, y, x), after...);
    else
      exec_.chain(e, sums, scratch, fresh, soft(0, x, y), soft(1, y, x), soft(2, x, y), soft(3, y, x), after...);
  }

  void solve_coarsest(const Level& level) {
    const Operator op = operator_of(level);
    const bool one_pixel = level.extent.width == 1 && level.extent.height == 1;
    const float first = one_pixel ? 1.0f : gain(level, roots_of_five[0]);
    if (level.beta > 0)
      exec_.run(level.extent, RelaxFromZero<true>{op, level.r, level.x, first});
    else
      exec_.run(level.extent, RelaxFromZero<false>{op, level.r, level.x, first});
    if (one_pixel) return;
    // Mass outweighs the edges here: a few more steps solve it.
    for (int step = 1; step < 5; ++step) {
      const Out2 from = step % 2 ? level.x : level.y, to = step % 2 ? level.y : level.x;
      const float next = gain(level, roots_of_five[step]);
      if (level.beta > 0)
        exec_.chain(level.extent, Out{}, Scratch{{level.bent}}, Bend{op.weights, from, level.bent, op.beta},
                    Relax<true>{op, level.r, from, level.bent, to, next});
      else
        exec_.run(level.extent, Relax<false>{op, level.r, from, {}, to, next});
    }
  }

  Executor& exec_;
  Level levels_[max_levels];
  int count_ = 0;
  bool laid_out_ = false, once_ = false;
  Vectors lent_[max_levels];                                                  // of level k; none: in memory of its own
  Stack<float> vectors_[max_levels], masses_[max_levels], bent_[max_levels];  // memory of level k
  Stack<Small> coefficients_[max_levels];
  Extent largest_;
  float stiffness_ = 0, membrane_ = 1;  // of the scale that set_finest was told about
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
