#include "editor/document/mask_text.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::uint8_t kept_alpha = 254;  // of pixels that keep the photo's own colour

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64_of(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? bytes[i + k] : 0);
    for (std::size_t k = 0; k < 4; ++k) text += k <= count ? alphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::vector<std::uint8_t> bytes_of_base64(std::string_view text) {
  std::array<int, 256> value_of{};
  value_of.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    value_of[static_cast<unsigned char>(alphabet[i])] = static_cast<int>(i);
  if (text.size() % 4 != 0) throw std::runtime_error(tr("is no base64"));
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pad = i >= text.size() - padding;
    const int value = pad ? 0 : value_of[static_cast<unsigned char>(text[i])];
    if (value < 0) throw std::runtime_error(tr("is no base64"));
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (i % 4 == 3) {
      for (int shift = 16; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(group >> shift));
      group = 0;
    }
  }
  for (; padding > 0; --padding) bytes.pop_back();
  return bytes;
}

// libpng's own image struct, freed on every path.
struct PngImage : png_image {
  PngImage() : png_image{} { version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(this); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

}  // namespace

std::string mask_to_text(const StrokeMask& mask) {
  PngImage image;
  image.width = static_cast<png_uint_32>(mask.width());
  image.height = static_cast<png_uint_32>(mask.height());
  image.format = PNG_FORMAT_RGBA;
  std::vector<std::uint8_t> rgba;
  rgba.reserve(mask.colour.size() * 4);
  for (std::size_t i = 0; i < mask.colour.size(); ++i) {
    const bool drawn = mask.drawn.data()[i];
    const Rgb8 c = drawn ? mask.colour.data()[i] : Rgb8{};
    const bool kept = mask.drawn.data()[i] == StrokeMask::keeps_own_colour;
    const std::uint8_t alpha = kept ? kept_alpha : drawn ? 255 : 0;
    for (const std::uint8_t channel : {c.r, c.g, c.b, alpha}) rgba.push_back(channel);
  }
  std::vector<std::uint8_t> png(PNG_IMAGE_PNG_SIZE_MAX(image));
  png_alloc_size_t bytes = png.size();
  if (!png_image_write_to_memory(&image, png.data(), &bytes, 0, rgba.data(), 0, nullptr)) {
    throw std::runtime_error(image.message);
  }
  png.resize(bytes);
  return base64_of(png);
}

StrokeMask mask_from_text(std::string_view text, int width, int height) {
  const std::vector<std::uint8_t> png = bytes_of_base64(text);
  PngImage image;
  if (!png_image_begin_read_from_memory(&image, png.data(), png.size())) throw std::runtime_error(tr("is no PNG"));
  if (image.width != static_cast<png_uint_32>(width) || image.height != static_cast<png_uint_32>(height)) {
    throw std::runtime_error(tr("is {1} pixels, not the photo's {2}",
                                {to_string(Extent{static_cast<int>(image.width), static_cast<int>(image.height)}),
                                 to_string(Extent{width, height})}));
  }
  image.format = PNG_FORMAT_RGBA;
  std::vector<std::uint8_t> rgba(PNG_IMAGE_SIZE(image));
  if (!png_image_finish_read(&image, nullptr, rgba.data(), 0, nullptr))
    throw std::runtime_error(tr("is a damaged PNG"));
  StrokeMask mask(width, height);
  for (std::size_t i = 0; i < mask.colour.size(); ++i) {
    if (rgba[4 * i + 3] < 128) continue;
    mask.drawn.data()[i] = rgba[4 * i + 3] == kept_alpha ? StrokeMask::keeps_own_colour : 1;
    mask.colour.data()[i] = {rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]};
  }
  return mask;
}

}  // namespace handtint
