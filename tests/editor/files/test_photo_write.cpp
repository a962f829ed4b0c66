#include <doctest/doctest.h>
#include <lcms2.h>
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "editor/files/output_profile.h"
#include "editor/files/photo.h"
#include "solver/lab.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/small_disk.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

Chroma no_colour(int width, int height) {
  return {Plane<float>(width, height), Plane<float>(width, height)};
}

// Every lightness against chroma far outside of any gamut, in all directions.
Chroma wild_chroma(int width, int height) {
  Chroma chroma = no_colour(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float angle = 6.2832f * static_cast<float>(x) / static_cast<float>(width);
      chroma.a(x, y) = 120 * std::cos(angle);
      chroma.b(x, y) = 120 * std::sin(angle);
    }
  return chroma;
}

Plane<float> ramp(int width, int height) {
  Plane<float> lightness(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) lightness(x, y) = 100 * static_cast<float>(y) / static_cast<float>(height - 1);
  return lightness;
}

double worst_lightness(const Photo& photo, const Plane<float>& lightness) {
  if (!photo.lightness.same_size(lightness)) return 1e9;
  double worst = 0;
  for (std::size_t i = 0; i < lightness.size(); ++i)
    worst = std::max<double>(worst, std::abs(photo.lightness.data()[i] - lightness.data()[i]));
  return worst;
}

WriteOptions with_bits(int bits) {
  WriteOptions options;
  options.bits = bits;
  options.overwrite = true;
  return options;
}

std::string reason(const std::function<void()>& call) {
  try {
    call();
  } catch (const FileError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

using IccProfile = std::unique_ptr<void, int (*)(void*)>;
using IccTransform = std::unique_ptr<void, void (*)(void*)>;

// What lcms2 makes of a 16-bit TIFF by the profile in it: Lab of D65, from XYZ by the formulas.
std::vector<Lab> seen_by_lcms(const fs::path& file) {
  TIFF* tiff = TIFFOpen(file.c_str(), "r");
  REQUIRE(tiff);
  std::uint32_t width = 0, height = 0, bytes = 0;
  void* icc = nullptr;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  REQUIRE(TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &bytes, &icc) == 1);
  const IccProfile from(cmsOpenProfileFromMem(icc, bytes), cmsCloseProfile), to(cmsCreateXYZProfile(), cmsCloseProfile);
  const IccTransform transform(
      cmsCreateTransform(from.get(), TYPE_RGB_DBL, to.get(), TYPE_XYZ_DBL, INTENT_RELATIVE_COLORIMETRIC, 0),
      cmsDeleteTransform);
  REQUIRE(transform);
  std::vector<Lab> seen;
  std::vector<std::uint16_t> row(3 * width);
  for (std::uint32_t y = 0; y < height; ++y) {
    REQUIRE(TIFFReadScanline(tiff, row.data(), y) == 1);
    for (std::uint32_t x = 0; x < width; ++x) {
      const double rgb[] = {row[3 * x] / 65535.0, row[3 * x + 1] / 65535.0, row[3 * x + 2] / 65535.0};
      double d50[3];
      cmsDoTransform(transform.get(), rgb, d50, 1);
      // Bradford's way back from D50, over the white of D65.
      constexpr double back[3][3] = {
          {0.9555766, -0.0230393, 0.0631636}, {-0.0282895, 1.0099416, 0.0210077}, {0.0122982, -0.0204830, 1.3299098}};
      constexpr double white[] = {0.95047, 1, 1.08883};
      double f[3];
      for (int i = 0; i < 3; ++i) {
        const double t = (back[i][0] * d50[0] + back[i][1] * d50[1] + back[i][2] * d50[2]) / white[i];
        f[i] = t > 216.0 / 24389 ? std::cbrt(t) : (t * 24389 / 27 + 16) / 116;
      }
      seen.push_back({static_cast<float>(116 * f[1] - 16), static_cast<float>(500 * (f[0] - f[1])),
                      static_cast<float>(200 * (f[1] - f[2]))});
    }
  }
  TIFFClose(tiff);
  return seen;
}

// A printer's profile, as far as tables make one: those of Adobe RGB, at 33 places a side.
std::vector<std::uint8_t> profile_of_tables() {
  const std::vector<std::uint8_t> icc = output_profile("adobe-rgb")->icc();
  const IccProfile wide(cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())), cmsCloseProfile),
      lab(cmsCreateLab4Profile(nullptr), cmsCloseProfile),
      printer(cmsCreateProfilePlaceholder(nullptr), cmsCloseProfile);
  cmsSetDeviceClass(printer.get(), cmsSigOutputClass);
  cmsSetColorSpace(printer.get(), cmsSigRgbData);
  cmsSetPCS(printer.get(), cmsSigLabData);
  const auto add = [&](void* from, unsigned in, void* to, unsigned out, cmsTagSignature tag) {
    const IccTransform transform(cmsCreateTransform(from, in, to, out, INTENT_RELATIVE_COLORIMETRIC, 0),
                                 cmsDeleteTransform);
    cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, 3, 3);
    cmsStage* table = cmsStageAllocCLut16bit(nullptr, 33, 3, 3, nullptr);
    cmsStageSampleCLut16bit(
        table,
        [](const cmsUInt16Number* input, cmsUInt16Number* output, void* how) -> cmsInt32Number {
          cmsDoTransform(how, input, output, 1);
          return 1;
        },
        transform.get(), 0);
    cmsPipelineInsertStage(pipeline, cmsAT_END, table);
    cmsWriteTag(printer.get(), tag, pipeline);
    cmsPipelineFree(pipeline);
  };
  add(wide.get(), TYPE_RGB_16, lab.get(), TYPE_Lab_16, cmsSigAToB0Tag);
  add(lab.get(), TYPE_Lab_16, wide.get(), TYPE_RGB_16, cmsSigBToA0Tag);
  cmsUInt32Number bytes = 0;
  cmsSaveProfileToMem(printer.get(), nullptr, &bytes);
  std::vector<std::uint8_t> made(bytes);
  REQUIRE(cmsSaveProfileToMem(printer.get(), made.data(), &bytes));
  return made;
}

}  // namespace

