// Ops that halve the inputs of a solve (lightness, barriers, hints), and that clear and copy its answers.
#pragma once

#include "solver/cut_bits.h"
#include "solver/numerics/view.h"

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

// Mean over the 2x2 pixels under a coarse one; at odd borders over those that exist.
struct HalveLightness {
  In fine;
  Out coarse;
  Extent fine_extent;

  HANDTINT_HD void operator()(int x, int y) const {
    const int x1 = smaller(2 * x + 1, fine_extent.width - 1), y1 = smaller(2 * y + 1, fine_extent.height - 1);
    coarse(x, y) = 0.25f * (fine(2 * x, 2 * y) + fine(x1, 2 * y) + (fine(2 * x, y1) + fine(x1, y1)));
  }
};

// Barriers at half size. A coarse pixel (X, Y) stands for the fine one at (2X, 2Y): its edge is cut when one of the two
// fine edges of that direction on the way from there to (2X + dx, 2Y + dy) is, or one beside them. So a closed barrier,
// which the way between its two sides crosses, stays closed at every size.
struct HalveCuts {
  View<const std::uint8_t> fine;
  View<std::uint8_t> coarse;
  HANDTINT_HD void operator()(int x, int y) const {
    const int fx = 2 * x, fy = 2 * y;
    const int here = fine(fx, fy) | fine(fx, fy + 1);
    const int east = fine(fx + 1, fy) | fine(fx + 1, fy + 1), west = fine(fx - 1, fy) | fine(fx - 1, fy + 1);
    coarse(x, y) =
        static_cast<std::uint8_t>((here & all_cuts) | (east & (all_cuts - cut_south_west)) | (west & cut_south_west));
  }
};

// Hints of one scale: covered share of the pixel (0..1), strength and colour averaged over the covered part. A
// full-size photo has no partly covered pixels, and no cover plane: where there is strength, there is a hint.
struct HintPlanes {
  In strength, a, b;
  InSmall cover;
};
struct OutHintPlanes {
  Out strength, a, b;
  OutSmall cover;
  HANDTINT_HD operator HintPlanes() const { return {in(strength), in(a), in(b), in(cover)}; }
};

// Area average of the hints under a coarse pixel, colours weighted by their cover. With barriers (`divided`) only those
// count that none of them cuts off from the fine pixel that the coarse one stands for.
template <bool from_full_size, bool divided>
struct HalveHints {
  HintPlanes fine;
  OutHintPlanes coarse;
  View<const std::uint8_t> cuts;  // fine; read when divided

  HANDTINT_HD void operator()(int x, int y) const {
    float cover = 0, strength = 0, a = 0, b = 0;
    for (int dy = 0; dy < 2; ++dy)
      for (int dx = 0; dx < 2; ++dx) {
        const float s = fine.strength(2 * x + dx, 2 * y + dy);
        float c = from_full_size ? (s > 0 ? 1.0f : 0.0f) : fine.cover(2 * x + dx, 2 * y + dy);
        if (divided && dx + dy > 0) {
          constexpr int edge[] = {0, cut_east, cut_south, cut_south_east};  // from the upper left pixel
          c = cuts(2 * x, 2 * y) & edge[2 * dy + dx] ? 0.0f : c;
        }
        cover += c;
        strength += c * s;
        a += c * fine.a(2 * x + dx, 2 * y + dy);
        b += c * fine.b(2 * x + dx, 2 * y + dy);
      }
    const float inverse = cover > 0 ? 1.0f / cover : 0.0f;
    coarse.cover(x, y) = 0.25f * cover;
    coarse.strength(x, y) = inverse * strength;
    coarse.a(x, y) = inverse * a;
    coarse.b(x, y) = inverse * b;
  }
};

// The answer of a scale.
struct Clear2 {
  Out2 u;
  HANDTINT_HD void operator()(int x, int y) const { u.set(x, y, {0, 0}); }
};

struct Copy2 {
  In2 from;
  Out2 to;
  HANDTINT_HD void operator()(int x, int y) const { to.set(x, y, from(x, y)); }
};

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
