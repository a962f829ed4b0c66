#include "editor/files/output_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

#include "editor/files/colour_profile.h"
#include "editor/files/file_error.h"
#include "editor/files/paths.h"
#include "editor/files/read_bytes.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

struct IccCloser {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
using IccProfile = std::unique_ptr<void, IccCloser>;

constexpr std::uint64_t max_profile_bytes = 64 << 20;
constexpr std::size_t header_bytes = 128;
constexpr int code_steps = 4096;  // by the fourth root of light even a power of 1 / 2.6 is straight between them

RgbSpace prophoto_space(double exponent) {
  return {{0.3457, 0.3585}, {0.7347, 0.2653}, {0.1596, 0.8404}, {0.0366, 0.0001}, {RgbSpace::Curve::power, exponent}};
}
RgbSpace display_p3_space() {
  RgbSpace space = srgb_space();
  space.red = {0.680, 0.320};
  space.green = {0.265, 0.690};
  return space;
}

std::uint32_t number_at(std::span<const std::uint8_t> header, std::size_t at) {
  return std::uint32_t{header[at]} << 24 | header[at + 1] << 16 | header[at + 2] << 8 | header[at + 3];
}

std::string description_of(cmsHPROFILE profile) {
  std::array<char, 256> text{};
  cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", text.data(), text.size() - 1);
  return *text.data() ? text.data() : "ICC profile";
}

// None if it has no three primaries that span a space.
std::optional<LinearRgb> space_of(cmsHPROFILE profile) {
  Primaries primaries{};
  constexpr cmsTagSignature tags[] = {cmsSigRedColorantTag, cmsSigGreenColorantTag, cmsSigBlueColorantTag};
  for (std::size_t c = 0; c < 3; ++c) {
    const auto* xyz = static_cast<const cmsCIEXYZ*>(cmsReadTag(profile, tags[c]));
    if (!xyz) return std::nullopt;
    primaries[c] = {xyz->X, xyz->Y, xyz->Z};
  }
  return linear_rgb(primaries);
}

std::vector<fs::path> profile_folders() {
  std::vector<fs::path> folders{xdg_folder("XDG_DATA_HOME", ".local/share") / "icc",
                                xdg_folder("XDG_DATA_HOME", ".local/share") / "color/icc"};
  const char* set = std::getenv("XDG_DATA_DIRS");
  const std::string all = set && *set ? set : "/usr/local/share:/usr/share";
  for (std::size_t at = 0; at <= all.size();) {
    const std::size_t end = std::min(all.find(':', at), all.size());
    if (end > at) folders.push_back(fs::path(all.substr(at, end - at)) / "color/icc");
    at = end + 1;
  }
  return folders;
}

bool is_for_output(const fs::path& file) {
  std::array<std::uint8_t, header_bytes> header{};
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return false;
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(reinterpret_cast<char*>(header.data()), header.size())) return false;
  const std::uint32_t kind = number_at(header, 12);
  return number_at(header, 36) == cmsMagicNumber && number_at(header, 16) == cmsSigRgbData &&
         (kind == cmsSigDisplayClass || kind == cmsSigOutputClass || kind == cmsSigColorSpaceClass);
}

