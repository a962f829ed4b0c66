// The solver beside other people's, on the same hints in the same process. Not a test: it prints, nothing fails.
//
//   bench_peers [--megapixels 1,4,12] [--repeat N] [--levin-up-to MP] [--only WORDS] [--write FOLDER]
//
// --only: the solvers whose names hold these words. --write: nothing is solved; the photo and its strokes become
// FOLDER/1.pgm and FOLDER/1-strokes.ppm (by megapixels; strokes on black), for other programs.
//
// The peers: OpenCV's fast bilateral solver (Barron, Poole 2016) and fast global smoother (Min et al. 2014) with the
// parameters that gave the best colour on photographs, not their defaults; and the linear system of Levin, Lischinski
// and Weiss 2004 with the weights of the authors' program, solved exactly by UMFPACK, which takes minutes and gigabytes
// beyond a megapixel. Times are from hints to chroma, set-up included, the best of N (Levin's once). `colour` is the
// mean length of (a, b): it shows that each has done its work, not how well.
#include <Eigen/Sparse>
#include <Eigen/UmfPackSupport>
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/ximgproc/edge_filter.hpp>
#include <string>
#include <vector>

#include "solver/conductor/colorize.h"
#include "solver/lab.h"
#include "tests/bench/picture.h"

using namespace handtint;

