#include <doctest/doctest.h>
#include <tiffio.h>

#include <cmath>

#include "editor/files/photo.h"
#include "solver/lab.h"
#include "tests/support/photo_checks.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

TEST_CASE("PNG of every kind") {
  ScratchFolder folder;
  const fs::path path = folder / "p.png";
  for (const bool interlaced : {false, true})
    for (const int channels : {1, 2, 3, 4})
      for (const int bits : {8, 16}) {
        CAPTURE(interlaced);
        CAPTURE(channels);
        CAPTURE(bits);
        const TestPicture picture = test_picture(37, 21, channels, bits);
        PngKind kind;
        kind.interlaced = interlaced;
        make_png(path, picture, kind);
        const Photo photo = read_photo(path);
        CHECK(photo.format == "PNG");
        CHECK(photo.bits == bits);
        CHECK(worst_rgb_step(photo, picture) < allowed(picture));
        CHECK(photo.a.empty() == (channels <= 2));
        REQUIRE(photo.alpha.empty() == (channels == 1 || channels == 3));
        if (!photo.alpha.empty()) CHECK(photo.alpha(5, 7) == picture.at(5, 7, channels - 1) * (bits == 8 ? 257 : 1));
      }
  for (const int bits : {1, 2, 4}) {
    const TestPicture picture = test_picture(37, 21, 1, bits);
    make_png(path, picture);
    const Photo photo = read_photo(path);
    CHECK(photo.bits == 8);
    CHECK(worst_rgb_step(photo, picture) < 0.1);
  }
  const std::vector<std::uint8_t> palette = {255, 0, 0, 10, 20, 30, 0, 0, 255, 200, 200, 200};
  const TestPicture indices = test_picture(37, 21, 1, 2);
  make_palette_png(path, indices, palette);
  const double worst = worst_step(read_photo(path), indices, 255, [&](int x, int y) {
    const std::uint8_t* c = &palette[3 * indices.at(x, y, 0)];
    return Rgb{c[0] / 255.0f, c[1] / 255.0f, c[2] / 255.0f};
  });
  CHECK(worst < 0.1);
}

TEST_CASE("TIFF of every layout, depth and compression") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tif";
  for (const bool tiled : {false, true})
    for (const bool planar : {false, true})
      for (const bool big_endian : {false, true})
        for (const int channels : {1, 3})
          for (const int bits : {8, 16})
            for (const int compression :
                 {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS}) {
              const TestPicture picture = test_picture(37, 21, channels, bits);
              TiffKind kind;
              kind.tiled = tiled;
              kind.planar = planar;
              kind.big_endian = big_endian;
              kind.compression = compression;
              make_tiff(path, picture, kind);
              const Photo photo = read_photo(path);
              CAPTURE(tiled);
              CAPTURE(planar);
              CAPTURE(big_endian);
              CAPTURE(channels);
              CAPTURE(bits);
              CAPTURE(compression);
              CHECK(photo.format == "TIFF");
              CHECK(photo.bits == bits);
              CHECK(photo.a.empty() == (channels == 1));
              CHECK(worst_rgb_step(photo, picture) < allowed(picture));
            }
  for (const int bits : {1, 2, 4, 12}) {
    CAPTURE(bits);
    const TestPicture picture = test_picture(37, 21, 1, bits);
    make_tiff(path, picture);
    CHECK(worst_rgb_step(read_photo(path), picture) < 0.1);
    TiffKind white;
    white.photometric = PHOTOMETRIC_MINISWHITE;
    make_tiff(path, picture, white);
    TestPicture inverted = picture;
    for (auto& v : inverted.samples) v = static_cast<std::uint16_t>((1 << bits) - 1 - v);
    CHECK(worst_rgb_step(read_photo(path), inverted) < 0.1);
  }
  for (const int compression : {COMPRESSION_CCITTFAX4, COMPRESSION_CCITTRLE}) {
    const TestPicture picture = test_picture(300, 40, 1, 1);
    TiffKind kind;
    kind.compression = compression;
    make_tiff(path, picture, kind);
    CHECK(worst_rgb_step(read_photo(path), picture) < 0.1);
  }
}

