// The colour space in which a picture is written, where that is another than sRGB: of an ICC profile.
//
// Colours go from the solver's Lab to the profile's without a stop in sRGB, so that a wide one keeps what sRGB cannot
// show. In a space of three primaries lightness is kept and chroma gives way at its border, as in sRGB; a printer's
// tables decide for themselves (relative colorimetric, with black point compensation).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "solver/rgb_space.h"

namespace handtint {

// Never changes; several threads may use one.
class OutputProfile {
 public:
  // `name` is the file, or what built-in profile it is. Throws FileError: no profile, for grey or CMYK, or only from a
  // device's colours and not to them.
  OutputProfile(std::vector<std::uint8_t> icc, const std::filesystem::path& name);
  OutputProfile(const OutputProfile&) = delete;
  OutputProfile& operator=(const OutputProfile&) = delete;

  const std::vector<std::uint8_t>& icc() const { return icc_; }
  const std::filesystem::path& name() const { return name_; }
  const std::string& description() const { return description_; }  // as the profile says, ASCII

  // As srgb_row_from_lab: planar Lab to n interleaved codes of R, G, B, 0..1.
  void row_from_lab(const float* L, const float* a, const float* b, int n, float* rgb) const;

 private:
  bool read_curves(void* profile);
  bool make_tables(void* profile);

  std::vector<std::uint8_t> icc_;
  std::filesystem::path name_;
  std::string description_;
  std::optional<LinearRgb> space_;           // of its primaries, or of what transform_ takes
  std::array<std::vector<float>, 3> codes_;  // by the fourth root of light, evenly from 0 to 1
  using Owned = std::unique_ptr<void, void (*)(void*)>;
  Owned context_;    // of lcms2
  Owned transform_;  // to its tables, from light in the primaries of ProPhoto; null: it has none
};

// What names mean beside files: "srgb", "adobe-rgb", "prophoto", "display-p3".
struct BuiltInProfile {
  std::string_view name, label;
};
std::span<const BuiltInProfile> built_in_profiles();

// RGB profiles that the system or the person has installed (share/color/icc of XDG's data folders, two levels deep) and
// that have an output direction as far as their headers say, by name.
std::vector<std::filesystem::path> installed_profiles();

// Of a built-in profile's name, a file, or an installed profile's file name without its ending. Null is sRGB as ever.
// Throws FileError.
std::shared_ptr<const OutputProfile> output_profile(const std::string& name);

}  // namespace handtint
