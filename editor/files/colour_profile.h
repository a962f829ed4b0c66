// Rows of any picture file to sRGB, and profiles made of what files say of their colours. Internal to editor/document.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "editor/files/raster.h"

namespace handtint {

// An RGB colour space: CIE 1931 xy of white and primaries, and the curve from code to light.
struct RgbSpace {
  struct Xy {
    double x, y;
  };
  enum class Curve { srgb, power, rec709, pq, hlg };
  struct Transfer {
    Curve curve = Curve::srgb;
    double exponent = 1;  // of `power`
  };

  Xy white, red, green, blue;
  Transfer curve;
  bool full_range = true;  // false: black at 16 / 255, white at 235 / 255

  bool brighter_than_white() const { return curve.curve == Curve::pq || curve.curve == Curve::hlg; }
};
RgbSpace srgb_space();
RgbSpace adobe_rgb_space();
// Of ITU-T H.273's numbers; empty when they are unknown here.
std::optional<RgbSpace> space_of_code_points(int primaries, int transfer, bool full_range);

// Its ICC profile; empty when the numbers are senseless. With a description it is one to give away: of version 2,
// always the same bytes.
std::vector<std::uint8_t> rgb_profile(const RgbSpace& space, const char* description = nullptr);

// Converts rows as RasterReader gives them (grey, RGB, CMYK, Lab; alpha is skipped) to 16-bit sRGB. A profile is
// honoured when it fits the samples and is not sRGB itself, for grey also one of RGB; else grey and RGB are taken for
// sRGB, CMYK for plain inks on white. Owns its transform; not for several threads at once.
class ToSrgb {
 public:
  explicit ToSrgb(const RasterInfo& info);
  ~ToSrgb();
  ToSrgb(const ToSrgb&) = delete;
  ToSrgb& operator=(const ToSrgb&) = delete;

  // Whether r = g = b in the file stays r = g = b to the last bit.
  bool exact() const { return !transform_ && samples_ != Samples::cmyk; }

  // A sentence for the person about a profile that was left aside, else empty.
  const std::string& note() const { return note_; }

  void convert_row(const std::uint16_t* samples, int pixels, std::uint16_t* rgb);

 private:
  bool use_grey(void* embedded, void* srgb, std::uint32_t space);
  bool use_rgb(void* embedded, void* srgb, int bits);

  Samples samples_;
  int channels_;
  void* context_ = nullptr;                // of lcms2, with its own silent error log
  void* transform_ = nullptr;              // null: nothing to convert
  std::vector<std::uint16_t> grey_codes_;  // a grey profile as a table, 65536 codes
  std::vector<std::uint16_t> packed_;      // a row without alpha
  bool from_bytes_ = false;                // transform_ takes 8-bit RGB
  std::vector<std::uint8_t> bytes_;        // a row of it
  std::vector<float> lab_;                 // a row's L, a, b in turn, then its RGB
  std::string note_;
};

// The sRGB profile that is embedded into written files: version 2, half a kilobyte, always the same bytes.
std::vector<std::uint8_t> srgb_profile();
// lcms2's, which programs that use it (Krita, GIMP) know as their own: codes are taken as they are.
std::vector<std::uint8_t> common_srgb_profile();

}  // namespace handtint
