#include "editor/files/layer_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "solver/lab.h"

namespace handtint {
namespace {

using Triple = std::array<float, 3>;  // red, green, blue in steps of 8 bit

// What luma is made of: in the specification, and in Krita.
constexpr Triple weights_of_w3c{0.3f, 0.59f, 0.11f}, weights_of_krita{0.299f, 0.587f, 0.114f};

float luma(const Triple& c, const Triple& weights) {
  return weights[0] * c[0] + weights[1] * c[1] + weights[2] * c[2];
}

// How far `colour` in mode Color over the grey `light` is from `wanted`, in the worst channel.
float fault(Triple colour, float light, const Triple& weights, const Triple& wanted) {
  const float rise = light - luma(colour, weights);
  for (float& v : colour) v += rise;
  const auto [least, most] = std::minmax({colour[0], colour[1], colour[2]});
  if (least < 0)
    for (float& v : colour) v = light + (v - light) * light / (light - least);
  if (most > 255)
    for (float& v : colour) v = light + (v - light) * (255 - light) / (most - light);
  return std::max({std::abs(colour[0] - wanted[0]), std::abs(colour[1] - wanted[1]), std::abs(colour[2] - wanted[2])});
}

struct ColourOverLight {
  Triple colour;
  float light = 0;
};

// The codes of 8 bit that give `wanted` to one step in Krita, and to one where the specification is followed, or 1.7
// (of blue and yellow without anything else). A half of a step of light is much at the rim of the gamut, where it is
// clipped: nine steps of luma are a hundred of blue. Hence the search among the neighbours of light and colour.
ColourOverLight colour_over_light(const Triple& wanted) {
  constexpr float enough = 1.45f;    // rounds to one step
  constexpr float in_favour = 0.2f;  // of Krita, which has 8 bits in any case
  constexpr std::array<float, 3> steps{0, -1, 1};
  const float nearest = std::round(luma(wanted, weights_of_krita));
  ColourOverLight best{wanted, nearest};
  float least = 256;
  for (std::size_t neighbour = 0; neighbour < 27 && least > enough; ++neighbour) {
    const Triple shift{steps[neighbour % 3], steps[neighbour / 3 % 3], steps[neighbour / 9]};
    Triple colour;
    for (std::size_t c = 0; c < 3; ++c) colour[c] = std::clamp(wanted[c] + shift[c], 0.0f, 255.0f);
    for (const float step : steps) {
      const float light = std::clamp(nearest + step, 0.0f, 255.0f);
      const float worst = std::max(fault(colour, light, weights_of_krita, wanted) + in_favour,
                                   fault(colour, light, weights_of_w3c, wanted));
      if (worst >= least) continue;
      least = worst;
      best = {colour, light};
    }
  }
  return best;
}

template <class Code>
Triple in_steps_of_8_bit(const Code* pixel) {
  Triple steps;
  for (std::size_t c = 0; c < 3; ++c)
    steps[c] = sizeof(Code) == 1 ? static_cast<float>(pixel[c]) : static_cast<float>((pixel[c] + 128) / 257);
  return steps;
}

// The code nearest to `wanted` that a program of 8 bit takes for the code `steps`, a little aside from where it rounds.
void put(std::uint8_t& code, float steps, float) {
  code = static_cast<std::uint8_t>(steps);
}
void put(std::uint16_t& code, float steps, float wanted) {
  constexpr float aside = 120;
  const float middle = 257 * steps;
  code = static_cast<std::uint16_t>(
      std::clamp(wanted, std::max(0.0f, middle - aside), std::min(65535.0f, middle + aside)));
}

template <class Code>
void light_pixel(Code* pixel) {
  const Triple own{static_cast<float>(pixel[0]), static_cast<float>(pixel[1]), static_cast<float>(pixel[2])};
  put(pixel[0], colour_over_light(in_steps_of_8_bit(pixel)).light, luma(own, weights_of_w3c) + 0.5f);
  pixel[1] = pixel[2] = pixel[0];
}

template <class Code>
void colour_pixel(Code* pixel) {
  const Triple colour = colour_over_light(in_steps_of_8_bit(pixel)).colour;
  for (std::size_t c = 0; c < 3; ++c) put(pixel[c], colour[c], static_cast<float>(pixel[c]));
}

// The result, each row changed by change(row of codes, y).
template <class Change>
RowSource changed_rows(const RowSource& result, Change change) {
  RowSource rows = result;
  rows.fill = [&result, change](int y, void* row) {
    result.fill(y, row);
    if (result.bits == 16)
      change(static_cast<std::uint16_t*>(row), y);
    else
      change(static_cast<std::uint8_t*>(row), y);
  };
  return rows;
}

template <class ChangePixel>
RowSource changed_pixels(const RowSource& result, ChangePixel change) {
  return changed_rows(result, [width = result.width, channels = result.channels(), change](auto* row, int) {
    for (int x = 0; x < width; ++x) change(row + static_cast<std::ptrdiff_t>(x) * channels);
  });
}

}  // namespace

RowSource photo_rows(const RowSource& result, const Plane<float>& lightness) {
  return changed_rows(result, [&lightness, channels = result.channels()](auto* row, int y) {
    using Code = std::remove_pointer_t<decltype(row)>;
    const float top = sizeof(Code) == 2 ? 65535.0f : 255.0f;
    const int width = lightness.width();
    const std::vector<float> neutral(static_cast<std::size_t>(width));
    std::vector<float> rgb(3 * neutral.size());
    srgb_row_from_lab(lightness.row(y), neutral.data(), neutral.data(), width, rgb.data());
    for (int x = 0; x < width; ++x, row += channels)
      for (int c = 0; c < 3; ++c)
        row[c] = static_cast<Code>(rgb[3 * static_cast<std::size_t>(x) + static_cast<std::size_t>(c)] * top + 0.5f);
  });
}

RowSource light_rows(const RowSource& result) {
  return changed_pixels(result, [](auto* pixel) { light_pixel(pixel); });
}

RowSource colour_rows(const RowSource& result) {
  return changed_pixels(result, [](auto* pixel) { colour_pixel(pixel); });
}

}  // namespace handtint
