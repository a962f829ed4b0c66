// What a per-pixel op sees of memory: unowned strided planes, pairs of planes for the two chroma channels, and the few
// scalar functions that ops may use. C++17, no containers, no exceptions: these headers are also compiled by nvcc.
//
// Rules for an op: a functor called once per pixel as op(x, y). It may read neighbours only of planes that it does not
// write; + - * / sqrt and comparisons only, in float; borders through zero margins (below), never through branches on
// the picture's size unless it must know it. Every plane carries a margin of `margin_rows` rows and `plane_margin`
// columns, or more, that holds zeros and stays zero, so that a read one pixel outside the picture is 0 and an edge to
// it, having weight 0, counts nothing. An op with a member `static constexpr bool keeps_margin = true` writes zeros
// (and sums 0) at pixels of the margin right of a picture whose margins are 0: an executor may let it run on to the end
// of a vector.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#if defined(__CUDACC__)
#define HANDTINT_HD __host__ __device__ __forceinline__
#else
#define HANDTINT_HD __attribute__((always_inline)) inline
#endif

// Before a loop: unroll it this many times. Both compilers know the word, each under a name of its own.
#define HANDTINT_PRAGMA(text) _Pragma(#text)
#if defined(__CUDACC__)
#define HANDTINT_UNROLL(count) HANDTINT_PRAGMA(unroll count)
#else
#define HANDTINT_UNROLL(count) HANDTINT_PRAGMA(GCC unroll count)
#endif

// The numerics are compiled several times, for different instruction sets and executors, and linked into one program.
// Each build has a namespace of its own, so that the linker can never merge an inline function of one with that of
// another. README.md lists them.
#ifndef HANDTINT_ISA
#define HANDTINT_ISA portable
#endif

