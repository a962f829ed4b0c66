#include "solver/problem.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace handtint {
namespace {

std::string size_of(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

template <class AnyPlane>
void require_size(const char* name, const AnyPlane& plane, int width, int height) {
  if (plane.width() != width || plane.height() != height)
    throw std::invalid_argument(std::string(name) + " is " + size_of(plane.width(), plane.height()) +
                                " pixels, but should be " + size_of(width, height));
}

void require_finite(const char* name, const Plane<float>& plane) {
  for (float value : plane)
    if (!std::isfinite(value)) throw std::invalid_argument(std::string(name) + " holds a value that is not a number");
}

void require_within(const char* name, const Rect& rect, const Rect& whole) {
  if (!whole.contains(rect)) throw std::invalid_argument(std::string(name) + " lies outside the photo");
}

// Of a Problem, a HintPatch or a RegionPatch. A hint's colour is read where its strength is not 0.
template <class Hints>
void require_hints(const std::string& owner, const Hints& hints, int width, int height) {
  require_size((owner + "hint_a").c_str(), hints.hint_a, width, height);
  require_size((owner + "hint_b").c_str(), hints.hint_b, width, height);
  require_size((owner + "hint_strength").c_str(), hints.hint_strength, width, height);
  if (!hints.cuts.empty()) require_size((owner + "cuts").c_str(), hints.cuts, width, height);
  for (std::size_t i = 0; i < hints.hint_strength.size(); ++i) {
    const float strength = hints.hint_strength.data()[i];
    if (!std::isfinite(strength) || strength < 0)
      throw std::invalid_argument(owner + "hint_strength holds a value that is negative or not a number");
    if (strength > 0 && !(std::isfinite(hints.hint_a.data()[i]) && std::isfinite(hints.hint_b.data()[i])))
      throw std::invalid_argument(owner + "hint: a colour is not a number");
  }
}

void validate(const RegionPatch& region, const Rect& photo) {
  if (region.bounds.empty()) throw std::invalid_argument("region.bounds is empty");
  require_within("region.bounds", region.bounds, photo);
  const Rect part = region.rect.empty() ? Rect{} : region.rect;
  if (!part.empty()) require_within("region.rect", part, region.bounds);
  require_size("region.mask", region.mask, part.width(), part.height());
  require_hints("region.", region, part.width(), part.height());
  if (!region.complete()) return;
  require_size("region.lightness", region.lightness, part.width(), part.height());
  require_finite("region.lightness", region.lightness);
}

}  // namespace

void validate(const Prior& prior) {
  const int width = prior.weight.width(), height = prior.weight.height();
  require_size("prior.a", prior.a, width, height);
  require_size("prior.b", prior.b, width, height);
  require_finite("prior.a", prior.a);
  require_finite("prior.b", prior.b);
  for (float weight : prior.weight)
    if (!std::isfinite(weight) || weight < 0)
      throw std::invalid_argument("prior.weight holds a value that is negative or not a number");
  for (const Plane<float>& trait : prior.traits) {
    require_size("prior.traits", trait, prior.traits[0].width(), prior.traits[0].height());
    require_finite("prior.traits", trait);
  }
}

void validate(const Problem& problem) {
  if (problem.lightness.empty()) throw std::invalid_argument("the photo is empty");
  require_finite("lightness", problem.lightness);
  require_hints("", problem, problem.width(), problem.height());
  for (const RegionPatch& region : problem.regions) validate(region, problem.lightness.whole());
  validate(problem.prior);
}

void validate(const HintPatch& patch, int photo_width, int photo_height) {
  const Rect photo{0, 0, photo_width, photo_height};
  for (const RegionPatch& region : patch.regions) validate(region, photo);
  if (patch.rect.empty()) return;
  require_within("patch.rect", patch.rect, photo);
  if (patch.has_hints() || patch.has_cuts() || !patch.hint_a.empty() || !patch.hint_b.empty())
    require_hints("patch.", patch, patch.rect.width(), patch.rect.height());
}

}  // namespace handtint
