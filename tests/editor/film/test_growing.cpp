// The strokes growing, as pictures, as a GIF, as a film file, and as the command line makes them.
#include <doctest/doctest.h>
#include <gif_lib.h>

#include "editor/document/reduced.h"
#include "editor/document/session.h"
#include "editor/film/frame_writer.h"
#include "editor/film/gif_reader.h"
#include "editor/film/growing.h"
#include "editor/film/growing_frames.h"
#include "tests/editor/film/moving_square.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
using namespace handtint::tests;

namespace fs = std::filesystem;

namespace {

constexpr Extent growing_extent{film_width, film_height};
constexpr Rgb red{0.8f, 0.2f, 0.2f}, green{0.2f, 0.6f, 0.3f};

Photo grown_photo() {
  Photo photo;
  photo.lightness = frame_light(0);
  return photo;
}

Stroke line(float y, Rgb colour) {
  Stroke stroke;
  stroke.colour = colour;
  for (int x = 8; x <= 88; x += 8) stroke.points.push_back({static_cast<float>(x), y, 3});
  return stroke;
}

// Two strokes, the second in another colour at first, and a third that was undone.
Document painted() {
  Document document(growing_extent);
  document.add(line(8, green));
  document.add(line(54, green));
  document.recolour(std::vector<StrokeId>{2}, red);
  document.add(line(30, red));
  document.undo();
  return document;
}

CoatSource no_coat() {
  return [](const auto&...) { return Prior{}; };
}

float chroma_at(const LabPicture& picture, int x, int y) {
  return std::hypot(picture.chroma.a(x, y), picture.chroma.b(x, y));
}

float largest_chroma(const LabPicture& picture) {
  float largest = 0;
  for (int y = 0; y < film_height; ++y)
    for (int x = 0; x < film_width; ++x) largest = std::max(largest, chroma_at(picture, x, y));
  return largest;
}

// What is seen when all has been shown.
Plane<Rgb8> end_of_gif(const fs::path& path) {
  int error = 0;
  GifFileType* gif = DGifOpenFileName(path.c_str(), &error);
  REQUIRE(gif);
  REQUIRE(DGifSlurp(gif) == GIF_OK);
  Plane<Rgb8> seen(gif->SWidth, gif->SHeight);
  for (int n = 0; n < gif->ImageCount; ++n) {
    const SavedImage& image = gif->SavedImages[n];
    GraphicsControlBlock control;
    REQUIRE(DGifSavedExtensionToGCB(gif, n, &control) == GIF_OK);
    for (int i = 0; i < image.ImageDesc.Width * image.ImageDesc.Height; ++i) {
      const GifByteType entry = image.RasterBits[i];
      if (entry == control.TransparentColor) continue;
      const GifColorType& c = image.ImageDesc.ColorMap->Colors[entry];
      seen(image.ImageDesc.Left + i % image.ImageDesc.Width, image.ImageDesc.Top + i / image.ImageDesc.Width) = {
          c.Red, c.Green, c.Blue};
    }
  }
  DGifCloseFile(gif, &error);
  return seen;
}

void check_growing(const DocumentState& state) {
  GrowingFrames frames(grown_photo(), state, no_coat(), 40, 4);
  REQUIRE(frames.grows());
  CHECK(largest_chroma(*frames.frame(0)) == 0);
  // The first stroke is drawn from its beginning, and nothing else has a colour yet.
  int n = 1;
  std::optional<LabPicture> early = frames.frame(n);
  while (chroma_at(*early, 10, 8) == 0) early = frames.frame(++n);
  REQUIRE(n < 15);
  CHECK(chroma_at(*early, 86, 8) == 0);
  CHECK(chroma_at(*early, 48, 54) == 0);
  const Rendered whole = render(grown_photo(), state, no_coat());
  const std::optional<LabPicture> last = frames.frame(39);
  CHECK(last->chroma == whole.chroma);
  CHECK(last->lightness == frame_light(0));
}

}  // namespace

TEST_CASE("strokes grow from the grey photo to the finished picture, in the order of the history") {
  check_growing(painted().state());
}

TEST_CASE("strokes that no history tells of grow in their order") {
  DocumentState state = painted().state();
  state.history.clear();
  state.position = 0;
  check_growing(state);
}

TEST_CASE("a document at another size keeps its history") {
  const Document document = painted();
  const Extent half{film_width / 2, film_height / 2};
  Document small(half, reduced(document.state(), growing_extent, half));
  CHECK(small.strokes().size() == document.strokes().size());
  CHECK(small.strokes()[1]->points[3].x == document.strokes()[1]->points[3].x / 2);
  while (small.can_undo()) small.undo();
  CHECK(small.strokes().empty());
}

