// A cloth in whose middle a region lies: what the tests of layers paint on and compare.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "solver/conductor/make_plain_solver.h"
#include "solver/layers/layered_solver.h"

namespace handtint::tests {

constexpr int width = 480, height = 360;  // several scales
constexpr Rect bounds{100, 80, 300, 260};

// Cloth of the same weave everywhere: likeness and coarse scales carry a stroke's colour all over it.
inline Plane<float> cloth() {
  Plane<float> lightness(width, height);
  std::uint32_t seed = 7;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      seed = seed * 1664525u + 1013904223u;
      const float grain = static_cast<float>(seed >> 24) / 255 - 0.5f;
      lightness(x, y) = 55 + 9 * std::sin(0.4f * x) + 7 * std::sin(0.31f * y + 0.02f * x) + 5 * grain;
    }
  return lightness;
}

inline Problem bare() {
  Problem problem;
  problem.lightness = cloth();
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(width, height);
  return problem;
}

inline Prior coat() {
  Prior prior{Plane<float>(60, 45), Plane<float>(60, 45), Plane<float>(60, 45, 1e-4f)};
  prior.traits.fill(Plane<float>(60, 45));
  for (int y = 0; y < 45; ++y)
    for (int x = 0; x < 60; ++x) {
      prior.a(x, y) = x < 30 ? 15.0f : -15.0f;
      prior.b(x, y) = 0.5f * y;
      prior.traits[0](x, y) = x < 30 ? 0.0f : 6.0f;
    }
  return prior;
}

// A slanted quadrilateral.
inline bool in_outline(int x, int y) {
  return bounds.x0 + 0.2f * (y - bounds.y0) <= x && x < bounds.x1 - 0.1f * (bounds.y1 - y) && y >= bounds.y0 &&
         y < bounds.y1;
}

inline void paint(Plane<float>& a, Plane<float>& b, Plane<float>& strength, Rect at, float hint_a, float hint_b) {
  for (int y = at.y0; y < at.y1; ++y)
    for (int x = at.x0; x < at.x1; ++x) {
      a(x, y) = hint_a;
      b(x, y) = hint_b;
      strength(x, y) = 100;
    }
}

inline void paint(Problem& problem, Rect at, float a, float b) {
  paint(problem.hint_a, problem.hint_b, problem.hint_strength, at, a, b);
}

// The region without strokes of its own. `outline` in pixels of the photo.
template <class Outline>
inline RegionPatch region(std::uint64_t id, Rect rect, const Plane<float>& lightness, Outline outline) {
  RegionPatch patch;
  patch.id = id;
  patch.bounds = patch.rect = rect;
  patch.hint_a = patch.hint_b = patch.hint_strength = Plane<float>(rect.width(), rect.height());
  patch.lightness = patch.hint_a;
  patch.mask = Plane<std::uint8_t>(rect.width(), rect.height());
  for (int y = 0; y < rect.height(); ++y)
    for (int x = 0; x < rect.width(); ++x) {
      patch.mask(x, y) = outline(rect.x0 + x, rect.y0 + y) ? region_inside : 0;
      patch.lightness.edit()(x, y) = lightness(rect.x0 + x, rect.y0 + y);
    }
  return patch;
}
inline RegionPatch region() {
  return region(1, bounds, cloth(), in_outline);
}

// A stroke limited to the region; `at` in pixels of the photo, inside the outline.
inline void paint(RegionPatch& patch, Rect at, float a, float b) {
  const Rect part{at.x0 - patch.bounds.x0, at.y0 - patch.bounds.y0, at.x1 - patch.bounds.x0, at.y1 - patch.bounds.y0};
  paint(patch.hint_a, patch.hint_b, patch.hint_strength, part, a, b);
  for (int y = part.y0; y < part.y1; ++y)
    for (int x = part.x0; x < part.x1; ++x) patch.mask(x, y) |= region_own;
}

// The part of a region's state inside a rectangle of the photo.
inline RegionPatch part_of(const RegionPatch& all, Rect rect) {
  RegionPatch part;
  part.id = all.id;
  part.bounds = all.bounds;
  part.rect = rect;
  const auto cut = [&](const auto& plane) {
    auto small = std::decay_t<decltype(plane)>(rect.width(), rect.height());
    for (int y = 0; y < rect.height(); ++y)
      for (int x = 0; x < rect.width(); ++x)
        small(x, y) = plane(rect.x0 - all.bounds.x0 + x, rect.y0 - all.bounds.y0 + y);
    return small;
  };
  part.mask = cut(all.mask);
  part.hint_a = cut(all.hint_a);
  part.hint_b = cut(all.hint_b);
  part.hint_strength = cut(all.hint_strength);
  return part;
}

inline HintPatch only_regions(std::vector<RegionPatch> regions) {
  HintPatch patch;
  patch.rect = {0, 0, width, height};
  patch.regions = std::move(regions);
  return patch;
}

inline Chroma solved(Solver& solver) {
  for (int i = 0; i < 10000; ++i)
    if (solver.iterate({.mode = Budget::Mode::interactive, .milliseconds = 5}).done()) break;
  Chroma chroma;
  solver.read(chroma);
  return chroma;
}
inline Chroma solved(const Problem& problem, const Settings& settings = {}) {
  return colorize(problem, {.settings = settings, .backend = Backend::cpu}).chroma;
}

template <class Where>
inline float largest_difference(const Chroma& p, const Chroma& q, Where where) {
  REQUIRE(p.a.same_size(q.a));
  float largest = 0;
  for (int y = 0; y < p.a.height(); ++y)
    for (int x = 0; x < p.a.width(); ++x)
      if (where(x, y)) largest = std::max({largest, std::abs(p.a(x, y) - q.a(x, y)), std::abs(p.b(x, y) - q.b(x, y))});
  return largest;
}
inline float largest_difference(const Chroma& p, const Chroma& q) {
  return largest_difference(p, q, [](int, int) { return true; });
}
inline bool outside(int x, int y) {
  return !in_outline(x, y);
}

constexpr Rect dab{180, 150, 196, 166};

// A solver on a device that packs pictures for a screen.
class ShowingSolver final : public Solver {
 public:
  void load(Problem problem) override { solver_->load(std::move(problem)); }
  void apply(const HintPatch& patch) override { solver_->apply(patch); }
  void set_prior(Prior prior) override { solver_->set_prior(std::move(prior)); }
  void configure(const Settings& settings) override { solver_->configure(settings); }
  Report iterate(const Budget& budget) override { return solver_->iterate(budget); }
  double energy() const override { return solver_->energy(); }
  void read(Chroma& chroma) const override { solver_->read(chroma); }
  std::shared_ptr<ScreenPicture> show(const ScreenRequest&) override { return std::make_shared<Picture>(); }

 private:
  struct Picture final : ScreenPicture {
    Picture() : ScreenPicture(1, 1) {}
    const numerics::ScreenCode* codes() override { return &code; }
    numerics::ScreenCode code{};
  };
  std::unique_ptr<Solver> solver_ = make_plain_solver(Backend::cpu);
};

}  // namespace handtint::tests
