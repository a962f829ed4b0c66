#include "solver/layers/enlarger.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>
#include <utility>
#include <vector>

#include "solver/resample.h"
#include "solver/wide_code.h"

namespace handtint {
namespace {

// A step in lightness of this size halves a neighbour's say (its square root, at that).
constexpr float lightness_step = 4;

constexpr int most_threads = 16;

// A small pixel's lightness and colour for each pixel of the photo's width, for one of the nine neighbours.
struct Stretched {
  std::vector<float> lightness, a, b;
};

Stretched stretch_row(const Plane<float>& guide, const Chroma& small, int row, const std::vector<int>& column) {
  const float *L = guide.row(row), *a = small.a.row(row), *b = small.b.row(row);
  Stretched to;
  to.lightness.resize(column.size());
  to.a.resize(column.size());
  to.b.resize(column.size());
  for (std::size_t x = 0; x < column.size(); ++x) {
    to.lightness[x] = L[column[x]];
    to.a[x] = a[column[x]];
    to.b[x] = b[column[x]];
  }
  return to;
}

// Adds what one of the nine neighbours says, for a whole row: the compiler makes vectors of it.
HANDTINT_WIDE void add_neighbour(const float* L, const Stretched& from, const float* near_x, float near_y,
                                 float* __restrict sum, float* __restrict sum_a, float* __restrict sum_b,
                                 std::size_t n) {
  const float *guide = from.lightness.data(), *a = from.a.data(), *b = from.b.data();
  for (std::size_t x = 0; x < n; ++x) {
    const float step = (L[x] - guide[x]) * (1 / lightness_step);
    const float unlike = 1 + step * step;
    const float weight = (near_x[x] * near_y + 1e-4f) / (unlike * unlike);
    sum[x] += weight;
    sum_a[x] += weight * a[x];
    sum_b[x] += weight * b[x];
  }
}

}  // namespace

Enlarger::Enlarger(Chroma small, SharedPlane<float> guide, SharedPlane<float> lightness, int threads)
    : small_(std::move(small)),
      guide_(std::move(guide)),
      lightness_(std::move(lightness)),
      result_{{lightness_.width(), lightness_.height()}, {lightness_.width(), lightness_.height()}},
      threads_(
          std::clamp(threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency()), 1, most_threads)) {}

bool Enlarger::work(const std::function<bool()>& keep_going) {
  const int height = lightness_.height();
  const int at_once = std::max(1, 500'000 / std::max(lightness_.width(), 1));
  do {
    const int end = std::min(next_row_ + at_once, height);
    const auto begin = [&](int part) { return next_row_ + (end - next_row_) * part / threads_; };
    {
      std::vector<std::jthread> threads;
      for (int part = 1; part < threads_; ++part)
        threads.emplace_back([this, from = begin(part), to = begin(part + 1)] { rows(from, to); });
      rows(begin(0), begin(1));
    }
    next_row_ = end;
  } while (next_row_ < height && keep_going());
  return next_row_ == height;
}

void Enlarger::rows(int from, int to) {
  const int width = lightness_.width(), small_width = small_.a.width(), small_height = small_.a.height();
  const float step_x = static_cast<float>(small_width) / width;
  const float step_y = static_cast<float>(small_height) / lightness_.height();
  const auto n = static_cast<std::size_t>(width);
  std::array<std::vector<int>, 3> column;
  std::array<std::vector<float>, 3> near_x;
  for (int i = 0; i < 3; ++i) {
    column[i].resize(n);
    near_x[i].resize(n);
    for (int x = 0; x < width; ++x) {
      const float fx = (x + 0.5f) * step_x - 0.5f;
      const int neighbour = static_cast<int>(std::lround(fx)) + i - 1;
      column[i][x] = std::clamp(neighbour, 0, small_width - 1);
      near_x[i][x] = std::max(1.5f - std::abs(fx - neighbour), 0.0f);
    }
  }
  std::array<std::array<Stretched, 3>, 3> stretched;
  std::vector<float> sum(n), sum_a(n), sum_b(n);
  int stretched_for = -10;
  for (int y = from; y < to; ++y) {
    const float fy = (y + 0.5f) * step_y - 0.5f;
    const int centre = static_cast<int>(std::lround(fy));
    if (centre != stretched_for) {
      stretched_for = centre;
      for (int j = 0; j < 3; ++j)
        for (int i = 0; i < 3; ++i)
          stretched[j][i] = stretch_row(guide_, small_, std::clamp(centre + j - 1, 0, small_height - 1), column[i]);
    }
    std::fill(sum.begin(), sum.end(), 0.0f);
    std::fill(sum_a.begin(), sum_a.end(), 0.0f);
    std::fill(sum_b.begin(), sum_b.end(), 0.0f);
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 3; ++i)
        add_neighbour(lightness_.row(y), stretched[j][i], near_x[i].data(),
                      std::max(1.5f - std::abs(fy - (centre + j - 1)), 0.0f), sum.data(), sum_a.data(), sum_b.data(),
                      n);
    float *a = result_.a.row(y), *b = result_.b.row(y);
    for (std::size_t x = 0; x < n; ++x) {
      a[x] = sum_a[x] / sum[x];
      b[x] = sum_b[x] / sum[x];
    }
  }
}

Chroma enlarge_along_edges(const Chroma& small, const SharedPlane<float>& lightness, int threads) {
  if (small.a.same_size(lightness)) return small;
  Enlarger enlarger(small, resample(lightness, small.width(), small.height()), lightness, threads);
  enlarger.work([] { return true; });
  return enlarger.take();
}

}  // namespace handtint
