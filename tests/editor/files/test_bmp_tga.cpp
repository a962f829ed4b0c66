#include <doctest/doctest.h>

#include <vector>

#include "editor/files/photo.h"
#include "tests/support/photo_checks.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

struct BmpKind {
  int header = 40, bits = 24, compression = 0;
  bool from_top = false;
  std::vector<unsigned> masks;        // behind the header
  std::vector<std::uint8_t> palette;  // red, green, blue
};

void write_bmp(const fs::path& path, int width, int height, const BmpKind& kind, const std::string& pixels) {
  std::string rest;
  if (kind.header == 12) {
    rest = le16(static_cast<unsigned>(width)) + le16(static_cast<unsigned>(height)) + le16(1) +
           le16(static_cast<unsigned>(kind.bits));
  } else {
    rest = le32(static_cast<unsigned>(width)) + le32(static_cast<unsigned>(kind.from_top ? -height : height)) +
           le16(1) + le16(static_cast<unsigned>(kind.bits)) + le32(static_cast<unsigned>(kind.compression)) +
           le32(static_cast<unsigned>(pixels.size())) + le32(0) + le32(0) +
           le32(static_cast<unsigned>(kind.palette.size() / 3)) + le32(0);
    for (const unsigned mask : kind.masks) rest += le32(mask);
    if (kind.header > 40) rest.resize(static_cast<std::size_t>(kind.header) - 4, '\0');
  }
  for (std::size_t i = 0; i + 2 < kind.palette.size(); i += 3) {
    for (const std::size_t c : {i + 2, i + 1, i}) rest += static_cast<char>(kind.palette[c]);
    if (kind.header != 12) rest += '\0';
  }
  const auto begin = static_cast<unsigned>(14 + 4 + rest.size());
  write_bytes(path, "BM" + le32(static_cast<unsigned>(begin + pixels.size())) + le32(0) + le32(begin) +
                        le32(static_cast<unsigned>(kind.header)) + rest + pixels);
}

std::string rows_of(const TestPicture& picture, bool from_top, int bits) {
  std::string bytes;
  for (int i = 0; i < picture.height; ++i) {
    const int y = from_top ? i : picture.height - 1 - i;
    std::string row;
    for (int x = 0; x < picture.width; ++x) {
      for (int c = picture.channels - 1; c >= 0; --c) row += static_cast<char>(picture.at(x, y, c));
      if (bits == 32 && picture.channels == 3) row += '\0';
    }
    row.resize((row.size() + 3) / 4 * 4, '\0');
    bytes += row;
  }
  return bytes;
}

const std::vector<std::uint8_t> four = {255, 0, 0, 10, 20, 30, 0, 0, 255, 200, 200, 200};

double worst_of_four(const Photo& photo, const TestPicture& indices) {
  return worst_step(photo, indices, 255, [&](int x, int y) {
    const std::uint8_t* c = &four[3 * indices.at(x, y, 0)];
    return Rgb{c[0] / 255.0f, c[1] / 255.0f, c[2] / 255.0f};
  });
}

// Any TGA. `descriptor`: alpha bits, 16 from the right, 32 from the top.
void write_tga(const fs::path& path, int width, int height, int kind, int bits, int descriptor,
               const std::string& pixels) {
  std::string bytes(12, '\0');
  bytes[2] = static_cast<char>(kind);
  bytes += le16(static_cast<unsigned>(width)) + le16(static_cast<unsigned>(height));
  bytes += static_cast<char>(bits);
  bytes += static_cast<char>(descriptor);
  write_bytes(path, bytes + pixels);
}

}  // namespace

TEST_CASE("BMP from the top and from the bottom, with 24 and 32 bit, of every header") {
  ScratchFolder folder;
  const TestPicture picture = test_picture(37, 21, 3, 8);
  for (const bool from_top : {false, true})
    for (const int bits : {24, 32})
      for (const int header : {12, 40, 108, 124}) {
        if (header == 12 && (from_top || bits == 32)) continue;
        CAPTURE(from_top);
        CAPTURE(bits);
        CAPTURE(header);
        BmpKind kind;
        kind.header = header;
        kind.bits = bits;
        kind.from_top = from_top;
        write_bmp(folder / "p.bmp", 37, 21, kind, rows_of(picture, from_top, bits));
        const Photo photo = read_photo(folder / "p.bmp");
        CHECK(worst_rgb_step(photo, picture) < 0.1);
        CHECK(photo.alpha.empty());
      }
}

