#include <doctest/doctest.h>
#include <zlib.h>

#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "editor/files/photo.h"
#include "solver/lab.h"
#include "tests/support/photo_checks.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

// A dark and a light grey and a strong colour.
const TestPicture patches{3, 1, 3, 8, {64, 64, 64, 200, 200, 200, 200, 60, 60}};

double lightness_of_light(double y) {
  return y > 216.0 / 24389 ? 116 * std::cbrt(y) - 16 : y * 24389.0 / 27;
}

std::string chromaticities(const std::array<unsigned, 8>& xy) {
  std::string data;
  for (const unsigned value : xy) data += be32(value);
  return data;
}
const std::string srgb_xy = chromaticities({31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000});
const std::string wide_xy = chromaticities({31270, 32900, 70800, 29200, 17000, 79700, 13100, 4600});

Photo with_chunks(const fs::path& path, const TestPicture& picture,
                  const std::vector<std::pair<std::string, std::string>>& chunks, const PngKind& kind = {}) {
  make_png(path, picture, kind);
  for (const auto& [type, data] : chunks) add_png_chunk(path, type, data);
  return read_photo(path);
}

// EXIF with a colour space and, when not empty, an interoperability index.
std::string exif_of(unsigned colour_space, const std::string& index) {
  const auto entry = [](unsigned tag, unsigned type, unsigned count, const std::string& value) {
    return le16(tag) + le16(type) + le32(count) + value;
  };
  constexpr unsigned exif = 8 + 2 + 12 + 4, interoperability = exif + 2 + 2 * 12 + 4;
  std::string bytes = "II" + le16(42) + le32(8);
  bytes += le16(1) + entry(0x8769, 4, 1, le32(exif)) + le32(0);
  bytes += le16(2) + entry(0xa001, 3, 1, le16(colour_space) + le16(0)) + entry(0xa005, 4, 1, le32(interoperability)) +
           le32(0);
  bytes += le16(1) + entry(1, 2, 4, index + std::string(4 - index.size(), '\0')) + le32(0);
  return bytes;
}

// Puts what exif_of() gives behind a TIFF file of the little end, and an entry for it into the first directory, which
// moves behind that.
void add_tiff_exif(const fs::path& path, const std::string& exif) {
  std::string bytes = bytes_of(path);
  const auto number = [&](std::size_t at, int count) {
    std::size_t value = 0;
    for (int i = count; i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    return value;
  };
  const std::size_t directory = number(4, 4);
  std::size_t count = number(directory, 2);
  std::string entries = bytes.substr(directory + 2, 12 * count);
  // The pointers of the small file are moved along with it.
  constexpr std::size_t sub_directory = 8 + 2 + 12 + 4;
  if (bytes.size() % 2 != 0) bytes += '\0';
  const auto base = static_cast<unsigned>(bytes.size());
  std::string moved = exif.substr(sub_directory);
  const std::size_t pointer = 2 + 12 + 8;  // of the second entry
  moved.replace(pointer, 4, le32(base + 2 + 2 * 12 + 4));
  bytes += moved;
  for (std::size_t at = 0; at < entries.size();) {  // one of an earlier call
    const bool is_exif = entries.substr(at, 2) == le16(0x8769);
    if (is_exif) entries.erase(at, 12), --count;
    at += is_exif ? 0 : 12;
  }
  std::size_t at = 0;  // entries are sorted by their tags
  while (at < entries.size() &&
         (static_cast<unsigned char>(entries[at + 1]) << 8 | static_cast<unsigned char>(entries[at])) < 0x8769)
    at += 12;
  entries.insert(at, le16(0x8769) + le16(4) + le32(1) + le32(base));
  bytes.replace(4, 4, le32(static_cast<unsigned>(bytes.size())));
  bytes += le16(static_cast<unsigned>(count + 1)) + entries + le32(0);
  write_bytes(path, bytes);
}

}  // namespace

TEST_CASE("PNG's gAMA and cHRM are heeded, for grey too") {
  ScratchFolder folder;
  const fs::path path = folder / "p.png";
  const Photo linear = with_chunks(path, patches, {{"gAMA", be32(100000)}});
  CHECK(std::abs(linear.lightness(0, 0) - lightness_of_light(64 / 255.0)) < 0.1);
  CHECK(std::abs(linear.lightness(1, 0) - lightness_of_light(200 / 255.0)) < 0.1);
  const TestPicture grey{2, 1, 1, 8, {64, 200}};
  const Photo steep = with_chunks(path, grey, {{"gAMA", be32(55556)}});
  CHECK(std::abs(steep.lightness(0, 0) - lightness_of_light(std::pow(64 / 255.0, 1.8))) < 0.05);
  CHECK(steep.a.empty());
  const Photo wide = with_chunks(path, patches, {{"cHRM", wide_xy}});
  const Photo plain = with_chunks(path, patches, {});
  CHECK(wide.a(2, 0) > plain.a(2, 0) + 5);
  CHECK(std::abs(wide.lightness(0, 0) - plain.lightness(0, 0)) < 0.1);
}

