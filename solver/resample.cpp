#include "solver/resample.h"

namespace handtint {

std::vector<Tap> resampling_taps(int from, int to) {
  std::vector<Tap> taps(to);
  const double step = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    Tap& tap = taps[i];
    if (step > 1) {
      const double begin = i * step, end = std::min<double>(begin + step, from);
      tap.first = static_cast<int>(begin);
      for (int k = tap.first; k < end; ++k) {
        const double covered = std::min<double>(k + 1, end) - std::max<double>(k, begin);
        tap.weights.push_back(static_cast<float>(covered / (end - begin)));
      }
    } else {
      const double centre = std::clamp((i + 0.5) * step - 0.5, 0.0, from - 1.0);
      tap.first = std::min(static_cast<int>(centre), std::max(from - 2, 0));
      const auto share = static_cast<float>(centre - tap.first);
      tap.weights = {1 - share};
      if (from > 1) tap.weights.push_back(share);
    }
  }
  return taps;
}

}  // namespace handtint
