#include "editor/files/colour_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include "solver/lab.h"
#include "solver/tr.h"

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

// A good half step of 8 bit: profiles of sRGB differ that much.
constexpr int identity_tolerance = 160;

// Whether a transform of RGB moves nothing.
bool is_identity(cmsHTRANSFORM transform) {
  constexpr int steps = 6;
  for (int r = 0; r < steps; ++r)
    for (int g = 0; g < steps; ++g)
      for (int b = 0; b < steps; ++b) {
        const auto level = [](int i) { return static_cast<std::uint16_t>(i * 65535 / (steps - 1)); };
        const std::uint16_t in[3] = {level(r), level(g), level(b)};
        std::uint16_t out[3];
        cmsDoTransform(transform, in, out, 1);
        for (int c = 0; c < 3; ++c)
          if (std::abs(in[c] - out[c]) > identity_tolerance) return false;
      }
  return true;
}

// Code to light, both 0..1. White of the two HDR curves is what BT.2408 gives to white paper: 203 of PQ's 10 000
// candela per square metre, and HLG's code of 0.75.
double light_of(const RgbSpace::Transfer& transfer, double code) {
  switch (transfer.curve) {
    case RgbSpace::Curve::srgb:
      return code <= 0.04045 ? code / 12.92 : std::pow((code + 0.055) / 1.055, 2.4);
    case RgbSpace::Curve::power:
      return std::pow(code, transfer.exponent);
    case RgbSpace::Curve::rec709:
      return code < 0.081 ? code / 4.5 : std::pow((code + 0.099) / 1.099, 1 / 0.45);
    case RgbSpace::Curve::pq: {
      const double root = std::pow(code, 32 / 2523.0);
      const double light = std::max(root - 0.8359375, 0.0) / (18.8515625 - 18.6875 * root);
      return std::pow(light, 16384 / 2610.0) * 10000 / 203;
    }
    case RgbSpace::Curve::hlg: {
      const auto scene = [](double e) {
        return e <= 0.5 ? e * e / 3 : (std::exp((e - 0.55991073) / 0.17883277) + 0.28466892) / 12;
      };
      // The system's gamma of 1.2 belongs to the luminance; on each channel it is a good likeness.
      return std::pow(scene(code) / scene(0.75), 1.2);
    }
  }
  return code;
}

cmsToneCurve* tone_curve(const RgbSpace& space) {
  const RgbSpace::Transfer& transfer = space.curve;
  if (space.full_range && transfer.curve == RgbSpace::Curve::power) return cmsBuildGamma(nullptr, transfer.exponent);
  if (space.full_range && transfer.curve == RgbSpace::Curve::srgb) {
    constexpr cmsFloat64Number numbers[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
    return cmsBuildParametricToneCurve(nullptr, 4, numbers);
  }
  std::vector<std::uint16_t> table(4096);
  for (std::size_t i = 0; i < table.size(); ++i) {
    double code = static_cast<double>(i) / static_cast<double>(table.size() - 1);
    if (!space.full_range) code = std::clamp((code * 255 - 16) / 219, 0.0, 1.0);
    table[i] = static_cast<std::uint16_t>(std::clamp(light_of(transfer, code), 0.0, 1.0) * 65535 + 0.5);
  }
  return cmsBuildTabulatedToneCurve16(nullptr, static_cast<cmsUInt32Number>(table.size()), table.data());
}

void write_text(cmsHPROFILE profile, cmsTagSignature tag, const char* text) {
  const std::unique_ptr<cmsMLU, void (*)(cmsMLU*)> words(cmsMLUalloc(nullptr, 1), cmsMLUfree);
  if (words && cmsMLUsetASCII(words.get(), "en", "US", text)) cmsWriteTag(profile, tag, words.get());
}

// An ICC profile's bytes.
struct BigEndian {
  std::vector<std::uint8_t> bytes;

  BigEndian& u16(std::uint32_t value) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    bytes.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  BigEndian& u32(std::uint32_t value) { return u16(value >> 16).u16(value); }
  BigEndian& text(std::string_view letters) {
    bytes.insert(bytes.end(), letters.begin(), letters.end());
    return *this;
  }
  BigEndian& tag(std::string_view four) { return text(four); }
  BigEndian& zeros(std::size_t count) {
    bytes.insert(bytes.end(), count, std::uint8_t{0});
    return *this;
  }
  BigEndian& append(const BigEndian& other) {
    bytes.insert(bytes.end(), other.bytes.begin(), other.bytes.end());
    return *this;
  }
  BigEndian& align() { return zeros((4 - bytes.size() % 4) % 4); }
};

std::vector<std::uint8_t> saved(const Profile& profile, bool dated) {
  cmsUInt32Number size = 0;
  if (!cmsSaveProfileToMem(profile.get(), nullptr, &size)) return {};
  std::vector<std::uint8_t> bytes(size);
  if (!cmsSaveProfileToMem(profile.get(), bytes.data(), &size)) return {};
  constexpr std::ptrdiff_t date = 24, date_bytes = 12;
  if (!dated) std::fill_n(bytes.begin() + date, date_bytes, std::uint8_t{0});
  return bytes;
}

}  // namespace