TEST_CASE("TIFF with palette, alpha and inks") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tif";
  TiffKind kind;
  kind.photometric = PHOTOMETRIC_PALETTE;
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < 16; ++i) kind.palette.push_back(static_cast<std::uint16_t>(4000 * i + 1000 * c));
  const TestPicture indices = test_picture(37, 21, 1, 4);
  make_tiff(path, indices, kind);
  CHECK(worst_step(read_photo(path), indices, 65535, [&](int x, int y) {
          const auto value = [&](int c) { return kind.palette[16 * c + indices.at(x, y, 0)] / 65535.0f; };
          return Rgb{value(0), value(1), value(2)};
        }) < deep_step);

  for (const bool premultiplied : {false, true}) {
    TestPicture picture = test_picture(20, 9, 4, 16);
    for (std::size_t i = 0; i < picture.samples.size(); i += 4) {
      picture.samples[i + 3] = static_cast<std::uint16_t>(20000 + 40 * i);
      if (premultiplied)
        for (int c = 0; c < 3; ++c)
          picture.samples[i + c] =
              static_cast<std::uint16_t>(1u * picture.samples[i + c] * picture.samples[i + 3] / 65535);
    }
    TiffKind with_alpha;
    with_alpha.alpha = true;
    with_alpha.premultiplied = premultiplied;
    make_tiff(path, picture, with_alpha);
    const Photo photo = read_photo(path);
    REQUIRE_FALSE(photo.alpha.empty());
    CHECK(photo.alpha(3, 4) == picture.at(3, 4, 3));
    CHECK(worst_step(photo, picture, 65535, [&](int x, int y) {
            const float over = premultiplied ? picture.at(x, y, 3) : 65535.0f;
            return Rgb{picture.at(x, y, 0) / over, picture.at(x, y, 1) / over, picture.at(x, y, 2) / over};
          }) < 2);
  }

  const TestPicture inks = test_picture(20, 9, 4, 8);
  make_tiff(path, inks);
  CHECK(worst_step(read_photo(path), inks, 255, [&](int x, int y) {
          const auto light = [&](int c) { return (255 - inks.at(x, y, c)) * (255 - inks.at(x, y, 3)) / 65025.0f; };
          return Rgb{light(0), light(1), light(2)};
        }) < 0.1);
}

TEST_CASE("TIFF kinds without a road of their own go through libtiff") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tif";
  TestPicture grey(test_picture(24, 16, 3, 8));
  for (std::size_t i = 0; i < grey.samples.size(); i += 3) grey.samples[i + 1] = grey.samples[i + 2] = 128;
  TiffKind kind;
  kind.photometric = PHOTOMETRIC_YCBCR;  // not subsampled, since libtiff's writer takes the samples as they are
  kind.orientation = 3;
  TIFF* tiff = TIFFOpen(path.c_str(), "w");
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 24);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 16);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_YCBCR);
  TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, 1, 1);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, 3);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
  std::vector<std::uint8_t> bytes(grey.samples.begin(), grey.samples.end());
  TIFFWriteEncodedStrip(tiff, 0, bytes.data(), static_cast<tmsize_t>(bytes.size()));
  TIFFClose(tiff);
  const Photo photo = read_photo(path);
  CHECK(worst_step(photo, grey, 255, [&](int x, int y) {
          const float v = grey.at(23 - x, 15 - y, 0) / 255.0f;
          return Rgb{v, v, v};
        }) < 1.1);
}

TEST_CASE("JPEG: grey, colour, inks, progressive") {
  ScratchFolder folder;
  const fs::path path = folder / "p.jpg";
  // Smooth, since the codec is not exact.
  const auto smooth = [](int channels) {
    TestPicture picture{40, 30, channels, 8, {}};
    for (int y = 0; y < 30; ++y)
      for (int x = 0; x < 40; ++x)
        for (int c = 0; c < channels; ++c)
          picture.samples.push_back(static_cast<std::uint16_t>(20 + 2 * x + y + 30 * c));
    return picture;
  };
  for (const bool progressive : {false, true})
    for (const int channels : {1, 3}) {
      JpegKind kind;
      kind.progressive = progressive;
      make_jpeg(path, smooth(channels), kind);
      const Photo photo = read_photo(path);
      CHECK(photo.format == "JPEG");
      CHECK(photo.a.empty() == (channels == 1));
      CHECK(worst_rgb_step(photo, smooth(channels)) < 4);
    }
  // With Adobe's marker or without it, what is stored is light.
  for (const bool adobe : {false, true}) {
    JpegKind kind;
    kind.adobe_cmyk = adobe;
    make_jpeg(path, smooth(4), kind);
    const TestPicture inks = smooth(4);
    CHECK(worst_step(read_photo(path), inks, 255, [&](int x, int y) {
            const auto light = [&](int c) { return inks.at(x, y, c) / 255.0f; };
            return Rgb{light(0) * light(3), light(1) * light(3), light(2) * light(3)};
          }) < 4);
  }
}

