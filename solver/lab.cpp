#include "solver/lab.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "solver/wide_code.h"

// Two implementations live here. The scalar functions follow the standards' formulas in double precision; they are what
// single colours go through and what the tests judge by. The row converters do the same in float without a call or a
// table, so that compilers turn their loops into vector code.
//
// Both use XYZ relative to the white point (x = X/Xn, ...), and both write the matrices as differences from g and y:
// x = g + n_r (r - g) + n_b (b - g). The rows of a white-relative matrix sum to 1, so this is the same product, and
// neutral grey stays neutral without rounding.

namespace handtint {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

// Linear sRGB -> XYZ, D65 (Lindbloom's seven digits of IEC 61966-2-1), and the same relative to its own white, the row
// sums.
constexpr Matrix xyz_from_rgb = {{{0.4124564, 0.3575761, 0.1804375},  //
                                  {0.2126729, 0.7151522, 0.0721750},
                                  {0.0193339, 0.1191920, 0.9503041}}};

constexpr Matrix white_relative(Matrix m) {
  for (auto& row : m) {
    const double white = row[0] + row[1] + row[2];
    for (double& value : row) value /= white;
  }
  return m;
}

constexpr Matrix inverse(const Matrix& m) {
  const auto cofactor = [&m](int r, int c) {
    const int r1 = (r + 1) % 3, r2 = (r + 2) % 3, c1 = (c + 1) % 3, c2 = (c + 2) % 3;
    return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
  };
  const double determinant = m[0][0] * cofactor(0, 0) + m[0][1] * cofactor(0, 1) + m[0][2] * cofactor(0, 2);
  Matrix result{};
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) result[c][r] = cofactor(r, c) / determinant;
  return result;
}

constexpr Matrix to_xyz = white_relative(xyz_from_rgb);
constexpr Matrix to_rgb = inverse(to_xyz);

// CIE 15: f(t) = cbrt(t) above delta^3, else a line of the same value and slope.
constexpr double delta = 6.0 / 29.0;
constexpr double f_slope = 1.0 / (3 * delta * delta);
constexpr double f_offset = 4.0 / 29.0;

// A colour this far outside, in linear light, is taken as inside and clipped: it is the rounding of a colour on the
// border. Worth 5e-4 in L at most (in black, where dL/dY is steepest).
constexpr double gamut_rounding = 1e-6;

// --- one colour, double precision

double f_of(double t) {
  return t > delta * delta * delta ? std::cbrt(t) : f_slope * t + f_offset;
}
double f_inverse(double f) {
  return f > delta ? f * f * f : (f - f_offset) / f_slope;
}

