// Named colours: palettes (GIMP .gpl), starter palettes, recent colours, and what a person types into a colour field.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "solver/lab.h"

namespace handtint {

struct Swatch {
  std::string name;  // may be empty
  Rgb colour;        // 0..1
  friend bool operator==(const Swatch&, const Swatch&) = default;
};
struct Palette {
  std::string name;
  std::vector<Swatch> swatches;
  friend bool operator==(const Palette&, const Palette&) = default;
};

// GIMP's text format (8 bits per channel). read: passes over lines that are neither colour nor header; throws FileError
// if the file cannot be read or is no palette. write: atomic, throws FileError.
Palette read_gpl(const std::filesystem::path& path);
Palette gpl_from_text(std::string_view text, const std::string& name_for_messages);
void write_gpl(const std::filesystem::path& path, const Palette& palette);
std::string gpl_to_text(const Palette& palette);

// Skin, Hair, Eyes, Foliage, Sky and water, Wood and leather, Uniforms, Early dyes: names in English, to be shown by
// tr().
const std::vector<Palette>& starter_palettes();
// What has this colour in one of them, in English: "Skin", "Oak"; empty if nothing has.
std::string_view material_of(Rgb colour);

// Newest first, each colour once (as 8-bit sRGB).
class RecentColours {
 public:
  explicit RecentColours(std::size_t capacity = 16) : capacity_(capacity) {}
  void use(Rgb colour);
  void swap_last_two();  // the X key
  const std::vector<Rgb>& colours() const { return colours_; }

 private:
  std::size_t capacity_;
  std::vector<Rgb> colours_;
};

// "#8a5a44", "8A5A44", "#abc"; "138, 90, 68" or "rgb(138 90 68)" in 0..255; "lab(55, 20, -3)". Spaces and case do not
// matter. None if it is none of these or a number is out of range (RGB 0..255, L 0..100, a and b -128..128). A Lab
// colour that sRGB cannot show gets less chroma.
std::optional<Rgb> parse_colour(std::string_view text);

std::string hex_of(Rgb colour);  // "#8a5a44": rounded to 8 bits, clipped

}  // namespace handtint
