#include <doctest/doctest.h>

#include <cmath>

#include "editor/files/stroke_mask.h"
#include "solver/lab.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

constexpr Rgb8 red{200, 30, 40}, blue{20, 40, 180}, grey{128, 128, 128}, black{0, 0, 0}, white{255, 255, 255};

void paint(StrokeMask& mask, Rect rect, Rgb8 colour) {
  for (int y = rect.y0; y < rect.y1; ++y)
    for (int x = rect.x0; x < rect.x1; ++x) {
      mask.colour(x, y) = colour;
      mask.drawn(x, y) = 1;
    }
}

StrokeMask some_strokes(int width, int height) {
  StrokeMask mask(width, height);
  paint(mask, {2, 2, 12, 6}, red);
  paint(mask, {2, 10, 12, 13}, blue);
  paint(mask, {20, 2, 26, 8}, grey);
  paint(mask, {20, 10, 26, 14}, white);
  return mask;
}

// A photo as it would be read from an 8-bit file: a texture that nowhere is black.
TestPicture grey_photo(int width, int height) {
  TestPicture picture{width, height, 1, 8, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.samples.push_back(static_cast<std::uint16_t>(60 + (x * 3 + y * 2) % 120 + (x * y) % 7));
  return picture;
}

// The photo with the strokes laid over it, as RGB.
TestPicture marked_copy(const TestPicture& photo, const StrokeMask& mask, int brighter = 0) {
  TestPicture copy{photo.width, photo.height, 3, 8, {}};
  for (int y = 0; y < photo.height; ++y)
    for (int x = 0; x < photo.width; ++x) {
      const auto value = static_cast<std::uint8_t>(photo.at(x, y, 0) + brighter);
      const Rgb8 c = mask.drawn(x, y) ? mask.colour(x, y) : Rgb8{value, value, value};
      copy.samples.insert(copy.samples.end(), {c.r, c.g, c.b});
    }
  return copy;
}

TestPicture on_black(const StrokeMask& mask) {
  TestPicture picture{mask.width(), mask.height(), 3, 8, {}};
  for (const Rgb8 c : mask.colour) picture.samples.insert(picture.samples.end(), {c.r, c.g, c.b});
  return picture;
}

MaskReading read(const fs::path& path, MaskFormat format = MaskFormat::automatic, const Photo* photo = nullptr,
                 bool fit = false) {
  return read_stroke_mask(path, {format, photo, fit});
}

std::string reason(const fs::path& path, const MaskReadOptions& options) {
  try {
    read_stroke_mask(path, options);
  } catch (const FileError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

double share_equal(const Plane<std::uint8_t>& p, const Plane<std::uint8_t>& q) {
  std::int64_t equal = 0;
  for (std::size_t i = 0; i < p.size(); ++i) equal += p.data()[i] == q.data()[i];
  return static_cast<double>(equal) / static_cast<double>(p.size());
}

}  // namespace

TEST_CASE("names of formats go both ways") {
  for (const MaskFormat format : {MaskFormat::automatic, MaskFormat::rgba, MaskFormat::black_empty, MaskFormat::levin,
                                  MaskFormat::pimask, MaskFormat::ideepcolor})
    CHECK(mask_format_from_name(name_of(format)) == format);
  CHECK(name_of(MaskFormat::black_empty) == "black-empty");
  CHECK_FALSE(mask_format_from_name("png"));
}

TEST_CASE("RGBA round trips are exact, black and grey strokes included") {
  ScratchFolder folder;
  StrokeMask mask = some_strokes(40, 20);
  paint(mask, {30, 2, 36, 8}, black);
  write_stroke_mask(folder / "m.png", mask, MaskFormat::rgba);
  const MaskReading reading = read(folder / "m.png");
  CHECK(reading.format == MaskFormat::rgba);
  CHECK(reading.mask == mask);
  CHECK(reading.region.empty());
  CHECK(contains(reading.found, "RGBA"));
  CHECK(contains(reading.found, "5 strokes in 5 colours"));

  const StrokeMask none(40, 20);
  write_stroke_mask(folder / "none.png", none, MaskFormat::rgba);
  CHECK(read(folder / "none.png").mask == none);
  CHECK(contains(read(folder / "none.png").found, "no strokes"));

  StrokeMask all(7, 5);
  paint(all, {0, 0, 7, 5}, blue);
  write_stroke_mask(folder / "all.png", all, MaskFormat::rgba);
  CHECK(read(folder / "all.png").mask == all);
  CHECK(read(folder / "all.png", MaskFormat::rgba).mask == all);
}

TEST_CASE("masks on black round trip, pure black strokes become 1, 1, 1") {
  ScratchFolder folder;
  StrokeMask mask = some_strokes(40, 20);
  write_stroke_mask(folder / "m.png", mask, MaskFormat::black_empty);
  const MaskReading reading = read(folder / "m.png");
  CHECK(reading.format == MaskFormat::black_empty);
  CHECK(reading.mask == mask);

  paint(mask, {30, 2, 36, 8}, black);
  write_stroke_mask(folder / "b.png", mask, MaskFormat::black_empty);
  const StrokeMask back = read(folder / "b.png").mask;
  CHECK(back.drawn == mask.drawn);
  CHECK(back.colour(31, 3) == Rgb8{1, 1, 1});
  CHECK(back.colour(3, 3) == red);
}

TEST_CASE("alpha of 128 and more is a hint") {
  ScratchFolder folder;
  const TestPicture picture{4, 1, 4, 8, {9, 9, 9, 0, 9, 9, 9, 127, 9, 9, 9, 128, 9, 9, 9, 255}};
  make_png(folder / "m.png", picture);
  const StrokeMask mask = read(folder / "m.png").mask;
  CHECK(mask.drawn(0, 0) == 0);
  CHECK(mask.drawn(1, 0) == 0);
  CHECK(mask.drawn(2, 0) == 1);
  CHECK(mask.drawn(3, 0) == 1);
  CHECK(mask.colour(1, 0) == black);
}

TEST_CASE("an opaque alpha channel says nothing") {
  ScratchFolder folder;
  const StrokeMask mask = some_strokes(40, 20);
  TestPicture picture{40, 20, 4, 8, {}};
  for (const Rgb8 c : mask.colour) picture.samples.insert(picture.samples.end(), {c.r, c.g, c.b, 255});
  make_png(folder / "m.png", picture);
  const MaskReading reading = read(folder / "m.png");
  CHECK(reading.format == MaskFormat::black_empty);
  CHECK(reading.mask == mask);
}

TEST_CASE("a mask on black that became a JPEG loses its specks") {
  ScratchFolder folder;
  StrokeMask mask(64, 64);
  paint(mask, {8, 8, 32, 24}, red);
  paint(mask, {8, 40, 32, 56}, blue);
  make_jpeg(folder / "m.jpg", on_black(mask));
  const MaskReading reading = read(folder / "m.jpg");
  CHECK(reading.format == MaskFormat::black_empty);
  CHECK(share_equal(reading.mask.drawn, mask.drawn) > 0.98);
  CHECK(summarize(reading.mask).strokes == 2);
}

TEST_CASE("a marked copy is told from its photo; neutral scribbles of another brightness count") {
  ScratchFolder folder;
  const TestPicture grey_picture = grey_photo(80, 60);
  make_png(folder / "photo.png", grey_picture);
  const Photo photo = read_photo(folder / "photo.png");
  StrokeMask strokes(80, 60);
  paint(strokes, {5, 5, 30, 9}, red);
  paint(strokes, {5, 20, 30, 24}, {30, 30, 30});
  paint(strokes, {40, 5, 44, 30}, {10, 120, 60});
  make_bmp(folder / "marked.bmp", marked_copy(grey_picture, strokes));
  const MaskReading reading = read(folder / "marked.bmp", MaskFormat::automatic, &photo);
  CHECK(reading.format == MaskFormat::levin);
  CHECK(reading.mask == strokes);
  CHECK(read(folder / "marked.bmp", MaskFormat::levin, &photo).mask == strokes);
  CHECK(contains(reason(folder / "marked.bmp", {MaskFormat::levin}), "beside its photo"));

  // The unmarked photo holds no strokes.
  make_png(folder / "same.png", marked_copy(grey_picture, StrokeMask(80, 60)));
  const MaskReading none = read(folder / "same.png", MaskFormat::automatic, &photo);
  CHECK(none.format == MaskFormat::levin);
  CHECK(summarize(none.mask).drawn_pixels == 0);
}

TEST_CASE("a marked copy of a coloured photo") {
  ScratchFolder folder;
  TestPicture picture = marked_copy(grey_photo(80, 60), StrokeMask(80, 60));
  for (std::size_t i = 0; i < picture.samples.size(); i += 3) picture.samples[i] += 30;  // sepia
  make_png(folder / "photo.png", picture);
  const Photo photo = read_photo(folder / "photo.png");
  for (int y = 10; y < 20; ++y)
    for (int x = 10; x < 40; ++x)
      for (int c = 0; c < 3; ++c) picture.samples[(static_cast<std::size_t>(y) * 80 + x) * 3 + c] = c == 2 ? 200 : 20;
  make_png(folder / "marked.png", picture);
  const MaskReading reading = read(folder / "marked.png", MaskFormat::automatic, &photo);
  CHECK(reading.format == MaskFormat::levin);
  CHECK(summarize(reading.mask).drawn_pixels == 300);
}

TEST_CASE("a marked copy with loss keeps its strokes and no specks") {
  ScratchFolder folder;
  TestPicture grey_picture = grey_photo(96, 96);
  make_png(folder / "photo.png", grey_picture);
  const Photo photo = read_photo(folder / "photo.png");
  StrokeMask strokes(96, 96);
  paint(strokes, {10, 10, 60, 18}, red);
  paint(strokes, {10, 40, 60, 48}, blue);
  make_jpeg(folder / "marked.jpg", marked_copy(grey_picture, strokes));
  const MaskReading reading = read(folder / "marked.jpg", MaskFormat::automatic, &photo);
  CHECK(reading.format == MaskFormat::levin);
  CHECK(share_equal(reading.mask.drawn, strokes.drawn) > 0.97);
  CHECK(summarize(reading.mask).strokes == 2);
}

TEST_CASE("a pair that differs everywhere: hints by saturation") {
  ScratchFolder folder;
  const TestPicture grey_picture = grey_photo(80, 60);
  make_png(folder / "photo.png", grey_picture);
  const Photo photo = read_photo(folder / "photo.png");
  StrokeMask strokes(80, 60);
  paint(strokes, {5, 5, 30, 9}, red);
  paint(strokes, {40, 5, 44, 30}, {10, 120, 60});
  make_png(folder / "marked.png", marked_copy(grey_picture, strokes, 12));
  const MaskReading reading = read(folder / "marked.png", MaskFormat::automatic, &photo);
  CHECK(reading.format == MaskFormat::levin);
  CHECK(reading.mask == strokes);
  CHECK(contains(reading.found, "differs from the photo everywhere"));
}

TEST_CASE("masks on black are not mistaken for marked copies, even of dark photos") {
  ScratchFolder folder;
  TestPicture dark = grey_photo(40, 20);
  for (auto& v : dark.samples) v = v > 150 ? v : 0;  // black for the most part
  make_png(folder / "photo.png", dark);
  const Photo photo = read_photo(folder / "photo.png");
  write_stroke_mask(folder / "m.png", some_strokes(40, 20), MaskFormat::black_empty);
  const MaskReading reading = read(folder / "m.png", MaskFormat::automatic, &photo);
  CHECK(reading.format == MaskFormat::black_empty);
  CHECK(reading.mask == some_strokes(40, 20));
  // White strokes alone are strokes, not a region.
  StrokeMask whites(40, 20);
  paint(whites, {3, 3, 9, 9}, white);
  write_stroke_mask(folder / "w.png", whites, MaskFormat::black_empty);
  CHECK(read(folder / "w.png", MaskFormat::automatic, &photo).mask == whites);
}

TEST_CASE("a PiMask is a region: black is marked") {
  ScratchFolder folder;
  TestPicture picture{40, 20, 3, 8, std::vector<std::uint16_t>(2400, 255)};
  for (int y = 5; y < 10; ++y)
    for (int x = 5; x < 25; ++x)
      for (int c = 0; c < 3; ++c) picture.samples[(static_cast<std::size_t>(y) * 40 + x) * 3 + c] = 0;
  make_png(folder / "m.png", picture);
  for (const MaskFormat format : {MaskFormat::automatic, MaskFormat::pimask}) {
    const MaskReading reading = read(folder / "m.png", format);
    CHECK(reading.format == MaskFormat::pimask);
    CHECK(summarize(reading.mask).drawn_pixels == 0);
    REQUIRE(reading.region.width() == 40);
    CHECK(reading.region(5, 5) == 1);
    CHECK(reading.region(24, 9) == 1);
    CHECK(reading.region(25, 9) == 0);
    CHECK(contains(reading.found, "12.5 %"));
    CHECK(contains(reading.found, "no colours"));
  }
  // Told to take it for strokes, it is taken for them.
  CHECK(summarize(read(folder / "m.png", MaskFormat::black_empty).mask).drawn_pixels == 700);
}

TEST_CASE("ideepcolor's pair: the mask decides, the grid is stretched over the photo") {
  ScratchFolder folder;
  const std::size_t side = 16;
  std::vector<double> ab(2 * side * side, 0.0), mask(side * side, 0.0);
  const auto put = [&](std::size_t x, std::size_t y, double a, double b, bool drawn) {
    ab[y * side + x] = a;
    ab[side * side + y * side + x] = b;
    mask[y * side + x] = drawn ? 1 : 0;
  };
  put(2, 3, 40, 20, true);
  put(10, 12, 0, 0, true);    // a neutral hint
  put(5, 5, -30, 30, false);  // colour without a mark
  make_npy(folder / "im_ab.npy", "<f8", false, {2, side, side}, ab);
  make_npy(folder / "im_mask.npy", "|b1", false, {1, side, side}, mask);
  for (const fs::path& path : {folder.path(), folder / "im_ab.npy", folder / "im_mask.npy"}) {
    const MaskReading reading = read(path);
    CHECK(reading.format == MaskFormat::ideepcolor);
    CHECK(reading.mask.width() == 16);
    CHECK(summarize(reading.mask).drawn_pixels == 2);
    CHECK(summarize(reading.mask).neutral);
    const Rgb8 c = reading.mask.colour(2, 3);
    const Lab lab = lab_from_srgb({c.r / 255.0f, c.g / 255.0f, c.b / 255.0f});
    CHECK(std::abs(lab.a - 40) < 0.6f);
    CHECK(std::abs(lab.b - 20) < 0.6f);
  }
  Photo photo;
  photo.lightness = Plane<float>(64, 32, 50.0f);
  const MaskReading reading = read(folder.path(), MaskFormat::automatic, &photo);
  REQUIRE(reading.mask.width() == 64);
  REQUIRE(reading.mask.height() == 32);
  CHECK(summarize(reading.mask).drawn_pixels == 2 * 4 * 2);
  CHECK(reading.mask.drawn(8, 6) == 1);
  CHECK(reading.mask.drawn(11, 7) == 1);
  CHECK(reading.mask.drawn(12, 7) == 0);
  CHECK(reading.mask.drawn(7, 6) == 0);

  make_npy(folder / "im_mask.npy", "|b1", false, {1, side, side - 1}, std::vector<double>(side * (side - 1)));
  CHECK_THROWS_AS(read(folder.path()), FileError);
  fs::remove(folder / "im_mask.npy");
  CHECK(contains(reason(folder / "im_ab.npy", {}), "im_mask.npy"));
}

TEST_CASE("extreme ab of ideepcolor become the strongest colour of that hue") {
  ScratchFolder folder;
  make_npy(folder / "im_ab.npy", "<f4", false, {2, 1, 2}, {110, 0, 0, -110});
  make_npy(folder / "im_mask.npy", "<f4", false, {1, 1, 2}, {1, 1});
  const StrokeMask mask = read(folder.path()).mask;
  const Rgb8 c = mask.colour(0, 0);
  const Lab lab = lab_from_srgb({c.r / 255.0f, c.g / 255.0f, c.b / 255.0f});
  CHECK(lab.a > 75);
  CHECK(std::abs(lab.b) < 2);
}

TEST_CASE("a mask of another size is refused with both sizes, or stretched by nearest neighbour") {
  ScratchFolder folder;
  StrokeMask mask(20, 10);
  paint(mask, {4, 2, 8, 4}, red);
  write_stroke_mask(folder / "m.png", mask, MaskFormat::rgba);
  Photo photo;
  photo.lightness = Plane<float>(60, 20, 50.0f);
  const std::string told = reason(folder / "m.png", {MaskFormat::automatic, &photo});
  CHECK(contains(told, "20x10"));
  CHECK(contains(told, "60x20"));
  CHECK(contains(told, "--fit"));
  StrokeMask stretched(60, 20);
  paint(stretched, {12, 4, 24, 8}, red);
  const MaskReading reading = read(folder / "m.png", MaskFormat::automatic, &photo, true);
  CHECK(reading.mask == stretched);
  CHECK(contains(reading.found, "stretched to 60x20"));
  // And smaller: no colour is mixed.
  photo.lightness = Plane<float>(5, 5, 50.0f);
  for (const Rgb8 c : read(folder / "m.png", MaskFormat::automatic, &photo, true).mask.colour)
    CHECK((c == red || c == black));
}

TEST_CASE("damaged and missing masks are errors") {
  ScratchFolder folder;
  write_stroke_mask(folder / "m.png", some_strokes(40, 20), MaskFormat::rgba);
  const std::string bytes = bytes_of(folder / "m.png");
  write_bytes(folder / "cut.png", bytes.substr(0, bytes.size() / 2));
  CHECK(contains(reason(folder / "cut.png", {}), "damaged or cut-off"));
  CHECK(contains(reason(folder / "missing.png", {}), "does not exist"));
  CHECK(contains(reason(folder.path(), {}), "folder"));
  CHECK(contains(reason(folder.path(), {MaskFormat::ideepcolor}), "im_ab.npy"));
  write_bytes(folder / "empty.png", "");
  CHECK(contains(reason(folder / "empty.png", {}), "is empty"));
}

TEST_CASE("writing follows the rules of writing") {
  ScratchFolder folder;
  const StrokeMask mask = some_strokes(40, 20);
  write_stroke_mask(folder / "m.png", mask, MaskFormat::rgba);
  CHECK_THROWS_AS(write_stroke_mask(folder / "m.png", mask, MaskFormat::rgba), FileError);
  CHECK_NOTHROW(write_stroke_mask(folder / "m.png", mask, MaskFormat::black_empty, true));
  CHECK_THROWS_AS(write_stroke_mask(folder / "m.jpg", mask, MaskFormat::rgba), FileError);
  CHECK_THROWS_AS(write_stroke_mask(folder / "n.png", mask, MaskFormat::levin), std::invalid_argument);
  CHECK_THROWS_AS(write_stroke_mask(folder / "n.png", {}, MaskFormat::rgba), std::invalid_argument);
  CHECK(folder.file_count() == 1);
}

TEST_CASE("the summary counts") {
  const StrokeMask mask = some_strokes(40, 20);
  const MaskSummary summary = summarize(mask);
  CHECK(summary.drawn_pixels == 40 + 30 + 36 + 24);
  CHECK(summary.covered == doctest::Approx(130.0 / 800));
  CHECK(summary.strokes == 4);
  CHECK(summary.colours == 4);
  CHECK(summary.neutral);
  StrokeMask one(10, 10);
  paint(one, {1, 1, 3, 3}, red);
  paint(one, {3, 3, 5, 5}, blue);  // touches by a corner
  CHECK(summarize(one).strokes == 1);
  CHECK(summarize(one).colours == 2);
  CHECK_FALSE(summarize(one).neutral);
  CHECK(summarize({}).covered == 0);
}
