#include "editor/document/finish.h"

#include <cmath>
#include <utility>

#include "solver/tr.h"

namespace handtint {

Ab finished(Ab colour, const Finish& finish) {
  if (finish.plain()) return colour;
  const Ab vivid{finish.vividness * colour.a, finish.vividness * colour.b};
  const float chroma = std::hypot(vivid.a, vivid.b);
  const float shift = finish.warmth * (warmth_of_grey + warmth_of_colour * chroma / (chroma + half_coloured));
  return {vivid.a + shift * warm_direction.a, vivid.b + shift * warm_direction.b};
}

Chroma finished(Chroma chroma, const Finish& finish) {
  if (finish.plain()) return chroma;
  for (std::size_t i = 0; i < chroma.a.size(); ++i) {
    const Ab ab = finished(Ab{chroma.a.data()[i], chroma.b.data()[i]}, finish);
    chroma.a.data()[i] = ab.a;
    chroma.b.data()[i] = ab.b;
  }
  return chroma;
}

std::string validate(const Finish& finish) {
  const auto outside = [](const char* name, float value, const char* low, const char* high) {
    return tr("{1} is {2}, it must be from {3} to {4}", {name, std::to_string(value), low, high});
  };
  if (!(finish.vividness >= 0 && finish.vividness <= max_vividness))
    return outside("vividness", finish.vividness, "0", "2");
  if (!(finish.warmth >= -1 && finish.warmth <= 1)) return outside("warmth", finish.warmth, "-1", "1");
  return {};
}

}  // namespace handtint
