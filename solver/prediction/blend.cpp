#include "solver/prediction/blend.h"

#include <algorithm>
#include <vector>

#include "solver/resample.h"

namespace handtint {

Prior blend(std::span<const Prior> priors) {
  std::vector<const Prior*> given;
  for (const Prior& prior : priors)
    if (!prior.empty()) given.push_back(&prior);
  if (given.empty()) return {};
  if (given.size() == 1) return *given.front();

  const auto area = [](const Prior* prior) { return prior->weight.size(); };
  const Plane<float>& largest =
      (*std::max_element(given.begin(), given.end(), [&](auto p, auto q) { return area(p) < area(q); }))->weight;
  const int width = largest.width(), height = largest.height();
  Prior sum{Plane<float>(width, height), Plane<float>(width, height), Plane<float>(width, height)};
  for (const Prior* prior : given) {
    const Plane<float> a = resample(prior->a, width, height), b = resample(prior->b, width, height),
                       weight = resample(prior->weight, width, height);
    for (std::size_t i = 0; i < weight.size(); ++i) {
      sum.a.data()[i] += weight.data()[i] * a.data()[i];
      sum.b.data()[i] += weight.data()[i] * b.data()[i];
      sum.weight.data()[i] += weight.data()[i];
    }
    if (!sum.has_traits() && prior->has_traits())
      for (std::size_t i = 0; i < sum.traits.size(); ++i) sum.traits[i] = resample(prior->traits[i], width, height);
  }
  for (std::size_t i = 0; i < sum.weight.size(); ++i) {
    if (sum.weight.data()[i] == 0) continue;
    sum.a.data()[i] /= sum.weight.data()[i];
    sum.b.data()[i] /= sum.weight.data()[i];
  }
  return sum;
}

}  // namespace handtint