ToSrgb::ToSrgb(const RasterInfo& info) : samples_(info.samples), channels_(info.channels()) {
  if (info.profile.empty() || samples_ == Samples::lab) return;
  context_ = cmsCreateContext(nullptr, nullptr);
  if (!context_) return;
  const auto context = static_cast<cmsContext>(context_);
  const Profile embedded(
      cmsOpenProfileFromMemTHR(context, info.profile.data(), static_cast<cmsUInt32Number>(info.profile.size())));
  const Profile srgb(cmsCreate_sRGBProfileTHR(context));
  if (!embedded || !srgb) {
    note_ = tr("its colour profile is damaged and was left aside");
    return;
  }
  const std::uint32_t space = colour_space_of(info.profile);
  bool fits = false;
  if (samples_ == Samples::grey && (space == cmsSigGrayData || space == cmsSigRgbData)) {
    fits = use_grey(embedded.get(), srgb.get(), space);
  } else if (samples_ == Samples::rgb && space == cmsSigRgbData) {
    fits = use_rgb(embedded.get(), srgb.get(), info.bits);
  } else if (samples_ == Samples::cmyk && space == cmsSigCmykData) {
    transform_ =
        cmsCreateTransformTHR(context, embedded.get(), TYPE_CMYK_16, srgb.get(), TYPE_RGB_16,
                              INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOCACHE);
    fits = transform_ != nullptr;
  }
  if (!fits) note_ = tr("its colour profile does not fit its colours and was left aside");
}

bool ToSrgb::use_grey(void* embedded, void* srgb, std::uint32_t space) {
  const bool is_rgb = space == cmsSigRgbData;
  transform_ = cmsCreateTransformTHR(static_cast<cmsContext>(context_), embedded, is_rgb ? TYPE_RGB_16 : TYPE_GRAY_16,
                                     srgb, TYPE_RGB_16, INTENT_RELATIVE_COLORIMETRIC, exact_flags);
  if (!transform_) return false;
  constexpr std::size_t count = 65536;
  std::vector<std::uint16_t> codes, rgb(3 * count);
  for (std::size_t i = 0; i < count; ++i) codes.insert(codes.end(), is_rgb ? 3 : 1, static_cast<std::uint16_t>(i));
  cmsDoTransform(transform_, codes.data(), rgb.data(), count);
  codes.resize(count);
  int largest_change = 0;
  for (std::size_t i = 0; i < count; ++i) {
    codes[i] = rgb[3 * i + 1];
    largest_change = std::max(largest_change, std::abs(codes[i] - static_cast<int>(i)));
  }
  if (is_rgb && largest_change <= identity_tolerance) {
    cmsDeleteTransform(transform_);
    transform_ = nullptr;
  } else {
    grey_codes_ = std::move(codes);
  }
  return true;
}

