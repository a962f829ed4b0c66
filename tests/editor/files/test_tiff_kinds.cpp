#include <doctest/doctest.h>
#include <tiffio.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "editor/files/photo.h"
#include "solver/lab.h"
#include "tests/support/photo_checks.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

struct Layout {
  int width, height, channels, bits, photometric;
  int format = SAMPLEFORMAT_UINT;
  std::uint32_t subfile = 0;
  bool planar = false, tiled = false;
  int below = 0;  // so many of the next directories are SubIFDs of this one
};

// One directory, its samples given as bytes in the machine's order, plane after plane if planar.
void write_directory(TIFF* tiff, const Layout& layout, const std::vector<std::uint8_t>& bytes) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, layout.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, layout.height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, layout.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, layout.channels);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, layout.photometric);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, layout.format);
  TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, layout.subfile);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, layout.planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 3);
  if (layout.below > 0) {
    std::vector<std::uint64_t> offsets(layout.below);
    TIFFSetField(tiff, TIFFTAG_SUBIFD, layout.below, offsets.data());
  }
  const std::size_t line = bytes.size() / layout.height / (layout.planar ? layout.channels : 1);
  std::vector<std::uint8_t> row(line);
  for (int plane = 0; plane < (layout.planar ? layout.channels : 1); ++plane)
    for (int y = 0; y < layout.height; ++y) {
      std::memcpy(row.data(), bytes.data() + (static_cast<std::size_t>(plane) * layout.height + y) * line, line);
      TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y), static_cast<std::uint16_t>(plane));
    }
  TIFFWriteDirectory(tiff);
}

void write_tiff(const fs::path& path, const std::vector<std::pair<Layout, std::vector<std::uint8_t>>>& directories,
                const char* mode = "w") {
  TIFF* tiff = TIFFOpen(path.c_str(), mode);
  for (const auto& [layout, bytes] : directories) write_directory(tiff, layout, bytes);
  TIFFClose(tiff);
}

template <class T>
std::vector<std::uint8_t> bytes_from(const std::vector<T>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// A plain grey of any size.
std::pair<Layout, std::vector<std::uint8_t>> page(int width, int height, int grey, std::uint32_t subfile = 0,
                                                  int below = 0, int photometric = PHOTOMETRIC_MINISBLACK) {
  return {{width, height, 1, 8, photometric, SAMPLEFORMAT_UINT, subfile, false, false, below},
          std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height, static_cast<std::uint8_t>(grey))};
}

double grey_of(const Photo& photo, int x = 0, int y = 0) {
  return grey_from_lightness(photo.lightness(x, y));
}

}  // namespace

TEST_CASE("the largest full picture of a TIFF is taken, wherever it lies") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tif";
  const auto check = [&](int width, int notes) {
    const Photo photo = read_photo(path);
    CHECK(photo.width() == width);
    CHECK(grey_of(photo) * 255 == doctest::Approx(200).epsilon(0.01));
    CHECK(static_cast<int>(photo.notes.size()) == notes);
    CHECK(probe_photo(path).width == width);
  };
  write_tiff(path, {page(16, 12, 50, FILETYPE_REDUCEDIMAGE), page(64, 48, 200)});
  check(64, 0);
  write_tiff(path, {page(16, 12, 50), page(64, 48, 200)});  // the preview is not marked
  check(64, 1);
  CHECK(contains(read_photo(path).notes[0], "number 2"));
  write_tiff(path, {page(16, 12, 50, FILETYPE_REDUCEDIMAGE, 1), page(64, 48, 200)});  // below the preview
  check(64, 0);
  write_tiff(path, {page(64, 48, 200, 0, 2), page(32, 24, 50, FILETYPE_REDUCEDIMAGE),
                    page(16, 12, 50, FILETYPE_REDUCEDIMAGE)});
  check(64, 0);
  write_tiff(path, {page(64, 48, 200), page(64, 48, 90, FILETYPE_MASK)});
  check(64, 0);
  write_tiff(path, {page(64, 48, 200), page(100, 80, 90, FILETYPE_REDUCEDIMAGE)});
  check(64, 0);
  // Pages of a document: the first, even if another one is larger.
  write_tiff(path, {page(64, 48, 200, FILETYPE_PAGE), page(80, 60, 90, FILETYPE_PAGE)});
  check(64, 1);
  CHECK(contains(read_photo(path).notes[0], "2 pictures; the first"));
  // Only a preview: better than nothing.
  write_tiff(path, {page(64, 48, 200, FILETYPE_REDUCEDIMAGE)});
  check(64, 0);
  // BigTIFF, and the other byte order.
  for (const char* mode : {"w8", "wb"}) {
    write_tiff(path, {page(16, 12, 50), page(64, 48, 200)}, mode);
    check(64, 1);
  }
}

