#include "editor/files/tiff_numbers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "solver/tr.h"

namespace handtint {
namespace {

// What is brighter or darker, infinity too, says nothing of black and white.
constexpr double endless = 1e30;

template <class T>
T value_at(const std::uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint32_t three_bytes(const std::uint8_t* bytes) {
  return std::endian::native == std::endian::little ? bytes[0] | bytes[1] << 8 | bytes[2] << 16
                                                    : bytes[2] | bytes[1] << 8 | bytes[0] << 16;
}

// A floating-point number of any small layout, its sign in the top bit.
double small_float(std::uint32_t code, int exponent_bits, int fraction_bits) {
  const std::uint32_t fraction = code & ((1u << fraction_bits) - 1);
  const int top = (1 << exponent_bits) - 1, bias = top / 2;
  const int exponent = static_cast<int>(code >> fraction_bits) & top;
  const double sign = code >> (exponent_bits + fraction_bits) & 1 ? -1 : 1;
  if (exponent == top) return fraction == 0 ? sign * HUGE_VAL : std::nan("");
  const double significand = std::ldexp(fraction, -fraction_bits) + (exponent > 0 ? 1 : 0);
  return sign * std::ldexp(significand, std::max(exponent, 1) - bias);
}

double floating_at(const std::uint8_t* sample, int bits) {
  switch (bits) {
    case 16:
      return small_float(value_at<std::uint16_t>(sample), 5, 10);
    case 24:
      return small_float(three_bytes(sample), 7, 16);
    case 32:
      return value_at<float>(sample);
    default:
      return value_at<double>(sample);
  }
}

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

}  // namespace

bool TiffNumbers::can_read(TiffNumber kind, int bits) {
  if (kind == TiffNumber::floating) return bits == 16 || bits == 24 || bits == 32 || bits == 64;
  return bits == 24 || bits == 32 || (kind == TiffNumber::signed_integer && (bits == 8 || bits == 16));
}

double TiffNumbers::at(const std::uint8_t* sample) const {
  if (kind_ == TiffNumber::floating) {
    const double value = floating_at(sample, bits_);
    return std::isnan(value) ? 0 : std::clamp(value, -endless, endless);
  }
  const std::uint32_t code = bits_ == 8    ? *sample
                             : bits_ == 16 ? value_at<std::uint16_t>(sample)
                             : bits_ == 24 ? three_bytes(sample)
                                           : value_at<std::uint32_t>(sample);
  if (kind_ == TiffNumber::unsigned_integer) return code;
  return static_cast<std::int32_t>(code << (32 - bits_)) >> (32 - bits_);
}

void TiffNumbers::measure(double value) {
  if (std::abs(value) >= endless) return;
  lowest_ = std::min(lowest_, value);
  highest_ = std::max(highest_, value);
}

void TiffNumbers::settle() {
  black_ = 0;
  constexpr double lights_above_white = 8;
  if (kind_ == TiffNumber::floating && highest_ <= lights_above_white) {
    white_ = 1;
  } else if (kind_ == TiffNumber::signed_integer && lowest_ < 0) {
    int bits = 8;
    while (bits < bits_ && (lowest_ < -std::ldexp(1, bits - 1) || highest_ > std::ldexp(1, bits - 1) - 1)) bits += 8;
    black_ = -std::ldexp(1, bits - 1);
    white_ = std::ldexp(1, bits - 1) - 1;
  } else if (kind_ == TiffNumber::signed_integer && bits_ == 8) {
    white_ = 127;
  } else {
    const double top = kind_ == TiffNumber::floating
                           ? highest_
                           : std::ldexp(1, kind_ == TiffNumber::signed_integer ? bits_ - 1 : bits_) - 1;
    white_ = highest_ <= 255 ? 255 : highest_ <= 65535 ? std::min(65535.0, top) : top;
  }
  const bool usual = lowest_ >= 0 && highest_ <= 1 && kind_ == TiffNumber::floating;
  if (!usual)
    note_ = tr("its numbers go from {1} to {2}; {3} was taken for black and {4} for white",
               {number_text(lowest_), number_text(highest_), number_text(black_), number_text(white_)});
}

std::uint16_t TiffNumbers::code(double value) const {
  return static_cast<std::uint16_t>(std::clamp((value - black_) / (white_ - black_), 0.0, 1.0) * 65535 + 0.5);
}

}  // namespace handtint
