#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <tiffio.h>
#include <zlib.h>

#include <algorithm>
#include <random>
#include <utility>

#include "editor/files/heif_derivation.h"
#include "editor/files/metadata.h"
#include "editor/files/photo.h"
#include "tests/support/photo_checks.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

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
  for (const auto& [head, name] : {std::pair{std::string("\x76\x2f\x31\x01\2\0\0\0", 8), "OpenEXR"},
                                   {std::string("#?RADIANCE\n"), "Radiance HDR"},
                                   {std::string("II\x1a\0\0\0HEAPCCDR", 14), "camera raw file (CRW)"},
                                   {std::string("P7\nWIDTH 4\n"), "PAM"},
                                   {std::string("<svg xmlns=\"\">"), "SVG"},
                                   {std::string("\0\0\1\0\1\0", 6), "icon"}}) {
    write_bytes(folder / "x.bin", head + std::string(100, '\0'));
    CHECK(contains(reason(folder / "x.bin"), name));
    CHECK(contains(reason(folder / "x.bin"), "which is not read here"));
  }
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
    // A GIF, a JPEG and a PNG end with a mark that nobody needs, the latter behind check sums, a text file with a
    // line's end, a BMP with padding.
    const fs::path extension = entry.path().extension();
    const bool has_tail =
        extension == ".gif" || extension == ".jpg" || extension == ".bmp" || entry.path().filename() == "b.ppm";
    const std::size_t whole = bytes.size() - (extension == ".png" ? 24 : has_tail ? 3 : 0);
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

TEST_CASE("how much of a cut-off file is there is told, and salvaged when asked") {
  ScratchFolder folder;
  const TestPicture colour = test_picture(64, 64, 3, 8);
  JpegKind progressive;
  progressive.progressive = true;
  PngKind adam;
  adam.interlaced = true;
  TiffKind strips;
  strips.rows_per_strip = 4;
  make_png(folder / "a.png", colour);
  make_png(folder / "adam.png", colour, adam);
  make_jpeg(folder / "a.jpg", colour);
  make_jpeg(folder / "scans.jpg", colour, progressive);
  make_bmp(folder / "a.bmp", colour);
  make_tga(folder / "a.tga", colour);
  make_pnm(folder / "a.ppm", colour, 6, 255);
  for (const char* name : {"a.png", "adam.png", "a.jpg", "scans.jpg", "a.bmp", "a.tga", "a.ppm"}) {
    CAPTURE(std::string(name));
    const Photo whole = read_photo(folder / name);
    CHECK(whole.notes.empty());
    const std::string bytes = bytes_of(folder / name);
    write_bytes(folder / name, bytes.substr(0, bytes.size() * 6 / 10));
    const std::string told = reason(folder / name);
    CHECK((contains(told, " of 64 rows are there") || contains(told, "are there")));
    CHECK(contains(told, "--salvage"));
    const Photo part = read_photo(folder / name, {.salvage = true});
    REQUIRE(part.notes.size() == 1);
    CHECK(contains(part.notes[0], "damaged or cut off"));
    REQUIRE(part.lightness.same_size(whole.lightness));
    int rows_equal = 0;
    for (int y = 0; y < 64; ++y)
      rows_equal += std::equal(part.lightness.row(y), part.lightness.row(y) + 64, whole.lightness.row(y));
    const bool in_passes = std::string(name) == "adam.png" || std::string(name) == "scans.jpg";
    if (!in_passes) CHECK(rows_equal >= 12);
    if (!in_passes) CHECK(rows_equal <= 40);
    if (std::string(name) == "a.bmp")  // stored from the bottom
      CHECK(part.lightness(5, 63) == whole.lightness(5, 63));
    else if (!in_passes)
      CHECK(part.lightness(5, 0) == whole.lightness(5, 0));
  }
  // Nothing to salvage, nothing read.
  write_bytes(folder / "a.png", bytes_of(folder / "a.png").substr(0, 60));
  CHECK_THROWS_AS(read_photo(folder / "a.png", {.salvage = true}), FileError);
}

TEST_CASE("a JPEG file without its end marker, or with something else there, is whole") {
  ScratchFolder folder;
  const TestPicture colour = test_picture(50, 42, 3, 8);
  const std::string trailers[] = {"", std::string("\0\0\0\0\0\0", 6), "\xff\xe1\xff\xff trailer",
                                  "\xff\xc0\x00\x03 SEFT", std::string(5000, '\x5a')};
  for (const bool progressive : {false, true}) {
    JpegKind kind;
    kind.progressive = progressive;
    make_jpeg(folder / "p.jpg", colour, kind);
    const Photo whole = read_photo(folder / "p.jpg");
    const std::string bytes = bytes_of(folder / "p.jpg");
    REQUIRE(bytes.substr(bytes.size() - 2) == "\xff\xd9");
    for (const std::string& trailer : trailers)
      for (const bool end : {false, true}) {
        CAPTURE(progressive);
        CAPTURE(trailer.size());
        CAPTURE(end);
        write_bytes(folder / "q.jpg", bytes.substr(0, bytes.size() - (end ? 0 : 2)) + trailer);
        Photo photo;
        REQUIRE_NOTHROW(photo = read_photo(folder / "q.jpg"));
        CHECK(photo.lightness == whole.lightness);
        CHECK(photo.a == whole.a);
        CHECK(photo.notes.empty());
      }
  }
}

