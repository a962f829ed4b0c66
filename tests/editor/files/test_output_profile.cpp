// The profile that is written into pictures.
#include <doctest/doctest.h>
#include <lcms2.h>

#include <algorithm>
#include <cmath>

#include "editor/files/photo.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;

TEST_CASE("the profile in written files is small and has no date") {
  ScratchFolder folder;
  const Plane<float> lightness(8, 4, 40.0f);
  const Chroma chroma{Plane<float>(8, 4, 10.0f), Plane<float>(8, 4, -5.0f)};
  for (const char* name : {"p.tif", "p.jpg"}) {
    CAPTURE(std::string(name));
    REQUIRE(write_photo(folder / name, lightness, chroma, {}, {}));
    const std::string bytes = bytes_of(folder / name);
    const std::size_t mark = bytes.find("acsp");  // 36 bytes into a profile
    REQUIRE(mark != std::string::npos);
    const std::string head = bytes.substr(mark - 36, 128);
    const auto size =
        static_cast<unsigned>(static_cast<std::uint8_t>(head[2]) << 8 | static_cast<std::uint8_t>(head[3]));
    CHECK(size > 400);
    CHECK(size < 600);
    CHECK(head.substr(24, 12) == std::string(12, '\0'));
    // And it is sRGB: what was written comes back.
    CHECK(read_photo(folder / name).lightness(3, 2) == doctest::Approx(40).epsilon(0.01));
  }
  // The whole curve, through lcms2.
  REQUIRE(write_photo(folder / "q.tif", lightness, chroma, {}, {}));
  const std::string bytes = bytes_of(folder / "q.tif");
  const std::size_t begin = bytes.find("acsp") - 36;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[begin + i]); };
  const std::string profile = bytes.substr(begin, byte(2) << 8 | byte(3));
  const cmsHPROFILE ours = cmsOpenProfileFromMem(profile.data(), static_cast<cmsUInt32Number>(profile.size()));
  REQUIRE(ours);
  const cmsHPROFILE srgb = cmsCreate_sRGBProfile();
  const cmsHTRANSFORM transform =
      cmsCreateTransform(ours, TYPE_RGB_16, srgb, TYPE_RGB_16, INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
  REQUIRE(transform);
  double worst = 0;
  for (int i = 0; i < 256; ++i) {
    const auto code = static_cast<std::uint16_t>(257 * i);
    const std::uint16_t colours[] = {code, code, code, code, 0, 0};
    std::uint16_t out[6];
    cmsDoTransform(transform, colours, out, 2);
    for (const int c : {0, 1, 2, 3}) worst = std::max(worst, std::abs(out[c] - code) / 257.0);
  }
  CHECK(worst < 0.3);
  cmsDeleteTransform(transform);
  cmsCloseProfile(srgb);
  cmsCloseProfile(ours);
}