TEST_CASE("lightness survives gamut-heavy colours") {
  ScratchFolder folder;
  const Plane<float> lightness = ramp(180, 301);
  const Chroma chroma = wild_chroma(180, 301);
  struct Target {
    const char* name;
    int bits;
    double tolerance;
  };
  for (const Target& target :
       {Target{"o.png", 16, 0.01}, Target{"o.tif", 16, 0.01}, Target{"o.png", 8, 0.25}, Target{"o.tif", 8, 0.25}}) {
    CAPTURE(target.name);
    CAPTURE(target.bits);
    REQUIRE(write_photo(folder / target.name, lightness, chroma, {}, with_bits(target.bits)));
    const Photo back = read_photo(folder / target.name);
    CHECK(back.bits == target.bits);
    CHECK(worst_lightness(back, lightness) < target.tolerance);
    CHECK(std::hypot(back.a(0, 150), back.b(0, 150)) > 50);  // reduced, not removed
  }
}

TEST_CASE("a profile's picture has the photo's lightness, and a wide one colours that sRGB has not") {
  ScratchFolder folder;
  const int width = 90, height = 61;
  const Plane<float> lightness = ramp(width, height);
  const Chroma chroma = wild_chroma(width, height);
  const auto mean_chroma = [&](const std::string& name) {
    WriteOptions options = with_bits(16);
    options.profile = output_profile(name);
    CHECK((options.profile == nullptr) == (name == "srgb"));
    REQUIRE(write_photo(folder / "wide.tif", lightness, chroma, {}, options));
    double worst = 0, turned = 0, sum = 0;
    const std::vector<Lab> seen = seen_by_lcms(folder / "wide.tif");
    REQUIRE(seen.size() == lightness.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      worst = std::max<double>(worst, std::abs(seen[i].L - lightness.data()[i]));
      sum += std::hypot(seen[i].a, seen[i].b);
      // Across the wanted hue.
      turned =
          std::max<double>(turned, std::abs(seen[i].a * chroma.b.data()[i] - seen[i].b * chroma.a.data()[i]) / 120);
    }
    // sRGB's own profile is short: its curve has 42 places.
    CHECK(worst < (name == "srgb" ? 0.1 : 0.03));
    if (name != "srgb") CHECK(turned < 0.5);
    return sum / static_cast<double>(seen.size());
  };
  const double srgb = mean_chroma("srgb"), p3 = mean_chroma("display-p3"), adobe = mean_chroma("adobe-rgb"),
               prophoto = mean_chroma("prophoto");
  CHECK(p3 > srgb + 3);
  CHECK(adobe > srgb + 3);
  CHECK(prophoto > adobe + 10);
  CHECK(output_profile("prophoto")->icc() == output_profile("prophoto")->icc());

  WriteOptions options = with_bits(16);
  options.profile = output_profile("adobe-rgb");
  CHECK(contains(reason([&] { write_photo(folder / "o.ora", lightness, chroma, {}, options); }), "layers"));
  // A colour that sRGB has comes back from any of them, a grey as a grey.
  const Chroma muted{Plane<float>(width, height, 6), Plane<float>(width, height, -4)};
  const Plane<float> middling(width, height, 52.5f);
  REQUIRE(write_photo(folder / "muted.png", middling, muted, {}, options));
  const Photo back = read_photo(folder / "muted.png");
  CHECK(worst_lightness(back, middling) < 0.01);
  CHECK(back.a(3, 3) == doctest::Approx(6).epsilon(0.01));
  CHECK(back.b(3, 3) == doctest::Approx(-4).epsilon(0.01));
  REQUIRE(write_photo(folder / "grey.png", lightness, no_colour(width, height), {}, options));
  CHECK(read_photo(folder / "grey.png").a.empty());
}