TEST_CASE("a PNG file is whole up to its last row, whatever follows; a wrong check sum of its rows is damage") {
  ScratchFolder folder;
  for (const bool interlaced : {false, true}) {
    CAPTURE(interlaced);
    PngKind kind;
    kind.interlaced = interlaced;
    make_png(folder / "p.png", test_picture(50, 42, 3, 8), kind);
    const Photo whole = read_photo(folder / "p.png");
    const std::string bytes = bytes_of(folder / "p.png");
    const std::size_t rows_end = bytes.size() - 12;  // the end mark
    const auto read_bytes = [&](const std::string& changed) {
      write_bytes(folder / "q.png", changed);
      Photo photo;
      REQUIRE_NOTHROW(photo = read_photo(folder / "q.png"));
      CHECK(photo.lightness == whole.lightness);
      CHECK(photo.notes.empty());
    };
    for (const std::size_t lacking : {1, 4, 7, 12, 14, 16}) read_bytes(bytes.substr(0, bytes.size() - lacking));
    read_bytes(bytes + std::string(500, 'x'));
    read_bytes(bytes.substr(0, rows_end) + std::string(500, 'x'));
    for (const std::size_t place : {rows_end - 1, rows_end / 2}) {
      std::string changed = bytes;
      changed[place] = static_cast<char>(changed[place] ^ 4);
      write_bytes(folder / "q.png", changed);
      CHECK(contains(reason(folder / "q.png"), "damaged"));
    }
  }
}

TEST_CASE("of several scans those that are there are salvaged, wherever the file ends") {
  ScratchFolder folder;
  JpegKind kind;
  kind.progressive = true;
  make_jpeg(folder / "p.jpg", test_picture(64, 64, 3, 8), kind);
  const std::string bytes = bytes_of(folder / "p.jpg");
  const std::size_t first = bytes.find("\xff\xda"), second = bytes.find("\xff\xda", first + 2);
  REQUIRE(second != std::string::npos);
  for (std::size_t end = second - 3; end < second + 14; ++end) {  // within the header of the second scan, too
    CAPTURE(end - second);
    write_bytes(folder / "q.jpg", bytes.substr(0, end));
    CHECK(contains(reason(folder / "q.jpg"), "scans 1 are there"));
    Photo photo;
    REQUIRE_NOTHROW(photo = read_photo(folder / "q.jpg", {.salvage = true}));
    REQUIRE(photo.notes.size() == 1);
    CHECK(contains(photo.notes[0], "coarse"));
  }
}

TEST_CASE("odd numbers in the scan header of a baseline JPEG do no harm") {
  ScratchFolder folder;
  for (const int channels : {1, 3}) {
    make_jpeg(folder / "p.jpg", test_picture(40, 30, channels, 8));
    const Photo whole = read_photo(folder / "p.jpg");
    const std::string bytes = bytes_of(folder / "p.jpg");
    const std::size_t numbers = bytes.find("\xff\xda") + 5 + 2 * static_cast<std::size_t>(channels);
    REQUIRE(bytes.substr(numbers, 3) == std::string("\0\x3f\0", 3));
    for (const std::string& odd : {std::string("\0\0\0", 3), std::string("\1\x3f\0", 3), std::string("\0\x3f\x11", 3),
                                   std::string("\xff\xff\xff", 3)}) {
      std::string changed = bytes;
      changed.replace(numbers, 3, odd);
      write_bytes(folder / "q.jpg", changed);
      Photo photo;
      REQUIRE_NOTHROW(photo = read_photo(folder / "q.jpg"));
      CHECK(photo.lightness == whole.lightness);
    }
  }
}

TEST_CASE("kinds of JPEG that are not read are called by their name") {
  ScratchFolder folder;
  const auto frame = [&](char mark, char bits, char height) {
    write_bytes(folder / "p.jpg", std::string("\xff\xd8\xff", 3) + mark + std::string("\0\x11", 2) + bits + '\0' +
                                      height + std::string("\0\x08\3\1\x11\0\2\x11\1\3\x11\1", 12));
    const std::string told = reason(folder / "p.jpg");
    CHECK_FALSE(contains(told, "damaged"));
    return told;
  };
  CHECK(contains(frame('\xc1', 12, 8), "12 bits"));
  CHECK(contains(frame('\xc3', 8, 8), "lossless JPEG"));
  CHECK(contains(frame('\xc5', 8, 8), "hierarchical"));
  CHECK(contains(frame('\xf7', 8, 8), "JPEG-LS"));
  CHECK(contains(frame('\xc0', 8, 0), "height"));
}

