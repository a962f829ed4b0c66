#include "editor/files/stroke_rim.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <utility>
#include <vector>

namespace handtint {
namespace {

using Step = std::array<int, 2>;
constexpr Step neighbours[] = {{-1, -1}, {0, -1}, {1, -1}, {-1, 0}, {1, 0}, {-1, 1}, {0, 1}, {1, 1}};

std::array<int, 3> minus(Rgb8 p, Rgb8 q) {
  return {p.r - q.r, p.g - q.g, p.b - q.b};
}
int size_of(const std::array<int, 3>& d) {
  return std::abs(d[0]) + std::abs(d[1]) + std::abs(d[2]);
}

// Lossless: coverage of every drawn pixel by the stroke it belongs to. From the strongest pixels downhill, everything
// that is a mixture of their colour and the background is theirs.
class Coverage {
 public:
  Coverage(const StrokeMask& mask, const Plane<Rgb8>& background)
      : mask_(mask), background_(background), width_(mask.width()), height_(mask.height()) {
    cover_ = Plane<std::uint8_t>(width_, height_);
    stroke_ = Plane<std::int32_t>(width_, height_, -1);
    const std::vector<std::int32_t> order = strongest_first();
    for (const std::int32_t peak : order)
      if (stroke_.data()[peak] < 0) flood(peak);
    find_true_colours();
  }

  // Partly covered, on the way from the background to a core.
  Plane<std::uint8_t> rim() const {
    Plane<std::uint8_t> rim(width_, height_);
    std::vector<std::int32_t> pending;
    const auto add = [&](std::int32_t at) {
      rim.data()[at] = 1;
      pending.push_back(at);
    };
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x)
        if (is_partly(y * width_ + x) &&
            any_neighbour(x, y, 1, [&](std::int32_t n) { return mask_.drawn.data()[n] == 0; }))
          add(y * width_ + x);
    constexpr int slack = 8;
    while (!pending.empty()) {
      const std::int32_t at = pending.back();
      pending.pop_back();
      for_neighbours(at % width_, at / width_, 1, [&](std::int32_t n) {
        if (rim.data()[n] == 0 && is_partly(n) && cover_.data()[n] + slack >= cover_.data()[at]) add(n);
      });
    }
    return rim;
  }

 private:
  // Of 255. A little less than all is no other colour.
  static constexpr int nearly_all = 230;

  Rgb8 below(std::int32_t at) const { return background_.empty() ? Rgb8{} : background_.data()[at]; }
  Rgb8 colour(std::int32_t at) const { return mask_.colour.data()[at]; }
  static std::uint32_t code_of(Rgb8 c) { return std::uint32_t{c.r} << 16 | std::uint32_t{c.g} << 8 | c.b; }

  template <class Visit>
  void for_neighbours(int x, int y, int radius, Visit visit) const {
    for (int ny = std::max(y - radius, 0); ny <= std::min(y + radius, height_ - 1); ++ny)
      for (int nx = std::max(x - radius, 0); nx <= std::min(x + radius, width_ - 1); ++nx)
        if (nx != x || ny != y) visit(ny * width_ + nx);
  }
  template <class Condition>
  bool any_neighbour(int x, int y, int radius, Condition condition) const {
    bool found = false;
    for_neighbours(x, y, radius, [&](std::int32_t n) { found = found || condition(n); });
    return found;
  }

  std::vector<std::int32_t> strongest_first() const {
    std::array<std::size_t, 767> starts{};
    const auto strength = [&](std::int32_t at) { return size_of(minus(colour(at), below(at))); };
    const auto pixels = static_cast<std::int32_t>(mask_.drawn.size());
    for (std::int32_t at = 0; at < pixels; ++at)
      if (mask_.drawn.data()[at]) ++starts[766 - strength(at)];
    std::size_t sum = 0;
    for (std::size_t& start : starts) sum += std::exchange(start, sum);
    std::vector<std::int32_t> order(sum);
    for (std::int32_t at = 0; at < pixels; ++at)
      if (mask_.drawn.data()[at]) order[starts[766 - strength(at)]++] = at;
    return order;
  }

  // How much of the peak's colour the pixel shows over its background, 0..255; -1 if it is no such mixture.
  int cover_by(Rgb8 peak, std::int32_t at) const {
    const std::array<int, 3> whole = minus(peak, below(at)), part = minus(colour(at), below(at));
    const int square = whole[0] * whole[0] + whole[1] * whole[1] + whole[2] * whole[2];
    if (square == 0) return -1;
    const double share = static_cast<double>(whole[0] * part[0] + whole[1] * part[1] + whole[2] * part[2]) / square;
    double rest = 0;
    for (int c = 0; c < 3; ++c) rest += std::abs(part[c] - share * whole[c]);
    if (share < 0 || share > 1.1 || rest > 4 + 0.08 * size_of(part)) return -1;
    return static_cast<int>(std::min(share, 1.0) * 255 + 0.5);
  }

  void flood(std::int32_t peak) {
    constexpr int slack = 8;
    const Rgb8 colour_of_peak = colour(peak);
    std::vector<std::int32_t> pending = {peak};
    stroke_.data()[peak] = peak;
    cover_.data()[peak] = 255;
    while (!pending.empty()) {
      const std::int32_t at = pending.back();
      pending.pop_back();
      for_neighbours(at % width_, at / width_, 1, [&](std::int32_t n) {
        if (!mask_.drawn.data()[n] || stroke_.data()[n] >= 0) return;
        const int cover = cover_by(colour_of_peak, n);
        if (cover < 0 || cover > cover_.data()[at] + slack) return;
        stroke_.data()[n] = peak;
        cover_.data()[n] = static_cast<std::uint8_t>(cover);
        pending.push_back(n);
      });
    }
  }