bool ToSrgb::use_rgb(void* embedded, void* srgb, int bits) {
  const auto context = static_cast<cmsContext>(context_);
  transform_ = cmsCreateTransformTHR(context, embedded, TYPE_RGB_16, srgb, TYPE_RGB_16, INTENT_RELATIVE_COLORIMETRIC,
                                     exact_flags);
  if (!transform_) return false;
  if (is_identity(transform_)) {
    cmsDeleteTransform(transform_);
    transform_ = nullptr;
  } else if (bits == 8 && cmsIsMatrixShaper(embedded)) {
    // For these lcms2 has a road that is 50 times faster and within a third of an 8-bit step.
    const cmsHTRANSFORM fast = cmsCreateTransformTHR(context, embedded, TYPE_RGB_8, srgb, TYPE_RGB_16,
                                                     INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE);
    if (fast) {
      cmsDeleteTransform(transform_);
      transform_ = fast;
      from_bytes_ = true;
    }
  }
  return true;
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
  if (samples_ == Samples::lab) {
    const std::size_t width = static_cast<std::size_t>(pixels);
    lab_.resize(6 * width);
    float *L = lab_.data(), *a = L + width, *b = a + width, *light = b + width;
    for (std::size_t x = 0; x < width; ++x, samples += channels_) {
      L[x] = static_cast<float>(samples[0]) * (100 / 65535.0f);
      a[x] = (static_cast<float>(samples[1]) - 32768) / 256;
      b[x] = (static_cast<float>(samples[2]) - 32768) / 256;
    }
    srgb_row_from_lab(L, a, b, pixels, light);
    for (std::size_t i = 0; i < 3 * width; ++i) rgb[i] = static_cast<std::uint16_t>(light[i] * 65535 + 0.5f);
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

RgbSpace srgb_space() {
  return {{0.3127, 0.3290}, {0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}, {}, true};
}

RgbSpace adobe_rgb_space() {
  RgbSpace space = srgb_space();
  space.green = {0.21, 0.71};
  space.curve = {RgbSpace::Curve::power, 563 / 256.0};
  return space;
}

std::optional<RgbSpace> space_of_code_points(int primaries, int transfer, bool full_range) {
  using Curve = RgbSpace::Curve;
  RgbSpace space = srgb_space();
  space.full_range = full_range;
  switch (primaries) {
    case 1:
    case 2:  // unspecified
      break;
    case 4:
      space.white = {0.310, 0.316};
      space.red = {0.67, 0.33};
      space.green = {0.21, 0.71};
      space.blue = {0.14, 0.08};
      break;
    case 5:
      space.green = {0.29, 0.60};
      break;
    case 6:
    case 7:
      space.red = {0.630, 0.340};
      space.green = {0.310, 0.595};
      space.blue = {0.155, 0.070};
      break;
    case 9:
      space.red = {0.708, 0.292};
      space.green = {0.170, 0.797};
      space.blue = {0.131, 0.046};
      break;
    case 11:
    case 12:
      if (primaries == 11) space.white = {0.314, 0.351};
      space.red = {0.680, 0.320};
      space.green = {0.265, 0.690};
      break;
    default:
      return std::nullopt;
  }
  switch (transfer) {
    case 1:
    case 6:
    case 14:
    case 15:
      space.curve = {Curve::rec709};
      break;
    case 2:
    case 13:
      break;
    case 4:
      space.curve = {Curve::power, 2.2};
      break;
    case 5:
      space.curve = {Curve::power, 2.8};
      break;
    case 8:
      space.curve = {Curve::power, 1};
      break;
    case 16:
      space.curve = {Curve::pq};
      break;
    case 17:
      space.curve = {Curve::power, 2.6};
      break;
    case 18:
      space.curve = {Curve::hlg};
      break;
    default:
      return std::nullopt;
  }
  return space;
}

std::vector<std::uint8_t> rgb_profile(const RgbSpace& space, const char* description) {
  for (const RgbSpace::Xy& xy : {space.white, space.red, space.green, space.blue})
    if (!(std::abs(xy.x) <= 2 && std::abs(xy.y) <= 2)) return {};
  if (space.white.x < 0.05 || space.white.y < 0.05) return {};
  const std::unique_ptr<cmsToneCurve, void (*)(cmsToneCurve*)> curve(tone_curve(space), cmsFreeToneCurve);
  if (!curve) return {};
  const cmsCIExyY white = {space.white.x, space.white.y, 1};
  const cmsCIExyYTRIPLE primaries = {
      {space.red.x, space.red.y, 1}, {space.green.x, space.green.y, 1}, {space.blue.x, space.blue.y, 1}};
  cmsToneCurve* curves[] = {curve.get(), curve.get(), curve.get()};
  const Profile profile(cmsCreateRGBProfile(&white, &primaries, curves));
  if (!profile) return {};
  if (description) {
    cmsSetProfileVersion(profile.get(), 2.1);
    write_text(profile.get(), cmsSigProfileDescriptionTag, description);
    write_text(profile.get(), cmsSigCopyrightTag, "CC0");
    // Written again, the curve becomes one that version 2 knows; the adaptation it does not know.
    cmsWriteTag(profile.get(), cmsSigRedTRCTag, curve.get());
    cmsLinkTag(profile.get(), cmsSigGreenTRCTag, cmsSigRedTRCTag);
    cmsLinkTag(profile.get(), cmsSigBlueTRCTag, cmsSigRedTRCTag);
    cmsWriteTag(profile.get(), cmsSigChromaticAdaptationTag, nullptr);
  }
  return saved(profile, description == nullptr);
}

std::vector<std::uint8_t> common_srgb_profile() {
  const Profile profile(cmsCreate_sRGBProfile());
  return profile ? saved(profile, false) : srgb_profile();
}

std::vector<std::uint8_t> srgb_profile() {
  // The curve at 42 places: between them it is off by a seventh of an 8-bit step at most.
  constexpr std::uint32_t curve_points = 42;
  BigEndian description, rights, curve, profile;
  description.tag("desc").u32(0).u32(5).text("sRGB").zeros(1 + 4 + 4 + 2 + 1 + 67);
  rights.tag("text").u32(0).text("CC0").zeros(1);
  curve.tag("curv").u32(0).u32(curve_points);
  for (std::uint32_t i = 0; i < curve_points; ++i) {
    const double code = i / (curve_points - 1.0);
    const double light = code <= 0.04045 ? code / 12.92 : std::pow((code + 0.055) / 1.055, 2.4);
    curve.u16(static_cast<std::uint32_t>(std::lround(light * 65535)));
  }
  // White and primaries for D50, in 1 / 65536; the primaries' sum is white.
  const auto xyz = [](std::uint32_t x, std::uint32_t y, std::uint32_t z) {
    BigEndian value;
    value.tag("XYZ ").u32(0).u32(x).u32(y).u32(z);
    return value;
  };
  struct Entry {
    const char* name;
    BigEndian value;
  };
  Entry entries[] = {{"desc", description},
                     {"cprt", rights},
                     {"wtpt", xyz(63190, 65536, 54061)},
                     {"rXYZ", xyz(28576, 14581, 911)},
                     {"gXYZ", xyz(25238, 46983, 6362)},
                     {"bXYZ", xyz(9376, 3972, 46788)},
                     {"rTRC", curve},
                     {"gTRC", {}},
                     {"bTRC", {}}};  // three channels, one curve
  constexpr std::uint32_t header_bytes = 128, count = std::size(entries);
  BigEndian table, values;
  table.u32(count);
  const std::uint32_t first = header_bytes + 4 + 12 * count;
  std::uint32_t at = first, bytes = 0;
  for (Entry& entry : entries) {
    if (!entry.value.bytes.empty()) {
      at = first + static_cast<std::uint32_t>(values.bytes.size());
      bytes = static_cast<std::uint32_t>(entry.value.bytes.size());
      values.append(entry.value).align();
    }
    table.tag(entry.name).u32(at).u32(bytes);
  }
  // Neither a date nor the program's name: the same input must give the same bytes.
  profile.u32(first + static_cast<std::uint32_t>(values.bytes.size()));
  profile.zeros(4).u32(0x02100000).tag("mntr").tag("RGB ").tag("XYZ ").zeros(12).tag("acsp").zeros(28);
  profile.u32(63190).u32(65536).u32(54061).zeros(48);
  profile.append(table).append(values);
  return profile.bytes;
}

}  // namespace handtint