TEST_CASE("camera raw is called camera raw, with its preview or without it") {
  ScratchFolder folder;
  const auto told = [&](const char* name,
                        const std::vector<std::pair<Layout, std::vector<std::uint8_t>>>& directories) {
    write_tiff(folder / name, directories);
    const std::string text = reason(folder / name);
    CHECK(contains(text, "camera raw"));
    CHECK(contains(text, "raw converter"));
    CHECK_FALSE(contains(text, "damaged"));
    return text;
  };
  constexpr int linear_raw = 34892;
  CHECK(contains(told("a.nef", {page(16, 12, 50, FILETYPE_REDUCEDIMAGE, 1), page(64, 48, 200, 0, 0, PHOTOMETRIC_CFA)}),
                 "(NEF)"));
  CHECK(contains(told("a.dng", {page(16, 12, 50, 1, 1), page(64, 48, 200, 0, 0, linear_raw)}), "(DNG)"));
  told("a.tif", {page(64, 48, 200, 0, 0, PHOTOMETRIC_CFA)});
  write_tiff(folder / "a.cr2", {page(64, 48, 200)});
  std::string bytes = bytes_of(folder / "a.cr2");
  bytes.replace(8, 4, std::string("CR\2\0", 4));
  write_bytes(folder / "a.cr2", bytes);
  CHECK(contains(reason(folder / "a.cr2"), "camera raw file (CR2)"));
  write_bytes(folder / "a.raf", "FUJIFILMCCD-RAW 0201");
  CHECK(contains(reason(folder / "a.raf"), "camera raw file (RAF)"));
  write_bytes(folder / "a.cr3", std::string("\0\0\0\x18"
                                            "ftypcrx \0\0\0\1",
                                            16));
  CHECK(contains(reason(folder / "a.cr3"), "camera raw file (CR3)"));
}

TEST_CASE("a palette of 0..255 in a TIFF is one of 8 bit") {
  ScratchFolder folder;
  TiffKind kind;
  kind.photometric = PHOTOMETRIC_PALETTE;
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < 16; ++i) kind.palette.push_back(static_cast<std::uint16_t>(16 * i + c));
  const TestPicture indices = test_picture(37, 21, 1, 4);
  make_tiff(folder / "p.tif", indices, kind);
  const Photo photo = read_photo(folder / "p.tif");
  CHECK(photo.bits == 8);
  CHECK(worst_step(photo, indices, 255, [&](int x, int y) {
          const auto value = [&](int c) { return kind.palette[16 * c + indices.at(x, y, 0)] / 255.0f; };
          return Rgb{value(0), value(1), value(2)};
        }) < 0.1);
}