  // A darker stroke that touches a lighter one of the same hue is no rim of it: it is flat, and a clear step away.
  void find_true_colours() {
    struct Pixels {
      std::int64_t all = 0, flat = 0, stepping = 0, steps = 0;
    };
    std::unordered_map<std::uint32_t, Pixels> found;
    const auto for_drawn = [&](auto visit) {
      for (int y = 0; y < height_; ++y)
        for (int x = 0; x < width_; ++x)
          if (mask_.drawn(x, y)) visit(x, y, y * width_ + x);
    };
    for_drawn([&](int, int, std::int32_t at) {
      if (cover_.data()[at] < nearly_all) found.try_emplace(code_of(colour(at)));
    });
    for_drawn([&](int x, int y, std::int32_t at) {
      const auto entry = found.find(code_of(colour(at)));
      if (entry == found.end()) return;
      Pixels& pixels = entry->second;
      ++pixels.all;
      const int own = cover_.data()[at];
      const auto is_stronger = [&](std::int32_t n) {
        return stroke_.data()[n] == stroke_.data()[at] && cover_.data()[n] > own && colour(n) != colour(at);
      };
      if (own >= nearly_all || !any_neighbour(x, y, 2, is_stronger)) ++pixels.flat;
      int step = 0;
      for_neighbours(x, y, 1, [&](std::int32_t n) {
        if (!is_stronger(n)) return;
        for (const int d : minus(colour(n), colour(at))) step = std::max(step, std::abs(d));
      });
      pixels.stepping += step > 0;
      pixels.steps += step;
    });
    constexpr int clear_step = 3, some = 3;  // the outskirts of a soft stroke are flat, but go on by single steps
    for (const auto& [code, pixels] : found)
      if (pixels.flat >= some && 5 * pixels.flat >= pixels.all && pixels.steps >= clear_step * pixels.stepping)
        true_colours_[code] = true;
  }

  bool is_partly(std::int32_t at) const {
    return mask_.drawn.data()[at] && cover_.data()[at] < nearly_all && !true_colours_.contains(code_of(colour(at)));
  }

  const StrokeMask& mask_;
  const Plane<Rgb8>& background_;
  int width_, height_;
  Plane<std::uint8_t> cover_;
  Plane<std::int32_t> stroke_;  // the pixel of its peak
  std::unordered_map<std::uint32_t, bool> true_colours_;
};

// Lossy: from the middle of the strokes outward, a pixel stays if it shows the colour of what is further inside.
class Support {
 public:
  Support(const StrokeMask& mask, const Plane<Rgb8>& background) : mask_(mask), background_(background) {
    find_depths();
  }

  Plane<std::uint8_t> rim() const {
    const int width = mask_.width(), height = mask_.height();
    Plane<std::uint8_t> rim(width, height);
    Plane<Rgb8> core = mask_.colour;
    for (int depth = deepest - 1; depth >= 1; --depth)
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          if (depth_(x, y) != depth) continue;
          bool middle = true, supported = false;
          for (int ny = std::max(y - reach, 0); ny <= std::min(y + reach, height - 1); ++ny)
            for (int nx = std::max(x - reach, 0); nx <= std::min(x + reach, width - 1); ++nx) {
              if (depth_(nx, ny) <= depth) continue;
              middle = false;
              if (supported || rim(nx, ny) || !is_like(core(nx, ny), x, y)) continue;
              supported = true;
              core(x, y) = core(nx, ny);
            }
          if (!middle && !supported) rim(x, y) = 1;
        }
    return rim;
  }

 private:
  static constexpr int deepest = 24, reach = 2;

  bool is_like(Rgb8 core, int x, int y) const {
    const Rgb8 below = background_.empty() ? Rgb8{} : background_(x, y);
    return size_of(minus(core, mask_.colour(x, y))) <= 24 + 0.15 * size_of(minus(core, below));
  }

  // Steps to the nearest pixel that is not drawn, at most `deepest`; 0 outside of strokes.
  void find_depths() {
    const int width = mask_.width(), height = mask_.height();
    depth_ = Plane<std::uint8_t>(width, height);
    const auto at = [&](int x, int y) {
      return x < 0 || y < 0 || x >= width || y >= height ? deepest : int{depth_(x, y)};
    };
    const auto relax = [&](int x, int y, int sign) {
      if (!mask_.drawn(x, y)) return;
      const int nearest = std::min({sign < 0 ? deepest - 1 : depth_(x, y) - 1, at(x + sign, y), at(x - 1, y + sign),
                                    at(x, y + sign), at(x + 1, y + sign)});
      depth_(x, y) = static_cast<std::uint8_t>(std::min(nearest + 1, deepest));
    };
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) relax(x, y, -1);
    for (int y = height - 1; y >= 0; --y)
      for (int x = width - 1; x >= 0; --x) relax(x, y, 1);
  }

  const StrokeMask& mask_;
  const Plane<Rgb8>& background_;
  Plane<std::uint8_t> depth_;
};

}  // namespace

void remove_rims(StrokeMask& mask, const Plane<Rgb8>& background, bool lossy) {
  // What covers nearly everything is a picture itself, and no strokes.
  const auto drawn = std::count(mask.drawn.begin(), mask.drawn.end(), std::uint8_t{1});
  if (10 * static_cast<std::size_t>(drawn) > 9 * mask.drawn.size()) return;
  const Plane<std::uint8_t> rim = lossy ? Support(mask, background).rim() : Coverage(mask, background).rim();
  for (std::size_t i = 0; i < rim.size(); ++i)
    if (rim.data()[i]) {
      mask.drawn.data()[i] = 0;
      mask.colour.data()[i] = {};
    }
}

}  // namespace handtint