double decoded(double s) {
  return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
}
double encoded(double v) {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

struct Linear {
  double r, g, b;
};

Linear linear_from_lab(double L, double a, double b) {
  const double fy = (L + 16) / 116;
  const double y = f_inverse(fy), dx = f_inverse(fy + a / 500) - y, dz = f_inverse(fy - b / 200) - y;
  return {y + to_rgb[0][0] * dx + to_rgb[0][2] * dz, y + to_rgb[1][0] * dx + to_rgb[1][2] * dz,
          y + to_rgb[2][0] * dx + to_rgb[2][2] * dz};
}

// How far inside the gamut; negative outside.
double slack_of(const Linear& c) {
  return std::min(std::min({c.r, c.g, c.b}), 1 - std::max({c.r, c.g, c.b}));
}

// --- rows, float

// Initial guess by dividing the exponent (the float's bits are a piecewise linear logarithm), then Halley's iteration,
// which triples the digits each time: 4 % -> 1e-4 -> rounding. `x` is positive and normal.
inline float cube_root(float x) {
  float y = std::bit_cast<float>(
      static_cast<std::int32_t>(static_cast<float>(std::bit_cast<std::int32_t>(x)) * (1.0f / 3)) + 0x2a514067);
  for (int i = 0; i < 2; ++i) {
    const float cube = y * y * y;
    y *= (cube + 2 * x) / (2 * cube + x);
  }
  return y;
}

inline float fifth_root(float x) {
  float y = std::bit_cast<float>(static_cast<std::int32_t>(static_cast<float>(std::bit_cast<std::int32_t>(x)) * 0.2f) +
                                 0x32cc44cc);
  for (int i = 0; i < 2; ++i) {
    const float square = y * y, fifth = square * square * y;
    y *= (2 * fifth + 3 * x) / (3 * fifth + 2 * x);
  }
  return y;
}

// Written so that a NaN becomes `low`.
inline float clamped(float x, float low, float high) {
  x = x > low ? x : low;
  return x < high ? x : high;
}

inline float row_decoded(float s) {
  const float t = (s + 0.055f) * (1 / 1.055f), root = fifth_root(t);
  return s <= 0.04045f ? s * (1 / 12.92f) : t * t * (root * root);  // t^2.4 = t^2 (t^(1/5))^2
}

inline float row_encoded(float v) {
  const float t = v > 0.0031308f ? v : 0.0031308f;
  const float root = std::sqrt(std::sqrt(t)) * std::sqrt(cube_root(t));  // t^(1/2.4) = t^(1/4) t^(1/6)
  return v <= 0.0031308f ? 12.92f * v : 1.055f * root - 0.055f;
}

inline float row_f(float t) {
  constexpr float knee = static_cast<float>(delta * delta * delta);
  const float root = cube_root(t > knee ? t : knee);
  return t > knee ? root : static_cast<float>(f_slope) * t + static_cast<float>(f_offset);
}

inline float row_f_inverse(float f) {
  return f > static_cast<float>(delta) ? f * f * f
                                       : (f - static_cast<float>(f_offset)) * static_cast<float>(1 / f_slope);
}

constexpr int chunk_pixels = 256;  // a dozen arrays of this length stay in the first-level cache
using ChunkArray = std::array<float, chunk_pixels>;

struct RowLinear {
  float r, g, b;
};

inline RowLinear row_linear(float fy, float y, float da, float db) {
  constexpr float rx = static_cast<float>(to_rgb[0][0]), rz = static_cast<float>(to_rgb[0][2]);
  constexpr float gx = static_cast<float>(to_rgb[1][0]), gz = static_cast<float>(to_rgb[1][2]);
  constexpr float bx = static_cast<float>(to_rgb[2][0]), bz = static_cast<float>(to_rgb[2][2]);
  const float dx = row_f_inverse(fy + da) - y, dz = row_f_inverse(fy - db) - y;
  return {y + (rx * dx + rz * dz), y + (gx * dx + gz * dz), y + (bx * dx + bz * dz)};
}

inline float row_slack(const RowLinear& c) {
  const float low_rg = c.r < c.g ? c.r : c.g, low = low_rg < c.b ? low_rg : c.b;
  const float high_rg = c.r > c.g ? c.r : c.g, high = high_rg > c.b ? high_rg : c.b;
  return low < 1 - high ? low : 1 - high;
}

// The pixels of a chunk that lie outside the gamut, gathered so that the search runs in vector code.
struct Outside {
  int n = 0;
  std::array<int, chunk_pixels> index;
  ChunkArray fy, y, da, db;

  // Largest chroma factors: for each pixel the root of slack(t) in [0, 1] by regula falsi with the Illinois rule
  // (Dowell and Jarratt 1971): the end that stays twice has its value halved. The inner end of the bracket is inside
  // the gamut at every step; that is the one returned. 12 steps leave less than 1e-4 of the chroma on the table.
  void largest_factors(ChunkArray& inner) const {
    ChunkArray outer, inner_slack, outer_slack, at, slack;
    for (int k = 0; k < n; ++k) {
      const float at_grey = y[k] < 1 - y[k] ? y[k] : 1 - y[k];
      inner[k] = 0;
      inner_slack[k] = at_grey > 0 ? at_grey : 0;
      outer[k] = 1;
      outer_slack[k] = row_slack(row_linear(fy[k], y[k], da[k], db[k]));
    }
    for (int step = 0; step < 12; ++step) {
      for (int k = 0; k < n; ++k) {
        const float t0 = inner[k], s0 = inner_slack[k];
        at[k] = t0 + (outer[k] - t0) * (s0 / (s0 - outer_slack[k]));
        slack[k] = row_slack(row_linear(fy[k], y[k], at[k] * da[k], at[k] * db[k]));
      }
      for (int k = 0; k < n; ++k) {
        const float t = at[k], s = slack[k], half_s0 = 0.5f * inner_slack[k], half_s1 = 0.5f * outer_slack[k];
        const bool inside = s >= 0;
        inner[k] = inside ? t : inner[k];
        outer[k] = inside ? outer[k] : t;
        inner_slack[k] = inside ? s : half_s0;
        outer_slack[k] = inside ? half_s1 : s;
      }
    }
  }
};

}  // namespace