TEST_CASE("pipes, devices and endless links are refused at once") {
  ScratchFolder folder;
  REQUIRE(mkfifo((folder / "pipe.png").c_str(), 0600) == 0);
  CHECK(contains(reason(folder / "pipe.png"), "not a regular file"));
  CHECK(contains(reason("/dev/null"), "not a regular file"));
  fs::create_symlink(folder / "loop.png", folder / "loop.png");
  CHECK(contains(reason(folder / "loop.png"), "is a link that leads to itself"));
}

TEST_CASE("texts in a PNG take neither time nor memory") {
  ScratchFolder folder;
  const TestPicture picture = test_picture(8, 8, 3, 8);
  make_png(folder / "p.png", picture);
  // Each unpacks to 8 million spaces.
  std::string packed(32 + 8'000'000 / 1000, '\0');
  uLongf size = packed.size();
  const std::string spaces(8'000'000, ' ');
  REQUIRE(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(spaces.data()),
                   spaces.size()) == Z_OK);
  const std::string text = std::string("Comment\0\0", 9) + packed.substr(0, size);
  add_png_chunk(folder / "p.png", "tEXt", std::string("Title\0Our house", 15));
  for (int i = 0; i < 400; ++i) add_png_chunk(folder / "p.png", "zTXt", text);
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  const Photo photo = read_photo(folder / "p.png");
  getrusage(RUSAGE_SELF, &after);
  CHECK(worst_rgb_step(photo, picture) < 0.1);
  CHECK(after.ru_maxrss - before.ru_maxrss < 100'000);  // kilobytes
  REQUIRE(photo.metadata);
  CHECK(photo.metadata->texts.size() == 3);  // the title, and those that unpack to 16 MB
}

namespace {

std::string big_endian(std::size_t value, int bytes) {
  std::string text;
  for (int i = bytes; i-- > 0;) text += static_cast<char>(value >> 8 * i);
  return text;
}

std::string box(const std::string& type, const std::string& content) {
  return big_endian(8 + content.size(), 4) + type + content;
}

// A HEIF file's boxes that say what its pictures are made of: lines of a type, from, to...
std::string heif_of(const std::vector<std::pair<std::string, std::vector<int>>>& references) {
  std::string lines;
  for (const auto& [type, items] : references) {
    std::string line = big_endian(items[0], 2) + big_endian(items.size() - 1, 2);
    for (std::size_t i = 1; i < items.size(); ++i) line += big_endian(items[i], 2);
    lines += box(type, line);
  }
  return box("ftyp", "heic") +
         box("meta", big_endian(0, 4) + box("hdlr", "pict") + box("iref", big_endian(0, 4) + lines));
}

}  // namespace

TEST_CASE("pictures of a HEIF file that are made of themselves are found before they are unpacked") {
  const auto deeper = [](const std::string& file, int most = 8) {
    return is_derived_deeper({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, most);
  };
  CHECK(!deeper(heif_of({})));
  const std::string usual =
      heif_of({{"dimg", {1, 2, 3, 4, 4}}, {"thmb", {5, 1}}, {"auxl", {6, 1}}, {"dimg", {6, 7}}, {"cdsc", {8, 1}}});
  CHECK(!deeper(usual));
  CHECK(deeper(usual, 1));  // the transparency is of tiles, too
  CHECK(deeper(heif_of({{"dimg", {2, 2}}})));
  CHECK(deeper(heif_of({{"dimg", {1, 2}}, {"dimg", {2, 3, 1}}})));
  CHECK(deeper(heif_of({{"auxl", {1, 2}}, {"auxl", {2, 1}}})));
  CHECK(!deeper(heif_of({{"thmb", {1, 2}}, {"thmb", {2, 1}}})));  // not followed
  std::vector<std::pair<std::string, std::vector<int>>> chain;
  for (int i = 0; i < 8; ++i) chain.push_back({"dimg", {i, i + 1}});
  CHECK(!deeper(heif_of(chain)));
  chain.push_back({"dimg", {8, 9}});
  CHECK(deeper(heif_of(chain)));
  const ScratchFolder folder;
  write_bytes(folder / "circle.heic", heif_of({{"dimg", {2, 2}}}));
  const std::string why = reason(folder / "circle.heic");
  CHECK((contains(why, "made of one another") || contains(why, "libheif-dev")));  // or this build reads none
  const std::string whole = heif_of(chain);
  for (std::size_t size = 0; size < whole.size(); ++size) deeper(whole.substr(0, size));
}