std::vector<std::uint8_t> bytes_of(const fs::path& file) {
  const std::string bytes = read_whole_file(file, max_profile_bytes, tr("a colour profile"));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

OutputProfile::OutputProfile(std::vector<std::uint8_t> icc, const fs::path& name)
    : icc_(std::move(icc)),
      name_(name),
      context_(cmsCreateContext(nullptr, nullptr), [](void* c) { cmsDeleteContext(static_cast<cmsContext>(c)); }),
      transform_(nullptr, cmsDeleteTransform) {
  const auto refuse = [&](const std::string& why) { throw FileError(name, why); };
  const std::string damaged = tr("is no colour profile (ICC), or a damaged one");
  if (icc_.size() < header_bytes || number_at(icc_, 36) != cmsMagicNumber) refuse(damaged);
  const std::uint32_t kind = number_at(icc_, 12), space = number_at(icc_, 16);
  if (space != cmsSigRgbData)
    refuse(tr("is a colour profile for {1}; pictures are written in RGB, choose a profile for that",
              {space == cmsSigGrayData   ? tr("grey")
               : space == cmsSigCmykData ? std::string("CMYK")
                                         : tr("other colours than RGB")}));
  if (!context_) throw std::bad_alloc();
  const auto own = static_cast<cmsContext>(context_.get());
  const IccProfile profile(cmsOpenProfileFromMemTHR(own, icc_.data(), static_cast<cmsUInt32Number>(icc_.size())));
  if (!profile) refuse(damaged);
  description_ = description_of(profile.get());
  // Where the tables of one intent are missing, lcms2 takes the perceptual ones.
  const auto has_tables = [&](cmsUInt32Number direction) {
    return cmsIsCLUT(profile.get(), INTENT_RELATIVE_COLORIMETRIC, direction) ||
           cmsIsCLUT(profile.get(), INTENT_PERCEPTUAL, direction);
  };
  const bool tables = has_tables(LCMS_USED_AS_OUTPUT), input_tables = has_tables(LCMS_USED_AS_INPUT);
  const bool of_device = kind == cmsSigInputClass || kind == cmsSigDisplayClass || kind == cmsSigOutputClass ||
                         kind == cmsSigColorSpaceClass;
  if (!of_device || (!tables && (input_tables || !cmsIsMatrixShaper(profile.get()))))
    refuse(
        tr("is a colour profile of one direction, of a scanner or a camera perhaps: nothing can be converted to its "
           "colours; choose that of a screen, a printer or a colour space"));
  if (!tables) space_ = space_of(profile.get());
  if (tables ? !make_tables(profile.get()) : !space_ || !read_curves(profile.get())) refuse(damaged);
}

bool OutputProfile::read_curves(void* profile) {
  constexpr cmsTagSignature tags[] = {cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag};
  for (std::size_t c = 0; c < 3; ++c) {
    const auto* curve = static_cast<const cmsToneCurve*>(cmsReadTag(profile, tags[c]));
    if (!curve) return false;
    const auto light_of = [curve](float code) { return cmsEvalToneCurveFloat(curve, code); };
    if (!(light_of(1) > light_of(0))) return false;
    // The code whose light it is, found by halving: curves rise, and lcms2's own inverse is coarse in the dark.
    float low = 0;
    for (int i = 0; i <= code_steps; ++i) {
      const float root = static_cast<float>(i) / code_steps, light = root * root * root * root;
      float high = 1;
      for (int step = 0; step < 24; ++step) {
        const float middle = 0.5f * (low + high);
        (light_of(middle) <= light ? low : high) = middle;
      }
      codes_[c].push_back(low);
    }
    codes_[c].back() = 1;
  }
  return true;
}

bool OutputProfile::make_tables(void* profile) {
  const std::vector<std::uint8_t> light = rgb_profile(prophoto_space(1));
  const auto own = static_cast<cmsContext>(context_.get());
  const IccProfile from(cmsOpenProfileFromMemTHR(own, light.data(), static_cast<cmsUInt32Number>(light.size())));
  transform_.reset(cmsCreateTransformTHR(own, from.get(), TYPE_RGB_FLT, profile, TYPE_RGB_FLT,
                                         INTENT_RELATIVE_COLORIMETRIC,
                                         cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOCACHE));
  space_ = space_of(from.get());
  return transform_ != nullptr;
}

void OutputProfile::row_from_lab(const float* L, const float* a, const float* b, int n, float* rgb) const {
  linear_row_from_lab(*space_, L, a, b, n, rgb);
  if (transform_) {
    cmsDoTransform(transform_.get(), rgb, rgb, static_cast<cmsUInt32Number>(n));
    for (int i = 0; i < 3 * n; ++i) rgb[i] = std::clamp(rgb[i], 0.0f, 1.0f);
    return;
  }
  for (int i = 0; i < 3 * n; ++i) {
    const float* table = codes_[static_cast<std::size_t>(i % 3)].data();
    const float at = std::sqrt(std::sqrt(rgb[i])) * code_steps;
    const int step = std::min(static_cast<int>(at), code_steps - 1);
    rgb[i] = table[step] + (at - static_cast<float>(step)) * (table[step + 1] - table[step]);
  }
}

std::span<const BuiltInProfile> built_in_profiles() {
  static constexpr BuiltInProfile all[] = {
      {"srgb", "sRGB"}, {"adobe-rgb", "Adobe RGB"}, {"prophoto", "ProPhoto RGB"}, {"display-p3", "Display P3"}};
  return all;
}

std::vector<fs::path> installed_profiles() {
  std::vector<fs::path> found;
  for (const fs::path& folder : profile_folders()) {
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
    for (; !error && entry != end; entry.increment(error)) {
      if (entry.depth() > 1) entry.disable_recursion_pending();
      const std::string extension = lower_case_extension(entry->path());
      if ((extension == ".icc" || extension == ".icm") && is_for_output(entry->path())) found.push_back(entry->path());
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const fs::path& one, const fs::path& other) { return one.stem() < other.stem(); });
  return found;
}

std::shared_ptr<const OutputProfile> output_profile(const std::string& name) {
  if (name.empty() || name == "srgb") return nullptr;
  const auto built_in = [&](const RgbSpace& space, const char* description) {
    return std::make_shared<const OutputProfile>(rgb_profile(space, description), name);
  };
  // Adobe's names are its own; whatever has these numbers is compatible with them.
  if (name == "adobe-rgb") return built_in(adobe_rgb_space(), "Compatible with Adobe RGB (1998)");
  if (name == "prophoto") return built_in(prophoto_space(1.8), "Compatible with ProPhoto RGB");
  if (name == "display-p3") return built_in(display_p3_space(), "Display P3");
  std::error_code error;
  if (fs::path(name).has_parent_path() || fs::exists(name, error))
    return std::make_shared<const OutputProfile>(bytes_of(name), name);
  for (const fs::path& file : installed_profiles())
    if (file.stem() == name || file.filename() == name)
      return std::make_shared<const OutputProfile>(bytes_of(file), file);
  std::string names;
  for (const BuiltInProfile& known : built_in_profiles())
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  throw FileError(name, tr("is neither a file nor a colour profile that is known by name ({1}, and what the system has "
                           "in share/color/icc)",
                           {names}));
}

}  // namespace handtint
