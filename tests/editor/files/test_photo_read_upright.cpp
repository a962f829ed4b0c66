#include <doctest/doctest.h>
#include <tiffio.h>

#include <cmath>

#include "editor/files/photo.h"
#include "solver/lab.h"
#include "tests/editor/files/photo_reading.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;
using namespace handtint::tests;

TEST_CASE("every orientation comes upright") {
  // Stored: ABC over DEF. What EXIF 2.32, table 6, says of each value, written out.
  const char* const upright[] = {"",         "ABC/DEF",  "CBA/FED",  "FED/CBA", "DEF/ABC",
                                 "AD/BE/CF", "DA/EB/FC", "FC/EB/DA", "CF/BE/AD"};
  ScratchFolder folder;
  const TestPicture letters{3, 2, 1, 8, {10, 50, 90, 130, 170, 210}};
  const auto text_of = [](const Photo& photo) {
    std::string text;
    for (int y = 0; y < photo.height(); ++y) {
      if (y > 0) text += '/';
      for (int x = 0; x < photo.width(); ++x)
        text += static_cast<char>('A' + std::lround((grey_from_lightness(photo.lightness(x, y)) * 255 - 10) / 40));
    }
    return text;
  };
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    TiffKind tiff;
    tiff.orientation = orientation;
    make_tiff(folder / "p.tif", letters, tiff);
    PngKind png;
    png.orientation = orientation;
    make_png(folder / "p.png", letters, png);
    for (const char* name : {"p.tif", "p.png"}) {
      const Photo photo = read_photo(folder / name);
      CHECK(photo.orientation == orientation);
      CHECK(text_of(photo) == upright[orientation]);
      const PhotoInfo info = probe_photo(folder / name);
      CHECK(info.width == photo.width());
      CHECK(info.height == photo.height());
      CHECK(info.orientation == orientation);
    }
    // Blocks of 8x8 pixels, which the codec keeps apart.
    TestPicture blocks{24, 16, 1, 8, {}};
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 24; ++x) blocks.samples.push_back(letters.at(x / 8, y / 8, 0));
    for (const bool big_endian : {false, true}) {
      JpegKind jpeg;
      jpeg.orientation = orientation;
      jpeg.big_endian_exif = big_endian;
      make_jpeg(folder / "p.jpg", blocks, jpeg);
      const Photo large = read_photo(folder / "p.jpg");
      Photo small;
      small.lightness = Plane<float>(large.width() / 8, large.height() / 8);
      for (int y = 0; y < small.height(); ++y)
        for (int x = 0; x < small.width(); ++x) small.lightness.edit()(x, y) = large.lightness(8 * x + 4, 8 * y + 4);
      CHECK(text_of(small) == upright[orientation]);
    }
  }
}

TEST_CASE("orientation holds across bands of rows, for every plane") {
  ScratchFolder folder;
  const TestPicture picture = test_picture(45, 53, 4, 16);
  PngKind kind;
  kind.orientation = 7;
  make_png(folder / "p.png", picture, kind);
  const Photo photo = read_photo(folder / "p.png");
  REQUIRE(photo.width() == 53);
  REQUIRE(photo.height() == 45);
  int wrong = 0;
  for (int y = 0; y < 45; ++y)
    for (int x = 0; x < 53; ++x) {
      const int from_x = 44 - y, from_y = 52 - x;
      const Rgb c = shown(photo, x, y);
      wrong += photo.alpha(x, y) != picture.at(from_x, from_y, 3);
      wrong += std::abs(c.r * 65535 - picture.at(from_x, from_y, 0)) > deep_step;
      wrong += std::abs(c.b * 65535 - picture.at(from_x, from_y, 2)) > deep_step;
    }
  CHECK(wrong == 0);
}

