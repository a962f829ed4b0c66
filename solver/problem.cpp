#include "solver/problem.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace handtint {
namespace {

std::string size_of(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

template <class T>
void require_size(const char* name, const Plane<T>& plane, int width, int height) {
  if (plane.width() != width || plane.height() != height)
    throw std::invalid_argument(std::string(name) + " is " + size_of(plane.width(), plane.height()) +
                                " pixels, but should be " + size_of(width, height));
}

void require_finite(const char* name, const Plane<float>& plane) {
  for (float value : plane)
    if (!std::isfinite(value)) throw std::invalid_argument(std::string(name) + " holds a value that is not a number");
}

void validate(const RegionPatch& region, int photo_width, int photo_height) {
  const Rect photo{0, 0, photo_width, photo_height};
  if (region.bounds.empty() || intersect(region.bounds, photo) != region.bounds ||
      (!region.rect.empty() && intersect(region.rect, region.bounds) != region.rect))
    throw std::invalid_argument("a region lies outside the photo, or its planes outside the region");
  const int w = region.rect.empty() ? 0 : region.rect.width(), h = region.rect.empty() ? 0 : region.rect.height();
  require_size("region.mask", region.mask, w, h);
  require_size("region.hint_a", region.hint_a, w, h);
  require_size("region.hint_b", region.hint_b, w, h);
  require_size("region.hint_strength", region.hint_strength, w, h);
  if (!region.cuts.empty()) require_size("region.cuts", region.cuts, w, h);
  if (region.complete()) require_size("region.lightness", region.lightness, w, h);
}

}  // namespace

void validate(const std::vector<RegionPatch>& regions, int photo_width, int photo_height) {
  for (const RegionPatch& region : regions) validate(region, photo_width, photo_height);
}

void validate(const Problem& problem) {
  const int w = problem.width(), h = problem.height();
  if (problem.lightness.empty()) throw std::invalid_argument("the photo is empty");
  require_finite("lightness", problem.lightness);
  require_size("hint_a", problem.hint_a, w, h);
  require_size("hint_b", problem.hint_b, w, h);
  require_size("hint_strength", problem.hint_strength, w, h);
  for (std::size_t i = 0; i < problem.hint_strength.size(); ++i) {
    const float strength = problem.hint_strength.data()[i];
    if (!std::isfinite(strength) || strength < 0)
      throw std::invalid_argument("hint_strength holds a value that is negative or not a number");
    if (strength > 0 && !(std::isfinite(problem.hint_a.data()[i]) && std::isfinite(problem.hint_b.data()[i])))
      throw std::invalid_argument("a hint's colour is not a number");
  }
  if (!problem.cuts.empty()) require_size("cuts", problem.cuts, w, h);
  validate(problem.regions, w, h);
  if (const Prior& prior = problem.prior; !prior.empty()) {
    require_size("prior.a", prior.a, prior.weight.width(), prior.weight.height());
    require_size("prior.b", prior.b, prior.weight.width(), prior.weight.height());
    require_finite("prior.a", prior.a);
    require_finite("prior.b", prior.b);
    require_finite("prior.weight", prior.weight);
    if (prior.has_traits())
      for (const Plane<float>& trait : prior.traits) {
        require_size("prior.traits", trait, prior.weight.width(), prior.weight.height());
        require_finite("prior.traits", trait);
      }
  }
}

}  // namespace handtint