TEST_CASE("Lab in TIFF: lightness is the file's own, with all its bits") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tif";
  constexpr int width = 256, height = 3;
  for (const bool planar : {false, true})
    for (const int bits : {8, 16})
      for (const int photometric : {PHOTOMETRIC_CIELAB, PHOTOMETRIC_ICCLAB}) {
        CAPTURE(planar);
        CAPTURE(bits);
        CAPTURE(photometric);
        const bool icc = photometric == PHOTOMETRIC_ICCLAB;
        const int one = bits == 8 ? 1 : 256;  // a step of a and b
        const double white = bits == 8 ? 255 : icc ? 65280 : 65535;
        std::vector<std::uint16_t> samples;
        const auto sample = [&](int x, int y, int c) {
          if (c == 0) return bits == 8 ? x : static_cast<int>(x * white / 255);
          const int value = (c == 1 ? 20 : -35) * y * one;
          return (icc ? value + 128 * one : value) & (bits == 8 ? 255 : 65535);
        };
        for (int plane = 0; plane < (planar ? 3 : 1); ++plane)
          for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
              for (int c = planar ? plane : 0; c < (planar ? plane + 1 : 3); ++c)
                samples.push_back(static_cast<std::uint16_t>(sample(x, y, c)));
        const std::vector<std::uint8_t> bytes =
            bits == 8 ? std::vector<std::uint8_t>(samples.begin(), samples.end()) : bytes_from(samples);
        write_tiff(path, {{{width, height, 3, bits, photometric, SAMPLEFORMAT_UINT, 0, planar}, bytes}});
        const Photo photo = read_photo(path);
        CHECK(photo.bits == bits);
        REQUIRE(photo.width() == width);
        double worst = 0;
        for (int y = 0; y < height; ++y)
          for (int x = 0; x < width; ++x) {
            const double L = sample(x, y, 0) / white * 100;
            worst = std::max({worst, std::abs(photo.lightness(x, y) - L), std::abs(photo.a(x, y) - 20.0 * y),
                              std::abs(photo.b(x, y) + 35.0 * y)});
          }
        CHECK(worst < 0.002);
      }
  // Neutral Lab is grey.
  std::vector<std::uint8_t> neutral;
  for (int i = 0; i < 64; ++i) neutral.insert(neutral.end(), {static_cast<std::uint8_t>(4 * i), 0, 0});
  write_tiff(path, {{{64, 1, 3, 8, PHOTOMETRIC_CIELAB}, neutral}});
  CHECK(read_photo(path).a.empty());
  // Lab of one channel is L.
  std::vector<std::uint8_t> ramp;
  for (int i = 0; i < 256; ++i) ramp.push_back(static_cast<std::uint8_t>(i));
  write_tiff(path, {{{256, 1, 1, 8, PHOTOMETRIC_CIELAB}, ramp}});
  const Photo grey = read_photo(path);
  CHECK(grey.a.empty());
  for (int i = 0; i < 256; ++i) CHECK(std::abs(grey.lightness(i, 0) - i / 2.55) < 0.002);
}

TEST_CASE("floating-point TIFF of 16, 32 and 64 bit") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tif";
  const auto ramp = [](int channels, double top) {
    std::vector<double> values;
    for (int i = 0; i < 32 * 8 * channels; ++i) values.push_back(top * (i % 97) / 96);
    return values;
  };
  const auto check = [&](const std::vector<double>& values, int channels, double top) {
    const Photo photo = read_photo(path);
    CHECK(photo.bits == 16);
    double worst = 0;
    for (int i = 0; i < 32 * 8; ++i) {
      const Rgb is = shown(photo, i % 32, i / 32);
      worst = std::max(worst, std::abs(is.r - values[i * channels] / top));
      if (channels == 3) worst = std::max(worst, std::abs(is.b - values[3 * i + 2] / top));
    }
    return worst;
  };
  for (const int channels : {1, 3})
    for (const char* mode : {"wl", "wb"}) {
      const int photometric = channels == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
      const std::vector<double> values = ramp(channels, 1);
      write_tiff(path,
                 {{{32, 8, channels, 32, photometric, SAMPLEFORMAT_IEEEFP},
                   bytes_from(std::vector<float>(values.begin(), values.end()))}},
                 mode);
      CHECK(check(values, channels, 1) < 3e-5);
      CHECK(read_photo(path).notes.empty());
      write_tiff(path, {{{32, 8, channels, 64, photometric, SAMPLEFORMAT_IEEEFP}, bytes_from(values)}}, mode);
      CHECK(check(values, channels, 1) < 3e-5);
      std::vector<std::uint16_t> halves;  // 0, 1/64 .. 1 are exact enough: 1 sign, 5 exponent, 10 fraction
      for (const double value : values) {
        int exponent = 0;
        const double fraction = std::frexp(value, &exponent);
        halves.push_back(static_cast<std::uint16_t>(
            value == 0 ? 0 : (exponent + 14) << 10 | (static_cast<int>(std::lround(fraction * 2048)) & 1023)));
      }
      write_tiff(path, {{{32, 8, channels, 16, photometric, SAMPLEFORMAT_IEEEFP}, bytes_from(halves)}}, mode);
      CHECK(check(values, channels, 1) < 1e-3);
    }
  // Other scales are told.
  for (const double top : {255.0, 65535.0}) {
    const std::vector<double> values = ramp(1, top);
    write_tiff(path, {{{32, 8, 1, 32, PHOTOMETRIC_MINISBLACK, SAMPLEFORMAT_IEEEFP},
                       bytes_from(std::vector<float>(values.begin(), values.end()))}});
    CHECK(check(values, 1, top) < 3e-5);
    REQUIRE(read_photo(path).notes.size() == 1);
    CHECK(contains(read_photo(path).notes[0], "for white"));
  }
  // Lights above white are clipped, what is no number is black.
  write_tiff(path, {{{4, 1, 1, 32, PHOTOMETRIC_MINISBLACK, SAMPLEFORMAT_IEEEFP},
                     bytes_from(std::vector<float>{0.5f, 2.5f, NAN, -1})}});
  const Photo bright = read_photo(path);
  CHECK(std::abs(grey_of(bright, 0) - 0.5) < 1e-4);
  CHECK(grey_of(bright, 1) > 0.999);
  CHECK(grey_of(bright, 2) < 0.001);
  CHECK(grey_of(bright, 3) < 0.001);
  // Infinity says nothing of where white is.
  write_tiff(path, {{{4, 1, 1, 32, PHOTOMETRIC_MINISBLACK, SAMPLEFORMAT_IEEEFP},
                     bytes_from(std::vector<float>{0.5f, HUGE_VALF, 1, -HUGE_VALF})}});
  const Photo endless = read_photo(path);
  CHECK(endless.notes.empty());
  CHECK(std::abs(grey_of(endless, 0) - 0.5) < 1e-4);
  CHECK(grey_of(endless, 1) > 0.999);
  CHECK(grey_of(endless, 3) < 0.001);
}