TEST_CASE("dots per inch are found, and turned with the picture") {
  ScratchFolder folder;
  const TestPicture picture = test_picture(16, 8, 3, 8);
  PngKind png;
  png.dpi = 300;
  make_png(folder / "p.png", picture, png);
  CHECK(read_photo(folder / "p.png").dpi_x == 300);
  CHECK(probe_photo(folder / "p.png").dpi_y == 300);
  JpegKind jpeg;
  jpeg.dpi = 240;
  make_jpeg(folder / "p.jpg", picture, jpeg);
  CHECK(read_photo(folder / "p.jpg").dpi_y == 240);
  JpegKind exif;
  exif.exif_dpi = 350;
  make_jpeg(folder / "e.jpg", picture, exif);
  CHECK(read_photo(folder / "e.jpg").dpi_x == 350);
  TiffKind tiff;
  tiff.dpi = 1200.5;
  make_tiff(folder / "p.tif", picture, tiff);
  CHECK(read_photo(folder / "p.tif").dpi_x == 1200.5);

  TIFF* file = TIFFOpen((folder / "cm.tif").c_str(), "w");
  TIFFSetField(file, TIFFTAG_IMAGEWIDTH, 2);
  TIFFSetField(file, TIFFTAG_IMAGELENGTH, 1);
  TIFFSetField(file, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(file, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(file, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  TIFFSetField(file, TIFFTAG_ORIENTATION, 6);
  TIFFSetField(file, TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
  TIFFSetField(file, TIFFTAG_XRESOLUTION, 100.0);
  TIFFSetField(file, TIFFTAG_YRESOLUTION, 50.0);
  std::uint8_t row[] = {1, 2};
  TIFFWriteScanline(file, row, 0, 0);
  TIFFClose(file);
  const Photo turned = read_photo(folder / "cm.tif");
  CHECK(turned.dpi_x == 127);
  CHECK(turned.dpi_y == 254);
}

TEST_CASE("embedded profiles are converted with 16 bit kept") {
  ScratchFolder folder;
  TestPicture grey{256, 1, 1, 16, {}};
  for (int i = 0; i < 256; ++i) grey.samples.push_back(static_cast<std::uint16_t>(257 * i));
  PngKind linear;
  linear.profile = linear_grey_profile();
  make_png(folder / "g.png", grey, linear);
  const Photo from_linear = read_photo(folder / "g.png");
  CHECK(from_linear.a.empty());
  CHECK(probe_photo(folder / "g.png").profile);
  double worst = 0;
  for (int i = 0; i < 256; ++i) {  // a linear value is Y itself
    const double y = i / 255.0;
    const double L = y > 216.0 / 24389 ? 116 * std::cbrt(y) - 16 : y * 24389.0 / 27;
    worst = std::max(worst, std::abs(L - from_linear.lightness(i, 0)));
  }
  CHECK(worst < 0.02);

  // Rec. 2020 primaries, gamma 1.8: neutral stays neutral, and a colour of that space becomes a stronger one of sRGB.
  TestPicture wide{3, 1, 3, 16, {32768, 32768, 32768, 40000, 20000, 20000, 65535, 65535, 65535}};
  for (const char* name : {"w.png", "w.tif"}) {
    CAPTURE(name);
    PngKind png;
    png.profile = wide_rgb_profile();
    TiffKind tiff;
    tiff.profile = wide_rgb_profile();
    if (std::string(name) == "w.png")
      make_png(folder / name, wide, png);
    else
      make_tiff(folder / name, wide, tiff);
    const Photo photo = read_photo(folder / name);
    const double y = std::pow(32768 / 65535.0, 1.8);
    CHECK(std::abs(photo.lightness(0, 0) - (116 * std::cbrt(y) - 16)) < 0.02);
    CHECK(std::abs(photo.lightness(2, 0) - 100) < 0.02);
    CHECK(std::hypot(photo.a(0, 0), photo.b(0, 0)) < 0.1);
    const Lab plain = lab_from_srgb({40000 / 65535.0f, 20000 / 65535.0f, 20000 / 65535.0f});
    CHECK(photo.a(1, 0) > plain.a + 5);
  }

  // The 8-bit road agrees with the 16-bit one.
  TestPicture shallow = test_picture(64, 64, 4, 8), deep{64, 64, 4, 16, {}};
  for (const std::uint16_t v : shallow.samples) deep.samples.push_back(static_cast<std::uint16_t>(257 * v));
  PngKind both;
  both.profile = wide_rgb_profile();
  make_png(folder / "s.png", shallow, both);
  make_png(folder / "d.png", deep, both);
  const Photo from_8 = read_photo(folder / "s.png"), from_16 = read_photo(folder / "d.png");
  CHECK(from_8.alpha == from_16.alpha);
  double furthest = 0;
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) {
      const Rgb p = shown(from_8, x, y), q = shown(from_16, x, y);
      furthest = std::max<double>(furthest, std::max({std::abs(p.r - q.r), std::abs(p.g - q.g), std::abs(p.b - q.b)}));
    }
  CHECK(furthest * 255 < 0.5);

  // A profile of another kind than the samples says nothing about them.
  TiffKind unfitting;
  unfitting.profile = wide_rgb_profile();
  make_tiff(folder / "u.tif", grey, unfitting);
  const Photo photo = read_photo(folder / "u.tif");
  CHECK(std::abs(photo.lightness(128, 0) - lightness_from_grey(128 / 255.0f)) < 1e-3f);
}