Lab lab_from_srgb(Rgb colour) {
  const double r = decoded(colour.r), g = decoded(colour.g), b = decoded(colour.b);
  const double fx = f_of(g + to_xyz[0][0] * (r - g) + to_xyz[0][2] * (b - g));
  const double fy = f_of(g + to_xyz[1][0] * (r - g) + to_xyz[1][2] * (b - g));
  const double fz = f_of(g + to_xyz[2][0] * (r - g) + to_xyz[2][2] * (b - g));
  return {static_cast<float>(116 * fy - 16), static_cast<float>(500 * (fx - fy)), static_cast<float>(200 * (fy - fz))};
}

Rgb srgb_from_lab(Lab colour) {
  const Linear c = linear_from_lab(colour.L, colour.a, colour.b);
  return {static_cast<float>(encoded(c.r)), static_cast<float>(encoded(c.g)), static_cast<float>(encoded(c.b))};
}

bool in_gamut(Lab colour, float tolerance) {
  const Rgb c = srgb_from_lab(colour);
  return std::min({c.r, c.g, c.b}) >= -tolerance && std::max({c.r, c.g, c.b}) <= 1 + tolerance;
}

Lab reduce_chroma_to_gamut(Lab colour) {
  const double L = std::clamp<double>(colour.L, 0, 100);
  const auto slack = [&](double t) { return slack_of(linear_from_lab(L, t * colour.a, t * colour.b)); };
  double inner = 1;
  if (!(slack(1) >= -gamut_rounding)) {
    double outer = 1;
    inner = 0;
    for (int step = 0; step < 40; ++step) {
      const double middle = 0.5 * (inner + outer);
      (slack(middle) >= 0 ? inner : outer) = middle;
    }
  }
  return {static_cast<float>(L), static_cast<float>(inner * colour.a), static_cast<float>(inner * colour.b)};
}

float lightness_from_grey(float srgb) {
  return static_cast<float>(116 * f_of(decoded(srgb)) - 16);
}
float grey_from_lightness(float L) {
  return static_cast<float>(encoded(f_inverse((L + 16.0) / 116)));
}