TEST_CASE("signed and long integers in TIFF") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tif";
  const auto greys = [&](int bits, int format, const std::vector<std::uint8_t>& bytes) {
    const int width = static_cast<int>(bytes.size()) * 8 / bits;
    write_tiff(path, {{{width, 1, 1, bits, PHOTOMETRIC_MINISBLACK, format}, bytes}});
    const Photo photo = read_photo(path);
    std::vector<double> found;
    for (int x = 0; x < width; ++x) found.push_back(grey_of(photo, x));
    return found;
  };
  const auto near = [](const std::vector<double>& found, const std::vector<double>& expected) {
    double worst = found.size() == expected.size() ? 0 : 1;
    for (std::size_t i = 0; i < found.size() && i < expected.size(); ++i)
      worst = std::max(worst, std::abs(found[i] - expected[i]));
    return worst < 1e-3;
  };
  using Words = std::vector<std::int16_t>;
  using Longs = std::vector<std::uint32_t>;
  constexpr int with_sign = SAMPLEFORMAT_INT, without = SAMPLEFORMAT_UINT;
  CHECK(near(greys(32, without, bytes_from(Longs{0, 0x80000000, 0xffffffff})), {0, 0.5, 1}));
  CHECK(near(greys(32, without, bytes_from(Longs{0, 30000, 65535})), {0, 30000 / 65535.0, 1}));
  CHECK(near(greys(32, without, bytes_from(Longs{0, 100, 255})), {0, 100 / 255.0, 1}));
  CHECK(near(greys(16, with_sign, bytes_from(Words{-32768, 0, 32767})), {0, 0.5, 1}));
  CHECK(near(greys(16, with_sign, bytes_from(Words{0, 16000, 32767})), {0, 16000 / 32767.0, 1}));
  CHECK(near(greys(16, with_sign, bytes_from(Words{0, 100, 255})), {0, 100 / 255.0, 1}));
  CHECK(near(greys(8, with_sign, {0x80, 0, 0x7f}), {0, 128 / 255.0, 1}));
  CHECK(near(greys(32, with_sign, bytes_from(Longs{0x80000000, 0, 0x7fffffff})), {0, 0.5, 1}));
  CHECK(read_photo(path).bits == 16);
  CHECK(read_photo(path).notes.size() == 1);
}

TEST_CASE("packings of TIFF that are not read are called by their name") {
  ScratchFolder folder;
  const fs::path path = folder / "p.tif";
  write_tiff(path, {page(16, 12, 50)}, "wl");
  const std::string bytes = bytes_of(path);
  const std::size_t entry = bytes.find(std::string("\x03\x01\x03\0\1\0\0\0", 8));
  REQUIRE(entry != std::string::npos);
  for (const auto& [number, name] : {std::pair{34712u, "JPEG 2000"},
                                     {33005u, "JPEG 2000"},
                                     {50002u, "JPEG XL"},
                                     {52546u, "JPEG XL"},
                                     {34715u, "JBIG2"},
                                     {60000u, "compression 60000"}}) {
    std::string changed = bytes;
    changed.replace(entry + 8, 2, le16(number));
    write_bytes(path, changed);
    const std::string told = reason(path);
    CHECK(contains(told, name));
    CHECK(contains(told, "save it"));
    CHECK_FALSE(contains(told, "damaged"));
  }
}
