#include <doctest/doctest.h>
#include <tiffio.h>

#include <random>

#include "editor/files/photo.h"
#include "tests/editor/files/photo_reading.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;
using namespace handtint::tests;

namespace {

std::string reason(const fs::path& path) {
  try {
    read_photo(path);
  } catch (const FileError& error) {
    CHECK(error.path() == path);
    CHECK(std::string(error.what()).starts_with(path.string() + ": "));
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is no photo is refused with a reason") {
  ScratchFolder folder;
  CHECK(contains(reason(folder / "missing.png"), "does not exist"));
  CHECK(contains(reason(folder.path()), "folder"));
  write_bytes(folder / "empty.png", "");
  CHECK(contains(reason(folder / "empty.png"), "is empty"));
  write_bytes(folder / "text.png", "this is no picture at all, only words");
  CHECK(contains(reason(folder / "text.png"), "no picture"));
  write_bytes(folder / "w.webp", std::string("RIFF\x10\0\0\0WEBPVP8 ", 16));
  CHECK(contains(reason(folder / "w.webp"), "WebP"));
  CHECK(contains(reason("/dev/zero"), "not a regular file"));
}

TEST_CASE("absurd sizes are refused before anything is allocated") {
  ScratchFolder folder;
  // 20000 x 20000: above the limit.
  write_bytes(folder / "big.pgm", "P5 20000 20000 255\n");
  CHECK(contains(reason(folder / "big.pgm"), "100 megapixels"));
  // 10000 x 10000 in 30 bytes: cannot be.
  write_bytes(folder / "hollow.pgm", "P5 10000 10000 255\n");
  CHECK(contains(reason(folder / "hollow.pgm"), "promises"));
  write_bytes(folder / "wide.pgm", "P5 99999999999 1 255\n");
  CHECK(contains(reason(folder / "wide.pgm"), "damaged"));
  const TestPicture picture = test_picture(8, 8, 3, 8);
  const auto patched = [&](const char* name, std::size_t at, const std::string& value) {
    std::string bytes = bytes_of(folder / name);
    bytes.replace(at, value.size(), value);
    write_bytes(folder / name, bytes);
  };
  make_bmp(folder / "b.bmp", picture);
  patched("b.bmp", 18, std::string("\x00\x09\x3d\x00\x00\x09\x3d\x00", 8));  // 4 000 000 each
  CHECK_FALSE(reason(folder / "b.bmp").empty());
  make_jpeg(folder / "j.jpg", picture);
  const std::string jpeg = bytes_of(folder / "j.jpg");
  patched("j.jpg", jpeg.find("\xff\xc0") + 5, "\xff\xdc\xff\xdc");  // 65500 x 65500
  CHECK(contains(reason(folder / "j.jpg"), "megapixels"));
  TiffKind kind;
  make_tiff(folder / "t.tif", picture, kind);
  TIFF* tiff = TIFFOpen((folder / "t.tif").c_str(), "r+");
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 60000);
  TIFFRewriteDirectory(tiff);
  TIFFClose(tiff);
  CHECK_FALSE(reason(folder / "t.tif").empty());
}

TEST_CASE("a cut-off file of any format is an error, wherever it is cut") {
  ScratchFolder folder;
  const TestPicture colour = test_picture(33, 29, 3, 8), deep = test_picture(33, 29, 3, 16);
  make_png(folder / "a.png", deep);
  PngKind adam;
  adam.interlaced = true;
  make_png(folder / "b.png", colour, adam);
  make_jpeg(folder / "a.jpg", colour);
  JpegKind progressive;
  progressive.progressive = true;
  make_jpeg(folder / "b.jpg", colour, progressive);
  make_tiff(folder / "a.tif", deep);
  TiffKind tiles;
  tiles.tiled = true;
  tiles.compression = COMPRESSION_LZW;
  make_tiff(folder / "b.tif", colour, tiles);
  TiffKind planes;
  planes.planar = true;
  planes.compression = COMPRESSION_ADOBE_DEFLATE;
  make_tiff(folder / "c.tif", deep, planes);
  make_bmp(folder / "a.bmp", colour);
  make_tga(folder / "a.tga", colour);
  make_gif(folder / "a.gif", 9, 9, std::vector<std::uint8_t>(81, 2), {1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252});
  make_pnm(folder / "a.ppm", deep, 6, 65535);
  make_pnm(folder / "b.ppm", colour, 3, 255);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    const std::string bytes = bytes_of(entry.path());
    CHECK_NOTHROW(read_photo(entry.path()));
    // A GIF ends with a mark that nobody needs, a text file with a line's end, a BMP with padding.
    const bool has_tail =
        entry.path().extension() == ".gif" || entry.path().extension() == ".bmp" || entry.path().filename() == "b.ppm";
    const std::size_t whole = bytes.size() - (has_tail ? 3 : 0);
    int accepted = 0;
    const fs::path cut = folder / ("cut" + entry.path().extension().string());
    for (std::size_t step = 0; step < 40; ++step) {
      write_bytes(cut, bytes.substr(0, step < 38 ? whole * step / 38 : whole - (40 - step)));
      try {
        read_photo(cut);
        ++accepted;
      } catch (const FileError&) {
      }
    }
    fs::remove(cut);
    CAPTURE(entry.path().filename().string());
    CHECK(accepted == 0);
  }
}

TEST_CASE("mangled bytes give an error or a picture, nothing worse") {
  ScratchFolder folder;
  const TestPicture colour = test_picture(33, 29, 3, 8);
  make_png(folder / "a.png", colour);
  make_jpeg(folder / "a.jpg", colour);
  TiffKind tiff;
  tiff.compression = COMPRESSION_LZW;
  tiff.profile = wide_rgb_profile();
  make_tiff(folder / "a.tif", colour, tiff);
  make_bmp(folder / "a.bmp", colour);
  make_tga(folder / "a.tga", colour);
  make_gif(folder / "a.gif", 9, 9, std::vector<std::uint8_t>(81, 2), {1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252});
  make_pnm(folder / "a.ppm", colour, 6, 255);
  std::mt19937 engine(11);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder.path())) files.push_back(entry.path());
  for (const fs::path& file : files) {
    const std::string bytes = bytes_of(file);
    int outcomes = 0;
    for (int round = 0; round < 60; ++round) {
      std::string mangled = bytes;
      // Half of the blows fall on the header.
      for (int blow = 0; blow < 1 + round % 4; ++blow) {
        const std::size_t reach = blow % 2 == 0 ? std::min<std::size_t>(mangled.size(), 64) : mangled.size();
        mangled[engine() % reach] = static_cast<char>(engine());
      }
      const fs::path target = folder / ("mangled" + file.extension().string());
      write_bytes(target, mangled);
      try {
        const Photo photo = read_photo(target);
        outcomes += photo.width() > 0 && photo.lightness.size() > 0;
        for (float L : photo.lightness) outcomes -= !(L >= 0 && L <= 100.001f) ? 1000 : 0;
      } catch (const FileError&) {
        ++outcomes;
      }
    }
    CAPTURE(file.filename().string());
    CHECK(outcomes == 60);
  }
}
