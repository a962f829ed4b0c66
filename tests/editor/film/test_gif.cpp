// Animated GIFs in and out, against files made with giflib itself.
#include <doctest/doctest.h>
#include <gif_lib.h>

#include <array>
#include <map>
#include <memory>

#include "editor/film/dense_flow.h"
#include "editor/film/gif_reader.h"
#include "editor/film/shot_palette.h"
#include "tests/editor/film/moving_square.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
using namespace handtint::tests;

namespace fs = std::filesystem;

namespace {

struct TestFrame {
  Rect rect;
  std::uint8_t index;
  int disposal, delay;
};

// Palette: 0 black, 1 white, 2 transparent, 3 grey.
void make_gif(const fs::path& path, int width, int height, const std::vector<TestFrame>& frames, int repeats) {
  int error = 0;
  GifFileType* file = EGifOpenFileName(path.c_str(), false, &error);
  REQUIRE(file);
  EGifSetGifVersion(file, true);
  const GifColorType colours[4]{{0, 0, 0}, {255, 255, 255}, {9, 9, 9}, {128, 128, 128}};
  const std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)> map(GifMakeMapObject(4, colours), GifFreeMapObject);
  EGifPutScreenDesc(file, width, height, 8, 0, map.get());
  const std::array<GifByteType, 3> count{1, static_cast<GifByteType>(repeats), 0};
  EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE);
  EGifPutExtensionBlock(file, 11, "NETSCAPE2.0");
  EGifPutExtensionBlock(file, 3, count.data());
  EGifPutExtensionTrailer(file);
  for (const TestFrame& frame : frames) {
    const GraphicsControlBlock control{frame.disposal, false, frame.delay, 2};
    std::array<GifByteType, 4> bytes{};
    EGifGCBToExtension(&control, bytes.data());
    EGifPutExtension(file, GRAPHICS_EXT_FUNC_CODE, 4, bytes.data());
    EGifPutImageDesc(file, frame.rect.x0, frame.rect.y0, frame.rect.width(), frame.rect.height(), false, nullptr);
    std::vector<GifPixelType> row(static_cast<std::size_t>(frame.rect.width()), frame.index);
    for (int y = 0; y < frame.rect.height(); ++y) EGifPutLine(file, row.data(), frame.rect.width());
  }
  REQUIRE(EGifCloseFile(file, &error) == GIF_OK);
}

}  // namespace

TEST_CASE("a GIF's frames are seen as a viewer shows them") {
  const ScratchFolder folder;
  make_gif(folder / "a.gif", 8, 4,
           {{{0, 0, 8, 4}, 3, DISPOSE_DO_NOT, 5},
            {{0, 0, 2, 2}, 1, DISPOSE_PREVIOUS, 7},
            {{4, 0, 6, 2}, 0, DISPOSE_BACKGROUND, 9},
            {{0, 0, 8, 4}, 2, DISPOSE_DO_NOT, 11}},
           3);
  GifReader gif(folder / "a.gif");
  const auto first = gif.next();
  REQUIRE(first);
  CHECK(gif.repeats() == 3);
  CHECK(gif.delay() == 5);
  CHECK(first->alpha.empty());
  const float grey = first->lightness(0, 0);
  CHECK(grey == doctest::Approx(53.6).epsilon(0.01));
  const auto second = gif.next();
  CHECK(second->lightness(1, 1) == doctest::Approx(100));
  CHECK(second->lightness(5, 1) == grey);
  const auto third = gif.next();
  CHECK(third->lightness(1, 1) == grey);  // taken back
  CHECK(third->lightness(5, 1) == 0);
  const auto fourth = gif.next();
  REQUIRE(!fourth->alpha.empty());
  CHECK(fourth->alpha(5, 1) == 0);  // taken away, and nothing drawn over it
  CHECK(fourth->alpha(0, 0) == 65535);
  CHECK(gif.delay() == 11);
  CHECK(!gif.next());
}

TEST_CASE("a GIF that is cut off is refused, with how far it goes") {
  const ScratchFolder folder;
  make_gif(folder / "a.gif", 64, 64, {{{0, 0, 64, 64}, 3, 0, 5}, {{0, 0, 64, 64}, 1, 0, 5}}, 0);
  fs::resize_file(folder / "a.gif", fs::file_size(folder / "a.gif") - 20);
  GifReader gif(folder / "a.gif");
  CHECK(gif.next());
  CHECK_THROWS_WITH_AS(gif.next(), doctest::Contains("after 1 frame ("), FileError);
}

TEST_CASE("a palette holds its greys, and what stands still keeps its entries") {
  std::vector<Lab> samples;
  for (int i = 0; i < 4000; ++i)
    samples.push_back({20 + 60 * pattern(i, 0, 3, 1), 40 * pattern(i, 0, 5, 2), -30 * pattern(i, 0, 7, 3)});
  ShotPalette palette(samples), again(samples);
  int greys = 0;
  for (const Rgb8Entry& c : palette.entries()) greys += c.r == c.g && c.g == c.b;
  CHECK(greys >= palette_greys);
  for (int i = 0; i < 200; ++i) {
    const Lab c = samples[static_cast<std::size_t>(i)];
    const std::uint8_t index = palette.index(c, i, 3);
    CHECK(index == again.index(c, i, 3));
    const Rgb8Entry e = palette.entries()[index];
    const Lab shown = lab_from_srgb({e.r / 255.0f, e.g / 255.0f, e.b / 255.0f});
    CHECK(std::hypot(shown.L - c.L, shown.a - c.a, shown.b - c.b) < 14);
  }
}

TEST_CASE("colorize makes a coloured GIF of a grey one: frames, times and repeats stay") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  make_gif(
      folder / "in.gif", 40, 40,
      {{{0, 0, 40, 40}, 3, DISPOSE_DO_NOT, 5}, {{4, 4, 12, 12}, 1, DISPOSE_DO_NOT, 7}, {{20, 20, 30, 30}, 2, 0, 9}}, 2);
  write_frame(folder / "mask.png", Plane<float>(40, 40, 60), {Plane<float>(40, 40, 30), Plane<float>(40, 40, 20)});
  const Outcome outcome = run_program({HANDTINT_PROGRAM, "colorize", folder / "in.gif", "--strokes",
                                       folder / "mask.png", "-o", folder / "out.gif", "--network", "none"});
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
  GifReader before(folder / "in.gif"), after(folder / "out.gif");
  for (int n = 0; n < 3; ++n) {
    const auto p = before.next(), q = after.next();
    REQUIRE(q);
    CHECK(before.delay() == after.delay());
    for (std::size_t i = 0; i < p->lightness.size(); ++i)
      REQUIRE(std::abs(p->lightness.data()[i] - q->lightness.data()[i]) < 5);
  }
  CHECK(!after.next());
  CHECK(after.repeats() == 2);
}
