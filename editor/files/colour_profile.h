// Rows of any picture file to sRGB. Internal to editor/document.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "editor/files/raster.h"

namespace handtint {

// Converts rows as RasterReader gives them (grey, RGB, CMYK; alpha is skipped) to 16-bit sRGB. An embedded profile is
// honoured when it fits the samples and is not sRGB itself; else grey and RGB are taken for sRGB, CMYK for plain inks
// on white. Owns its transform; not for several threads at once.
class ToSrgb {
 public:
  explicit ToSrgb(const RasterInfo& info);
  ~ToSrgb();
  ToSrgb(const ToSrgb&) = delete;
  ToSrgb& operator=(const ToSrgb&) = delete;

  // Whether r = g = b in the file stays r = g = b to the last bit.
  bool exact() const { return !transform_ && samples_ != Samples::cmyk; }

  void convert_row(const std::uint16_t* samples, int pixels, std::uint16_t* rgb);

 private:
  Samples samples_;
  int channels_;
  void* context_ = nullptr;                // of lcms2, with its own silent error log
  void* transform_ = nullptr;              // null: nothing to convert
  std::vector<std::uint16_t> grey_codes_;  // a grey profile as a table, 65536 codes
  std::vector<std::uint16_t> packed_;      // a row without alpha
  bool from_bytes_ = false;                // transform_ takes 8-bit RGB
  std::vector<std::uint8_t> bytes_;        // a row of it
};

// The sRGB profile that is embedded into written files.
std::vector<std::uint8_t> srgb_profile();

}  // namespace handtint