TEST_CASE("BMP, TGA, GIF and the six kinds of PNM") {
  ScratchFolder folder;
  const TestPicture colour = test_picture(37, 21, 3, 8);
  make_bmp(folder / "p.bmp", colour, 300);
  CHECK(worst_rgb_step(read_photo(folder / "p.bmp"), colour) < 0.1);
  CHECK(read_photo(folder / "p.bmp").dpi_x == 300);
  make_tga(folder / "p.tga", colour);
  CHECK(worst_rgb_step(read_photo(folder / "p.tga"), colour) < 0.1);

  const std::vector<std::uint8_t> palette = {255, 0, 0, 10, 20, 30, 0, 0, 255, 200, 200, 200};
  const TestPicture indices = test_picture(37, 21, 1, 2);
  make_gif(folder / "p.gif", 37, 21, {indices.samples.begin(), indices.samples.end()}, palette);
  const Photo gif = read_photo(folder / "p.gif");
  CHECK(gif.alpha.empty());
  CHECK(worst_step(gif, indices, 255, [&](int x, int y) {
          const std::uint8_t* c = &palette[3 * indices.at(x, y, 0)];
          return Rgb{c[0] / 255.0f, c[1] / 255.0f, c[2] / 255.0f};
        }) < 0.1);

  for (const int kind : {1, 2, 3, 4, 5, 6})
    for (const int max_value : {1, 15, 255, 1000, 65535}) {
      const bool bitmap = kind == 1 || kind == 4;
      if (bitmap && max_value != 1) continue;
      CAPTURE(kind);
      CAPTURE(max_value);
      TestPicture picture = test_picture(37, 21, kind == 3 || kind == 6 ? 3 : 1, 16);
      for (auto& v : picture.samples) v = static_cast<std::uint16_t>(v % (max_value + 1));
      make_pnm(folder / "p.pnm", picture, kind, max_value);
      const Photo photo = read_photo(folder / "p.pnm");
      CHECK(photo.format == "PNM");
      CHECK(photo.bits == (max_value > 255 ? 16 : 8));
      CHECK(worst_step(photo, picture, 65535, [&](int x, int y) {
              const auto value = [&](int c) {
                const float v = static_cast<float>(picture.at(x, y, c)) / static_cast<float>(max_value);
                return bitmap ? 1 - v : v;
              };
              return picture.channels == 3 ? Rgb{value(0), value(1), value(2)} : Rgb{value(0), value(0), value(0)};
            }) < 0.5 + deep_step);  // half a step from max_value to 65535 levels
    }
}

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

  // Grey under a profile of RGB goes through its curve.
  TiffKind unfitting;
  unfitting.profile = wide_rgb_profile();
  make_tiff(folder / "u.tif", grey, unfitting);
  const Photo photo = read_photo(folder / "u.tif");
  const double y = std::pow(128 / 255.0, 1.8);
  CHECK(std::abs(photo.lightness(128, 0) - (116 * std::cbrt(y) - 16)) < 0.02);
  CHECK(photo.notes.empty());
  // The other way round it says nothing, and that is said.
  TiffKind grey_profile;
  grey_profile.profile = linear_grey_profile();
  make_tiff(folder / "n.tif", wide, grey_profile);
  REQUIRE(read_photo(folder / "n.tif").notes.size() == 1);
  CHECK(contains(read_photo(folder / "n.tif").notes[0], "profile"));
}

TEST_CASE("probe tells what the file says without its pixels") {
  ScratchFolder folder;
  const TestPicture picture = test_picture(64, 48, 4, 16);
  PngKind kind;
  kind.orientation = 6;
  kind.dpi = 600;
  make_png(folder / "p.png", picture, kind);
  // The header alone is enough.
  const std::string bytes = bytes_of(folder / "p.png");
  write_bytes(folder / "p.png", bytes.substr(0, bytes.find("IDAT") + 200));
  const PhotoInfo info = probe_photo(folder / "p.png");
  CHECK(info.width == 48);
  CHECK(info.height == 64);
  CHECK(info.bits == 16);
  CHECK(info.alpha);
  CHECK_FALSE(info.grey);
  CHECK(info.orientation == 6);
  CHECK(info.dpi_x == 600);
  CHECK(info.format == "PNG");
  CHECK_FALSE(info.profile);
  CHECK_THROWS_AS(read_photo(folder / "p.png"), FileError);
}

TEST_CASE("one pixel and one line are photos") {
  ScratchFolder folder;
  for (const auto& [width, height] : {std::pair{1, 1}, std::pair{1, 500}, std::pair{500, 1}}) {
    const TestPicture picture = test_picture(width, height, 3, 8);
    make_png(folder / "p.png", picture);
    CHECK(worst_rgb_step(read_photo(folder / "p.png"), picture) < 0.1);
    make_tiff(folder / "p.tif", picture);
    CHECK(worst_rgb_step(read_photo(folder / "p.tif"), picture) < 0.1);
  }
}