namespace {

// The photo as OpenCV's filters take it: lightness 0..100 as 8 bits.
cv::Mat guide_of(const Problem& p) {
  cv::Mat guide(p.height(), p.width(), CV_8UC1);
  for (int y = 0; y < p.height(); ++y)
    for (int x = 0; x < p.width(); ++x)
      guide.at<std::uint8_t>(y, x) =
          static_cast<std::uint8_t>(std::clamp(p.lightness(x, y) * 2.55f + 0.5f, 0.0f, 255.0f));
  return guide;
}

Plane<float> plane_of(const cv::Mat& from, float less) {
  Plane<float> to(from.cols, from.rows);
  for (int y = 0; y < from.rows; ++y)
    for (int x = 0; x < from.cols; ++x) to(x, y) = from.at<float>(y, x) - less;
  return to;
}

// It takes 8 bits: a and b with 128 added.
Chroma bilateral_solver(const Problem& p) {
  const cv::Mat guide = guide_of(p);
  cv::Mat confidence(p.height(), p.width(), CV_8UC1);
  const auto solve = [&](const Plane<float>& hint) {
    cv::Mat source(p.height(), p.width(), CV_8UC1), answer;
    for (int y = 0; y < p.height(); ++y)
      for (int x = 0; x < p.width(); ++x) {
        const bool hinted = p.hint_strength(x, y) > 0;
        confidence.at<std::uint8_t>(y, x) = hinted ? 255 : 0;
        source.at<std::uint8_t>(y, x) =
            static_cast<std::uint8_t>(hinted ? std::clamp(hint(x, y) + 128.5f, 0.0f, 255.0f) : 128.0f);
      }
    constexpr double spatial = 24, luma = 6, chroma = 6, lambda = 1;
    cv::ximgproc::fastBilateralSolverFilter(guide, source, confidence, answer, spatial, luma, chroma, lambda, 100);
    answer.convertTo(answer, CV_32F);
    return plane_of(answer, 128);
  };
  return {solve(p.hint_a), solve(p.hint_b)};
}

// Smoothed hints over smoothed confidence.
Chroma global_smoother(const Problem& p) {
  const auto filter = cv::ximgproc::createFastGlobalSmootherFilter(guide_of(p), 1000, 8, 0.25, 3);
  const auto smooth = [&](const std::function<float(int, int)>& value) {
    cv::Mat source(p.height(), p.width(), CV_32FC1), answer;
    for (int y = 0; y < p.height(); ++y)
      for (int x = 0; x < p.width(); ++x) source.at<float>(y, x) = p.hint_strength(x, y) > 0 ? value(x, y) : 0;
    filter->filter(source, answer);
    return plane_of(answer, 0);
  };
  const Plane<float> confidence = smooth([](int, int) { return 1.0f; });
  Chroma chroma{smooth([&](int x, int y) { return p.hint_a(x, y); }),
                smooth([&](int x, int y) { return p.hint_b(x, y); })};
  for (Plane<float>* plane : {&chroma.a, &chroma.b})
    for (std::size_t i = 0; i < plane->size(); ++i)
      plane->data()[i] = confidence.data()[i] > 1e-12f ? plane->data()[i] / confidence.data()[i] : 0;
  return chroma;
}

// Neighbours of a pixel with their weights, which sum to 1: exp(-d^2 / s), d the difference of luminance (0..1) and s
// 0.6 of the variance in the window of 3 x 3, but so large that the likest neighbour keeps a weight of 0.01.
struct Neighbours {
  int count = 0;
  std::array<int, 8> at{};
  std::array<double, 8> weight{};
};
Neighbours neighbours_of(const Plane<float>& lightness, int x, int y) {
  Neighbours found;
  std::array<double, 8> squares{};
  const double own = lightness(x, y) / 100.0;
  double sum = own, sum_of_squares = own * own, likest = 1;
  for (int v = std::max(y - 1, 0); v <= std::min(y + 1, lightness.height() - 1); ++v)
    for (int u = std::max(x - 1, 0); u <= std::min(x + 1, lightness.width() - 1); ++u) {
      if (u == x && v == y) continue;
      const double value = lightness(u, v) / 100.0;
      sum += value;
      sum_of_squares += value * value;
      squares[found.count] = (value - own) * (value - own);
      likest = std::min(likest, squares[found.count]);
      found.at[found.count++] = v * lightness.width() + u;
    }
  const double mean = sum / (found.count + 1);
  const double variance = sum_of_squares / (found.count + 1) - mean * mean;
  const double scale = std::max({0.6 * variance, likest / std::log(100.0), 2e-6});
  double total = 0;
  for (int i = 0; i < found.count; ++i) total += found.weight[i] = std::exp(-squares[i] / scale);
  for (int i = 0; i < found.count; ++i) found.weight[i] /= total;
  return found;
}

// Every pixel is its neighbours' weighted mean, a hinted one its hint.
Chroma levin(const Problem& p) {
  const int width = p.width(), pixels = width * p.height();
  std::vector<Eigen::Triplet<double>> entries;
  entries.reserve(std::size_t{9} * pixels);
  Eigen::MatrixXd hints = Eigen::MatrixXd::Zero(pixels, 2);
  for (int y = 0; y < p.height(); ++y)
    for (int x = 0; x < width; ++x) {
      const int i = y * width + x;
      entries.emplace_back(i, i, 1.0);
      if (p.hint_strength(x, y) > 0) {
        hints(i, 0) = p.hint_a(x, y);
        hints(i, 1) = p.hint_b(x, y);
        continue;
      }
      const Neighbours n = neighbours_of(p.lightness, x, y);
      for (int k = 0; k < n.count; ++k) entries.emplace_back(i, n.at[k], -n.weight[k]);
    }
  Eigen::SparseMatrix<double> system(pixels, pixels);
  system.setFromTriplets(entries.begin(), entries.end());
  const Eigen::UmfPackLU<Eigen::SparseMatrix<double>> factors(system);
  Chroma chroma{Plane<float>(width, p.height()), Plane<float>(width, p.height())};
  if (factors.info() != Eigen::Success) return chroma;
  const Eigen::MatrixXd answer = factors.solve(hints);
  for (int i = 0; i < pixels; ++i) {
    chroma.a.data()[i] = static_cast<float>(answer(i, 0));
    chroma.b.data()[i] = static_cast<float>(answer(i, 1));
  }
  return chroma;
}

// 8 bits of 0..1.
char code(float value) {
  return static_cast<char>(std::clamp(std::lround(value * 255), 0l, 255l));
}

void write(const std::string& name, const Problem& p) {
  const std::string size = std::to_string(p.width()) + " " + std::to_string(p.height());
  std::ofstream photo(name + ".pgm", std::ios::binary), strokes(name + "-strokes.ppm", std::ios::binary);
  photo << "P5\n" << size << "\n255\n";
  strokes << "P6\n" << size << "\n255\n";
  for (int y = 0; y < p.height(); ++y)
    for (int x = 0; x < p.width(); ++x) {
      photo.put(code(grey_from_lightness(p.lightness(x, y))));
      const bool hinted = p.hint_strength(x, y) > 0;
      const Rgb colour = hinted ? srgb_from_lab({60, p.hint_a(x, y), p.hint_b(x, y)}) : Rgb{};
      strokes.put(code(colour.r)).put(code(colour.g)).put(code(colour.b));
    }
}

std::string only;  // empty: all

void measure(const std::string& name, const Problem& p, int repeat, const std::function<Chroma()>& solve) {
  if (name.find(only) == std::string::npos) return;
  using Clock = std::chrono::steady_clock;
  double best = 1e30;
  Chroma chroma;
  for (int i = 0; i < repeat; ++i) {
    const auto start = Clock::now();
    chroma = solve();
    best = std::min(best, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  double colour = 0;
  for (std::size_t i = 0; i < chroma.a.size(); ++i) colour += std::hypot(chroma.a.data()[i], chroma.b.data()[i]);
  const double pixels = static_cast<double>(p.width()) * p.height();
  std::printf("%5.1f MP  %-42s %9.1f ms   colour %5.1f\n", pixels * 1e-6, name.c_str(), best,
              colour / static_cast<double>(chroma.a.size()));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::string sizes = "1,4,12", folder;
  int repeat = 3;
  double levin_up_to = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--megapixels") sizes = argv[i + 1];
    if (option == "--repeat") repeat = std::max(1, std::atoi(argv[i + 1]));
    if (option == "--levin-up-to") levin_up_to = std::atof(argv[i + 1]);
    if (option == "--only") only = argv[i + 1];
    if (option == "--write") folder = argv[i + 1];
  }
  for (std::size_t at = 0; at < sizes.size();) {
    const std::size_t end = std::min(sizes.find(',', at), sizes.size());
    const double megapixels = std::atof(sizes.substr(at, end - at).c_str());
    at = end + 1;
    const Problem p = bench::picture(megapixels);
    if (!folder.empty()) {
      write(folder + "/" + std::to_string(std::lround(megapixels)), p);
      continue;
    }
    ColorizeOptions whole, draft;
    whole.backend = draft.backend = Backend::cpu;
    draft.settings.preview = true;
    measure("Handtint", p, repeat, [&] { return colorize(p, whole).chroma; });
    measure("Handtint, preview", p, repeat, [&] { return colorize(p, draft).chroma; });
    measure("OpenCV fast bilateral solver, tuned", p, repeat, [&] { return bilateral_solver(p); });
    measure("OpenCV fast global smoother, tuned", p, repeat, [&] { return global_smoother(p); });
    if (megapixels <= levin_up_to) measure("Levin, Lischinski, Weiss 2004, exact", p, 1, [&] { return levin(p); });
  }
}