TEST_CASE("a printer's tables are heeded, and a profile that nothing can be written in is refused in words") {
  ScratchFolder folder;
  WriteOptions options = with_bits(16);
  options.profile = std::make_shared<const OutputProfile>(profile_of_tables(), "printer.icc");
  const Plane<float> lightness(8, 8, 60.0f);
  REQUIRE(write_photo(folder / "print.tif", lightness, {Plane<float>(8, 8, 20), Plane<float>(8, 8, 12)}, {}, options));
  const Lab seen = seen_by_lcms(folder / "print.tif").front();
  CHECK(seen.L == doctest::Approx(60).epsilon(0.01));
  CHECK(seen.a == doctest::Approx(20).epsilon(0.04));
  CHECK(seen.b == doctest::Approx(12).epsilon(0.04));

  const std::vector<std::uint8_t> good = output_profile("adobe-rgb")->icc();
  const auto why = [&](std::size_t at, const std::string& four) {
    std::vector<std::uint8_t> icc = good;
    std::copy(four.begin(), four.end(), icc.begin() + static_cast<std::ptrdiff_t>(at));
    return reason([&] { OutputProfile(icc, "odd.icc"); });
  };
  CHECK(reason([&] { OutputProfile(good, "good.icc"); }).empty());
  CHECK(contains(why(16, "GRAY"), "odd.icc: is a colour profile for grey"));
  CHECK(contains(why(16, "CMYK"), "for CMYK"));
  CHECK(contains(why(16, "HSV "), "for other colours than RGB"));
  CHECK(contains(why(36, "none"), "no colour profile"));
  CHECK(contains(why(12, "link"), "one direction"));
  CHECK(contains(why(128 + 4 + 12 * 3, "what"), "one direction"));  // a tag's name
  CHECK(contains(reason([] { OutputProfile({1, 2, 3}, "short.icc"); }), "no colour profile"));
  CHECK(contains(reason([] { output_profile("rgb"); }), "adobe-rgb, prophoto"));
  CHECK(contains(reason([&] { output_profile((folder / "none.icc").string()); }), "none.icc"));
}

TEST_CASE("a neutral photo comes back code for code") {
  ScratchFolder folder;
  TestPicture grey{256, 256, 1, 16, {}};
  for (int i = 0; i < 65536; ++i) grey.samples.push_back(static_cast<std::uint16_t>(i));
  make_png(folder / "in.png", grey);
  const Photo photo = read_photo(folder / "in.png");
  for (const char* name : {"out.png", "out.tif"}) {
    REQUIRE(write_photo(folder / name, photo.lightness, no_colour(256, 256), {}, write_options_for(photo)));
    const Photo back = read_photo(folder / name);
    CHECK(back.bits == 16);
    CHECK(back.a.empty());
    CHECK(back.lightness == photo.lightness);
  }
}

TEST_CASE("an 8-bit colour picture comes back code for code") {
  ScratchFolder folder;
  const TestPicture picture = test_picture(50, 40, 3, 8);
  make_png(folder / "in.png", picture);
  const Photo photo = read_photo(folder / "in.png");
  REQUIRE(write_photo(folder / "out.png", photo.lightness, {photo.a, photo.b}, {}, write_options_for(photo)));
  const Photo back = read_photo(folder / "out.png");
  CHECK(back.lightness == photo.lightness);
  CHECK(back.a == photo.a);
  CHECK(back.b == photo.b);
}