TEST_CASE("what programs write when they mean sRGB changes no bit") {
  ScratchFolder folder;
  const fs::path path = folder / "p.png";
  const Photo plain = with_chunks(path, patches, {});
  const auto same = [&](const Photo& photo) {
    return photo.lightness == plain.lightness && photo.a == plain.a && photo.b == plain.b;
  };
  CHECK(same(with_chunks(path, patches, {{"gAMA", be32(45455)}})));
  CHECK(same(with_chunks(path, patches, {{"cHRM", srgb_xy}, {"gAMA", be32(45455)}})));
  CHECK(same(with_chunks(path, patches, {{"cICP", std::string("\1\x0d\0\1", 4)}})));
  // Senseless numbers say nothing.
  CHECK(same(with_chunks(path, patches, {{"gAMA", be32(0)}})));
  CHECK(same(with_chunks(path, patches, {{"cHRM", chromaticities({0, 0, 0, 0, 0, 0, 0, 0})}})));
  CHECK(same(with_chunks(path, patches, {{"cICP", "abcd"}})));
}

TEST_CASE("cICP stands above iCCP, iCCP above sRGB, sRGB above gAMA and cHRM") {
  ScratchFolder folder;
  const fs::path path = folder / "p.png";
  const Photo plain = with_chunks(path, patches, {});
  const std::string srgb(1, '\0'), linear_gamma = be32(100000);
  CHECK(with_chunks(path, patches, {{"gAMA", linear_gamma}, {"sRGB", srgb}}).lightness == plain.lightness);
  PngKind wide;
  wide.profile = wide_rgb_profile();
  const Photo by_profile = with_chunks(path, patches, {}, wide);
  CHECK(with_chunks(path, patches, {{"gAMA", linear_gamma}, {"cHRM", srgb_xy}}, wide).lightness ==
        by_profile.lightness);
  // Linear light with the primaries of sRGB.
  const std::string linear("\1\x08\0\1", 4);
  const Photo by_code_points = with_chunks(path, patches, {{"cICP", linear}}, wide);
  CHECK(std::abs(by_code_points.lightness(0, 0) - lightness_of_light(64 / 255.0)) < 0.1);
  const Photo above_srgb = with_chunks(path, patches, {{"sRGB", srgb}, {"cICP", linear}});
  CHECK(above_srgb.lightness == by_code_points.lightness);
}

TEST_CASE("cICP of every kind: wide, narrow range, HDR") {
  ScratchFolder folder;
  const fs::path path = folder / "p.png";
  const Photo plain = with_chunks(path, patches, {});
  const Photo p3 = with_chunks(path, patches, {{"cICP", std::string("\x0c\x0d\0\1", 4)}});
  CHECK(p3.a(2, 0) > plain.a(2, 0) + 2);
  CHECK(std::abs(p3.lightness(0, 0) - plain.lightness(0, 0)) < 0.1);
  const TestPicture ends{2, 1, 3, 8, {16, 16, 16, 235, 235, 235}};
  const Photo narrow = with_chunks(path, ends, {{"cICP", std::string("\1\x0d\0\0", 4)}});
  CHECK(narrow.lightness(0, 0) < 0.1f);
  CHECK(narrow.lightness(1, 0) > 99.9f);
  // 203 candela per square metre are white: 0.5807 of PQ.
  const TestPicture hdr{2, 1, 3, 16, {38057, 38057, 38057, 20000, 20000, 20000}};
  const Photo pq = with_chunks(path, hdr, {{"cICP", std::string("\x09\x10\0\1", 4)}});
  CHECK(std::abs(pq.lightness(0, 0) - 100) < 0.5);
  CHECK(pq.lightness(1, 0) < 50);
  REQUIRE(pq.notes.size() == 1);
  CHECK(contains(pq.notes[0], "HDR"));
  const Photo unknown = with_chunks(path, patches, {{"cICP", std::string("\x63\x0d\0\1", 4)}});
  CHECK(unknown.lightness == plain.lightness);
  CHECK(unknown.notes.size() == 1);
}