namespace handtint::numerics {
inline namespace HANDTINT_ISA {

constexpr int plane_margin = 16;  // columns left and right: 64 bytes, so rows start on a cache line
constexpr int margin_rows = 2;    // above and as many below

template <class T>
struct View {
  T* origin = nullptr;  // pixel (0, 0)
  std::ptrdiff_t stride = 0;

  HANDTINT_HD T& operator()(int x, int y) const { return origin[y * stride + x]; }
  HANDTINT_HD explicit operator bool() const { return origin != nullptr; }
};

using In = View<const float>;
using Out = View<float>;

HANDTINT_HD In in(Out view) {
  return {view.origin, view.stride};
}

struct Extent {
  int width = 0, height = 0;
};

// A value of both chroma channels at one pixel.
struct Pair {
  float a, b;
};

struct In2 {
  In a, b;
  HANDTINT_HD Pair operator()(int x, int y) const { return {a(x, y), b(x, y)}; }
};
struct Out2 {
  Out a, b;
  HANDTINT_HD Pair operator()(int x, int y) const { return {a(x, y), b(x, y)}; }
  HANDTINT_HD void set(int x, int y, Pair value) const {
    a(x, y) = value.a;
    b(x, y) = value.b;
  }
  HANDTINT_HD operator In2() const { return {in(a), in(b)}; }
};

HANDTINT_HD Pair operator+(Pair u, Pair v) {
  return {u.a + v.a, u.b + v.b};
}
HANDTINT_HD Pair operator-(Pair u, Pair v) {
  return {u.a - v.a, u.b - v.b};
}
HANDTINT_HD Pair operator*(float s, Pair v) {
  return {s * v.a, s * v.b};
}
HANDTINT_HD float dot(Pair u, Pair v) {
  return u.a * v.a + u.b * v.b;
}
HANDTINT_HD float squared_norm(Pair u) {
  return u.a * u.a + u.b * u.b;
}

// An op may have a member begin() that fetches scalars once before a run of pixels; executors call start(op) on their
// copy.
template <class Op>
HANDTINT_HD auto start(Op& op, int) -> decltype(op.begin()) {
  op.begin();
}
template <class Op>
HANDTINT_HD void start(Op&, long) {}
template <class Op>
HANDTINT_HD void start(Op& op) {
  start(op, 0);
}

template <class Op, class = void>
constexpr bool keeps_margin = false;
template <class Op>
constexpr bool keeps_margin<Op, std::void_t<decltype(Op::keeps_margin)>> = Op::keeps_margin;

HANDTINT_HD float smaller(float u, float v) {
  return u < v ? u : v;
}
HANDTINT_HD float larger(float u, float v) {
  return u > v ? u : v;
}
HANDTINT_HD int smaller(int u, int v) {
  return u < v ? u : v;
}
HANDTINT_HD int larger(int u, int v) {
  return u > v ? u : v;
}
// Instead of a choice between values, which a compiler may not vectorise.
HANDTINT_HD float factor(bool counts) {
  return counts ? 1.0f : 0.0f;
}
HANDTINT_HD float magnitude(float u) {
  return u < 0 ? -u : u;
}
// Sums of weights below 1e-30 hold nothing together, and their inverse would overflow.
HANDTINT_HD float inverse_or_zero(float d) {
  return d > 1e-30f ? 1.0f / d : 0.0f;
}

HANDTINT_HD float root(float u) {
#if defined(__CUDA_ARCH__)
  return sqrtf(u);
#else
  return __builtin_sqrtf(u);
#endif
}

// Numbers from 0 on in 16 bits, for edges and interpolation; 0 is exact, none is negative.
using Small = std::uint16_t;

// For interpolation. Up to 63.98, 5 bits of exponent and 11 of mantissa: the relative error is 2^-12 down to 1e-6 and
// grows below; the absolute one never exceeds 2^-38 there. A stored number is its float plus 2^-26, whose lower bits
// are dropped.
struct FineNumber {
  HANDTINT_HD static float read(Small stored) {
    const std::uint32_t bits = (static_cast<std::uint32_t>(stored) << 12) + (std::uint32_t{127 - 26} << 23);
    float sum;
    std::memcpy(&sum, &bits, sizeof sum);
    return sum - 0x1p-26f;
  }
  HANDTINT_HD static Small write(float value) {
    const float sum = smaller(value, 63.98f) + 0x1p-26f;
    std::int32_t bits;
    std::memcpy(&bits, &sum, sizeof bits);
    return static_cast<Small>((bits - (std::int32_t{127 - 26} << 23) + 0x800) >> 12);  // to nearest
  }
};

// For edges, since a solve spends most of its time reading them: a float's exponent and 8 bits of its mantissa, so that
// reading is a shift. The relative error is 2^-9.
struct QuickNumber {
  HANDTINT_HD static float read(Small stored) {
    const std::uint32_t bits = static_cast<std::uint32_t>(stored) << 15;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  HANDTINT_HD static Small write(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<Small>((bits + 0x4000) >> 15);  // to nearest
  }
};

template <class Number>
struct In16 {
  const Small* origin = nullptr;
  std::ptrdiff_t stride = 0;

  HANDTINT_HD float operator()(int x, int y) const { return Number::read(origin[y * stride + x]); }
  HANDTINT_HD explicit operator bool() const { return origin != nullptr; }
};
template <class Number>
struct Out16 {
  Small* origin = nullptr;
  std::ptrdiff_t stride = 0;

  struct Pixel {
    Small* at;
    HANDTINT_HD void operator=(float value) const { *at = Number::write(value); }
    HANDTINT_HD operator float() const { return Number::read(*at); }
  };
  HANDTINT_HD Pixel operator()(int x, int y) const { return {origin + (y * stride + x)}; }
  HANDTINT_HD explicit operator bool() const { return origin != nullptr; }
};
template <class Number>
HANDTINT_HD In16<Number> in(Out16<Number> view) {
  return {view.origin, view.stride};
}
using InSmall = In16<FineNumber>;
using OutSmall = Out16<FineNumber>;
using InQuick = In16<QuickNumber>;
using OutQuick = Out16<QuickNumber>;
inline OutSmall small(View<Small> view) {
  return {view.origin, view.stride};
}
inline OutQuick quick(View<Small> view) {
  return {view.origin, view.stride};
}

// exp(t) for t <= 0 with a relative error below 1e-5, from operations that every executor rounds alike: t log2(e) is
// parted into an integer, which becomes the exponent, and a rest within +-1/2, for which 2^f is a polynomial of the
// least relative error (3e-6). From -80 on it is that of -80, 2e-35.
HANDTINT_HD float exp_of_negative(float t) {
  const float scaled = larger(t, -80.0f) * 1.44269504f;
  const float shifted = scaled + 12582912.0f;  // 1.5 * 2^23: rounds to the nearest integer, in the lower bits
  const float f = scaled - (shifted - 12582912.0f);
  float p = 9.58538239e-3f;
  p = p * f + 5.59066283e-2f;
  p = p * f + 2.40240382e-1f;
  p = p * f + 6.93124184e-1f;
  p = p * f + 1.0f;
  std::uint32_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127) << 23;  // what is left of the mantissa of 1.5 * 2^23 goes over the edge
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

}  // namespace HANDTINT_ISA
}  // namespace handtint::numerics