HANDTINT_WIDE void lab_row_from_srgb(const float* rgb, int n, float* L, float* a, float* b) {
  constexpr float xr = static_cast<float>(to_xyz[0][0]), xb = static_cast<float>(to_xyz[0][2]);
  constexpr float yr = static_cast<float>(to_xyz[1][0]), yb = static_cast<float>(to_xyz[1][2]);
  constexpr float zr = static_cast<float>(to_xyz[2][0]), zb = static_cast<float>(to_xyz[2][2]);
  ChunkArray red, green, blue;
  for (int start = 0; start < n; start += chunk_pixels) {
    const int count = std::min(chunk_pixels, n - start);
    const float* from = rgb + 3 * static_cast<std::ptrdiff_t>(start);
    for (int i = 0; i < count; ++i) {
      red[i] = from[3 * i];
      green[i] = from[3 * i + 1];
      blue[i] = from[3 * i + 2];
    }
    for (ChunkArray* channel : {&red, &green, &blue})
      for (int i = 0; i < count; ++i) (*channel)[i] = row_decoded(clamped((*channel)[i], 0, 1));
    for (int i = 0; i < count; ++i) {
      const float g = green[i], dr = red[i] - g, db = blue[i] - g;
      const float fx = row_f(g + (xr * dr + xb * db));
      const float fy = row_f(g + (yr * dr + yb * db));
      const float fz = row_f(g + (zr * dr + zb * db));
      L[start + i] = 116 * fy - 16;
      a[start + i] = 500 * (fx - fy);
      b[start + i] = 200 * (fy - fz);
    }
  }
}

void lightness_row_from_grey(const std::uint16_t* codes, int step, int n, float* L) {
  static const std::vector<float> lightness = [] {
    constexpr int count = 65536;
    std::vector<float> rgb(std::size_t{3} * count), result(count), none(count);
    for (std::size_t i = 0; i < rgb.size(); ++i) rgb[i] = static_cast<float>(i / 3) * (1 / 65535.0f);
    lab_row_from_srgb(rgb.data(), count, result.data(), none.data(), none.data());
    return result;
  }();
  for (int i = 0; i < n; ++i) L[i] = lightness[codes[static_cast<std::ptrdiff_t>(step) * i]];
}

HANDTINT_WIDE void srgb_row_from_lab(const float* L, const float* a, const float* b, int n, float* rgb) {
  ChunkArray fy, y, da, db, red, green, blue, slack, factor;
  Outside outside;
  for (int start = 0; start < n; start += chunk_pixels) {
    const int count = std::min(chunk_pixels, n - start);
    float worst = 0;
    for (int i = 0; i < count; ++i) {
      fy[i] = clamped(L[start + i], 0, 100);
      da[i] = clamped(a[start + i], -1000, 1000);  // keeps the cubes below finite
      db[i] = clamped(b[start + i], -1000, 1000);
    }
    for (int i = 0; i < count; ++i) {
      fy[i] = (fy[i] + 16) * (1 / 116.0f);
      da[i] *= 1 / 500.0f;
      db[i] *= 1 / 200.0f;
      y[i] = row_f_inverse(fy[i]);
      const RowLinear c = row_linear(fy[i], y[i], da[i], db[i]);
      red[i] = c.r;
      green[i] = c.g;
      blue[i] = c.b;
      slack[i] = row_slack(c);
      worst = slack[i] < worst ? slack[i] : worst;
    }
    if (worst < -static_cast<float>(gamut_rounding)) {
      outside.n = 0;
      for (int i = 0; i < count; ++i)
        if (slack[i] < -static_cast<float>(gamut_rounding)) {
          const int k = outside.n++;
          outside.index[k] = i;
          outside.fy[k] = fy[i];
          outside.y[k] = y[i];
          outside.da[k] = da[i];
          outside.db[k] = db[i];
        }
      outside.largest_factors(factor);
      for (int k = 0; k < outside.n; ++k) {
        const int i = outside.index[k];
        const RowLinear c = row_linear(fy[i], y[i], factor[k] * da[i], factor[k] * db[i]);
        red[i] = c.r;
        green[i] = c.g;
        blue[i] = c.b;
      }
    }
    for (ChunkArray* channel : {&red, &green, &blue})
      for (int i = 0; i < count; ++i) (*channel)[i] = clamped(row_encoded(clamped((*channel)[i], 0, 1)), 0, 1);
    float* to = rgb + 3 * static_cast<std::ptrdiff_t>(start);
    for (int i = 0; i < count; ++i) {
      to[3 * i] = red[i];
      to[3 * i + 1] = green[i];
      to[3 * i + 2] = blue[i];
    }
  }
}

}  // namespace handtint