TEST_CASE("BMP with a palette, of Windows and of OS/2") {
  ScratchFolder folder;
  const TestPicture indices = test_picture(37, 21, 1, 2);
  for (const int header : {12, 40})
    for (const int bits : {2, 4, 8}) {
      CAPTURE(header);
      CAPTURE(bits);
      BmpKind kind;
      kind.header = header;
      kind.bits = bits;
      kind.palette = four;
      if (header == 12) kind.palette.resize(3u << bits);  // as long as the depth says
      std::string pixels;
      for (int y = 20; y >= 0; --y) {
        std::string row((37 * bits + 31) / 32 * 4, '\0');
        for (int x = 0; x < 37; ++x)
          row[x * bits / 8] = static_cast<char>(row[x * bits / 8] | indices.at(x, y, 0) << (8 - bits - x * bits % 8));
        pixels += row;
      }
      write_bmp(folder / "p.bmp", 37, 21, kind, pixels);
      CHECK(worst_of_four(read_photo(folder / "p.bmp"), indices) < 0.1);
    }
}

TEST_CASE("run-length BMP: runs, literal pixels, jumps and ends") {
  ScratchFolder folder;
  BmpKind eight;
  eight.bits = 8;
  eight.compression = 1;
  eight.palette = four;
  // Bottom row: 3 x 1, then 2 3 1 literally; jump over the second row to the third's third pixel: 2 x 2.
  const std::string runs("\3\1\0\3\2\3\1\0\0\0\0\2\2\1\2\2\0\1", 18);
  write_bmp(folder / "p.bmp", 6, 3, eight, runs);
  const TestPicture expected{6, 3, 1, 8, {0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3, 1}};
  CHECK(worst_of_four(read_photo(folder / "p.bmp"), expected) < 0.1);
  BmpKind nibbles = eight;
  nibbles.bits = 4;
  nibbles.compression = 2;
  // Bottom row: 5 of 1 and 2 in turn, 1 x 3; then 0 3 2 1 0 literally and 1 x 1.
  const std::string pairs("\5\x12\1\x30\0\0\0\5\x03\x21\x00\0\1\x10\0\1", 16);
  write_bmp(folder / "q.bmp", 6, 2, nibbles, pairs);
  const TestPicture two{6, 2, 1, 8, {0, 3, 2, 1, 0, 1, 1, 2, 1, 2, 1, 3}};
  CHECK(worst_of_four(read_photo(folder / "q.bmp"), two) < 0.1);
  // Cut off within the second row from below.
  write_bmp(folder / "r.bmp", 6, 2, nibbles, pairs.substr(0, 8));
  CHECK(contains(reason(folder / "r.bmp"), "1 of 2 rows"));
  const Photo part = read_photo(folder / "r.bmp", {.salvage = true});
  CHECK(part.notes.size() == 1);
}

TEST_CASE("BMP with bit masks") {
  ScratchFolder folder;
  BmpKind kind;
  kind.bits = 16;
  kind.compression = 3;
  kind.masks = {0xf800, 0x07e0, 0x001f};
  write_bmp(folder / "p.bmp", 2, 1, kind, le16(0xf800) + le16(0x07ff));
  const Photo photo = read_photo(folder / "p.bmp");
  const Rgb red = shown(photo, 0, 0), cyan = shown(photo, 1, 0);
  CHECK((red.r > 0.999f && red.g < 0.001f && red.b < 0.001f));
  CHECK((cyan.r < 0.001f && cyan.g > 0.999f && cyan.b > 0.999f));
  kind.bits = 32;
  kind.header = 56;
  kind.masks = {0xff000000, 0xff0000, 0xff00, 0xff};
  write_bmp(folder / "a.bmp", 2, 1, kind, le32(0x10203040) + le32(0xffffffff));
  const Photo with_alpha = read_photo(folder / "a.bmp");
  REQUIRE_FALSE(with_alpha.alpha.empty());
  CHECK(with_alpha.alpha(0, 0) == 0x40 * 257);
  CHECK(std::abs(shown(with_alpha, 0, 0).r * 255 - 0x10) < 0.1);
}