TEST_CASE("Adobe RGB told by EXIF alone is heeded") {
  ScratchFolder folder;
  const fs::path path = folder / "p.jpg";
  const TestPicture colour{16, 16, 3, 8, [] {
                             std::vector<std::uint16_t> samples;
                             for (int i = 0; i < 256; ++i) samples.insert(samples.end(), {60, 180, 60});
                             return samples;
                           }()};
  const auto read_with = [&](unsigned space, const std::string& index, const JpegKind& kind = {}) {
    make_jpeg(path, colour, kind);
    add_jpeg_segment(path, 0xe1, std::string("Exif\0\0", 6) + exif_of(space, index));
    return read_photo(path);
  };
  make_jpeg(path, colour);
  const Photo plain = read_photo(path);
  CHECK(read_with(0xffff, "R03").a(3, 3) < plain.a(3, 3) - 5);
  CHECK(read_with(2, "R98").a(3, 3) < plain.a(3, 3) - 5);
  for (const auto& [space, index] : {std::pair{1u, "R98"}, {1u, "R03"}, {0xffffu, "R98"}, {0xffffu, ""}})
    CHECK(read_with(space, index).a == plain.a);
  // A profile says more.
  JpegKind kind;
  kind.profile = wide_rgb_profile();
  make_jpeg(path, colour, kind);
  const Photo by_profile = read_photo(path);
  CHECK(read_with(0xffff, "R03", kind).a == by_profile.a);
  // And in a PNG file.
  make_png(folder / "p.png", colour);
  const Photo png = read_photo(folder / "p.png");
  add_png_chunk(folder / "p.png", "eXIf", exif_of(0xffff, "R03"));
  CHECK(read_photo(folder / "p.png").a(3, 3) < png.a(3, 3) - 5);
  // And in a TIFF file, whose own first directory has the entry.
  make_tiff(folder / "p.tif", colour);
  const Photo tiff = read_photo(folder / "p.tif");
  for (const auto& [space, index, adobe] : {std::tuple{0xffffu, "R03", true}, {2u, "R98", true}, {1u, "R98", false}}) {
    CAPTURE(space);
    add_tiff_exif(folder / "p.tif", exif_of(space, index));
    CHECK((read_photo(folder / "p.tif").a(3, 3) < tiff.a(3, 3) - 5) == adobe);
  }
  TiffKind with_profile;
  with_profile.profile = wide_rgb_profile();
  make_tiff(folder / "p.tif", colour, with_profile);
  const Photo tiff_by_profile = read_photo(folder / "p.tif");
  add_tiff_exif(folder / "p.tif", exif_of(0xffff, "R03"));
  CHECK(read_photo(folder / "p.tif").a == tiff_by_profile.a);
}

TEST_CASE("a profile for RGB in a grey picture is heeded, or it is said that it was not") {
  ScratchFolder folder;
  const TestPicture picture = test_picture(16, 16, 1, 8);
  const std::vector<std::uint8_t> profile = wide_rgb_profile();
  std::string packed(profile.size() + 100, '\0');
  uLongf size = packed.size();
  REQUIRE(compress(reinterpret_cast<Bytef*>(packed.data()), &size, profile.data(), profile.size()) == Z_OK);
  make_png(folder / "p.png", picture);
  add_png_chunk(folder / "p.png", "iCCP", std::string("wide\0\0", 6) + packed.substr(0, size));
  const Photo photo = read_photo(folder / "p.png");  // libpng does not give the profile
  REQUIRE(photo.notes.size() == 1);
  CHECK(contains(photo.notes[0], "profile cannot be used"));
  TiffKind tiff;
  tiff.profile = wide_rgb_profile();
  make_tiff(folder / "p.tif", picture, tiff);
  CHECK(read_photo(folder / "p.tif").lightness != photo.lightness);  // gamma 1.8
}

TEST_CASE("a damaged profile is left aside, and that is said") {
  ScratchFolder folder;
  JpegKind kind;
  kind.profile = wide_rgb_profile();
  std::fill(kind.profile.begin() + 36, kind.profile.begin() + 40, std::uint8_t{'?'});  // its mark
  make_jpeg(folder / "p.jpg", test_picture(16, 16, 3, 8), kind);
  const Photo photo = read_photo(folder / "p.jpg");
  REQUIRE(photo.notes.size() == 1);
  CHECK(contains(photo.notes[0], "profile"));
}