TEST_CASE("a 16-bit TIFF lying on its side comes back upright, 16 bit, with its dots per inch") {
  ScratchFolder folder;
  TestPicture grey = test_picture(60, 40, 1, 16);
  TiffKind kind;
  kind.orientation = 6;
  kind.dpi = 1200;
  kind.compression = COMPRESSION_LZW;
  make_tiff(folder / "in.tif", grey, kind);
  const Photo photo = read_photo(folder / "in.tif");
  REQUIRE(write_photo(folder / "out.tif", photo.lightness, wild_chroma(40, 60), photo.alpha, write_options_for(photo)));

  TIFF* tiff = TIFFOpen((folder / "out.tif").c_str(), "r");
  REQUIRE(tiff);
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 0, orientation = 0, unit = 0;
  float dpi_x = 0, dpi_y = 0;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetField(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
  TIFFGetField(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
  TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &dpi_x);
  TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &dpi_y);
  TIFFClose(tiff);
  CHECK(width == 40);
  CHECK(height == 60);
  CHECK(bits == 16);
  CHECK(orientation == 1);
  CHECK(unit == RESUNIT_INCH);
  CHECK(dpi_x == 1200);
  CHECK(dpi_y == 1200);
  const Photo back = read_photo(folder / "out.tif");
  CHECK(worst_lightness(back, photo.lightness) < 0.01);
  // Orientation 6: the stored left column is the upright top row, from the bottom up.
  CHECK(std::abs(back.lightness(0, 0) - lightness_from_grey(grey.at(0, 39, 0) / 65535.0f)) < 0.01f);
  CHECK(std::abs(back.lightness(39, 0) - lightness_from_grey(grey.at(0, 0, 0) / 65535.0f)) < 0.01f);
}

TEST_CASE("JPEG is written at high quality without chroma subsampling") {
  ScratchFolder folder;
  // Fine red and green stripes of one lightness: subsampling would mix them to one brown.
  const int width = 64, height = 64;
  const Plane<float> lightness(width, height, 50.0f);
  Chroma chroma = no_colour(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) chroma.a(x, y) = x % 2 == 0 ? 40.0f : -40.0f;
  REQUIRE(write_photo(folder / "o.jpg", lightness, chroma, {}, {}));
  const Photo back = read_photo(folder / "o.jpg");
  double worst = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) worst = std::max<double>(worst, std::abs(back.a(x, y) - chroma.a(x, y)));
  CHECK(worst < 12);
  CHECK(worst_lightness(back, lightness) < 4);
}

TEST_CASE("a PNG that is written quickly shows the same pixels") {
  ScratchFolder folder;
  const Plane<float> lightness = ramp(40, 30);
  const Chroma chroma = wild_chroma(40, 30);
  Plane<std::uint16_t> half(40, 30, 65535);
  for (int y = 0; y < 30; ++y) half(7, y) = 257 * 100;
  for (const Plane<std::uint16_t>& alpha : {Plane<std::uint16_t>(), half})
    for (const int bits : {8, 16}) {
      WriteOptions options;
      options.bits = bits;
      options.overwrite = true;
      REQUIRE(write_photo(folder / "usual.png", lightness, chroma, alpha, options));
      options.quality = 1;
      REQUIRE(write_photo(folder / "quick.png", lightness, chroma, alpha, options));
      const Photo usual = read_photo(folder / "usual.png"), quick = read_photo(folder / "quick.png");
      CHECK(std::equal(usual.lightness.begin(), usual.lightness.end(), quick.lightness.begin()));
      CHECK(std::equal(usual.a.begin(), usual.a.end(), quick.a.begin()));
      CHECK(std::equal(usual.b.begin(), usual.b.end(), quick.b.begin()));
      CHECK(std::equal(usual.alpha.begin(), usual.alpha.end(), quick.alpha.begin(), quick.alpha.end()));
      CHECK(quick.alpha.empty() == alpha.empty());
      CHECK(quick.bits == bits);
    }
}

TEST_CASE("dots per inch and alpha survive") {
  ScratchFolder folder;
  const Plane<float> lightness = ramp(20, 10);
  Plane<std::uint16_t> alpha(20, 10, 65535);
  for (int x = 0; x < 20; ++x) alpha(x, 3) = static_cast<std::uint16_t>(257 * x * 13);
  for (const char* name : {"o.png", "o.tif", "o.jpg"})
    for (const int bits : {8, 16}) {
      WriteOptions options = with_bits(bits);
      options.dpi_x = 300;
      options.dpi_y = 600;
      REQUIRE(write_photo(folder / name, lightness, wild_chroma(20, 10), alpha, options));
      const Photo back = read_photo(folder / name);
      CAPTURE(name);
      CHECK(back.dpi_x == 300);
      CHECK(back.dpi_y == 600);
      if (std::string(name) == "o.jpg")
        CHECK(back.alpha.empty());
      else
        CHECK(back.alpha == alpha);
    }
}