TEST_CASE("kinds of BMP that are not read are called by their name") {
  ScratchFolder folder;
  BmpKind kind;
  kind.compression = 4;
  write_bmp(folder / "p.bmp", 8, 8, kind, std::string(300, 'x'));
  CHECK(contains(reason(folder / "p.bmp"), "holds a JPEG"));
  kind.header = 64;
  write_bmp(folder / "p.bmp", 8, 8, kind, std::string(300, 'x'));
  CHECK(contains(reason(folder / "p.bmp"), "OS/2"));
}

TEST_CASE("TGA from each of its four corners, plain and in runs") {
  ScratchFolder folder;
  const TestPicture picture = test_picture(37, 21, 3, 8);
  for (const bool runs : {false, true})
    for (const int corner : {0, 16, 32, 48}) {
      CAPTURE(runs);
      CAPTURE(corner);
      std::string pixels;
      for (int y = 0; y < 21; ++y)
        for (int x = 0; x < 37; ++x) {
          if (runs) pixels += '\0';  // one literal pixel
          for (int c = 2; c >= 0; --c)
            pixels += static_cast<char>(picture.at(corner & 16 ? 36 - x : x, corner & 32 ? y : 20 - y, c));
        }
      write_tga(folder / "p.tga", 37, 21, runs ? 10 : 2, 24, corner, pixels);
      CHECK(worst_rgb_step(read_photo(folder / "p.tga"), picture) < 0.1);
    }
}

TEST_CASE("a TGA's fourth byte is alpha where it says something") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tga";
  const std::string zero("\x10\x20\x30\0\x40\x50\x60\0", 8), some("\x10\x20\x30\x80\x40\x50\x60\xff", 8);
  write_tga(path, 2, 1, 2, 32, 32, zero);
  CHECK(read_photo(path).alpha.empty());
  CHECK_FALSE(probe_photo(path).alpha);
  CHECK(std::abs(shown(read_photo(path), 0, 0).r * 255 - 0x30) < 0.1);
  write_tga(path, 2, 1, 2, 32, 32, some);
  REQUIRE_FALSE(read_photo(path).alpha.empty());
  CHECK(read_photo(path).alpha(0, 0) == 0x80 * 257);
  write_tga(path, 2, 1, 2, 32, 32 + 8, zero);  // with alpha bits it means what it says
  REQUIRE_FALSE(read_photo(path).alpha.empty());
  write_tga(path, 2, 1, 10, 32, 32, std::string("\x81\x10\x20\x30\0", 5));
  CHECK(read_photo(path).alpha.empty());
}

TEST_CASE("TGA of grey, of a palette that begins late and of 16 bit") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tga";
  write_tga(path, 3, 1, 11, 8, 32, std::string("\x81\x40\0\x90", 4));
  const Photo grey = read_photo(path);
  CHECK(grey.a.empty());
  CHECK(std::abs(shown(grey, 1, 0).g * 255 - 0x40) < 0.1);
  CHECK(std::abs(shown(grey, 2, 0).g * 255 - 0x90) < 0.1);
  write_tga(path, 2, 1, 2, 16, 32, le16(0x7c00) + le16(0x001f));
  CHECK(shown(read_photo(path), 0, 0).r > 0.999f);
  CHECK(shown(read_photo(path), 1, 0).b > 0.999f);
  write_tga(path, 2, 1, 1, 8, 32, std::string("\x30\x20\x10\x60\x50\x40\6\5", 8));
  std::string bytes = bytes_of(path);
  bytes.replace(1, 1, "\1");
  bytes.replace(3, 5, std::string("\5\0\2\0\x18", 5));  // two colours, the first is number 5
  write_bytes(path, bytes);
  CHECK(std::abs(shown(read_photo(path), 0, 0).r * 255 - 0x40) < 0.1);
  CHECK(std::abs(shown(read_photo(path), 1, 0).r * 255 - 0x10) < 0.1);
}