TEST_CASE("the strokes growing are a GIF whose still pixels stay, and which ends on the finished picture") {
  const ScratchFolder folder;
  const fs::path target = folder / "grow.gif";
  const DocumentState state = painted().state();
  REQUIRE(write_growing(target, grown_photo(), state, no_coat(), {.seconds = 2}));
  GifReader gif(target);
  std::vector<Photo> seen;
  int hundredths = 0;
  while (auto photo = gif.next()) {
    hundredths += gif.delay();
    seen.push_back(std::move(*photo));
  }
  CHECK(hundredths == 400);
  CHECK(gif.delay() >= 200);
  CHECK(gif.repeats() == 0);
  REQUIRE(seen.size() > 8);
  CHECK(seen.front().a.empty());
  const Photo& last = seen.back();
  int flips = 0;  // while the first stroke begins, nothing else does
  float off = 0;
  for (int y = 0; y < film_height; ++y)
    for (int x = 0; x < film_width; ++x) {
      off += std::abs(last.lightness(x, y) - frame_light(0)(x, y)) / (film_width * film_height);
      flips += seen[1].lightness(x, y) != seen[0].lightness(x, y);
    }
  CHECK(off < 2);
  CHECK(flips > 0);
  CHECK(flips < film_width * film_height / 10);

  const Rendered whole = render(grown_photo(), state, no_coat());
  const Plane<Rgb8> end = end_of_gif(target);
  float sum = 0;
  for (int y = 0; y < film_height; ++y)
    for (int x = 0; x < film_width; ++x) {
      const Rgb8 c = end(x, y);
      const Lab seen_colour = lab_from_srgb({c.r / 255.0f, c.g / 255.0f, c.b / 255.0f});
      const Lab wanted = reduce_chroma_to_gamut({frame_light(0)(x, y), whole.chroma.a(x, y), whole.chroma.b(x, y)});
      sum += std::hypot(seen_colour.a - wanted.a, seen_colour.b - wanted.b);
    }
  CHECK(sum / (film_width * film_height) < 3);
}

TEST_CASE("the strokes growing are a film file, too, and nothing is left of one that was stopped") {
  const ScratchFolder folder;
  const DocumentState state = painted().state();
  for (const char* name : {"grow.mp4", "grow.webm"}) {
    const fs::path target = folder / name;
    try {
      require_moving_picture(target);
    } catch (const FileError&) {
      continue;  // this libav has no such encoder
    }
    CHECK(!write_growing(target, grown_photo(), state, no_coat(), {.seconds = 1}, {},
                         [](float done, std::string_view) { return done < 0.5f; }));
    CHECK(folder.file_count() == 0);
    REQUIRE(write_growing(target, grown_photo(), state, no_coat(), {.seconds = 1, .longest_side = 63}));
    const std::unique_ptr<FilmReader> film = open_film_file(target);
    CHECK(film->size() == Extent{62, 42});  // even
    int frames = 0;
    while (film->next()) ++frames;
    CHECK(frames == 75);
    fs::remove(target);
  }
}

TEST_CASE("handtint export makes a session's strokes grow, and refuses in one sentence") {
  const ScratchFolder folder;
  const fs::path photo = folder / "photo.png", session = folder / "photo.handtint", target = folder / "grow.gif";
  REQUIRE(write_photo(photo, frame_light(0),
                      {Plane<float>(film_width, film_height), Plane<float>(film_width, film_height)}, {}, {}));
  write_session(session, {refer_to_photo(photo, film_width, film_height), painted().state(), {}, {}});
  const auto grow = [&](const fs::path& from, std::vector<std::string> more) {
    more.insert(more.begin(), {HANDTINT_PROGRAM, "export", from});
    return run_program(more);
  };
  const Outcome outcome = grow(session, {"--growing", target, "--seconds", "1", "--size", "100"});
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.out.find("grow.gif: ") != std::string::npos);
  CHECK(GifReader(target).size() == growing_extent);

  const auto refuses = [&](const Outcome& refused, const std::string& part) {
    CHECK(refused.exit_code != 0);
    CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
    CHECK_MESSAGE(refused.err.find(part) != std::string::npos, refused.err);
  };
  refuses(grow(photo, {"--growing", target}), "is no session");
  refuses(grow(session, {"--growing", folder / "grow.jpg"}), "no ending of a moving picture");
  refuses(grow(session, {"--growing", target, "--seconds", "0"}), "--seconds");
  refuses(grow(session, {"--growing", target, "--size", "9000"}), "--size");
  fs::create_hard_link(photo, folder / "other-name.gif");
  refuses(grow(session, {"--growing", folder / "other-name.gif"}), "is one of the inputs");
  write_session(session, {refer_to_photo(photo, film_width, film_height), {}, {}, {}});
  refuses(grow(session, {"--growing", target}), "nothing grows");
}
