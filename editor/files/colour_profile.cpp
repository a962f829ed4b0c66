#include "editor/files/colour_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <cstdlib>

namespace handtint {
namespace {

struct ProfileCloser {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
using Profile = std::unique_ptr<void, ProfileCloser>;

// Precise rather than fast: without the flag, lcms2 replaces 16-bit transforms by an interpolated table.
constexpr cmsUInt32Number exact_flags = cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE;

// From the profile's header. A mangled one may hold anything there, which lcms2's own enumeration cannot represent.
std::uint32_t colour_space_of(const std::vector<std::uint8_t>& profile) {
  if (profile.size() < 20) return 0;
  return std::uint32_t{profile[16]} << 24 | std::uint32_t{profile[17]} << 16 | std::uint32_t{profile[18]} << 8 |
         profile[19];
}

// Whether a transform of RGB moves nothing by more than a good half step of 8 bit: profiles of sRGB differ that much.
bool is_identity(cmsHTRANSFORM transform) {
  constexpr int steps = 6, tolerance = 160;
  for (int r = 0; r < steps; ++r)
    for (int g = 0; g < steps; ++g)
      for (int b = 0; b < steps; ++b) {
        const auto level = [](int i) { return static_cast<std::uint16_t>(i * 65535 / (steps - 1)); };
        const std::uint16_t in[3] = {level(r), level(g), level(b)};
        std::uint16_t out[3];
        cmsDoTransform(transform, in, out, 1);
        for (int c = 0; c < 3; ++c)
          if (std::abs(in[c] - out[c]) > tolerance) return false;
      }
  return true;
}

}  // namespace

ToSrgb::ToSrgb(const RasterInfo& info) : samples_(info.samples), channels_(info.channels()) {
  if (info.profile.empty()) return;
  context_ = cmsCreateContext(nullptr, nullptr);
  if (!context_) return;
  const auto context = static_cast<cmsContext>(context_);
  const Profile embedded(
      cmsOpenProfileFromMemTHR(context, info.profile.data(), static_cast<cmsUInt32Number>(info.profile.size())));
  if (!embedded) return;
  const std::uint32_t space = colour_space_of(info.profile);
  const Profile srgb(cmsCreate_sRGBProfileTHR(context));
  if (!srgb) return;
  if (samples_ == Samples::grey && space == cmsSigGrayData) {
    transform_ = cmsCreateTransformTHR(context, embedded.get(), TYPE_GRAY_16, srgb.get(), TYPE_RGB_16,
                                       INTENT_RELATIVE_COLORIMETRIC, exact_flags);
    if (!transform_) return;
    std::vector<std::uint16_t> codes(65536), rgb(3 * 65536);
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint16_t>(i);
    cmsDoTransform(transform_, codes.data(), rgb.data(), 65536);
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = rgb[3 * i + 1];
    grey_codes_ = std::move(codes);
  } else if (samples_ == Samples::rgb && space == cmsSigRgbData) {
    transform_ = cmsCreateTransformTHR(context, embedded.get(), TYPE_RGB_16, srgb.get(), TYPE_RGB_16,
                                       INTENT_RELATIVE_COLORIMETRIC, exact_flags);
    if (transform_ && is_identity(transform_)) {
      cmsDeleteTransform(transform_);
      transform_ = nullptr;
    } else if (transform_ && info.bits == 8 && cmsIsMatrixShaper(embedded.get())) {
      // For these lcms2 has a road that is 50 times faster and within a third of an 8-bit step.
      const cmsHTRANSFORM fast = cmsCreateTransformTHR(context, embedded.get(), TYPE_RGB_8, srgb.get(), TYPE_RGB_16,
                                                       INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE);
      if (fast) {
        cmsDeleteTransform(transform_);
        transform_ = fast;
        from_bytes_ = true;
      }
    }
  } else if (samples_ == Samples::cmyk && space == cmsSigCmykData) {
    transform_ =
        cmsCreateTransformTHR(context, embedded.get(), TYPE_CMYK_16, srgb.get(), TYPE_RGB_16,
                              INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOCACHE);
  }
}

ToSrgb::~ToSrgb() {
  if (transform_) cmsDeleteTransform(transform_);
  if (context_) cmsDeleteContext(static_cast<cmsContext>(context_));
}

void ToSrgb::convert_row(const std::uint16_t* samples, int pixels, std::uint16_t* rgb) {
  if (samples_ == Samples::grey) {
    for (int x = 0; x < pixels; ++x, samples += channels_, rgb += 3)
      rgb[0] = rgb[1] = rgb[2] = grey_codes_.empty() ? *samples : grey_codes_[*samples];
    return;
  }
  const int colours = samples_ == Samples::rgb ? 3 : 4;
  if (from_bytes_) {
    bytes_.resize(static_cast<std::size_t>(pixels) * 3);
    for (int x = 0; x < pixels; ++x)
      for (int c = 0; c < 3; ++c) bytes_[3 * x + c] = static_cast<std::uint8_t>(samples[x * channels_ + c] >> 8);
    cmsDoTransform(transform_, bytes_.data(), rgb, static_cast<cmsUInt32Number>(pixels));
    return;
  }
  if (transform_) {
    if (channels_ > colours) {
      packed_.resize(static_cast<std::size_t>(pixels) * colours);
      for (int x = 0; x < pixels; ++x) std::copy_n(samples + x * channels_, colours, packed_.data() + x * colours);
      samples = packed_.data();
    }
    cmsDoTransform(transform_, samples, rgb, static_cast<cmsUInt32Number>(pixels));
    return;
  }
  for (int x = 0; x < pixels; ++x, samples += channels_, rgb += 3) {
    if (samples_ == Samples::rgb) {
      std::copy_n(samples, 3, rgb);
    } else {
      const std::uint32_t light = 65535u - samples[3];
      for (int c = 0; c < 3; ++c) rgb[c] = static_cast<std::uint16_t>((65535u - samples[c]) * light / 65535u);
    }
  }
}

std::vector<std::uint8_t> srgb_profile() {
  const Profile srgb(cmsCreate_sRGBProfile());
  if (!srgb) return {};
  cmsSetProfileVersion(srgb.get(), 2.1);  // older programs read no version 4
  cmsUInt32Number bytes = 0;
  if (!cmsSaveProfileToMem(srgb.get(), nullptr, &bytes)) return {};
  std::vector<std::uint8_t> profile(bytes);
  if (!cmsSaveProfileToMem(srgb.get(), profile.data(), &bytes)) return {};
  return profile;
}

}  // namespace handtint