TEST_CASE("targets are refused by rule") {
  ScratchFolder folder;
  const Plane<float> lightness = ramp(4, 4);
  const Chroma chroma = no_colour(4, 4);
  const auto write = [&](const fs::path& target, const WriteOptions& options) {
    return reason([&] { write_photo(target, lightness, chroma, {}, options); });
  };
  make_png(folder / "in.png", test_picture(4, 4, 1, 8));
  const std::string before = bytes_of(folder / "in.png");
  WriteOptions options = write_options_for(read_photo(folder / "in.png"));
  CHECK(contains(write(folder / "in.png", options), "the photo itself"));
  options.overwrite = true;
  CHECK(contains(write(folder / "in.png", options), "the photo itself"));
  fs::create_symlink("in.png", folder / "soft.png");
  CHECK(contains(write(folder / "soft.png", options), "the photo itself"));
  fs::create_hard_link(folder / "in.png", folder / "hard.png");
  CHECK(contains(write(folder / "hard.png", options), "the photo itself"));
  CHECK(contains(write(folder / "." / "in.png", options), "the photo itself"));
  CHECK(bytes_of(folder / "in.png") == before);

  CHECK(write(folder / "out.png", options).empty());
  options.overwrite = false;
  CHECK(contains(write(folder / "out.png", options), "exists already"));
  options.overwrite = true;
  CHECK(write(folder / "out.png", options).empty());

  CHECK(contains(write(folder / "out.bmp", options), ".png, .tif or .jpg"));
  CHECK(contains(write(folder / "out.jp2", options), "read but not written; use .png, .tif or .jpg"));
  CHECK(contains(write(folder / "out", options), ".png, .tif or .jpg"));
  CHECK(contains(write(folder / "missing" / "out.png", options), "folder does not exist"));
  fs::create_directory(folder / "dir.png");
  CHECK(contains(write(folder / "dir.png", options), "is a folder"));
  CHECK(is_writable_photo_name("X.TIFF"));
  CHECK(is_writable_photo_name("x.JPeG"));
  CHECK_FALSE(is_writable_photo_name("x.gif"));
}

TEST_CASE("planes of different sizes are the caller's mistake") {
  ScratchFolder folder;
  CHECK_THROWS_AS(write_photo(folder / "o.png", ramp(4, 4), no_colour(4, 3), {}, {}), std::invalid_argument);
  CHECK_THROWS_AS(write_photo(folder / "o.png", {}, {}, {}, {}), std::invalid_argument);
  CHECK_THROWS_AS(write_photo(folder / "o.png", ramp(4, 4), no_colour(4, 4), Plane<std::uint16_t>(3, 4), {}),
                  std::invalid_argument);
  CHECK_THROWS_AS(write_photo(folder / "o.png", ramp(4, 4), no_colour(4, 4), {}, with_bits(12)), std::invalid_argument);
  CHECK(folder.file_count() == 0);
}

TEST_CASE("cancelling leaves no trace, progress ends at 1") {
  ScratchFolder folder;
  const Plane<float> lightness = ramp(64, 100);
  const Chroma chroma = wild_chroma(64, 100);
  for (const char* name : {"o.png", "o.tif", "o.jpg"}) {
    int calls = 0;
    CHECK_FALSE(write_photo(folder / name, lightness, chroma, {}, {}, [&](float) { return ++calls < 3; }));
    CHECK(calls == 3);
    CHECK(folder.file_count() == 0);
  }
  float last = 0;
  bool rising = true;
  CHECK(write_photo(folder / "o.png", lightness, chroma, {}, {}, [&](float progress) {
    rising = rising && progress > last;
    last = progress;
    return true;
  }));
  CHECK(rising);
  CHECK(last == 1.0f);
}

TEST_CASE("a full disk is an error that leaves the old file alone") {
  ScratchFolder folder;
  const Plane<float> lightness = ramp(200, 200);
  const Chroma chroma = wild_chroma(200, 200);
  for (const char* name : {"o.png", "o.tif", "o.jpg"}) {
    write_bytes(folder / name, "old");
    // From nothing at all to just before the end.
    REQUIRE(write_photo(folder / (std::string("whole_") + name), lightness, chroma, {}, with_bits(8)));
    const std::uintmax_t whole = fs::file_size(folder / (std::string("whole_") + name));
    for (const std::uintmax_t room : {std::uintmax_t{0}, std::uintmax_t{100}, whole / 2, whole - 1}) {
      std::string told;
      {
        SmallDisk disk(room);
        told = reason([&] { write_photo(folder / name, lightness, chroma, {}, with_bits(8)); });
      }
      CAPTURE(name);
      CAPTURE(room);
      CHECK(contains(told, (folder / name).string() + ": cannot be written"));
      CHECK(bytes_of(folder / name) == "old");
    }
  }
  CHECK(folder.file_count() == 6);
}
